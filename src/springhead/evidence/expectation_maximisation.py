"""Expectation-maximisation of the share under fixed likelihood ratios (Saerens et al. 2002).

It starts from 1/2 and takes likelihood ratios, never posteriors, so the class balance of the references
cannot leak into the result (the trap of quantifiers that take the prior from training labels).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from springhead.evidence.calibrate import isotonic_log_ratio

Floats = npt.NDArray[np.float64]


def expectation_maximisation(target: Floats, log_ratio: Floats, *, iterations: int = 300) -> Floats:
    """Return the maximum-likelihood share per row of binned target shares (b, k) and nats (b, k).

    The update is accelerated by squared extrapolation of pairs of steps (Varadhan and Roland 2008), kept in
    [0, 1].
    """
    ratio = np.exp(np.broadcast_to(log_ratio, target.shape))
    share = np.full((target.shape[0], 1), 0.5)

    def step(a: Floats) -> Floats:
        """Do one update of the share."""
        updated = np.sum(target * a * ratio / (1.0 - a + a * ratio), axis=1, keepdims=True)
        return np.asarray(updated, dtype=np.float64)

    for _ in range(iterations // 3):
        first = step(share)
        second = step(first)
        change, bend = first - share, second - 2.0 * first + share
        flat = np.abs(bend) < 1e-14
        length = np.where(flat, -1.0, -np.abs(change) / np.where(flat, 1.0, np.abs(bend)))
        jump = share - 2.0 * length * change + length**2 * bend
        fresh = step(np.where((jump < 0) | (jump > 1), second, jump))
        if np.abs(fresh - share).max() < 1e-9:
            share = fresh
            break
        share = fresh
    return np.asarray(np.clip(share[:, 0], 0.0, 1.0), dtype=np.float64)


def expectation_maximisation_shares(
    target: Floats, human: Floats, synthetic: Floats, n_human: float, n_synthetic: float
) -> Floats:
    """Return the share per row of binned shares (b, k), isotonic nats fitted on each row's references."""
    nats = np.array(
        [isotonic_log_ratio(s * n_synthetic, h * n_human) for h, s in zip(human, synthetic, strict=True)]
    )
    return expectation_maximisation(target, nats)
