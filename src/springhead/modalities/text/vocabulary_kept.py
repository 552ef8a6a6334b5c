"""Which of the reference's words a sample still has: mass of the tail, types kept by frequency band."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Measurement
from springhead.errors import TooFewToMeasure
from springhead.modalities.intervals import NORMAL, around, share
from springhead.modalities.text.counted_words import check_vocabulary, words_of
from springhead.modalities.text.documents import Documents


class TextTailMass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of the sample's words that are among the rarest words of the reference or not in it.

    The rarest are those of the lowest counts that together make up at most `tail` of the reference's words, and in
    any case those that occur once. The interval is Student's of a ratio over documents, given the reference.
    """

    name: ClassVar[str] = "tail-mass"
    worse: ClassVar[Literal["lower"]] = "lower"
    tail: float = 0.1

    def measure(self, reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in [0, 1]; raises TooFewToMeasure where it has no words."""
        check_vocabulary(self.name, reference, sample)
        real, made = words_of(self.name, reference), words_of(self.name, sample)
        counts = np.bincount(real.tokens, minlength=len(reference.vocabulary))
        mass = np.cumsum(np.bincount(counts, counts)) / max(len(real.tokens), 1)
        most = max(1, int(np.searchsorted(mass, self.tail, "right")) - 1)
        if len(made.tokens) == 0:
            raise TooFewToMeasure(self.name, 0, 1, "words")
        rare = np.bincount(made.document, counts[made.tokens] <= most, made.documents)
        lengths = np.bincount(made.document, minlength=made.documents)
        value = float(rare.sum() / lengths.sum())
        n = made.documents
        spread = n / (n - 1) * float(((rare - value * lengths) ** 2).sum())
        return around(value, math.sqrt(spread) / float(lengths.sum()), n, least=0.0, most=1.0)


class TypesKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of the reference's words, of those it has between `least` and `most` times, that the sample has.

    The interval, given the reference, is the wider one of Wilson's over words and Efron and Stein's bound, by which
    the variance of the number kept is at most the sum of squares of what single documents alone hold.
    """

    name: ClassVar[str] = "types-kept"
    worse: ClassVar[Literal["lower"]] = "lower"
    least: int = 1
    most: int | None = None

    def measure(self, reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in [0, 1]; raises TooFewToMeasure where the reference has no such word."""
        check_vocabulary(self.name, reference, sample)
        real, made = words_of(self.name, reference), words_of(self.name, sample, 1)
        counts = np.bincount(real.tokens, minlength=len(reference.vocabulary))
        band = counts >= max(1, self.least)
        if self.most is not None:
            band &= counts <= self.most
        total = int(band.sum())
        if total == 0:
            raise TooFewToMeasure(self.name, 0, 1, "words of that frequency in the reference")
        pairs = np.unique(made.tokens * np.int64(made.documents) + made.document)
        token, document = np.divmod(pairs, made.documents)
        holders = np.bincount(token, minlength=len(counts))
        alone = np.bincount(document, (holders[token] == 1) & band[token], made.documents)
        found = share(int((band & (holders > 0)).sum()), total)
        half = NORMAL * math.sqrt(float((alone**2).sum())) / total
        low, high = min(found.low, found.value - half), max(found.high, found.value + half)
        return Measurement(found.value, max(0.0, low), min(1.0, high), made.documents)


class RareTypesKept(TypesKept, frozen=True, forbid_unknown_fields=True):
    """Share of the words that the reference has once or twice that the sample has.

    Interval as of `TypesKept`.
    """

    name: ClassVar[str] = "types-kept-rare"
    most: int | None = 2


class CommonTypesKept(TypesKept, frozen=True, forbid_unknown_fields=True):
    """Share of the words that the reference has 3 to 20 times that the sample has.

    Interval as of `TypesKept`.
    """

    name: ClassVar[str] = "types-kept-common"
    least: int = 3
    most: int | None = 20
