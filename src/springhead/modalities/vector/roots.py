"""Square roots of covariances, and log-densities of normal laws from their Cholesky factors."""

from __future__ import annotations

import math

import numpy as np

from springhead.core.nouns import Floats
from springhead.errors import NotMeasurable


def symmetric_root(covariance: Floats) -> Floats:
    """Return the symmetric root of (d, d), which exists for singular ones too; rounding below 0 counts as 0."""
    if len(covariance) == 1:
        return np.sqrt(np.maximum(covariance, 0.0))
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def whitening(model: str, covariance: Floats) -> tuple[Floats, float]:
    """Return A with A S A' = 1 and the log of the density's peak, of a covariance S (d, d).

    Raises NotMeasurable where S is singular: there is no density.
    """
    try:
        factor = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise NotMeasurable(
            f"log-probability of {model}", "the law has no density", "records that spread in every direction"
        ) from None
    peak = -0.5 * len(covariance) * math.log(2.0 * math.pi) - float(np.log(np.diag(factor)).sum())
    return np.linalg.inv(factor), peak
