"""T13: dropping what the model is sure of against sampling that is too sure.

Shabgahi et al., "ForTIFAI" (2509.08972): fitted only to records with |x| >= a sigma the variance is multiplied by
eta(a) = 1 + a phi(a)/(1 - Phi(a)); with sampling at variance factor lambda the balance is at lambda eta = 1.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats
from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.selection import balancing_threshold, truncated_spread
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T13",
    claim="Truncating confident records multiplies the variance by eta(a) a generation and balances biased sampling.",
    source="Shabgahi et al. 2025, ForTIFAI, arXiv 2509.08972",
    protocol="lambda = .9, 10,000 records kept a generation, 50 generations, thresholds 0, balance, 1.5 times that",
    by="loop",
)
FACTOR, SAMPLES, GENERATIONS = 0.9, 10_000, 50


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Run the loop on materialised samples and compare the spread with the formula."""
    balance = balancing_threshold(variance_factor=FACTOR)
    thresholds = {"0": 0.0, "balance": balance, "1.5 balance": 1.5 * balance}
    runs = scale.pick(20, 100)
    ends: dict[str, Estimate] = {}
    for name, threshold in thresholds.items():
        rng = stream(seed, f"lab/reproduce/T13/{name}")
        ends[name] = mean_of([spread(threshold, rng) for _ in range(runs)])
    other = {"0": "balance", "balance": "0", "1.5 balance": "balance"}
    return [
        CLAIM.judge(
            f"sigma after {GENERATIONS}, threshold {name}",
            expected := truncated_spread(variance_factor=FACTOR, threshold=threshold, generations=GENERATIONS),
            ends[name], systematic=0.01 * expected, because="tolerance of the source",
            control=f"threshold {other[name]}", control_observed=ends[other[name]],
        )
        for name, threshold in thresholds.items()
    ]  # fmt: skip


def spread(threshold: float, rng: Generator) -> float:
    """Return the deviation after 50 generations of sampling, keeping the far ones, refitting about the mean."""
    mean, sigma = 0.0, 1.0
    for _ in range(GENERATIONS):
        kept = mean + sigma * np.sqrt(FACTOR) * _far(threshold, rng)
        mean, sigma = float(kept.mean()), float(kept.std())
    return sigma


def _far(threshold: float, rng: Generator) -> Floats:
    """Draw standard normal numbers until 10,000 of them are at least `threshold` from 0."""
    drawn = rng.standard_normal(int(1.3 * SAMPLES))
    far = drawn[np.abs(drawn) >= threshold]
    while len(far) < SAMPLES:
        more = rng.standard_normal(SAMPLES)
        far = np.concatenate([far, more[np.abs(more) >= threshold]])
    return np.asarray(far[:SAMPLES])
