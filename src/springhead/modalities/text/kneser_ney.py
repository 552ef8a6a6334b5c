"""Interpolated modified Kneser-Ney: one n-gram model over all groups of documents (Chen and Goodman 1998)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.errors import BadConfiguration
from springhead.modalities.text.documents import Documents
from springhead.modalities.text.gram_sampling import log_probabilities, write_documents
from springhead.modalities.text.gram_settings import decode_documents, is_neutral, text_decoding
from springhead.modalities.text.grams import Grams, gram_tables, with_ends
from springhead.modalities.text.starts import asked_starts, sampled_groups, training_rows
from springhead.modalities.text.words import pack_words, unpack_words

_NAME = "text/kneser-ney"


@dataclass(frozen=True, slots=True, eq=False)
class FittedGrams:
    """n-gram tables, the first token of every training document and the longest length allowed."""

    grams: Grams
    firsts: NDArray[np.int32]
    order: int
    longest: int
    vocabulary: tuple[str, ...]
    tags: int

    @property
    def types(self) -> int:
        """Number of symbols that may follow a first token: every word of the run and the end."""
        return len(self.vocabulary) + 1 - self.tags

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Documents]:
        """Write documents; see `text_decoding` for the settings, `conditions` are group numbers.

        Samples never hold a word that training never saw.
        """
        settings = text_decoding(_NAME, request)
        starts = asked_starts(_NAME, request, self.tags, self.firsts, rng)
        if is_neutral(settings):
            tokens, offsets = write_documents(self.grams, starts, self.order, self.types, self.longest, rng)
        else:
            tokens, offsets = decode_documents(
                self.grams, starts, self.order, self.types, self.longest, settings, rng
            )
        groups = sampled_groups(starts, self.tags)
        return Sampled(Documents(tokens, offsets, groups, self.vocabulary), groups=groups.astype(np.int64))

    def log_probability(self, documents: Documents) -> Floats:
        """Return log P in nats of every token and then the end of each document, float64 (T + n,).

        Document i stands at offsets[i] + i to offsets[i + 1] + i + 1. A first token has its share among
        training documents, with one more spread evenly over all groups; a word that training never saw has
        its part of the mass that discounts free.
        """
        symbols, place = with_ends(documents)
        result = log_probabilities(self.grams, symbols, place, self.order, self.types)
        shares = np.bincount(self.firsts, minlength=len(self.vocabulary) + 1) + 1.0 / max(self.tags, 1)
        result[place == 0] = np.log(shares / (len(self.firsts) + 1.0))[symbols[place == 0]]
        return result

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {
            **self.grams._asdict(),
            **pack_words(self.vocabulary),
            "firsts": self.firsts,
            "sizes": np.array([self.order, self.longest, self.tags], np.int64),
        }


class KneserNeyModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An n-gram model of `order` 2 to 5 over all documents at once.

    `longest` is the number of tokens at which a sample is cut off; 0 = twice the longest training document.
    """

    name: ClassVar[str] = "kneser-ney"
    order: int = 3
    longest: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.order <= 5 or self.longest < 0:
            raise BadConfiguration(
                f"model {_NAME!r}", f"order {self.order}, longest {self.longest}", "Orders are 2 to 5."
            )

    def fit(
        self,
        batch: Documents,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Documents] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedGrams:
        """Count; neither `start`, `compute` nor `rng` matters."""
        del start, compute, rng
        return fit_grams(batch, training_rows(_NAME, batch, copies), self.order, self.longest)

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedGrams:
        """Return the model that `to_arrays` saved."""
        order, longest, tags = (int(size) for size in arrays["sizes"])
        grams = Grams(*(arrays[field] for field in Grams._fields))
        return FittedGrams(grams, arrays["firsts"], order, longest, unpack_words(arrays), tags)


def fit_grams(
    batch: Documents, rows: NDArray[np.int64], order: int, longest: int, *, discounted: bool = True
) -> FittedGrams:
    """Count the n-grams of the given rows of a batch; none of them is empty."""
    documents = batch if np.array_equal(rows, np.arange(len(batch))) else batch.take(rows)
    firsts = documents.tokens[documents.offsets[:-1]]
    longest = longest or 2 * int(documents.lengths.max())
    tables = gram_tables(documents, order, discounted=discounted)
    return FittedGrams(tables, firsts, order, longest, batch.vocabulary, batch.tags)
