"""Kernels of the Gaussian mixture: k-means++ starts, and EM that reads the records once per iteration.

Sources: Arthur and Vassilvitskii 2007 (k-means++, here with the best of 2 + ln K candidates); Dempster, Laird
and Rubin 1977 (EM). Plain loops: at the sizes of a loop the time is in the calls, not in the arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers

_LOG_TWO_PI = math.log(2.0 * math.pi)


@njit(cache=True)
def _draw_row(weights: Floats, rng: Generator) -> int:
    """Draw a row in proportion to its weight; row 0 where all weigh nothing."""
    left = rng.random() * weights.sum()
    row = 0
    for i in range(len(weights)):
        if weights[i] > 0.0:
            row = i
            left -= weights[i]
            if left < 0.0:
                break
    return row


@njit(cache=True)
def _squares_to(points: Floats, centre: int, nearest: Floats, out: Floats) -> None:
    """Write each point's squared distance to a centre, or to its nearest one so far if that is less."""
    for i in range(len(points)):
        square = 0.0
        for j in range(points.shape[1]):
            square += (points[i, j] - points[centre, j]) ** 2
        out[i] = min(square, nearest[i])


@njit(cache=True)
def seed_labels(points: Floats, counts: Floats, size: int, rng: Generator) -> Integers:
    """Return the nearest of `size` k-means++ centres for points (n, d) that count `counts` (n,), int64 (n,)."""
    n = len(points)
    nearest, trial, best = np.full(n, np.inf), np.empty(n), np.empty(n)
    labels = np.zeros(n, np.int64)
    _squares_to(points, _draw_row(counts, rng), nearest, best)
    nearest[:] = best
    for label in range(1, size):
        least = np.inf
        for _ in range(2 + int(math.log(size))):
            _squares_to(points, _draw_row(counts * nearest, rng), nearest, trial)
            potential = (counts * trial).sum()
            if potential < least:
                least = potential
                best[:] = trial
        for i in range(n):
            if best[i] < nearest[i]:
                labels[i] = label
                nearest[i] = best[i]
    return labels


@njit(cache=True)
def _rotate(matrix: Floats, axes: Floats, p: int, q: int) -> None:
    """Turn coordinates p and q of a symmetric matrix so that its entry (p, q) is 0; the columns of axes too."""
    theta = (matrix[q, q] - matrix[p, p]) / (2.0 * matrix[p, q])
    tangent = (1.0 if theta >= 0.0 else -1.0) / (abs(theta) + math.sqrt(theta * theta + 1.0))
    cosine = 1.0 / math.sqrt(tangent * tangent + 1.0)
    sine = tangent * cosine
    for k in range(len(matrix)):
        a, b = matrix[k, p], matrix[k, q]
        matrix[k, p], matrix[k, q] = cosine * a - sine * b, sine * a + cosine * b
        a, b = axes[k, p], axes[k, q]
        axes[k, p], axes[k, q] = cosine * a - sine * b, sine * a + cosine * b
    for k in range(len(matrix)):
        a, b = matrix[p, k], matrix[q, k]
        matrix[p, k], matrix[q, k] = cosine * a - sine * b, sine * a + cosine * b


@njit(cache=True)
def _off_diagonal(matrix: Floats) -> float:
    """Sum of squares below the diagonal over that on it."""
    off, scale = 0.0, 0.0
    for p in range(len(matrix)):
        scale += matrix[p, p] ** 2
        for q in range(p):
            off += matrix[p, q] ** 2
    return off / scale if scale > 0.0 else 0.0


@njit(cache=True)
def raise_eigenvalues(matrix: Floats, floor: float) -> None:
    """Raise the eigenvalues of a symmetric matrix (d, d) to at least `floor`, in place, by Jacobi rotations."""
    d = len(matrix)
    left, axes = matrix.copy(), np.eye(d)
    for _ in range(50):
        if _off_diagonal(left) <= 1e-30:
            break
        for p in range(1, d):
            for q in range(p):
                if left[p, q] != 0.0:
                    _rotate(left, axes, p, q)
    for j in range(d):
        lift = floor - left[j, j]
        if lift > 0.0:
            for p in range(d):
                for q in range(d):
                    matrix[p, q] += lift * axes[p, j] * axes[q, j]


@njit(cache=True)
def inverse_factor(covariance: Floats, inverse: Floats) -> float:
    """Write the inverse of the Cholesky factor of (d, d) and return the log of its determinant."""
    d = covariance.shape[0]
    factor = np.zeros((d, d))
    log_determinant = 0.0
    for i in range(d):
        for j in range(i + 1):
            total = covariance[i, j]
            for k in range(j):
                total -= factor[i, k] * factor[j, k]
            factor[i, j] = math.sqrt(max(total, 1e-300)) if i == j else total / factor[j, j]
        log_determinant -= math.log(factor[i, i])
    for i in range(d):
        for j in range(i + 1):
            total = 1.0 if i == j else 0.0
            for k in range(j, i):
                total -= factor[i, k] * inverse[k, j]
            inverse[i, j] = total / factor[i, i]
    return log_determinant


