"""Which items survive a loop that replaces its corpus: the law g_k, from counts alone.

Source: Suresh et al. 2024, "Rate of model collapse in recursive training" (arXiv 2412.17646).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.checks import positive, weights, whole


def survival_rates(*, generations: int) -> Floats:
    """Return g_0..g_k, float64 (generations + 1,): g_0 = inf, g_1 = 1, g_(k+1) = 1 - exp(-g_k); k g_k -> 2."""
    rates = np.full(whole("generations", generations, least=0) + 1, math.inf)
    for k in range(1, len(rates)):
        rates[k] = -math.expm1(-rates[k - 1])
    return rates


def survival_probability(counts: ArrayLike, *, generations: int) -> Floats:
    """Return 1 - exp(-c g_k), shaped as `counts`: the chance that an item with c occurrences is left.

    Exact for Poisson counts; for a corpus of constant size n a lower bound, tight where c << n.
    """
    counts = weights("counts", counts)
    rate = survival_rates(generations=generations)[-1]
    if math.isinf(rate):
        return (counts > 0).astype(np.float64)
    return np.asarray(-np.expm1(-counts * rate), np.float64)


def types_kept(counts: ArrayLike, *, generations: int) -> Floats:
    """Return the expected share of types left after 0..k generations, float64 (generations + 1,)."""
    counts = weights("counts", counts)
    present = counts[counts > 0]
    # Equal counts are summed once: a vocabulary has few distinct counts.
    values, times = np.unique(present, return_counts=True)
    rates = survival_rates(generations=generations)[:, None]
    return np.asarray((-np.expm1(-values * rates) * times).sum(axis=1) / len(present), np.float64)


def needed_count(*, generations: int, risk: float = 0.05) -> float:
    """Return the least expected count that survives k generations with probability 1 - risk: -ln(risk) / g_k."""
    if not 0.0 < risk < 1.0:
        raise OutOfRange("risk", str(risk), "within (0, 1)")
    whole("generations", generations, least=1)
    return -math.log(risk) / float(survival_rates(generations=generations)[-1])


def extinction_quantile(*, count: float, probability: float = 0.5, most: int = 1_000_000) -> int | None:
    """Return the first generation by which an item of that count is gone with the given probability.

    None when that takes more than `most` generations.
    """
    count = positive("count", count)
    if not 0.0 < probability < 1.0:
        raise OutOfRange("probability", str(probability), "within (0, 1)")
    rate, threshold = math.inf, -math.log(probability)
    for generation in range(1, most + 1):
        rate = -math.expm1(-rate)
        if count * rate <= threshold:
            return generation
    return None
