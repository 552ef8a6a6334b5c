"""Mixture of two kernel densities, binned (one-dimensional maximum-likelihood KDEy, Moreo et al. 2024).

Both references are smoothed over bins of equal reference mass, which is a kernel of adaptive width in the
score; on bins the estimate costs a thousandth of the kernel sum over records and can be bootstrapped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from springhead.evidence.expectation_maximisation import expectation_maximisation

Floats = npt.NDArray[np.float64]


def smoothing_matrix(bins: int, width: float) -> Floats:
    """Return the (k, k) Gaussian kernel over bin numbers, reflected at both ends, rows summing to 1."""
    position = np.arange(bins, dtype=np.float64)
    kernel = np.zeros((bins, bins))
    for image in (position, -1.0 - position, 2.0 * bins - 1.0 - position):
        kernel += np.exp(-0.5 * ((position[:, None] - image[None]) / width) ** 2)
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), dtype=np.float64)


def kde_mixture_shares(
    target: Floats,
    human: Floats,
    synthetic: Floats,
    n_human: float,
    n_synthetic: float,
    *,
    width: float = 1.0,
) -> Floats:
    """Return the share per row of binned shares (b, k) under smoothed references; `width` in bins."""
    bins = target.shape[-1]
    kernel = smoothing_matrix(bins, width)
    smooth_human = human @ kernel + 0.5 / (n_human * bins)
    smooth_synthetic = synthetic @ kernel + 0.5 / (n_synthetic * bins)
    ratio = np.log(smooth_synthetic / smooth_synthetic.sum(axis=1, keepdims=True)) - np.log(
        smooth_human / smooth_human.sum(axis=1, keepdims=True)
    )
    return expectation_maximisation(target, ratio)
