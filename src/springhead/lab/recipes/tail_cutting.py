"""T10: what cutting the tail of a Zipf law does to learning curves, and when mixing in real data heals it.

Dohmatob, Feng, Yang, Charton and Kempe, "A Tale of Tails" (2402.07043): a memorising learner has after T draws
of p_i ~ i^-beta the error E(T) = sum p_i (1 - q_i)^T, q_i = chance to draw item i from the training law. Exact sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.lab.reproduction import Claim, Estimate, Scale
from springhead.results.lab import Reproduction

Floats = NDArray[np.float64]

CLAIM = Claim(
    id="T10",
    claim="Cutting a Zipf tail stops learning at a plateau of the cut mass; a real share pi ends it near k^beta / pi.",
    source="Dohmatob et al. 2024, A Tale of Tails, arXiv 2402.07043",
    protocol="p_i ~ i^-1.5 over 2 million items, exact sums; tail cut at k; share pi of real data mixed in",
    by="formula",
)
BETA = 1.5
ITEMS = 2_000_000


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:  # noqa: ARG001  (nothing is drawn)
    """Check slope, plateau and the end of the plateau."""
    law = zipf(BETA, scale.pick(ITEMS // 4, ITEMS))
    steep = zipf(2.0, law.size)
    cut = 1_000
    mass = float(law[cut:].sum())
    rows = [
        CLAIM.judge(
            "slope of the clean curve", -(1.0 - 1.0 / BETA), Estimate(slope(law)), systematic=0.015,
            because="finitely many items", control="beta = 2, slope -1/2", control_observed=Estimate(slope(steep)),
        ),
        CLAIM.judge(
            "plateau after the cut", mass, Estimate(error(law, truncated(law, cut), 1e9)), systematic=0.01 * mass,
            because="1 % of the cut mass", control="the law is not cut", control_observed=Estimate(error(law, law, 1e9)),
        ),
        CLAIM.judge(
            "exponent of the plateau's end in k^beta / pi", 1.0, Estimate(end_exponent(law, BETA)), systematic=0.03,
            because="sums in place of integrals", control="k in place of k^beta",
            control_observed=Estimate(end_exponent(law, 1.0)),
        ),
    ]  # fmt: skip
    return rows


def zipf(beta: float, items: int) -> Floats:
    """Return p_i ~ i^-beta, float64 (items,), summing to 1."""
    weights = np.arange(1, items + 1, dtype=np.float64) ** -beta
    return np.asarray(weights / weights.sum())


def truncated(law: Floats, cut: int) -> Floats:
    """Return the law without items beyond `cut`, renormalised."""
    kept = np.where(np.arange(law.size) < cut, law, 0.0)
    return np.asarray(kept / kept.sum())


def error(law: Floats, training: Floats, draws: float) -> float:
    """Return sum p_i (1 - q_i)^T, the mass of items not seen in T draws of the training law."""
    with np.errstate(divide="ignore"):
        return float(law @ np.exp(draws * np.log1p(-training)))


def slope(law: Floats) -> float:
    """Return the log-log slope of the error between a thousand and a hundred thousand draws."""
    few, many = 1e3, 1e5
    return float(np.log(error(law, law, many) / error(law, law, few)) / np.log(many / few))


def end_exponent(law: Floats, beta: float) -> float:
    """Return the slope of log T_half against log(k^beta / pi), T_half = draws at which half the plateau is left."""
    ends, predicted = [], []
    for cut in (100, 1_000):
        mass = float(law[cut:].sum())
        for real in (0.1, 0.01):
            training = real * law + (1.0 - real) * truncated(law, cut)
            ends.append(np.log(_half_life(law[cut:], training[cut:], mass / 2.0)))
            predicted.append(np.log(cut**beta / real))
    return float(np.polyfit(predicted, ends, 1)[0])


def _half_life(law: Floats, training: Floats, target: float) -> float:
    low, high = 1.0, 1e12
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if error(law, training, middle) > target else (low, middle)
    return low
