"""T1: how many word types outlive neutral resampling, on real text.

Suresh, Thangaraj and Khandavally, "Rate of Model Collapse in Recursive Training" (2412.17646): an item seen c
times is still there after k generations with probability about 1 - exp(-c g_k).
"""

from __future__ import annotations

from collections import Counter
from pydoc_data.topics import topics

import numpy as np

from springhead.core.nouns import Integers
from springhead.lab.reproduction import Claim, Scale, mean_of
from springhead.laws.unigram import unigram_loop
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T1",
    claim="Types kept after k replace generations are the mean of 1 - exp(-c g_k) over the counts c.",
    source="Suresh et al. 2024, Rate of Model Collapse in Recursive Training, arXiv 2412.17646",
    protocol="unigram law of the words of Python's language reference, replace, neutral sampling, k = 1, 2, 5, 10",
    by="law",
)


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Resample the words of real text ten times and compare the types kept with the law."""
    counts = reference_counts()
    runs = [unigram_loop(counts, generations=10, seed=seed * 1000 + run) for run in range(scale.pick(10, 40))]
    observed = np.stack([run.observed[:, 0] for run in runs])
    halved = np.maximum(counts // 2, 1)
    control = np.stack(
        [unigram_loop(halved, generations=10, seed=seed * 1000 + run).observed[:, 0] for run in range(5)]
    )
    return [
        CLAIM.judge(
            f"types kept after {k}", float(runs[0].expected[k, 0]), mean_of(observed[:, k]), systematic=0.003,
            because="Poisson in place of multinomial", control="half the counts", control_observed=mean_of(control[:, k]),
        )
        for k in (1, 2, 5, 10)
    ]  # fmt: skip


def reference_counts() -> Integers:
    """Return how often each word of Python's language reference occurs, int64 (types,)."""
    words = Counter(word for text in topics.values() for word in text.lower().split() if word.isalpha())
    return np.array(sorted(words.values()), np.int64)
