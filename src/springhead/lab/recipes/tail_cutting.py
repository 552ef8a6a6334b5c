"""T10: what cutting the tail of a Zipf law does to learning curves, and when mixing in real data heals it.

Dohmatob, Feng, Yang, Charton and Kempe, "A Tale of Tails" (2402.07043): a memorising learner has after T draws
of p_i ~ i^-beta the error E(T) = sum p_i (1 - q_i)^T, q_i = chance to draw item i from the training law. Exact sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.lab.reproduction import Claim, Estimate, Scale
from springhead.laws.tails import (
    clean_slope,
    cut_mass,
    log_slope,
    new_descent,
    unseen_mass,
    zipf_probabilities,
)
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
    law = zipf_probabilities(size=scale.pick(ITEMS // 4, ITEMS), exponent=BETA)
    steep = zipf_probabilities(size=law.size, exponent=2.0)
    cut = 1_000
    mass = cut_mass(law, cut=cut)
    rows = [
        CLAIM.judge(
            "slope of the clean curve", clean_slope(exponent=BETA), Estimate(slope(law)), systematic=0.015,
            because="finitely many items", control="beta = 2, slope -1/2", control_observed=Estimate(slope(steep)),
        ),
        CLAIM.judge(
            "plateau after the cut", mass, Estimate(float(unseen_mass(law, 1e9, cut=cut)[0])), systematic=0.01 * mass,
            because="1 % of the cut mass", control="the law is not cut",
            control_observed=Estimate(float(unseen_mass(law, 1e9)[0])),
        ),
        CLAIM.judge(
            "exponent of the plateau's end in k^beta / pi", 1.0, Estimate(end_exponent(law, BETA)), systematic=0.03,
            because="sums in place of integrals", control="k in place of k^beta",
            control_observed=Estimate(end_exponent(law, 1.0)),
        ),
    ]  # fmt: skip
    return rows


def slope(law: Floats) -> float:
    """Return the log-log slope of the error between a thousand and a hundred thousand draws."""
    return log_slope((few := 1e3, many := 1e5), unseen_mass(law, (few, many)))


def end_exponent(law: Floats, beta: float) -> float:
    """Return the slope of log T_half against log(k^beta / pi), T_half = draws at which half the plateau is left."""
    ends, predicted = [], []
    for cut in (100, 1_000):
        for real in (0.1, 0.01):
            ends.append(_half_life(law, cut, real))
            predicted.append(new_descent(cut=cut, exponent=beta, real_share=real))
    return log_slope(predicted, ends)


def _half_life(law: Floats, cut: int, real: float) -> float:
    """Draws after which half of the mass beyond the cut is still unseen, found by bisection."""
    rare = law[cut:]
    target, low, high = float(rare.sum()) / 2.0, 1.0, 1e12
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        left = float(
            rare @ np.exp(middle * np.log1p(-real * rare))
        )  # beyond the cut the training law is pi p
        low, high = (middle, high) if left > target else (low, middle)
    return low
