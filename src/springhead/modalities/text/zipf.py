"""Zipf's exponent of the words of a sample, by maximum likelihood over ranks."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.errors import TooFewToMeasure
from springhead.modalities.intervals import around
from springhead.modalities.text.counted_words import words_of
from springhead.modalities.text.documents import Documents

LARGEST = 50.0


def exponent(mean_log: float, logs: Floats) -> tuple[float, float]:
    """Return s with E(ln r) = `mean_log` under p(r) proportional to r^-s, and the variance of ln r there."""
    low, high = -LARGEST, LARGEST
    spread = 0.0
    for _ in range(80):
        s = 0.5 * (low + high)
        weights = np.exp(-s * logs - max(0.0, -s * float(logs[-1])))
        weights /= weights.sum()
        mean = float(weights @ logs)
        spread = float(weights @ (logs - mean) ** 2)
        low, high = (s, high) if mean > mean_log else (low, s)
    return 0.5 * (low + high), spread


class Zipf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Zipf's exponent: s of p(r) proportional to r^-s over the ranks 1 to V that the sample's words have.

    It is the maximum-likelihood estimate; the interval is Student's with the sandwich variance over documents,
    which holds for words that come in clumps. Ranks are those of the sample itself, which pulls rare words apart:
    compare it at the same n.
    """

    name: ClassVar[str] = "zipf"
    worse: ClassVar[Literal["higher"]] = "higher"

    def measure(self, _reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample; the reference is not used. Raises TooFewToMeasure below three different words."""
        words = words_of(self.name, sample)
        numbers, counts = np.unique(words.tokens, return_inverse=True, return_counts=True)[1:]
        if len(counts) < 3:
            raise TooFewToMeasure(self.name, len(counts), 3, "different words")
        ranks = np.empty(len(counts))
        ranks[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
        logs = np.log(ranks)[numbers]
        mean = float(logs.mean())
        value, spread = exponent(mean, np.log(np.arange(1.0, len(counts) + 1)))
        scores = np.bincount(words.document, logs - mean, words.documents)
        n = words.documents
        error = math.sqrt(n / (n - 1) * float((scores**2).sum())) / (len(logs) * max(spread, 1e-300))
        return around(value, error, n)
