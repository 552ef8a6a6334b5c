"""Conformal p-values against known-human scores, and the band of the false-positive rate they really give.

Sources: Vovk, Gammerman and Shafer 2005 (p-values under exchangeability); Vovk 2012 (the realised rate given
the references follows a Beta law).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from springhead.evidence.rates import beta_quantile

Floats = npt.NDArray[np.float64]


def conformal(human_reference_scores: npt.ArrayLike, scores: npt.ArrayLike) -> Floats:
    """Return (1 + number of reference scores >= score) / (n + 1) for each score, (m,) in (0, 1].

    nan scores pass through as nan; nan references are left out. Without references every p-value is nan: "no
    reference", never 1.
    """
    reference = np.asarray(human_reference_scores, dtype=np.float64)
    reference = np.sort(reference[~np.isnan(reference)])
    values = np.asarray(scores, dtype=np.float64)
    if reference.size == 0:
        return np.full(values.shape, np.nan)
    at_least = reference.size - np.searchsorted(reference, values, side="left")
    p = (1.0 + at_least) / (reference.size + 1.0)
    return np.asarray(np.where(np.isnan(values), np.nan, p), dtype=np.float64)


def leave_one_cluster_out(human_reference_scores: npt.ArrayLike, clusters: npt.ArrayLike) -> Floats:
    """Return the p-value of each reference record against the references of all other clusters, (n,).

    This is how known-human records of the corpus itself are judged without being their own reference.
    """
    scores = np.asarray(human_reference_scores, dtype=np.float64)
    labels = np.asarray(clusters)
    result = np.full(scores.shape, np.nan)
    for label in np.unique(labels):
        inside = labels == label
        result[inside] = conformal(scores[~inside], scores[inside])
    return result


def realised_band(n: int, nominal: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the band that holds the realised rate at a nominal level, with this confidence.

    With k = floor(nominal (n + 1)) the rate follows Beta(k, n + 1 - k). When k = 0 no record can be flagged:
    (0, 0).
    """
    rank = math.floor(nominal * (n + 1) + 1e-9)
    if n <= 0 or rank <= 0:
        return 0.0, 0.0
    tail = 0.5 * (1.0 - confidence)
    low, high = beta_quantile([tail, 1.0 - tail], float(rank), float(n + 1 - rank))
    return float(low), float(high)
