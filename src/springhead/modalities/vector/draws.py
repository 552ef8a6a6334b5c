"""Kernels that draw points: compiled loops over a Generator need half the time of its own arrays."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers


@njit(cache=True)
def normals(count: int, d: int, scale: float, shift: float, rng: Generator) -> Floats:
    """Draw numbers of mean `shift` and standard deviation `scale`, float64 (count, d)."""
    points = np.empty((count, d))
    for i in range(count):
        for j in range(d):
            points[i, j] = shift + scale * rng.standard_normal()
    return points


@njit(cache=True)
def around_centres(count: int, centres: Floats, root: Floats, rng: Generator) -> tuple[Floats, Integers]:
    """Draw a row of `centres` (n, d) and noise with covariance root root'; return points (count, d) and rows."""
    n, d = centres.shape
    points, chosen, latent = np.empty((count, d)), np.empty(count, np.int64), np.empty(d)
    for i in range(count):
        row = int(rng.random() * n)
        chosen[i] = row
        for p in range(d):
            latent[p] = rng.standard_normal()
        for p in range(d):
            value = centres[row, p]
            for q in range(d):
                value += root[p, q] * latent[q]
            points[i, p] = value
    return points, chosen
