"""One draw of a loop: weigh the pool, make whole copies, and check what was drawn against what was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from springhead.core.census import Weights
from springhead.core.nouns import Integers
from springhead.core.protocols import Policy
from springhead.core.seeds import stream
from springhead.errors import NothingDrawn
from springhead.lab.pool import Pool, Training
from springhead.lab.settings import Draw, Strata
from springhead.policies import Realised, check_draw, draw
from springhead.policies.promises import HUMAN_SHARE, TOTAL


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One promised quantity of one draw: `found` as asked, expected and realised; `truth` is nan if unknown."""

    generation: int
    pool: int
    found: Realised
    truth: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """How an arm draws: its policy, its draw's kind, the budget in records (None = what the policy keeps)."""

    arm: str
    policy: Policy
    kind: Draw
    strata: Strata
    budget: float | None
    seed: int
    replicate: int

    def draw(self, pool: Pool, generation: int) -> tuple[Training, list[DrawRow], Weights]:
        """Return the training rows of a generation, what was promised and realised, and the weights.

        Raises NothingDrawn when no record is left, DrawDiffers when the draw is not what was expected.
        """
        counted = pool.census(generation - 1)
        weights = self.policy.weigh(counted.census, budget=self.budget)
        chosen = pool.eligible(counted, weights)
        cell = pool.cell_of_record(counted, chosen)
        copies = self._copies(pool, chosen, weights, cell, generation)
        if not copies.any():
            raise NothingDrawn(self.arm, generation, len(pool))
        realised = check_draw(self.kind, weights, cell, copies, strata=self.strata)
        training = pool.training(copies, chosen)
        rows = [DrawRow(generation, len(pool), one, _truth(one, training)) for one in realised]
        return training, rows, weights

    def _copies(
        self, pool: Pool, chosen: Sequence[int], weights: Weights, cell: Integers, generation: int
    ) -> Integers:
        whole = weights.values.astype(np.int64)
        if self.kind != "multinomial" and np.array_equal(whole, weights.values):
            copies: Integers = whole[cell]  # nothing is left to chance, so no key need be hashed
            return copies
        return draw(
            self.kind, weights, cell, pool.keys(chosen),
            seed=self.seed, stage="lab", generation=generation, strata=self.strata,
            rng=stream(self.seed, f"lab/{self.replicate}/{generation}/draw"),
        )  # fmt: skip


def _truth(one: Realised, training: Training) -> float:
    if one.quantity == HUMAN_SHARE:
        return 1.0 - training.ancestry
    return one.realised if one.quantity == TOTAL else math.nan
