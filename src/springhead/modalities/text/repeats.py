"""Documents that repeat one another, and documents copied from the reference."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import ClassVar, Literal

import msgspec

from springhead.core.nouns import Measurement
from springhead.errors import TooFewToMeasure
from springhead.modalities.intervals import NORMAL, share
from springhead.modalities.text.counted_words import check_vocabulary
from springhead.modalities.text.documents import Documents


def _whole(documents: Documents, least: int) -> list[bytes]:
    """Documents of at least `least` words as bytes, tags included."""
    bounds, tokens = documents.offsets.tolist(), documents.tokens
    return [tokens[start:end].tobytes() for start, end in pairwise(bounds) if end - start > least]


class TextDuplicates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of documents of at least `least` words that repeat an earlier one of the sample exactly.

    The interval is conservative: the variance of a number of distinct documents is at most the expected number of
    those that occur once (Efron and Stein 1981). It is for the expectation at this n.
    """

    name: ClassVar[str] = "duplicates"
    worse: ClassVar[Literal["higher"]] = "higher"
    least: int = 1

    def measure(self, _reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in [0, 1); the reference is not used."""
        counts = Counter(_whole(sample, self.least))
        n = counts.total()
        if n < 2:
            raise TooFewToMeasure(self.name, n, 2, f"documents of at least {self.least} words")
        value = 1.0 - len(counts) / n
        once = sum(count == 1 for count in counts.values())
        half = NORMAL * math.sqrt(once + 1.0) / n
        return Measurement(value, max(0.0, value - half), min(1.0, value + half), n)


class TextCopies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of documents of at least `least` words that stand in the reference word by word.

    With the training records as reference it is the share of copied training data; with held-out ones, what real
    text repeats by itself. The interval is Wilson's over documents.
    """

    name: ClassVar[str] = "copies"
    worse: ClassVar[Literal["higher"]] = "higher"
    least: int = 4

    def measure(self, reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample against the reference, in [0, 1]."""
        check_vocabulary(self.name, reference, sample)
        made, real = _whole(sample, self.least), set(_whole(reference, self.least))
        if not made:
            raise TooFewToMeasure(self.name, 0, 1, f"documents of at least {self.least} words")
        return share(sum(document in real for document in made), len(made))
