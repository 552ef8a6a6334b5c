"""Error of an estimated mean, generation by generation, in units of the error of one honest fit.

Sources: Gerstgrasser et al. 2024 (arXiv 2404.01413), Dey and Donoho 2024 (2410.22812), Amin et al. 2026
(2601.15468), He et al. 2025 (2502.18049); the subsample series is our own derivation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.checks import positive, share, whole

Workflow = Literal["replace", "accumulate", "growing", "subsample"]

ACCUMULATE_LIMIT = math.pi**2 / 6
"""Limit of sum 1/i^2, the ratio of errors when everything accumulates."""

SUBSAMPLE_LIMIT = math.pi**2 / 2 - 2
"""Limit when everything accumulates and n records are drawn from it without replacement."""


def error_ratio(*, workflow: Workflow, generations: int) -> Floats:
    """Return n Var_g / sigma^2 for g = 1..generations, float64 (generations,).

    replace: g; accumulate: sum 1/i^2; growing (g n fresh samples of model g - 1): sum 1/i; subsample:
    1 + sum_(j=2..g) (2 - 1/(j-1)) / j^2 + 1 - 1/g.
    """
    g = np.arange(1, whole("generations", generations, least=1) + 1, dtype=np.float64)
    if workflow == "replace":
        return g
    if workflow == "accumulate":
        return np.asarray(np.cumsum(1.0 / g**2), np.float64)
    if workflow == "growing":
        return np.asarray(np.cumsum(1.0 / g), np.float64)
    steps = np.zeros(len(g))
    steps[1:] = (2.0 - 1.0 / (g[1:] - 1.0)) / g[1:] ** 2
    return np.asarray(1.0 + np.cumsum(steps) + 1.0 - 1.0 / g, np.float64)


def partial_contamination(*, synthetic_share: float, generations: int) -> Floats:
    """Return Var(Y_t)/Sigma for t = 1..generations under uniform weights on an accumulating corpus.

    Var(Y_t) = ((t - 1 + alpha)/t)^2 Var(Y_(t-1)) + 1/t^2 with alpha the synthetic share of what arrives (Amin).
    """
    alpha = share("synthetic_share", synthetic_share)
    variances = np.empty(whole("generations", generations, least=1))
    variance = 0.0
    for t in range(1, len(variances) + 1):
        kept = (t - 1 + alpha) / t if t > 1 else 0.0
        variance = kept * kept * variance + 1.0 / (t * t)
        variances[t - 1] = variance
    return variances


def weighted_error(*, weight: float, ratio: float) -> float:
    """Return V n_real / sigma^2 at weight w on fresh real data, k = n_real/n_synthetic (He).

    (w^2 + k (1-w)^2) / (w (2-w)).
    """
    w, k = weight, positive("ratio", ratio)
    if not 0.0 < w <= 1.0:
        raise OutOfRange("weight", str(weight), "within (0, 1]")
    return (w * w + k * (1 - w) ** 2) / (w * (2 - w))


@dataclass(frozen=True, slots=True)
class GoldenRatio:
    """Best weight on real data, the error there in units of a real-only fit, and n_e / n_r = 1 / error."""

    weight: float
    error: float
    effective_ratio: float


def golden_ratio(*, ratio: float) -> GoldenRatio:
    """Return w* = (sqrt(k^2 + 4k) - k)/2, V* and n_e/n_r = 1/V*; at k = 1: 0.618, 0.618, 1.618 (He)."""
    k = positive("ratio", ratio)
    # The textbook form (sqrt(k^2 + 4k) - k)/2 cancels for large k; this one does not.
    weight = 2.0 / (1.0 + math.sqrt(1.0 + 4.0 / k))
    error = weighted_error(weight=weight, ratio=k)
    return GoldenRatio(weight, error, 1.0 / error)
