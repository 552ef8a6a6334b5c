"""Fit and sample, shared by all arms whose training rows are the same: one model for a common prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from springhead.core.nouns import Integers, Request
from springhead.core.protocols import Compute, Fitted, Model, Sampled
from springhead.core.seeds import stream
from springhead.lab.pool import Training
from springhead.lab.record import Records, digest_of

UNASSIGNED = "unassigned"
"""Group of samples of a model that does not say which group they belong to, in a run with several."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted model and its address: the hash of all that decides it."""

    address: str
    fitted: Fitted[Any]


@dataclass(frozen=True, slots=True)
class Made:
    """The samples of one model, and rows of its training batch that they come from, if any (-1 = none)."""

    records: Records
    parents: Integers | None


@dataclass(slots=True)
class Workshop:
    """Trains and samples; what another arm has already asked for in this generation is handed out again."""

    model: Model[Any]
    described: str
    seed: int
    replicate: int
    groups: tuple[str, ...]
    compute: Compute
    trained: dict[str, Trained] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    fits: int = 0

    def forget(self) -> None:
        """Drop what was made for the generation before: no later step can ask for it."""
        self.trained.clear()
        self.made.clear()

    def train(self, training: Training, generation: int, start: Trained | None) -> Trained:
        """Fit the model, or hand out the one that was fitted to the same rows from the same start."""
        address = digest_of(
            "model",
            self.described,
            training.address,
            start.address if start else "",
            self.replicate,
            generation,
        )
        if address not in self.trained:
            rng = stream(self.seed, f"lab/{self.replicate}/{generation}/fit")
            fitted = self.model.fit(
                training.batch, training.copies,
                start=start.fitted if start else None, compute=self.compute, rng=rng,
            )  # fmt: skip
            self.fits += 1
            self.trained[address] = Trained(address, fitted)
        return self.trained[address]

    def sample(
        self,
        model: Trained,
        training: Training,
        generation: int,
        count: int,
        decoding: Mapping[str, float],
        conditions: Integers | None,
    ) -> Made:
        """Draw the samples of a generation, as many as conditions where those are given."""
        named = "" if conditions is None else digest_of(conditions.tobytes().hex())
        address = digest_of("samples", model.address, count, sorted(decoding.items()), named)
        if address not in self.made:
            rng = stream(self.seed, f"lab/{self.replicate}/{generation}/sample")
            asked = None if conditions is None else conditions.tolist()
            sampled = model.fitted.sample(Request(count, asked, dict(decoding)), rng)
            groups = self._groups(sampled, training, conditions, count)
            records = Records(
                address, sampled.batch, groups, True, 1 + training.depth, training.ancestry,
                generation, self.replicate,
            )  # fmt: skip
            self.made[address] = Made(records, sampled.parents)
        return self.made[address]

    def _groups(
        self, sampled: Sampled[Any], training: Training, conditions: Integers | None, count: int
    ) -> Integers:
        if sampled.groups is not None:
            return np.asarray(sampled.groups, np.int64)
        if len(self.groups) == 1:
            return np.zeros(count, np.int64)
        if conditions is not None:
            return conditions
        unassigned = np.full(count, self.groups.index(UNASSIGNED), np.int64)
        if sampled.parents is None:
            return unassigned
        return np.where(sampled.parents >= 0, training.groups[sampled.parents], unassigned)
