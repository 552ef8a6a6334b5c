"""Power first: the smallest share that these references and this detector can tell from 0 at a given size."""

from __future__ import annotations

import msgspec

from springhead.evidence.adjusted_count import DetectorRates
from springhead.evidence.interval import half_width_at
from springhead.evidence.mixture import Mixture
from springhead.evidence.rates import normal_quantile

#: 'Clearly above': lower limit of TPR above upper limit of FPR by this much ...
LEAST_SEPARATION = 0.10
#: ... and 2,000 records with these references can tell this share from 0.
LARGEST_SMALLEST_SHARE = 0.25
REFERENCE_SIZE = 2000.0


class Power(msgspec.Struct, frozen=True):
    """Smallest share told from 0 with probability `power` at this n and at 2,000, and if it suffices."""

    smallest_share: float
    smallest_share_at_2000: float
    power: float
    sufficient: bool


def smallest_share(mixture: Mixture, n: float, *, design_effect: float = 1.0, power: float = 0.8) -> float:
    """Return the smallest share whose lower limit (97.5 %) exceeds 0 with this probability, 1 when none does.

    Solves a = z(0.975) sd(0) + z(power) sd(a) by fixed-point steps, sd in share units from `half_width_at`.
    """
    first, second = normal_quantile(0.975), normal_quantile(power)
    at_zero = half_width_at(mixture, 0.0, n, first, design_effect)
    share = at_zero
    for _ in range(20):
        before = share
        share = min(1.0, at_zero + half_width_at(mixture, before, n, second, design_effect))
        if abs(share - before) < 1e-3 * share:
            break
    return share


def judge_power(mixture: Mixture, rates: DetectorRates, *, design_effect: float = 1.0) -> Power:
    """Judge whether detection power is clearly above the false-positive rate, whatever n is."""
    standard = smallest_share(mixture, REFERENCE_SIZE, design_effect=design_effect)
    apart = rates.true_positive.low - rates.false_positive.high
    return Power(
        smallest_share=smallest_share(mixture, mixture.n, design_effect=design_effect),
        smallest_share_at_2000=standard,
        power=0.8,
        sufficient=bool(apart >= LEAST_SEPARATION and standard <= LARGEST_SMALLEST_SHARE),
    )


def no_power() -> Power:
    """Return the power of nothing: no reference of one class, or scores that are all alike."""
    return Power(smallest_share=1.0, smallest_share_at_2000=1.0, power=0.8, sufficient=False)