@njit(cache=True)
def update(
    masses: Floats,
    sums: Floats,
    squares: Floats,
    weights: Floats,
    means: Floats,
    covariances: Floats,
    floor: float,
) -> None:
    """Set weights, means and covariances from what each component gathered around its old mean (the M step)."""
    size, d = means.shape
    total = masses.sum()
    for k in range(size):
        weights[k] = masses[k] / total
        if masses[k] <= 1e-12 * total:
            # A component without records keeps its place and its weight of 0: it has died.
            weights[k] = 0.0
            continue
        for p in range(d):
            sums[k, p] /= masses[k]
        for p in range(d):
            for q in range(p + 1):
                value = squares[k, p, q] / masses[k] - sums[k, p] * sums[k, q]
                covariances[k, p, q] = value
                covariances[k, q, p] = value
            means[k, p] += sums[k, p]
        raise_eigenvalues(covariances[k], floor)


@njit(cache=True)
def start_from_labels(
    points: Floats,
    counts: Floats,
    labels: Integers,
    floor: float,
    weights: Floats,
    means: Floats,
    covariances: Floats,
) -> None:
    """Set the parameters to the moments of each label's records."""
    size, d = means.shape
    masses, sums, squares = np.zeros(size), np.zeros((size, d)), np.zeros((size, d, d))
    means[:] = points[0]
    for i in range(len(points)):
        k = labels[i]
        masses[k] += counts[i]
        for p in range(d):
            sums[k, p] += counts[i] * (points[i, p] - means[k, p])
    for k in range(size):
        if masses[k] > 0.0:
            means[k] += sums[k] / masses[k]
    sums[:] = 0.0
    for i in range(len(points)):
        k = labels[i]
        for p in range(d):
            for q in range(p + 1):
                squares[k, p, q] += counts[i] * (points[i, p] - means[k, p]) * (points[i, q] - means[k, q])
    update(masses, sums, squares, weights, means, covariances, floor)


@njit(cache=True)
def _shares(away: Floats, peaks: Floats, inverses: Floats, logs: Floats) -> tuple[float, float]:
    """Turn distances to the means (K, d) into densities over the largest; return its log and their sum."""
    size, d = away.shape
    most = -np.inf
    for k in range(size):
        square = 0.0
        for p in range(d):
            whitened = 0.0
            for q in range(p + 1):
                whitened += inverses[k, p, q] * away[k, q]
            square += whitened * whitened
        logs[k] = peaks[k] - 0.5 * square
        most = max(most, logs[k])
    total = 0.0
    for k in range(size):
        gap = logs[k] - most
        logs[k] = 1.0 if gap == 0.0 else (math.exp(gap) if gap > -700.0 else 0.0)
        total += logs[k]
    return most, total


@njit(cache=True)
def expectation(
    points: Floats, counts: Floats, peaks: Floats, means: Floats, inverses: Floats,
    masses: Floats, sums: Floats, squares: Floats,
) -> float:  # fmt: skip
    """Gather each component's share of every record in one pass (the E step); return the log-likelihood.

    Sums are around the old means, which keeps them from cancelling. One logarithm serves the product of many
    records' sums of densities over their largest, each between 1 and K.
    """
    n, d = points.shape
    size = len(means)
    ratios, away = np.empty(size), np.empty((size, d))
    likelihood, product = 0.0, 1.0
    for i in range(n):
        for k in range(size):
            for p in range(d):
                away[k, p] = points[i, p] - means[k, p]
        most, total = _shares(away, peaks, inverses, ratios)
        likelihood += counts[i] * most
        if counts[i] == 1.0:
            product *= total
        else:
            likelihood += counts[i] * math.log(total)
        if product > 1e250:
            likelihood += math.log(product)
            product = 1.0
        for k in range(size):
            share = counts[i] * ratios[k] / total
            masses[k] += share
            for p in range(d):
                part = share * away[k, p]
                sums[k, p] += part
                for q in range(p + 1):
                    squares[k, p, q] += part * away[k, q]
    return likelihood + math.log(product)


@njit(cache=True)
def climb(
    points: Floats, counts: Floats, weights: Floats, means: Floats, covariances: Floats,
    floor: float, tolerance: float, iterations: int,
) -> int:  # fmt: skip
    """Iterate EM in place until the mean log-likelihood gains less than `tolerance`; return the iterations."""
    size, d = means.shape
    masses, sums, squares = np.empty(size), np.empty((size, d)), np.empty((size, d, d))
    peaks, inverses = np.empty(size), np.zeros((size, d, d))
    total = counts.sum()
    before = -np.inf
    for iteration in range(iterations):
        for k in range(size):
            peaks[k] = -np.inf
            if weights[k] > 0.0:
                peaks[k] = inverse_factor(covariances[k], inverses[k]) + math.log(weights[k])
                peaks[k] -= 0.5 * d * _LOG_TWO_PI
        masses[:] = 0.0
        sums[:] = 0.0
        squares[:] = 0.0
        found = expectation(points, counts, peaks, means, inverses, masses, sums, squares) / total
        update(masses, sums, squares, weights, means, covariances, floor)
        if abs(found - before) < tolerance:
            return iteration + 1
        before = found
    return iterations


@njit(cache=True)
def place(labels: Integers, latents: Floats, means: Floats, factors: Floats) -> None:
    """Turn standard normal latents (n, d) into points of their components, in place; factors are triangular."""
    d = latents.shape[1]
    for i in range(len(latents)):
        k = labels[i]
        for p in range(d - 1, -1, -1):
            value = means[k, p]
            for q in range(p + 1):
                value += factors[k, p, q] * latents[i, q]
            latents[i, p] = value
