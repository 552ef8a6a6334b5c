"""Selecting and sharpening: verified labels, truncated errors, curated samples.

Sources: Feng et al. 2024 (arXiv 2406.07515), FORTIFAI (2509.08972), Ferbach et al. 2024 (2407.09499).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.checks import non_negative, positive, share, weights, whole
from springhead.laws.special import normal_density, normal_tail


def breakdown_noise(*, keep_correct: float, keep_wrong: float) -> float:
    """Return p* = 1 / (1 + psi/phi): label noise beyond which pruned data teach the opposite (Feng)."""
    phi, psi = share("keep_correct", keep_correct), share("keep_wrong", keep_wrong)
    if phi <= 0.0:
        raise OutOfRange("keep_correct", str(keep_correct), "within (0, 1]")
    return 1.0 / (1.0 + psi / phi)


def truncated_factor(*, threshold: float) -> float:
    """Return eta(a) = 1 + a phi(a) / (1 - Phi(a)), the variance factor of keeping |x| >= a sigma (FORTIFAI)."""
    a = non_negative("threshold", threshold)
    tail = normal_tail(a)
    # Beyond the range of the tail in doubles the ratio phi/tail is a + 1/a.
    hazard = normal_density(a) / tail if tail > 0.0 else a + 1.0 / a
    return 1.0 + a * hazard


def truncated_spread(*, variance_factor: float, threshold: float, generations: int) -> float:
    """Return sigma_k = (lambda eta(a))^(k/2) of biased sampling against truncated errors (FORTIFAI)."""
    base = positive("variance_factor", variance_factor) * truncated_factor(threshold=threshold)
    return float(base ** (0.5 * whole("generations", generations, least=0)))


def balancing_threshold(*, variance_factor: float) -> float:
    """Return the a at which lambda eta(a) = 1, by bisection; 0.126 at lambda = 0.9."""
    if not 0.0 < variance_factor <= 1.0:
        raise OutOfRange("variance_factor", str(variance_factor), "within (0, 1]")
    low, high = 0.0, 1.0
    while variance_factor * truncated_factor(threshold=high) < 1.0:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if variance_factor * truncated_factor(threshold=middle) < 1.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def curated_step(probabilities: ArrayLike, rewards: ArrayLike, *, choices: int) -> Floats:
    """Return p H for K-choice Bradley-Terry curation, float64 (m,) (Ferbach).

    H(i) = K E[e^r_i / (e^r_i + sum of K - 1 others)], the expectation over others drawn from p; exact for
    K = 2, and by the integral of exp(-t S) over t for K > 2.
    """
    p = weights("probabilities", probabilities)
    p = p / p.sum()
    values = np.asarray(rewards, np.float64)
    if values.shape != p.shape or not np.isfinite(values).all():
        raise OutOfRange("rewards", str(values.shape), f"finite and of shape {p.shape}")
    scores = np.exp(values - values.max())
    choices = whole("choices", choices, least=1)
    if choices == 2:
        chances = (scores[:, None] / (scores[:, None] + scores[None, :])) @ p
    else:
        # 1/S = integral of exp(-t S) dt; t = u/(1-u) maps to Gauss-Legendre nodes on (0, 1).
        nodes, masses = np.polynomial.legendre.leggauss(256)
        u, masses = 0.5 * (nodes + 1.0), 0.5 * masses
        t = u / (1.0 - u)
        transform = np.exp(-t[:, None] * scores[None, :])
        others = (transform @ p) ** (choices - 1)
        chances = scores * ((masses / (1.0 - u) ** 2 * others) @ transform)
    stepped = p * choices * chances
    return np.asarray(stepped / stepped.sum(), np.float64)


def curated_loop(
    probabilities: ArrayLike, rewards: ArrayLike, *, choices: int, generations: int, real_share: float = 0.0
) -> Floats:
    """Return p_0..p_T, float64 (generations + 1, m): p_(t+1) = share p_0 + (1 - share) curated(p_t) (Ferbach)."""
    kept = share("real_share", real_share)
    start = weights("probabilities", probabilities)
    path = np.empty((whole("generations", generations, least=0) + 1, len(start)))
    path[0] = start / start.sum()
    for t in range(1, len(path)):
        path[t] = kept * path[0] + (1.0 - kept) * curated_step(path[t - 1], rewards, choices=choices)
    return path


def curated_gain_bound(probabilities: ArrayLike, rewards: ArrayLike, *, choices: int) -> float:
    """Return the least rise of E e^r in one curated step: ((K-1)/K) Var(e^r) / max e^r (Ferbach)."""
    p = weights("probabilities", probabilities)
    p = p / p.sum()
    scores = np.exp(np.asarray(rewards, np.float64))
    variance = float(p @ scores**2 - (p @ scores) ** 2)
    return (choices - 1) / whole("choices", choices, least=1) * max(0.0, variance) / math.exp(np.max(rewards))
