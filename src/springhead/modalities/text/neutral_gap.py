"""How far a loop's vocabulary is from what neutral resampling of whole documents would have left."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.errors import TooFewToMeasure
from springhead.modalities.intervals import NORMAL
from springhead.modalities.text.counted_words import words_of
from springhead.modalities.text.documents import Documents


class NeutralGap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of generation 0's words that the sample has, minus what neutral resampling of documents would leave.

    A word held by c documents outlives k generations of resampling whole documents with probability about
    1 - exp(-c g_k), g_1 = 1, g_(k+1) = 1 - exp(-g_k) (Suresh et al. 2024, the Poisson case). Below 0: words thin out
    faster. The interval is normal, with the law's own variance, words taken as independent (which they are not
    within a document, so it is narrow by the clumping of words).
    """

    name: ClassVar[str] = "neutral-gap"
    worse: ClassVar[Literal["lower"]] = "lower"
    needs: ClassVar[Literal["start"]] = "start"

    def measure(self, start: Documents, generation: int, sample: Documents, /) -> Measurement:
        """Compare a sample with the real documents of generation 0; raises TooFewToMeasure where they are none."""
        holders = _holders(start)
        held = holders[holders > 0]
        if len(held) == 0:
            raise TooFewToMeasure(self.name, 0, 1, "words in generation 0")
        kept = float(((_holders(sample) > 0) & (holders > 0)).sum()) / len(held)
        chance = survival(held, generation)
        half = NORMAL * math.sqrt(float((chance * (1.0 - chance)).sum())) / len(held)
        gap = kept - float(chance.mean())
        return Measurement(gap, gap - half, gap + half, len(sample))


def survival(documents: Floats, generation: int) -> Floats:
    """Return 1 - exp(-c g_k) of words in c documents after k generations, float64 like `documents`; all 1 at k = 0."""
    rate = math.inf
    for _ in range(generation):
        rate = 1.0 if math.isinf(rate) else -math.expm1(-rate)
    return np.ones(len(documents)) if math.isinf(rate) else np.asarray(-np.expm1(-documents * rate))


def _holders(documents: Documents) -> Floats:
    """Number of documents that hold each word, float64 (vocabulary,)."""
    words = words_of(NeutralGap.name, documents)
    pairs = np.unique(words.tokens * np.int64(max(1, words.documents)) + words.document)
    return np.bincount(pairs // max(1, words.documents), minlength=len(documents.vocabulary)).astype(
        np.float64
    )
