"""T9: fresh real data in every generation, with and without biased sampling.

Alemohammad et al., "Self-Consuming Generative Models Go MAD" (2307.01850): the limit does not depend on the start, and
it is worth n_e real records, n_e / n_r above 1. The published limits are simulations, so 4 % are allowed.
"""

from __future__ import annotations

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.engine import run_law
from springhead.laws.settings import Fresh, LawSettings, Normal
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T9",
    claim="A loop with fresh real data converges to a limit that its start does not decide; biased sampling makes it worse.",
    source="Alemohammad et al. 2023, Self-Consuming Generative Models Go MAD, arXiv 2307.01850",
    protocol="100-dimensional Gaussian, 100 fresh and 900 own records, lambda 1 and .8, starts of 100 and 1,000 records",
    by="law",
)
LIMITS = {1.0: 12.3, 0.8: 20.6}
GENERATIONS = 20


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the limits of two starts and two sampling biases."""
    ends = {(factor, first): _end(factor, first, scale, seed) for factor in LIMITS for first in (100, 1000)}
    return [
        CLAIM.judge(
            f"W2^2, lambda = {factor:g}, {first} records at the start", limit, ends[factor, first],
            systematic=0.04 * limit, because="published limit is a simulation",
            control="the other lambda", control_observed=ends[1.8 - factor, first],
        )
        for factor, limit in LIMITS.items()
        for first in (100, 1000)
    ]  # fmt: skip


def _end(factor: float, first: int, scale: Scale, seed: int) -> Estimate:
    settings = LawSettings(
        law=Normal(dimension=100, variance_factor=factor, distances=True), schedule=Fresh(real=100), samples=900,
        first=first, generations=scale.pick(GENERATIONS, 2 * GENERATIONS), replicates=scale.pick(10, 40),
    )  # fmt: skip
    return mean_of(run_law(settings, seed).series["distance"][-1])
