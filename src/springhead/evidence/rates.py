"""Exact intervals of rates: Beta quantiles without scipy, Clopper-Pearson, ratios, Holm's rule.

Sources: Press et al., Numerical Recipes 6.4 (continued fraction of the incomplete Beta function); Clopper and
Pearson 1934; Przyborowski and Wilenski 1940 (ratio of two Poisson rates by conditioning); Holm 1979.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])
_TINY = 1e-300


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile of a probability in (0, 1)."""
    return NormalDist().inv_cdf(probability)


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Evaluate Lentz's continued fraction of the incomplete Beta function."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    result = d
    for step in range(1, 5000):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        result *= c * d
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        result *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return result


def _log_density_scale(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def _beta_cdf(a: float, b: float, x: float) -> float:
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(_log_density_scale(a, b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return min(1.0, front * _continued_fraction(a, b, x) / a)
    return max(0.0, 1.0 - front * _continued_fraction(b, a, 1.0 - x) / b)


def _beta_quantile(probability: float, a: float, b: float) -> float:
    """Solve by Newton steps on the logit scale, kept inside a bracket."""
    if probability <= 0.0 or probability >= 1.0:
        return 0.0 if probability <= 0.0 else 1.0
    constant = _log_density_scale(a, b)
    low, high, at = -700.0, 36.0, math.log(a / b)
    for _ in range(200):
        x = 1.0 / (1.0 + math.exp(-at))
        error = _beta_cdf(a, b, x) - probability
        low, high = (at, high) if error < 0 else (low, at)
        slope = math.exp(constant + a * math.log(x) + b * math.log1p(-x)) if x < 1.0 else 0.0
        following = at - error / slope if slope > 1e-250 else low
        if not low < following < high:
            following = 0.5 * (low + high)
        moved, at = abs(following - at), following
        if moved < 1e-12 * (1.0 + abs(at)):
            break
    return 1.0 / (1.0 + math.exp(-at))


_beta_cdf_each = np.vectorize(_beta_cdf, otypes=[np.float64])
_beta_quantile_each = np.vectorize(_beta_quantile, otypes=[np.float64])


def beta_cdf(a: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Return the regularised incomplete Beta function I_x(a, b), broadcast; a, b > 0 and x in [0, 1]."""
    return np.asarray(_beta_cdf_each(a, b, x), dtype=np.float64)


def beta_quantile(probability: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Return the quantile of Beta(a, b), broadcast, to about 1e-10 relative; 0 and 1 give 0 and 1."""
    return np.asarray(_beta_quantile_each(probability, a, b), dtype=np.float64)


def student_quantile(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t for a probability in [0.5, 1), through the Beta law."""
    if freedom > 1e6:
        return normal_quantile(probability)
    ratio = float(beta_quantile(2.0 * (1.0 - probability), 0.5 * freedom, 0.5))
    return math.sqrt(freedom * (1.0 - ratio) / max(ratio, _TINY))


def clopper_pearson(
    count: npt.ArrayLike, total: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return exact two-sided limits of a rate from `count` of `total`; fractional counts are allowed.

    A total of 0 gives [0, 1].
    """
    k, n = np.broadcast_arrays(np.asarray(count, dtype=np.float64), np.asarray(total, dtype=np.float64))
    tail = 0.5 * (1.0 - confidence)
    low = np.where(k > 0, beta_quantile(tail, np.maximum(k, 1e-9), n - k + 1.0), 0.0)
    high = np.where(k < n, beta_quantile(1.0 - tail, k + 1.0, np.maximum(n - k, 1e-9)), 1.0)
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def ratio_lower_limit(
    count: int, total: int, other_count: int, other_total: int, confidence: float = 0.975
) -> float:
    """Return the one-sided lower limit of the ratio (count / total) / (other_count / other_total).

    Exact for Poisson counts by conditioning on their sum, conservative for binomial ones; 0 when the first
    count is 0, infinite never.
    """
    if count <= 0 or total <= 0 or other_total <= 0:
        return 0.0
    share = float(beta_quantile(1.0 - confidence, float(count), float(other_count) + 1.0))
    return share / (1.0 - share) * other_total / total


def holm(p_values: npt.ArrayLike) -> Floats:
    """Return p-values adjusted for a whole family by Holm's step-down rule, in the order given."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * (p.size - np.arange(p.size)))
    result = np.empty_like(p)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def false_positive_rates(
    flagged: npt.ArrayLike, totals: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return (rate, low, high) per group of known-human records flagged at a level; nan rate for none."""
    k, n = np.asarray(flagged, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    low, high = clopper_pearson(k, n, confidence)
    return np.asarray(np.where(n > 0, k / np.maximum(n, 1.0), np.nan), dtype=np.float64), low, high


def excess_p_values(flagged: npt.ArrayLike, totals: npt.ArrayLike, nominal: float, n: int) -> Floats:
    """Return p-values of 'this group is flagged more often than nominal' given n references.

    Conformal p-values at a level follow a Beta law over references, so the flagged count is Beta-binomial:
    the upper tail is summed exactly. Holm over a family is then the rule for many groups.
    """
    rank = math.floor(nominal * (n + 1))
    k = np.atleast_1d(np.asarray(flagged, dtype=np.int64))
    totals_ = np.atleast_1d(np.asarray(totals, dtype=np.int64))
    return np.array([_upper_tail(int(x), int(m), rank, n) for x, m in zip(k, totals_, strict=True)])


def _upper_tail(count: int, total: int, rank: int, n: int) -> float:
    """Sum P(X >= count) of a Beta-binomial with Beta(rank, n + 1 - rank)."""
    if count <= 0:
        return 1.0
    if rank <= 0:
        return 0.0
    a, b = float(rank), float(n + 1 - rank)
    x = np.arange(count, total + 1, dtype=np.float64)
    logs = (
        math.lgamma(total + 1.0)
        - _log_gamma(x + 1.0)
        - _log_gamma(total - x + 1.0)
        + _log_gamma(x + a)
        + _log_gamma(total - x + b)
        - math.lgamma(total + a + b)
        + math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
    )
    return float(min(1.0, np.exp(logs).sum()))
