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
def _distances(
    block: Floats, mean: Floats, inverse: Floats, away: Floats, squares: Floats, row: Floats
) -> None:
    """Write what a block (d, b) is away from a mean (d, b) and its squared Mahalanobis distances (b,).

    `row` (b,) is room to work in.
    """
    d, width = block.shape
    for p in range(d):
        for b in range(width):
            away[p, b] = block[p, b] - mean[p]
            row[b] = inverse[p, p] * away[p, b]
        for q in range(p):
            for b in range(width):
                row[b] += inverse[p, q] * away[q, b]
        for b in range(width):
            squares[b] = row[b] * row[b] if p == 0 else squares[b] + row[b] * row[b]


@njit(cache=True)
def _shares(logs: Floats, counts: Floats, most: Floats, total: Floats) -> None:
    """Turn log-densities (K, b) into shares that add up to the counts; write the largest and the scaled sum."""
    size, width = logs.shape
    most[:] = logs[0]
    total[:] = 0.0
    for k in range(1, size):
        for b in range(width):
            most[b] = max(most[b], logs[k, b])
    if size == 2:
        # One exponential instead of two, and no branch: which of them is the larger cannot be predicted.
        for b in range(width):
            gap = logs[1, b] - logs[0, b]
            ratio = math.exp(-abs(gap))
            logs[0, b] = 1.0 if gap <= 0.0 else ratio
            logs[1, b] = ratio if gap <= 0.0 else 1.0
            total[b] = 1.0 + ratio
    else:
        for k in range(size):
            for b in range(width):
                logs[k, b] = math.exp(logs[k, b] - most[b])
                total[b] += logs[k, b]
    for k in range(size):
        for b in range(width):
            logs[k, b] *= counts[b] / total[b]


@njit(cache=True)
def _gather(share: Floats, away: Floats, gathered: Floats) -> None:
    """Add a block's share (b,) of one component, times 1, x and the lower half of xx', to (features, b)."""
    d, width = away.shape
    for b in range(width):
        gathered[0, b] += share[b]
    feature = 1 + d
    for p in range(d):
        for b in range(width):
            gathered[1 + p, b] += share[b] * away[p, b]
        for q in range(p + 1):
            for b in range(width):
                gathered[feature, b] += share[b] * away[p, b] * away[q, b]
            feature += 1


@njit(cache=True)
def expectation(
    blocks: Floats, counts: Floats, peaks: Floats, means: Floats, inverses: Floats, gathered: Floats
) -> float:
    """Gather each component's share of every record in one pass (the E step); return the log-likelihood.

    `blocks` is (blocks, d, b), padded with records that count 0, so that inner loops run over many records and
    need no reduction; `gathered` is (K, 1 + d + d (d + 1) / 2, b). Sums are around the old means, which keeps
    them from cancelling.
    """
    number, d, width = blocks.shape
    size = len(means)
    logs, away = np.empty((size, width)), np.empty((size, d, width))
    most, total, squares = np.empty(width), np.empty(width), np.empty(width)
    likelihood, product, flushes = 0.0, np.ones(width), int(250.0 / math.log10(size + 1.0))
    gathered[:] = 0.0
    plain = counts.min() == 1.0
    for block in range(number):
        for k in range(size):
            _distances(blocks[block], means[k], inverses[k], away[k], squares, most)
            for b in range(width):
                logs[k, b] = peaks[k] - 0.5 * squares[b]
        _shares(logs, counts[block], most, total)
        for k in range(size):
            _gather(logs[k], away[k], gathered[k])
        for b in range(width):
            likelihood += counts[block, b] * most[b]
        # One logarithm serves many sums, each between 1 and K; not where records count several times or none.
        if plain:
            product *= total
            if (block + 1) % flushes == 0:
                likelihood += np.log(product).sum()
                product[:] = 1.0
        else:
            for b in range(width):
                if counts[block, b] > 0.0:
                    likelihood += counts[block, b] * math.log(total[b])
    rest: float = np.log(product).sum()
    return likelihood + rest


@njit(cache=True)
def _unpack(gathered: Floats, masses: Floats, sums: Floats, squares: Floats) -> None:
    """Add up the columns of what was gathered."""
    size, d = sums.shape
    for k in range(size):
        masses[k] = gathered[k, 0].sum()
        feature = 1 + d
        for p in range(d):
            sums[k, p] = gathered[k, 1 + p].sum()
            for q in range(p + 1):
                squares[k, p, q] = gathered[k, feature].sum()
                feature += 1


@njit(cache=True)
def _blocks(points: Floats, counts: Floats, width: int) -> tuple[Floats, Floats]:
    """Cut points (n, d) into (blocks, d, width) and counts into (blocks, width), with zeros at the end."""
    n, d = points.shape
    number = (n + width - 1) // width
    blocks, counted = np.zeros((number, d, width)), np.zeros((number, width))
    for i in range(n):
        counted[i // width, i % width] = counts[i]
        for p in range(d):
            blocks[i // width, p, i % width] = points[i, p]
    return blocks, counted


@njit(cache=True)
def climb(
    points: Floats, counts: Floats, weights: Floats, means: Floats, covariances: Floats,
    floor: float, tolerance: float, iterations: int,
) -> int:  # fmt: skip
    """Iterate EM in place until the mean log-likelihood gains less than `tolerance`; return the iterations."""
    size, d = means.shape
    # The widest of a few widths that needs the least padding.
    width = 40
    for wider in (50, 64):
        if -len(points) % wider <= -len(points) % width:
            width = wider
    blocks, counted = _blocks(points, counts, width)
    masses, sums, squares = np.empty(size), np.empty((size, d)), np.zeros((size, d, d))
    gathered = np.empty((size, 1 + d + d * (d + 1) // 2, width))
    peaks, inverses = np.empty(size), np.zeros((size, d, d))
    total = counts.sum()
    before = -np.inf
    for iteration in range(iterations):
        for k in range(size):
            peaks[k] = -np.inf
            if weights[k] > 0.0:
                peaks[k] = inverse_factor(covariances[k], inverses[k]) + math.log(weights[k])
                peaks[k] -= 0.5 * d * _LOG_TWO_PI
        found = expectation(blocks, counted, peaks, means, inverses, gathered) / total
        _unpack(gathered, masses, sums, squares)
        update(masses, sums, squares, weights, means, covariances, floor)
        if abs(found - before) < tolerance:
            return iteration + 1
        before = found
    return iterations


@njit(cache=True)
def draw_points(count: int, ends: Floats, means: Floats, factors: Floats, rng: Generator) -> Floats:
    """Draw points (count, d): a component by its share of `ends` (K,), then its law; factors are triangular."""
    d = means.shape[1]
    points, latent = np.empty((count, d)), np.empty(d)
    for i in range(count):
        left = rng.random() * ends[-1]
        k = 0
        while left >= ends[k]:
            k += 1
        for p in range(d):
            latent[p] = rng.standard_normal()
        for p in range(d):
            value = means[k, p]
            for q in range(p + 1):
                value += factors[k, p, q] * latent[q]
            points[i, p] = value
    return points
