"""Documents of a file that is named: JSON lines or Parquet with a column of texts."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import msgspec
import polars as pl
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration, NotReadable, UnknownFormat, UnknownName
from springhead.modalities.text.corpora import documents_of, draw_documents
from springhead.modalities.text.documents import Documents

WHOLE = "all"
"""The group of all documents where no column of groups is named."""


class CorpusSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The documents in `path`, .jsonl, .ndjson or .parquet, in the groups that the column `group` names.

    Documents with fewer than `words` words between spaces are left out, as are those without a text or group.
    """

    path: str
    name: ClassVar[str] = "corpus"
    text: str = "text"
    group: str | None = None
    words: int = 1
    lower: bool = True

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the file, the largest first, then by name."""
        return self._held()[1]

    @property
    def size(self) -> int:
        """Number of documents that are kept."""
        return len(self._held()[0])

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Documents]:
        """Draw documents without replacement.

        Raises NotReadable or UnknownFormat for the file, UnknownName for a column that it lacks and
        BadConfiguration where no document is left.
        """
        return draw_documents("text/corpus", self._held()[0], count, rng)

    def _held(self) -> tuple[Documents, tuple[str, ...]]:
        return _corpus(self.path, self.text, self.group, self.words, self.lower)


def read_columns(path: str, columns: list[str]) -> pl.DataFrame:
    """Read the named columns of a .jsonl, .ndjson or .parquet file; raises as `CorpusSource.draw` says."""
    ending = Path(path).suffix.lower()
    if ending not in (".jsonl", ".ndjson", ".parquet"):
        raise UnknownFormat(path, f"a file that ends with {ending!r}")
    try:
        lazy = (
            pl.scan_parquet(path) if ending == ".parquet" else pl.scan_ndjson(path, infer_schema_length=None)
        )
        known = lazy.collect_schema().names()
        for column in columns:
            if column not in known:
                raise UnknownName(f"column of {path}", column, known)
        return lazy.select(columns).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NotReadable(path, str(error).partition("\n")[0]) from error


@lru_cache(maxsize=2)
def _corpus(
    path: str, text: str, group: str | None, words: int, lower: bool
) -> tuple[Documents, tuple[str, ...]]:
    table = read_columns(path, [text] if group is None else [text, group])
    labels = pl.lit(WHOLE) if group is None else pl.col(group).cast(pl.String)
    kept = table.select(text=pl.col(text).cast(pl.String), group=labels).filter(
        pl.col("text").str.split(" ").list.eval(pl.element() != "").list.sum() >= words,
        pl.col("group").is_not_null(),
    )
    if kept.is_empty():
        problem = f"no document of at least {words} words in {path}"
        raise BadConfiguration("source 'text/corpus'", problem, "Name another column or ask for fewer words.")
    sizes = kept.group_by("group").len().sort(["len", "group"], descending=[True, False])
    groups = tuple(sizes["group"].to_list())
    texts = {name: kept.filter(pl.col("group") == name)["text"].to_list() for name in groups}
    return documents_of(texts, lower=lower), groups
