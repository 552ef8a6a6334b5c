"""The what-if share: what the target would hold if its generators wrote like the named synthetic reference.

A foreign mirror (another LLM on the same topics) is detected more or less often than the generators of the
corpus. Between generators the whole shape of the score changes most, the rate above one middle threshold
least, so the share comes from an adjusted count there; its interval allows the true-positive rate to differ
by `GENERATOR_GAP` on the probit scale to either side (binormal model of rates, Dorfman and Alf 1969).
"""

from __future__ import annotations

from statistics import NormalDist

import msgspec
import numpy as np

from springhead.evidence.adjusted_count import DetectorRates, best_bin
from springhead.evidence.interval import Interval, invert
from springhead.evidence.mixture import Mixture

#: Probit units between the true-positive rates of two generators (measured in docs/prevalence.md: foreign
#: mirrors).
GENERATOR_GAP = 1.25


def two_bins(mixture: Mixture) -> Mixture:
    """Return the mixture seen through its best threshold alone: below, above."""
    first = int(best_bin(mixture.human, mixture.synthetic))

    def fold(values: np.ndarray) -> np.ndarray:
        """Add up the bins on both sides of the threshold along the last axis."""
        return np.stack([values[..., :first].sum(axis=-1), values[..., first:].sum(axis=-1)], axis=-1)

    human, synthetic = fold(mixture.human), fold(mixture.synthetic)
    ratio = (synthetic + 1e-6) / (human + 1e-6)
    return msgspec.structs.replace(
        mixture,
        cuts=mixture.cuts[first - 1 : first],
        target=fold(mixture.target),
        human=human,
        synthetic=synthetic,
        human_folds=fold(mixture.human_folds),
        synthetic_folds=fold(mixture.synthetic_folds),
        ratios=np.repeat(ratio[None], len(mixture.ratios), axis=0),
    )


def what_if(
    mixture: Mixture,
    rates: DetectorRates,
    *,
    confidence: float,
    design_effect: float,
    freedom: float,
    gap: float = GENERATOR_GAP,
) -> Interval:
    """Return the share under the synthetic reference with an interval that allows for another generator."""
    plain = invert(two_bins(mixture), confidence=confidence, design_effect=design_effect, freedom=freedom)
    normal = NormalDist()
    false, true = rates.false_positive.value, min(max(rates.true_positive.value, 1e-4), 1.0 - 1e-4)
    separation = max(true - false, 1e-9)
    harder = (normal.cdf(normal.inv_cdf(true) - gap) - false) / separation
    easier = (normal.cdf(normal.inv_cdf(true) + gap) - false) / separation
    return Interval(
        estimate=plain.estimate,
        low=plain.low / max(easier, 1.0),
        high=1.0 if harder <= plain.high else plain.high / min(harder, 1.0),
    )
