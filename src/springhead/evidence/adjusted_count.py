"""Adjusted count: the share from the rate above one threshold, (q - FPR) / (TPR - FPR).

Sources: Rogan and Gladen 1978; Forman 2008. With known rates its interval is Clopper-Pearson's, mapped; it is
the yardstick ("the method that knows the rates") of benchmarks/prevalence.py.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.mixture import FOLDS, Mixture
from springhead.evidence.rates import clopper_pearson

Floats = npt.NDArray[np.float64]


class Rate(msgspec.Struct, frozen=True):
    """A rate with its exact interval."""

    value: float
    low: float
    high: float


class DetectorRates(msgspec.Struct, frozen=True):
    """True- and false-positive rate at the threshold of greatest difference, judged on other folds.

    `threshold` is the one chosen on all references; `separation` is TPR - FPR.
    """

    threshold: float
    true_positive: Rate
    false_positive: Rate

    @property
    def separation(self) -> float:
        """Return TPR - FPR."""
        return self.true_positive.value - self.false_positive.value


def adjusted_count(
    positive_rate: npt.ArrayLike, true_positive_rate: npt.ArrayLike, false_positive_rate: npt.ArrayLike
) -> Floats:
    """Return the share in [0, 1], broadcast; where TPR does not exceed FPR nothing can be told: nan."""
    q, t, f = (
        np.asarray(x, dtype=np.float64) for x in (positive_rate, true_positive_rate, false_positive_rate)
    )
    difference = t - f
    share = np.where(difference > 0, (q - f) / np.where(difference > 0, difference, 1.0), np.nan)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def known_rates_interval(
    count: float, n: float, true_positive_rate: float, false_positive_rate: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of the share at known rates: Clopper-Pearson's of the count, mapped and clipped."""
    low, high = clopper_pearson(count, n, confidence)
    limits = adjusted_count(np.array([low, high]), true_positive_rate, false_positive_rate)
    return float(limits[0]), float(limits[1])


def best_bin(human: Floats, synthetic: Floats) -> npt.NDArray[np.int64]:
    """Return the first bin above the threshold of greatest TPR - FPR, for shares (..., k)."""
    gap = np.cumsum(human - synthetic, axis=-1)
    return np.asarray(np.argmax(gap[..., :-1], axis=-1) + 1, dtype=np.int64)


def detector_rates(mixture: Mixture, confidence: float = 0.95) -> DetectorRates:
    """Return cross-fitted rates: each fold is judged at the threshold that the others chose."""
    if mixture.cuts.size == 0:
        nothing = Rate(0.0, 0.0, 1.0)
        return DetectorRates(0.0, nothing, nothing)
    false, true = 0.0, 0.0
    for fold in range(FOLDS):
        first = int(
            best_bin(
                mixture.human - mixture.human_folds[fold], mixture.synthetic - mixture.synthetic_folds[fold]
            )
        )
        false += float(mixture.human_folds[fold, first:].sum())
        true += float(mixture.synthetic_folds[fold, first:].sum())
    chosen = int(best_bin(mixture.human, mixture.synthetic))
    return DetectorRates(
        threshold=float(mixture.cuts[chosen - 1]),
        true_positive=_rate(true, mixture.n_synthetic, confidence),
        false_positive=_rate(false, mixture.n_human, confidence),
    )


def _rate(value: float, n: float, confidence: float) -> Rate:
    """Return a rate of n (effective) records with its exact interval."""
    clipped = min(max(value, 0.0), 1.0)
    low, high = clopper_pearson(clipped * n, n, confidence)
    return Rate(clipped, float(low), float(high))


def adjusted_count_shares(target: Floats, human: Floats, synthetic: Floats) -> Floats:
    """Return the share by adjusted count per row of binned shares (b, k), threshold chosen in that row."""
    above = np.arange(target.shape[-1]) >= best_bin(human, synthetic)[:, None]
    q, t, f = ((x * above).sum(axis=1) for x in (target, synthetic, human))
    return np.nan_to_num(adjusted_count(q, t, f), nan=0.0)
