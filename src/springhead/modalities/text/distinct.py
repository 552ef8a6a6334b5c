"""Distinct-n at a fixed number of n-grams, and Heaps' exponent: how fast new words run out.

Sources: Li et al. 2016 (distinct-n); Heaps 1978; Hurlbert 1971 (rarefaction, which makes both comparable).
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Measurement
from springhead.modalities.intervals import around
from springhead.modalities.text.counted_words import grams, words_of
from springhead.modalities.text.documents import Documents
from springhead.modalities.text.rarefaction import jackknife, rarefy


class Distinct1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Expected share of different words among `length` words drawn from the sample (distinct-1 at fixed length).

    The interval is Student's with the jackknife over documents.
    """

    name: ClassVar[str] = "distinct-1"
    worse: ClassVar[Literal["lower"]] = "lower"
    n: ClassVar[int] = 1
    length: int = 1000

    def measure(self, _reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in (0, 1]; the reference is not used."""
        found = rarefy(self.name, grams(words_of(self.name, sample), self.n), self.length, f"{self.n}-grams")
        error = jackknife(found.added) / self.length
        return around(found.different / self.length, error, len(sample), least=0.0, most=1.0)


class Distinct2(Distinct1, frozen=True, forbid_unknown_fields=True):
    """Expected share of different word pairs among `length` drawn from the sample (distinct-2 at fixed length).

    The interval is Student's with the jackknife over documents.
    """

    name: ClassVar[str] = "distinct-2"
    n: ClassVar[int] = 2


class Distinct3(Distinct1, frozen=True, forbid_unknown_fields=True):
    """Expected share of different word triples among `length` drawn from the sample (distinct-3 at fixed length).

    The interval is Student's with the jackknife over documents.
    """

    name: ClassVar[str] = "distinct-3"
    n: ClassVar[int] = 3


class Heaps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Heaps' exponent: slope of ln(types) by ln(words) between a quarter of `length` words and all of them.

    The interval is Student's with the jackknife over documents.
    """

    name: ClassVar[str] = "heaps"
    worse: ClassVar[Literal["lower"]] = "lower"
    length: int = 1000

    def measure(self, _reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in [0, 1]; the reference is not used."""
        words = words_of(self.name, sample)
        whole = rarefy(self.name, words, self.length, "words")
        part = rarefy(self.name, words, max(1, self.length // 4), "words")
        scale = math.log(self.length / max(1, self.length // 4)) or 1.0
        value = math.log(whole.different / part.different) / scale
        added = np.asarray(whole.added / whole.different - part.added / part.different) / scale
        return around(value, jackknife(added), len(sample), least=0.0, most=1.0)
