"""Documents: the batch type of text in a loop, ragged rows of tokens over one shared vocabulary.

A document starts with the tag token of its group (its language, for example): vocabulary entry g is the tag of
group g, for all G groups of a run. Models learn and sample the tag like any token, so the shares of groups
drift by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Integers
from springhead.errors import BadBatch
from springhead.modalities.text.tokenise import is_tag, join


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """n documents: document i is `tokens[offsets[i]:offsets[i + 1]]`, indices into `vocabulary`.

    `tokens` is int32 (T,), `offsets` int64 (n + 1,) from 0 to T, `groups` int32 (n,). The vocabulary is one
    object for all batches of a run; its first entries are the tags of the groups.
    """

    tokens: NDArray[np.int32]
    offsets: Integers
    groups: NDArray[np.int32]
    vocabulary: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Integers:
        """Number of tokens of each document, tag included, int64 (n,)."""
        return np.diff(self.offsets)

    @property
    def tags(self) -> int:
        """Number of groups: how many entries the vocabulary starts with that are tags."""
        count = 0
        for word in self.vocabulary:
            if not is_tag(word):
                break
            count += 1
        return count

    def take(self, rows: Integers) -> Documents:
        """Return the given documents, int64 (m,), in that order and with repetitions."""
        rows = np.asarray(rows, np.int64)
        lengths = self.lengths[rows]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        shift = np.repeat(self.offsets[rows] - offsets[:-1], lengths)
        tokens = self.tokens[np.arange(offsets[-1]) + shift]
        return Documents(tokens, offsets, self.groups[rows], self.vocabulary)

    def concatenate(self, others: Sequence[Documents]) -> Documents:
        """Return these documents and then the others'; raises BadBatch when a vocabulary differs."""
        for other in others:
            if other.vocabulary is not self.vocabulary and other.vocabulary != self.vocabulary:
                raise BadBatch(
                    "a set of documents",
                    "documents of another vocabulary",
                    "one vocabulary in a run",
                    "Draw all documents from one source.",
                )
        parts = [self, *others]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(part.tokens) for part in parts])])
        offsets = [part.offsets[1:] + start for part, start in zip(parts, starts[:-1], strict=True)]
        return Documents(
            np.concatenate([part.tokens for part in parts]),
            np.concatenate([np.zeros(1, np.int64), *offsets]),
            np.concatenate([part.groups for part in parts]),
            self.vocabulary,
        )

    def texts(self) -> list[str]:
        """Return the documents as readable text, without their tags."""
        words = [self.vocabulary[token] for token in self.tokens.tolist()]
        bounds = self.offsets.tolist()
        return [
            join([word for word in words[start:end] if not is_tag(word)]) for start, end in pairwise(bounds)
        ]


def from_rows(rows: Sequence[Sequence[int]], groups: Sequence[int], vocabulary: tuple[str, ...]) -> Documents:
    """Make documents of rows of token indices; a row starts with the tag of its group."""
    lengths = np.array([len(row) for row in rows], np.int64)
    tokens = np.array([token for row in rows for token in row], np.int32)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return Documents(tokens, offsets, np.array(groups, np.int32), vocabulary)
