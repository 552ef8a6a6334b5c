"""T14: samples that users choose by taste, generation after generation.

Ferbach, Bertrand, Bose and Gidel (2407.09499): the mean reward rises by at least ((K-1)/K) Var(e^r)/max e^r a step,
the law concentrates on the best level, and a share of real data keeps diversity.
"""

from __future__ import annotations

import numpy as np

from springhead.core.nouns import Floats
from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Estimate, Scale
from springhead.laws.selection import curated_gain_bound, curated_loop
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T14",
    claim="Curation maximises reward and ends diversity; real data keep some of it.",
    source="Ferbach et al. 2024, arXiv 2407.09499",
    protocol="200 items with normal rewards, choices of K = 2, 50 generations, real shares 0, .1, .5, population map",
    by="law",
)
ITEMS, CHOICES, GENERATIONS = 200, 2, 50


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Check the bound in every step, the limit, and the order of entropies."""
    generations = scale.pick(GENERATIONS, 4 * GENERATIONS)
    rng = stream(seed, "lab/reproduce/T14")
    start = rng.dirichlet(np.ones(ITEMS))
    rewards = rng.standard_normal(ITEMS)
    best = np.exp(rewards.max())
    paths = {
        share: curated_loop(start, rewards, choices=CHOICES, generations=generations, real_share=share)
        for share in (0.0, 0.1, 0.5)
    }
    gains = np.diff(paths[0.0] @ np.exp(rewards))
    bounds = np.array([curated_gain_bound(law, rewards, choices=CHOICES) for law in paths[0.0][:-1]])
    reversed_gains = np.diff(paths[0.0][::-1] @ np.exp(rewards))
    reward = {share: float(path[-1] @ np.exp(rewards) / best) for share, path in paths.items()}
    entropy = {share: _entropy(path[-1]) / _entropy(start) for share, path in paths.items()}
    return [
        CLAIM.judge("least of gain minus bound over all steps", -1e-12, Estimate(float((gains - bounds).min())),
                    side="at least", control="the loop run backwards",
                    control_observed=Estimate(float((reversed_gains - bounds[::-1]).min()))),
        CLAIM.judge("reward reached over the largest", 0.999, Estimate(reward[0.0]), side="at least",
                    control="half real", control_observed=Estimate(reward[0.5])),
        CLAIM.judge("entropy kept with 10 % real beyond none", 0.01, Estimate(entropy[0.1] - entropy[0.0]),
                    side="at least", control="none against none", control_observed=Estimate(0.0)),
        CLAIM.judge("entropy kept with 50 % real beyond 10 %", 0.01, Estimate(entropy[0.5] - entropy[0.1]),
                    side="at least", control="10 % against 50 %",
                    control_observed=Estimate(entropy[0.1] - entropy[0.5])),
    ]  # fmt: skip


def _entropy(law: Floats) -> float:
    alive = law[law > 0]
    return float(-(alive * np.log(alive)).sum())
