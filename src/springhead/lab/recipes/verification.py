"""T12: the phase transition of a classifier trained on verified labels.

Feng, Dohmatob, Yang, Charton and Kempe, "Beyond Model Collapse: Scaling Up with Synthesized Data Requires
Verification" (2406.07515): a share p of labels is wrong, the verifier keeps right ones with probability phi and
wrong ones with psi; accuracy tends to 1 below p* = 1 / (1 + psi / phi) and to 0 above.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Scale, mean_of
from springhead.laws.selection import breakdown_noise
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T12",
    claim="With a verifier, accuracy jumps from 1 to 0 at p* = 1 / (1 + psi / phi).",
    source="Feng et al. 2024, Beyond Model Collapse, arXiv 2406.07515",
    protocol="two Gaussians at -+ mu, |mu| = 3, d = 50, 200,000 points, averaging classifier, three verifiers, p* -+ .03",
    by="loop",
)
WIDTH, POINTS, DISTANCE = 50, 200_000, 3.0
VERIFIERS = ((1.0, 1.0), (1.0, 0.5), (1.0, 0.1))
STEP = 0.03


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Measure the accuracy on both sides of the transition of three verifiers."""
    runs = scale.pick(4, 20)
    rows = []
    for right, wrong in VERIFIERS:
        rng = stream(seed, f"lab/reproduce/T12/{wrong}")
        edge = breakdown_noise(keep_correct=right, keep_wrong=wrong)
        below, above = (
            mean_of([accuracy(edge + side * STEP, right, wrong, rng) for _ in range(runs)])
            for side in (-1, 1)
        )
        name = f"phi {right:g}, psi {wrong:g}, p* {edge:.3f}"
        rows += [
            CLAIM.judge(f"accuracy at p* - .03, {name}", 0.98, below, side="at least",
                        control="p* + .03", control_observed=above),
            CLAIM.judge(f"accuracy at p* + .03, {name}", 0.02, above, side="at most",
                        control="p* - .03", control_observed=below),
        ]  # fmt: skip
    return rows


def accuracy(wrong_share: float, keep_right: float, keep_wrong: float, rng: Generator) -> float:
    """Return the accuracy of sign(w x) on fresh points, w = mean of label times x over what the verifier kept.

    Points are y mu + z with z standard normal, so the accuracy is the normal distribution at |mu| cos(w, mu).
    """
    classes = np.where(rng.random(POINTS) < 0.5, -1.0, 1.0)
    points = rng.standard_normal((POINTS, WIDTH), dtype=np.float32)
    points[:, 0] += DISTANCE * classes
    wrong = rng.random(POINTS) < wrong_share
    kept = rng.random(POINTS) < np.where(wrong, keep_wrong, keep_right)
    labels = classes * np.where(wrong, -1.0, 1.0) * kept
    learnt = labels.astype(np.float32) @ points
    cosine = float(learnt[0] / np.linalg.norm(learnt))
    return 0.5 * (1.0 + math.erf(DISTANCE * cosine / math.sqrt(2.0)))
