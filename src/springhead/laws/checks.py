"""Ranges in which laws hold: every argument that a user can get wrong is checked here."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange


def whole(name: str, value: int, *, least: int) -> int:
    """Return a whole number of at least `least`, else raise OutOfRange."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise OutOfRange(name, str(value), f"a whole number of at least {least}")
    return int(value)


def share(name: str, value: float) -> float:
    """Return a share in [0, 1], else raise OutOfRange."""
    if not 0.0 <= value <= 1.0:
        raise OutOfRange(name, str(value), "within [0, 1]")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return a finite number above zero, else raise OutOfRange."""
    if not (math.isfinite(value) and value > 0.0):
        raise OutOfRange(name, str(value), "finite and above 0")
    return float(value)


def non_negative(name: str, value: float) -> float:
    """Return a finite number of at least zero, else raise OutOfRange."""
    if not (math.isfinite(value) and value >= 0.0):
        raise OutOfRange(name, str(value), "finite and at least 0")
    return float(value)


def weights(name: str, values: ArrayLike) -> Floats:
    """Return finite, non-negative numbers of any shape with a positive total, else raise OutOfRange."""
    array = np.asarray(values, np.float64)
    if array.size == 0 or not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise OutOfRange(name, _shown(array), "finite, non-negative, with a positive total")
    return array


def _shown(array: Floats) -> str:
    return np.array2string(array.ravel()[:6], threshold=6) + ("..." if array.size > 6 else "")
