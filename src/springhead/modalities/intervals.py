"""95 % intervals in closed form, which the metrics of every modality share.

Sources: Wilson 1927 (a share); Hill 1970 (Student's quantile by expansion); Wilson and Hilferty 1931 (a weighted
sum of squares).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from springhead.core.nouns import Floats, Measurement

CONFIDENCE = 0.95
NORMAL = NormalDist().inv_cdf(0.5 + 0.5 * CONFIDENCE)
ONE_SIDED = NormalDist().inv_cdf(CONFIDENCE)


def student(freedom: float) -> float:
    """Return the two-sided 95 % quantile of Student's t; within 0.5 % from 4 degrees of freedom on."""
    z, v = NORMAL, max(freedom, 1.0)
    first = (z**3 + z) / 4.0
    second = (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    third = (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0
    return z + first / v + second / v**2 + third / v**3


def share(count: float, n: float, effective: float | None = None) -> Measurement:
    """Return count / n with Wilson's interval; `effective` stands for n where records do not count 1."""
    p, m = count / n, effective or n
    centre = (p + NORMAL**2 / (2.0 * m)) / (1.0 + NORMAL**2 / m)
    half = NORMAL * math.sqrt(p * (1.0 - p) / m + NORMAL**2 / (4.0 * m * m)) / (1.0 + NORMAL**2 / m)
    return Measurement(p, min(p, max(0.0, centre - half)), max(p, min(1.0, centre + half)), int(n))


def around(
    value: float, error: float, n: int, *, least: float = -math.inf, most: float = math.inf
) -> Measurement:
    """Return value +- Student's quantile times its standard error, cut to the values that are possible."""
    half = student(n - 1) * error
    return Measurement(value, min(value, max(least, value - half)), max(value, min(most, value + half)), n)


def distance(value: float, radius: float, n: int) -> Measurement:
    """Return a distance with the interval that the triangle inequality gives.

    `radius` bounds, with probability 95 %, how far the two empirical laws together lie from the true ones; so the
    true distance lies within it, whether or not the laws are equal.
    """
    return Measurement(value, max(0.0, value - radius), value + radius, n)


def root_of_squares(weights: Floats) -> float:
    """Return the 95 % quantile of sqrt(sum of weights times squared standard normals), weights >= 0."""
    total, squares = float(weights.sum()), float((weights**2).sum())
    if total <= 0.0:
        return 0.0
    freedom = total * total / squares
    ratio = 1.0 - 2.0 / (9.0 * freedom) + ONE_SIDED * math.sqrt(2.0 / (9.0 * freedom))
    return float(np.sqrt(total * max(ratio, 0.0) ** 3))
