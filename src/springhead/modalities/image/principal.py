"""Probabilistic principal components of weighted records in closed form.

Source: Tipping and Bishop 1999, equations 7 and 8: W = U (L - s2 I)^1/2, s2 the mean of the other eigenvalues.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from springhead.core.nouns import Floats


class Principal(NamedTuple):
    """Mean (p,), loadings (p, q) and noise variance of x = mean + W z + s e with standard normal z and e."""

    mean: Floats
    loadings: Floats
    variance: float


def principal(records: Floats, weights: Floats, latents: int) -> Principal:
    """Fit by maximum likelihood to float64 (n, p) records that count `weights` (n,) times.

    Loadings that the records do not support are 0: a class of one record is that record, without variance.
    """
    size = records.shape[1]
    total = float(weights.sum())
    mean = weights @ records / total
    scaled = (records - mean) * np.sqrt(weights / total)[:, None]
    trace = float((scaled**2).sum())
    # The smaller of the two Gram matrices has the same eigenvalues above 0.
    wide = len(scaled) < size
    values, axes = np.linalg.eigh(scaled @ scaled.T if wide else scaled.T @ scaled)
    count = min(latents, len(values), size - 1)
    values, axes = values[::-1][:count], axes[:, ::-1][:, :count]
    kept = values > 1e-10 * max(trace, 1e-300)
    values, axes = values[kept], axes[:, kept]
    if wide:
        axes = scaled.T @ axes / np.sqrt(values)
    variance = max(trace - float(values.sum()), 0.0) / max(size - len(values), 1)
    loadings = np.zeros((size, latents))
    if len(values):
        # An axis has no sign of its own; the largest entry decides, so that generations can be compared.
        axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        loadings[:, : len(values)] = axes * np.sqrt(np.maximum(values - variance, 0.0))
    return Principal(mean, loadings, variance)
