"""A mixture of factor analysers of weighted records, fitted by expectation maximisation.

Source: Ghahramani and Hinton 1997; means and loadings are maximised together, every part has its own noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers
from springhead.modalities.image.principal import principal

FLOOR = 1e-4
"""Least noise variance of a pixel, (1/100)^2: a pixel that never changes must not decide everything."""


class Analysers(NamedTuple):
    """k parts x = mean + W z + e: shares (k,), means (k, p), loadings (k, p, q), noise variances (k, p)."""

    shares: Floats
    means: Floats
    loadings: Floats
    variances: Floats


def begin(records: Floats, weights: Floats, parts: int, latents: int, rng: Generator) -> Analysers:
    """Split records by k-means++ and a few steps of k-means, then fit principal components to each part.

    Draws depend on cumulated weights, so that a record that counts twice equals two records.
    """
    centres = [records[_pick(weights, rng)]]
    nearest = ((records - centres[0]) ** 2).sum(axis=1)
    for _ in range(parts - 1):
        mass = weights * nearest
        centres.append(records[_pick(mass if mass.sum() > 0 else weights, rng)])
        nearest = np.minimum(nearest, ((records - centres[-1]) ** 2).sum(axis=1))
    middle = np.stack(centres)
    for _ in range(5):
        places = _closest(records, middle)
        middle = np.stack([
            weights[places == k] @ records[places == k] / weights[places == k].sum()
            if (places == k).any() else middle[k] for k in range(parts)
        ])  # fmt: skip
    places = _closest(records, middle)
    kept = [k for k in range(parts) if (places == k).any()]
    fits = [principal(records[places == k], weights[places == k], latents) for k in kept]
    shares = np.array([weights[places == k].sum() for k in kept]) / weights.sum()
    variances = [np.full(records.shape[1], max(fit.variance, FLOOR)) for fit in fits]
    return Analysers(
        shares, np.stack([fit.mean for fit in fits]), np.stack([fit.loadings for fit in fits]),
        np.stack(variances),
    )  # fmt: skip


def _pick(mass: Floats, rng: Generator) -> int:
    sums = np.cumsum(mass)
    return min(int(np.searchsorted(sums, rng.random() * sums[-1], side="right")), len(mass) - 1)


def _closest(records: Floats, centres: Floats) -> Integers:
    distances = (centres**2).sum(axis=1) - 2.0 * (records @ centres.T)
    closest: Integers = distances.argmin(axis=1).astype(np.int64)
    return closest


def step(records: Floats, squares: Floats, weights: Floats, law: Analysers) -> tuple[Analysers, float]:
    """Take one step; returns the next law and the log-likelihood of the records under the one given.

    `squares` are the records' squares, which no step changes.
    """
    latents = [_latent(records, squares, law, k) for k in range(len(law.shares))]
    joint = np.stack([one[0] for one in latents], axis=1)
    top = joint.max(axis=1, keepdims=True)
    likelihood = np.exp(joint - top)
    total = likelihood.sum(axis=1, keepdims=True)
    held = likelihood / total * weights[:, None]
    updates = [_update(records, squares, held[:, k], latents[k], law, k) for k in range(len(law.shares))]
    means, loadings, variances = zip(*updates, strict=True)
    value = float(weights @ (top[:, 0] + np.log(total[:, 0])))
    shares = held.sum(axis=0) / weights.sum()
    return Analysers(shares, np.stack(means), np.stack(loadings), np.stack(variances)), value


def _latent(records: Floats, squares: Floats, law: Analysers, k: int) -> tuple[Floats, Floats, Floats]:
    """Log of share times density (n,), posterior means (n, q) and the posterior covariance (q, q)."""
    mean, loadings, noise = law.means[k], law.loadings[k], law.variances[k]
    scaled = loadings / noise[:, None]
    precision = np.eye(loadings.shape[1]) + loadings.T @ scaled
    covariance = np.linalg.inv(precision)
    projected = records @ scaled - mean @ scaled
    expected = projected @ covariance
    distance = squares @ (1.0 / noise) - 2.0 * (records @ (mean / noise)) + mean @ (mean / noise)
    distance -= (projected * expected).sum(axis=1)
    volume = np.log(2.0 * np.pi * noise).sum() + np.linalg.slogdet(precision)[1]
    share = np.log(max(float(law.shares[k]), 1e-300))
    return share - 0.5 * (distance + volume), expected, covariance


def _update(
    records: Floats,
    squares: Floats,
    held: Floats,
    latent: tuple[Floats, Floats, Floats],
    law: Analysers,
    k: int,
) -> tuple[Floats, Floats, Floats]:
    _, expected, covariance = latent
    mass = float(held.sum())
    if mass < 1e-6:  # a part that nothing belongs to stays where it is
        return law.means[k], law.loadings[k], law.variances[k]
    extended = np.concatenate([expected, np.ones((len(expected), 1))], axis=1)
    weighted = extended * held[:, None]
    moments = extended.T @ weighted
    moments[:-1, :-1] += mass * covariance
    cross = records.T @ weighted
    solution = np.linalg.solve(moments, cross.T).T.astype(np.float64)
    noise = (held @ squares - (solution * cross).sum(axis=1)) / mass
    floored = np.maximum(noise, FLOOR).astype(np.float64)
    return solution[:, -1], solution[:, :-1], floored
