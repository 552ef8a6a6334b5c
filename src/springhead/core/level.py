"""The level: P(synthetic) of a record in one byte, 0 = unknown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNKNOWN_LEVEL = 0
LIMIT_NATS = 10.0
STEPS = 254


def to_level(log_odds: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Encode posterior log-odds in nats, float64 (n,), as bytes 1..255; nan becomes 0 (unknown).

    Levels are equal steps over plus and minus 10 nats, so that one step is 0.079 nats and the error of a
    probability is below 0.01 everywhere.
    """
    bounded = np.clip(log_odds, -LIMIT_NATS, LIMIT_NATS)
    steps = 1.0 + np.rint((bounded + LIMIT_NATS) * (STEPS / (2.0 * LIMIT_NATS)))
    return np.where(np.isnan(log_odds), UNKNOWN_LEVEL, steps).astype(np.uint8)


def to_log_odds(level: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Decode bytes to log-odds in nats, float64 (n,); unknown becomes nan."""
    value = (level.astype(np.float64) - 1.0) * (2.0 * LIMIT_NATS / STEPS) - LIMIT_NATS
    return np.where(level == UNKNOWN_LEVEL, np.nan, value)


def to_probability(level: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Decode bytes to P(synthetic), float64 (n,); unknown becomes nan."""
    probability: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-to_log_odds(level)))
    return probability
