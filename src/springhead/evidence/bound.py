"""A lower bound of the synthetic share from known-human text alone.

Whatever the synthetic text scores, P(score <= c) in the target is at least (1 - a) P_H(score <= c), so
a >= 1 - P_T(<= c) / P_H(<= c): the true-positive rate is set to 1. The ratio of the two proportions gets
Koopman's score limit (Koopman 1984; Miettinen and Nurminen 1985), Bonferroni over a few thresholds fixed by
the human reference's size alone.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from springhead.evidence.rates import normal_quantile, student_quantile
from springhead.evidence.samples import Sample

Floats = npt.NDArray[np.float64]
HUMAN_QUANTILES = (0.5, 0.8, 0.95)


def ratio_statistic(p1: float, n1: float, p2: float, n2: float, ratio: float) -> float:
    """Return the score statistic of 'p1 / p2 = ratio', positive when p1 is larger than that.

    The proportions under the null solve Miettinen and Nurminen's quadratic.
    """
    a = (n1 + n2) * ratio
    b = n1 * ratio + n1 * p1 + n2 + n2 * p2 * ratio
    c = n1 * p1 + n2 * p2
    null2 = (b - math.sqrt(max(b * b - 4.0 * a * c, 0.0))) / (2.0 * a)
    null1 = min(max(null2 * ratio, 0.0), 1.0)
    null2 = min(max(null2, 0.0), 1.0)
    variance = null1 * (1.0 - null1) / n1 + ratio**2 * null2 * (1.0 - null2) / n2
    return (p1 - ratio * p2) / math.sqrt(max(variance, 1e-300))


def ratio_upper_limit(p1: float, n1: float, p2: float, n2: float, critical: float) -> float:
    """Return the largest ratio p1 / p2 in (0, 1] that the score test does not reject, by bisection."""
    if ratio_statistic(p1, n1, p2, n2, 1.0) >= -critical:
        return 1.0
    low, high = 1e-9, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if ratio_statistic(p1, n1, p2, n2, middle) >= -critical:
            low = middle
        else:
            high = middle
    return high


def design_effect_of(sample: Sample, indicator: Floats) -> float:
    """Return the variance of a weighted mean over clusters relative to independent records, >= 1."""
    if not sample.clustered or sample.size < 2:
        return 1.0
    centred = indicator - float(np.sum(sample.weights * indicator))
    plain = float(np.sum(sample.weights * centred**2)) / sample.effective
    labels, inverse = np.unique(sample.clusters, return_inverse=True)
    if labels.size < 2 or plain <= 0.0:
        return 1.0
    sums = np.bincount(inverse.reshape(-1), sample.weights * centred)
    return max(1.0, float(np.sum(sums**2)) * labels.size / (labels.size - 1) / plain)


def lower_bound(target: Sample, human: Sample, *, confidence: float = 0.975) -> float | None:
    """Return a one-sided lower limit of the synthetic share, 0 when nothing is proved, None without records.

    Valid for every synthetic class as long as the human reference is exchangeable with the target's human
    text.
    """
    if target.size == 0 or human.size < 10:
        return None
    level = 1.0 - (1.0 - confidence) / len(HUMAN_QUANTILES)
    order = np.argsort(human.scores, kind="stable")
    cumulative = np.cumsum(human.weights[order])
    best = 0.0
    for quantile in HUMAN_QUANTILES:
        at = min(int(np.searchsorted(cumulative, quantile)), human.size - 1)
        cut = human.scores[order][at]
        below_target = (target.scores <= cut).astype(np.float64)
        below_human = (human.scores <= cut).astype(np.float64)
        n1 = target.effective / design_effect_of(target, below_target)
        n2 = human.effective / design_effect_of(human, below_human)
        p1, p2 = float(target.weights @ below_target), float(human.weights @ below_human)
        critical = _critical(level, target, human)
        best = max(best, 1.0 - ratio_upper_limit(p1, n1, p2, n2, critical))
    return best


def _critical(level: float, target: Sample, human: Sample) -> float:
    """Return the critical value, Student's with the number of clusters of the coarser sample."""
    counts = [np.unique(s.clusters).size for s in (target, human) if s.clustered]
    return student_quantile(level, max(1.0, min(counts) - 1.0)) if counts else normal_quantile(level)
