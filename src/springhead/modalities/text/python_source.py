"""Paragraphs of the language reference that comes with Python: English prose on every machine."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

import msgspec
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.modalities.text.corpora import documents_of, draw_documents
from springhead.modalities.text.documents import Documents


class PythonSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paragraphs of `pydoc_data.topics` with at least `words` words, as one group."""

    name: ClassVar[str] = "python"
    words: int = 8

    @property
    def groups(self) -> tuple[str, ...]:
        """One group."""
        return ("en",)

    @property
    def size(self) -> int:
        """Number of paragraphs."""
        return len(_corpus(self.words))

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Documents]:
        """Draw paragraphs without replacement."""
        return draw_documents("text/python", _corpus(self.words), count, rng)


@lru_cache(maxsize=2)
def _corpus(words: int) -> Documents:
    from pydoc_data.topics import topics

    paragraphs = dict.fromkeys(
        " ".join(paragraph.split()) for text in topics.values() for paragraph in text.split("\n\n")
    )
    kept = [paragraph for paragraph in paragraphs if len(paragraph.split()) >= words]
    return documents_of({"en": kept}, lower=True)
