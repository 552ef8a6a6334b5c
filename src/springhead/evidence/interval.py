"""Point and interval of the share: the shares that the efficient score test does not reject.

Near 0 and 1 the set is cut to [0, 1]; a target that reads below 0 by more than one standard deviation gets
the upper limit of one that reads one standard deviation below (power-constrained limits, Cowan et al. 2011),
so an interval is never empty and never claims more than the data could have shown.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.mixture import Mixture, ScoreCurve, score_curve
from springhead.evidence.rates import student_quantile

Floats = npt.NDArray[np.float64]
#: Share of the allowed error that the asymptotic test may spend: the exact level is approached from below:
#: simulated coverage of plain 95 % limits was 93.5 to 96 % at shares of 5 to 50 % (docs/prevalence.md).
MARGIN = 0.75


class Interval(msgspec.Struct, frozen=True):
    """A share with its limits, all in [0, 1]."""

    estimate: float
    low: float
    high: float


def studentised(curve: ScoreCurve, design_effect: float) -> Floats:
    """Return the test statistic (m,), drawn to 0 by half a record, before the skewness correction.

    The design effect inflates the variance, and the half record to half a cluster.
    """
    size = np.maximum(np.abs(curve.difference) - curve.half_record * design_effect, 0.0)
    return np.asarray(
        np.sign(curve.difference) * size / np.sqrt(curve.variance * design_effect), dtype=np.float64
    )


def corrected(curve: ScoreCurve, design_effect: float) -> Floats:
    """Return the statistic with its first skewness removed by the monotone inverse of Cornish and Fisher.

    z + skew (z^2 - 1) / 6 is the Cornish-Fisher quantile of level z; its inverse is applied, the skewness
    capped at 0.5 so that it stays monotone over the levels in use.
    """
    z = studentised(curve, design_effect)
    scale = np.maximum(curve.variance**1.5, 1e-300)
    skew = np.clip(curve.cumulant / scale * np.sqrt(design_effect), -0.5, 0.5)
    c = skew / 6.0
    small = np.abs(c) < 1e-8
    safe = np.where(small, 1.0, c)
    root = np.sqrt(np.maximum(1.0 + 4.0 * safe * (z + safe), 0.0))
    return np.asarray(np.where(small, z, (root - 1.0) / (2.0 * safe)), dtype=np.float64)


def grid(points: int) -> Floats:
    """Return shares from 0 to 1, dense at both ends, (points,)."""
    return np.asarray(np.sin(0.5 * np.pi * np.linspace(0.0, 1.0, points)) ** 2, dtype=np.float64)


def _crossing(a: Floats, values: Floats, level: float) -> float:
    """Return where falling `values` first meet the level, by linear interpolation; an end when never."""
    below = values <= level
    if not below.any():
        return float(a[-1])
    index = int(np.argmax(below))
    if index == 0:
        return float(a[0])
    left, right = values[index - 1], values[index]
    return float(a[index - 1] + (a[index] - a[index - 1]) * (left - level) / max(left - right, 1e-300))


def invert(
    mixture: Mixture, *, confidence: float = 0.95, design_effect: float = 1.0, freedom: float = np.inf
) -> Interval:
    """Return the share with its interval by inverting the score test, coarse grid first, then a fine one.

    `freedom` is the degrees of freedom of the variance (the number of clusters less one); with few the
    critical value is Student's.
    """
    critical = student_quantile(1.0 - 0.5 * MARGIN * (1.0 - confidence), freedom)
    a = grid(25)
    first = _limits(score_curve(mixture, a), design_effect, critical)
    margin = max(0.02 * (first.high - first.low), 1e-4)
    low, high = max(0.0, first.low - margin), min(1.0, first.high + margin)
    fine = np.unique(np.concatenate([[0.0, 1.0], low + (high - low) * np.linspace(0.0, 1.0, 21)]))
    return _limits(score_curve(mixture, fine), design_effect, critical)


def _limits(curve: ScoreCurve, design_effect: float, critical: float) -> Interval:
    """Read point and limits off one evaluated curve."""
    a = curve.shares
    z = corrected(curve, design_effect)
    estimate = _crossing(a, curve.difference / np.sqrt(curve.variance), 0.0)
    upper = z + max(0.0, -1.0 - z[0])
    lower = z - max(0.0, z[-1] - 1.0)
    return Interval(
        estimate=estimate,
        low=min(_crossing(a, lower, critical), estimate),
        high=max(_crossing(a, upper, -critical), estimate),
    )


def half_width_at(
    mixture: Mixture, share: float, n: float, critical: float, design_effect: float = 1.0
) -> float:
    """Return the half width that the same references would give at n records and this share, in share units.

    It is the linear approximation critical * sd(D) / slope with the variance of the references alone (the
    target enters by its size only), so that a verdict built on it does not move with the target's own noise.
    """
    a = np.array([share])
    model = msgspec.structs.replace(
        mixture, n=n, target=(1 - share) * mixture.human + share * mixture.synthetic
    )
    curve = score_curve(model, a)
    slope = float(curve.slope[0])
    if slope <= 0.0:
        return 1.0
    return float(min(1.0, critical * np.sqrt(curve.variance[0] * design_effect) / slope))
