"""The maximum-likelihood bigram: pick an occurrence of the last word at random and copy what followed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.errors import BadConfiguration
from springhead.modalities.text.documents import Documents
from springhead.modalities.text.fused import copy_successors, successors
from springhead.modalities.text.gram_settings import decode_documents, is_neutral, text_decoding
from springhead.modalities.text.kneser_ney import FittedGrams, fit_grams
from springhead.modalities.text.starts import asked_starts, sampled_groups, training_rows
from springhead.modalities.text.words import pack_words, unpack_words

_NAME = "text/bigram"


@dataclass(frozen=True, slots=True, eq=False)
class FittedBigram:
    """What followed each token: `following[first[w]:first[w + 1]]`, -1 = the end; and the training documents."""

    documents: Documents
    rows: Integers
    following: NDArray[np.int32]
    first: Integers
    longest: int

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Documents]:
        """Write documents; see `text_decoding` for the settings, `conditions` are group numbers.

        A sample's parent is the document whose tag and first word it copies, where neither is asked for.
        """
        settings = text_decoding(_NAME, request)
        documents = self.documents
        if request.conditions is None and is_neutral(settings):
            chosen = rng.integers(len(documents), size=request.count)
            parents: Integers | None = self.rows[chosen]
            tokens, offsets = copy_successors(
                self.following, self.first, documents.tokens, documents.offsets, chosen, self.longest, rng
            )
            groups = documents.groups[chosen]
        else:
            parents = None
            firsts = documents.tokens[documents.offsets[:-1]]
            starts = asked_starts(_NAME, request, documents.tags, firsts, rng)
            tables = self._tables()
            tokens, offsets = decode_documents(
                tables.grams, starts, 2, tables.types, self.longest, settings, rng
            )
            groups = sampled_groups(starts, documents.tags)
        written = Documents(tokens, offsets, groups, documents.vocabulary)
        return Sampled(written, parents, groups.astype(np.int64))

    def log_probability(self, documents: Documents) -> Floats:
        """Return log P as the Kneser-Ney model does; minus infinity for pairs that training never saw."""
        return self._tables().log_probability(documents)

    def _tables(self) -> FittedGrams:
        rows = np.arange(len(self.documents))
        return fit_grams(self.documents, rows, 2, self.longest, discounted=False)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {
            "tokens": self.documents.tokens,
            "offsets": self.documents.offsets,
            "groups": self.documents.groups,
            **pack_words(self.documents.vocabulary),
            "rows": self.rows,
            "longest": np.array(self.longest),
        }


class BigramModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bigram model without smoothing.

    `longest` is the number of tokens at which a sample is cut off; 0 = twenty times the longest training
    document, which the neutral law reaches practically never.
    """

    name: ClassVar[str] = "bigram"
    longest: int = 0

    def __post_init__(self) -> None:
        if self.longest < 0:
            raise BadConfiguration(f"model {_NAME!r}", f"longest = {self.longest}", "Give 0 or more tokens.")

    def fit(
        self,
        batch: Documents,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Documents] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedBigram:
        """Sort what follows each token, in time linear in tokens; `start`, `compute`, `rng` do not matter."""
        del start, compute, rng
        rows = training_rows(_NAME, batch, copies)
        documents = batch if len(rows) == len(batch) and (copies == 1).all() else batch.take(rows)
        return _fitted(documents, rows, self.longest or 20 * int(documents.lengths.max()))

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedBigram:
        """Return the model that `to_arrays` saved."""
        documents = Documents(arrays["tokens"], arrays["offsets"], arrays["groups"], unpack_words(arrays))
        return _fitted(documents, arrays["rows"], int(arrays["longest"]))


def _fitted(documents: Documents, rows: Integers, longest: int) -> FittedBigram:
    following, first = successors(documents.tokens, documents.offsets, len(documents.vocabulary))
    return FittedBigram(documents, rows, following, first, longest)
