"""News in many languages, the same documents in all, as unequal as the languages of the web are.

Made for NTREX (Federmann et al. 2022); sizes follow (share of web pages)^tau, as multilingual training sets do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Final

import msgspec
import numpy as np
import polars as pl
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration, NotReadable
from springhead.modalities.text.corpora import documents_of, draw_documents, exponent, sizes_by_share
from springhead.modalities.text.corpus_source import read_columns
from springhead.modalities.text.documents import Documents

COUNTED_AS: Final = {
    "arb": "ara", "fil": "tgl", "fuc": "ful", "kmr": "kur", "mey": "ara", "nob": "nor", "prs": "fas", "shi": "ber",
}  # fmt: skip
"""Codes of languages -> the code under which page statistics count them; a table may lack that too."""


class NtrexSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Documents of `path` in every language, fewer the fewer pages of the web are in it.

    `path` is Parquet or JSON lines with language (ISO 639-3, perhaps "-Latn" or "-CA" after it), doc and text;
    `shares` is a CSV file with iso639_3 and share. Languages counted under one code share its pages equally;
    one without an entry gets the smallest share of the table, or `fallback`. The largest language has all its
    documents and none has less than one; `tau` is as of text/emoji. `seed` decides which documents are kept.
    """

    path: str
    shares: str
    name: ClassVar[str] = "ntrex"
    tau: float | None = None
    fallback: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        low, high = (self.tau or 0.0), (self.fallback if self.fallback is not None else 0.5)
        if not 0.0 <= low <= 10.0 or not 0.0 < high < 1.0:
            problem = f"tau = {self.tau}, fallback = {self.fallback}"
            raise BadConfiguration("source 'text/ntrex'", problem, "Give tau 0 to 10, fallback in (0, 1).")

    @property
    def groups(self) -> tuple[str, ...]:
        """Language codes, the largest language first."""
        return _shares(self.path, self.shares, self.fallback)[0]

    @property
    def unlisted(self) -> tuple[str, ...]:
        """Languages that got the fallback share, for they have no entry in the table."""
        return _shares(self.path, self.shares, self.fallback)[2]

    @property
    def size(self) -> int:
        """Number of documents in all languages together."""
        return len(self._held())

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Documents]:
        """Draw documents without replacement; raises NotReadable for files without those columns."""
        return draw_documents("text/ntrex", self._held(), count, rng)

    def _held(self) -> Documents:
        return _corpus(self.path, self.shares, self.tau, self.fallback, self.seed)


def page_shares(
    languages: list[str], table: Mapping[str, float], fallback: float | None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the share of each language, the largest first, and the languages that got the fallback."""
    codes = {language: language.partition("-")[0] for language in languages}
    entries = {
        language: code if code in table else COUNTED_AS.get(code, code) for language, code in codes.items()
    }
    listed = [entry for entry in entries.values() if entry in table]
    least = min(table.values()) if fallback is None else fallback
    shares = {
        language: table[entry] / listed.count(entry) if entry in table else least
        for language, entry in entries.items()
    }
    ordered = dict(sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])))
    return ordered, tuple(language for language in sorted(languages) if entries[language] not in table)


@lru_cache(maxsize=2)
def _shares(
    path: str, shares: str, fallback: float | None
) -> tuple[tuple[str, ...], tuple[float, ...], tuple[str, ...]]:
    languages = read_columns(path, ["language"])["language"].cast(pl.String).unique().sort().to_list()
    try:
        table = pl.read_csv(shares, schema_overrides={"iso639_3": pl.String, "share": pl.Float64})
        pairs = dict(zip(table["iso639_3"].to_list(), table["share"].to_list(), strict=True))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NotReadable(shares, f"no CSV file with iso639_3 and share ({error})") from error
    if not pairs or not languages or not all(share is not None and share > 0 for share in pairs.values()):
        raise NotReadable(shares, "no language, or a share that is not above 0")
    found, unlisted = page_shares(languages, pairs, fallback)
    return tuple(found), tuple(found.values()), unlisted


@lru_cache(maxsize=2)
def _corpus(path: str, shares: str, tau: float | None, fallback: float | None, seed: int) -> Documents:
    names, values, _ = _shares(path, shares, fallback)
    weights = dict(zip(names, values, strict=True))
    table = read_columns(path, ["language", "doc", "text"]).sort(["language", "doc"])
    texts = {name: table.filter(pl.col("language") == name)["text"].to_list() for name in names}
    most = min(len(own) for own in texts.values())
    sizes = sizes_by_share(weights, most, exponent(weights, most) if tau is None else tau)
    order = np.random.default_rng(seed).permutation(most)
    chosen = {name: [texts[name][row] for row in order[: sizes[name]]] for name in names}
    return documents_of(chosen, lower=True)
