"""Captions of emoji in the languages that the `emoji` package carries, read from it at run time.

Languages are as unequal as on the web: sizes are proportional to their share of pages to the power tau.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Final

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.text.corpora import documents_of, draw_documents, exponent, sizes_by_share
from springhead.modalities.text.documents import Documents

SHARES: Final = {
    "en": 0.434241, "ru": 0.06044438, "de": 0.05303765, "ja": 0.05041936, "zh": 0.04812886,
    "es": 0.04538707, "fr": 0.04395977, "it": 0.02528171, "pt": 0.0231462, "tr": 0.01242201,
    "id": 0.01123518, "ko": 0.007388303, "fa": 0.007051328, "ar": 0.006709365,
}  # fmt: skip
"""Share of web pages by primary language: Common Crawl statistics of CC-MAIN-2024-42 (October 2024)."""

_FULLY_QUALIFIED = 2


class EmojiSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """About 4,000 captions in English, fewer in each of 13 other languages.

    `tau` sets the inequality, 1 = as on the web, 0 = all equal; without it, the largest value up to 1 at which
    every language has a document. Which emoji a smaller language holds is decided by `seed` alone.
    """

    name: ClassVar[str] = "emoji"
    tau: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.tau is not None and not 0.0 <= self.tau <= 10.0:
            raise BadConfiguration("source 'text/emoji'", f"tau = {self.tau}", "Give 0 to 10.")

    @property
    def groups(self) -> tuple[str, ...]:
        """Language codes, the largest language first."""
        return tuple(SHARES)

    @property
    def exponent(self) -> float:
        """The tau in use."""
        return exponent(SHARES, len(_captions()["en"])) if self.tau is None else self.tau

    @property
    def size(self) -> int:
        """Number of captions in all languages together."""
        return len(_corpus(self.exponent, self.seed))

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Documents]:
        """Draw captions without replacement."""
        return draw_documents("text/emoji", _corpus(self.exponent, self.seed), count, rng)


@lru_cache(maxsize=1)
def _captions() -> dict[str, tuple[str, ...]]:
    """The captions of every fully qualified emoji by language, in one order for all."""
    import emoji
    from emoji.unicode_codes import load_from_json

    for language in SHARES:
        load_from_json(language)
    entries = [
        entry
        for _, entry in sorted(emoji.EMOJI_DATA.items())
        if entry["status"] == _FULLY_QUALIFIED and all(language in entry for language in SHARES)
    ]
    return {
        language: tuple(entry[language].strip(":").replace("_", " ") for entry in entries)
        for language in SHARES
    }


@lru_cache(maxsize=4)
def _corpus(tau: float, seed: int) -> Documents:
    captions = _captions()
    most = len(captions["en"])
    order = np.random.default_rng(seed).permutation(most)
    sizes = sizes_by_share(SHARES, most, tau)
    chosen = {language: [captions[language][row] for row in order[:size]] for language, size in sizes.items()}
    return documents_of(chosen, lower=True)
