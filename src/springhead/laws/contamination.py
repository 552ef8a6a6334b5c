"""Categorical law learnt from a mix of real and own data, with or without a filter that errs.

Source: Bakshi and Chakraborty 2026 (arXiv 2602.10531); the floor of error rates by total variation is theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.checks import positive, share, whole


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter leaves: the real share and the expected number of records."""

    real_share: float
    n: float


def filtered(*, n: float, real_share: float, drop_real: float, keep_synthetic: float) -> Filtered:
    """Return what a filter with errors leaves of n records: alpha' and n' (Bakshi).

    `drop_real` e1 is the share of real records dropped, `keep_synthetic` e2 that of synthetic records kept.
    """
    alpha = share("real_share", real_share)
    real = alpha * (1.0 - share("drop_real", drop_real))
    kept = real + (1.0 - alpha) * share("keep_synthetic", keep_synthetic)
    if kept <= 0.0:
        raise OutOfRange("kept share", str(kept), "above 0: this filter leaves nothing")
    return Filtered(real / kept, kept * positive("n", n))


def risk_ratio(*, n: float, real_share: float, generations: int) -> Floats:
    """Return R_t / R_0 for t = 0..generations, n constant, float64 (generations + 1,).

    R_t = R_0 + ((n-1)/n)(1-alpha)^2 R_(t-1), R_0 the risk of one fit to n real records.
    """
    factor = (1.0 - 1.0 / positive("n", n)) * (1.0 - share("real_share", real_share)) ** 2
    ratios = np.ones(whole("generations", generations, least=0) + 1)
    for t in range(1, len(ratios)):
        ratios[t] = 1.0 + factor * ratios[t - 1]
    return ratios


def steady_risk(
    *,
    n: float,
    real_share: float,
    drop_real: float = 0.0,
    keep_synthetic: float = 1.0,
    backfill: bool = False,
) -> float:
    """Return R_inf / R_0, R_0 at the unfiltered n: (n/n') / (1 - ((n'-1)/n')(1-alpha')^2).

    Without backfill the filter costs records, n' < n; with it n' = n. inf never occurs: at alpha = 0 it is n.
    """
    left = filtered(n=n, real_share=real_share, drop_real=drop_real, keep_synthetic=keep_synthetic)
    size = n if backfill else left.n
    if size < 1.0:
        raise OutOfRange("records left", str(size), "at least 1")
    return (n / size) / (1.0 - (1.0 - 1.0 / size) * (1.0 - left.real_share) ** 2)


def least_error_sum(*, total_variation: float) -> float:
    """Return the least e1 + e2 of any detector: 1 - TV between real and generated records."""
    return 1.0 - share("total_variation", total_variation)


def corrected_share(*, flagged: float, false_positive_rate: float, true_positive_rate: float) -> float:
    """Return the share (q - FPR) / (TPR - FPR), clipped to [0, 1] (Rogan and Gladen 1978)."""
    gap = share("true_positive_rate", true_positive_rate) - share("false_positive_rate", false_positive_rate)
    if not gap > 0.0 or math.isnan(flagged):
        raise OutOfRange("true_positive_rate", str(true_positive_rate), "above the false positive rate")
    return min(1.0, max(0.0, (share("flagged", flagged) - false_positive_rate) / gap))
