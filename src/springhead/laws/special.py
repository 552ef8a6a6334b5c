"""Digamma and trigamma by recurrence and Bernoulli's series, and the standard normal density and tail."""

from __future__ import annotations

import math

from springhead.laws.checks import positive

_SHIFT = 12.0


def digamma(x: float) -> float:
    """Return psi(x) for x > 0, within 1e-13 relative to max(1, |psi|).

    Source: Abramowitz and Stegun (1964), 6.3.5 and 6.3.18.
    """
    x = positive("x", x)
    shifted = 0.0
    while x < _SHIFT:
        shifted -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))))
    return shifted + math.log(x) - 0.5 / x - series


def trigamma(x: float) -> float:
    """Return psi'(x) for x > 0, within 1e-13 relative.

    Source: Abramowitz and Stegun (1964), 6.4.6 and 6.4.12.
    """
    x = positive("x", x)
    shifted = 0.0
    while x < _SHIFT:
        shifted += 1.0 / (x * x)
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * 691 / 2730)))))
    return shifted + 1.0 / x + 0.5 * y + series / x


def normal_density(x: float) -> float:
    """Return the density of the standard normal law at x."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def normal_tail(x: float) -> float:
    """Return the probability that a standard normal variable exceeds x."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))
