"""T5: everything accumulates, but only n records of it are trained on.

The formula is ours (docs/laws.md): n Var_g = 1 + sum_(j=2..g) (2 - 1/(j-1))/j^2 + 1 - 1/g, with the limit
pi^2/2 - 2, for uniform draws without replacement; Kazdan et al. (2410.16713) introduced the workflow.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from springhead.core import registry
from springhead.core.census import count
from springhead.core.nouns import Floats
from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Scale, mean_of
from springhead.laws.averaging import error_ratio
from springhead.policies.draws import draw
from springhead.policies.locate import locate
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T5",
    claim="Subsampling an accumulating pool to n records keeps the variance of a mean bounded, below pi^2/2 - 2.",
    source="Kazdan et al. 2024, arXiv 2410.16713 (workflow); formula derived for this project",
    protocol="mean of a Gaussian, n = 20 of the pool without replacement, policy accumulate-subsample, draw fixed",
    by="loop",
)
SAMPLES = 20


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Run the loop on records with the registered policies and compare three generations with the formula."""
    runs, last = scale.pick(1_500, 20_000), scale.pick(10, 20)
    squares = {
        policy: np.stack([chain(policy, last, stream(seed, f"lab/reproduce/T5/{run}"), run) ** 2 for run in range(runs)])
        for policy in ("accumulate-subsample", "replace")
    }  # fmt: skip
    expected = error_ratio(workflow="subsample", generations=last)
    return [
        CLAIM.judge(
            f"n Var after {g} fits", float(expected[g - 1]),
            mean_of(squares["accumulate-subsample"][:, g - 1] * SAMPLES), systematic=0.02 * float(expected[g - 1]),
            because="tolerance of the source", control="replace",
            control_observed=mean_of(squares["replace"][:, g - 1] * SAMPLES),
        )
        for g in (5, last)
    ]  # fmt: skip


def chain(policy: str, fits: int, rng: Generator, seed: int) -> Floats:
    """Return the mean after each of `fits` fits of one loop, float64 (fits,)."""
    weigher = registry.load("policy", policy)()
    pool, generations = rng.standard_normal(SAMPLES), np.zeros(SAMPLES, np.int64)
    means = np.empty(fits)
    for fit in range(fits):
        rows = np.stack([np.zeros_like(generations), generations, np.ones_like(generations)], axis=1)
        census = count(("all",), rows)
        weights = weigher.weigh(census, budget=float(SAMPLES))
        keys = np.arange(len(pool), dtype=np.uint64)
        copies = draw(
            "fixed", weights, locate(census, rows), keys, seed=seed, stage="T5", generation=fit, rng=rng,
            strata="total",
        )  # fmt: skip
        means[fit] = float(copies @ pool) / float(copies.sum())
        pool = np.concatenate([pool, means[fit] + rng.standard_normal(SAMPLES)])
        generations = np.concatenate([generations, np.full(SAMPLES, fit + 1)])
    return means
