"""The loop: arms of one replicate, generation by generation, side by side.

Generation 0 is real. Generation t = 1, 2, ... weighs the pool, draws copies, fits, samples, judges the samples
and lets them enter. All arms go through a generation together, so that those with the same training rows
share one model; random streams name the replicate and the generation, never the arm (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from springhead.core.nouns import Excerpt, Request
from springhead.core.protocols import Compute, Drawn, Lineage
from springhead.core.seeds import stream
from springhead.lab.components import Components, label
from springhead.lab.drawing import Drawing, DrawRow
from springhead.lab.excerpts import excerpts
from springhead.lab.judge import Judge, ScanDetector, make_judge
from springhead.lab.lineage import MemoryLineage, note_generation, note_real
from springhead.lab.measure import ANCESTRY, DEPTH, Gauge, Models, Value
from springhead.lab.pool import Pool, Training
from springhead.lab.real import RealData
from springhead.lab.record import digest_of
from springhead.lab.settings import ArmSettings, LabSettings
from springhead.lab.training import UNASSIGNED, Made, Trained, Workshop
from springhead.results.lab import BASELINE_ARM, CONTROL_ARM

Advance = Callable[[int], None]
"""Told the number of samples after each generation of an arm."""


@dataclass(slots=True)
class ArmState:
    """One arm of one replicate: its pool, its last model, and what was found so far."""

    name: str
    settings: ArmSettings
    pool: Pool
    judge: Judge
    drawing: Drawing
    unknown: str = ""
    first: Trained | None = None
    model: Trained | None = None
    values: list[Value] = field(default_factory=list)
    draws: list[DrawRow] = field(default_factory=list)
    examples: list[tuple[int, int, Excerpt]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Replicate:
    """What one replicate of some arms gave."""

    replicate: int
    arms: tuple[ArmState, ...]
    baseline: tuple[Value, ...]
    reused: bool
    fits: int
    records: int
    groups: tuple[str, ...]
    group_sizes: tuple[int, ...]


class Loop:
    """Runs arms of one replicate; call `run`."""

    def __init__(
        self, settings: LabSettings, parts: Components, replicate: int, lineage: Lineage | None = None
    ) -> None:
        """Draw generation 0 and the reference."""
        self.settings, self.parts, self.replicate = settings, parts, replicate
        self.lineage: Lineage = MemoryLineage() if lineage is None else lineage
        self.real = RealData(parts.source, settings, replicate)
        self.first = self.real.first()
        groups = tuple(parts.source.groups)
        self.groups = groups if len(groups) == 1 else (*groups, UNASSIGNED)
        by_group = tuple(label({"name": name}) for name in settings.by_group)
        start: Drawn[Any] = Drawn(self.first.batch, self.first.groups)
        self.gauge = Gauge(parts.metrics, by_group, self.real.reference(), self.groups, start)
        compute = Compute(settings.compute.steps, settings.compute.scale)
        described = digest_of(sorted(settings.model.items()), settings.compute)
        self.workshop = Workshop(parts.model, described, settings.seed, replicate, self.groups, compute)
        self._calibration: Any = None
        self.run_name = f"{settings.digest()[:16]}/{replicate}"

    def run(self, arms: Mapping[str, ArmSettings], advance: Advance = lambda _: None) -> Replicate:
        """Run the arms through all generations; the order of the arms changes nothing."""
        states = [self._start(name, arm) for name, arm in arms.items()]
        baseline = self.gauge.measure(BASELINE_ARM, 0, self.first.batch, self.first.groups)
        for state in states:
            state.values += list(baseline)
        for generation in range(1, self.settings.generations + 1):
            self.workshop.forget()
            for state in states:
                made = self._generation(state, generation)
                advance(len(made.records))
        first = states[0].first
        if first is not None:
            baseline += self.gauge.of_models(BASELINE_ARM, Models(first.fitted, first.fitted))
        sizes = np.bincount(self.first.groups, minlength=len(self.groups))
        return Replicate(
            self.replicate, tuple(states), tuple(baseline), self.real.reused, self.workshop.fits,
            len(self.first), self.groups, tuple(int(size) for size in sizes),
        )  # fmt: skip

    def _start(self, name: str, arm: ArmSettings) -> ArmState:
        settings = self.settings
        judge = make_judge(arm.detector or settings.detector, settings.seed)
        if isinstance(judge, ScanDetector):
            judge.calibrate(self.gauge.reference.batch, self._machine_texts())
        budget = float(len(self.first)) if arm.budget == "records" else arm.budget
        drawing = Drawing(
            name, self.parts.policies[name], arm.draw or settings.draw, arm.strata,
            None if isinstance(budget, str) else float(budget), settings.seed, self.replicate,
        )  # fmt: skip
        state = ArmState(name, arm, Pool(self.groups), judge, drawing)
        first = judge.judge(self.first)
        note_real(self.lineage, first, self.run_name)
        state.pool.enter(first)
        if self.replicate == 0 and settings.examples:
            rows = np.arange(min(settings.examples, len(self.first)))
            state.examples += [(0, index, one) for index, one in enumerate(excerpts(self.first.batch, rows))]
        return state

    def _machine_texts(self) -> Any:
        """Samples of a model fitted to generation 0, made once a replicate for judges that need to be calibrated."""
        if self._calibration is None:
            rng = stream(self.settings.seed, f"lab/{self.replicate}/calibration")
            ones = np.ones(len(self.first), np.int64)
            fitted = self.parts.model.fit(
                self.first.batch, ones, start=None, compute=self.workshop.compute, rng=rng
            )
            count = len(self.gauge.reference.groups)
            self._calibration = fitted.sample(Request(count, None, dict(self.settings.decoding)), rng).batch
        return self._calibration

    def _generation(self, state: ArmState, generation: int) -> Made:
        training, draws, weights = state.drawing.draw(state.pool, generation)
        state.draws += draws
        state.unknown = weights.unknown
        made = self._make(state, training, generation)
        if generation < self.settings.generations:
            self._arrive(state, made, generation)
        self._measure(state, made, generation)
        return made

    def _make(self, state: ArmState, training: Training, generation: int) -> Made:
        settings, arm = self.settings, state.settings
        start = state.model if (arm.start or settings.start) == "previous" else None
        model = self.workshop.train(training, generation, start)
        decoding = settings.decoding if arm.decoding is None else arm.decoding
        count = arm.samples or len(self.first)
        conditions = None
        if settings.conditions == "groups":
            conditions = np.resize(self.first.groups, count)
        made = self.workshop.sample(model, training, generation, count, decoding, conditions)
        note_generation(self.lineage, training, model, made, self.run_name)
        state.first, state.model = state.first or model, model
        if self.replicate == 0 and settings.examples:
            self._picture(state, model, generation, decoding)
        return made

    def _picture(
        self, state: ArmState, model: Trained, generation: int, decoding: Mapping[str, float]
    ) -> None:
        # One stream for all generations: the same latents, seen through one model after another.
        rng = stream(self.settings.seed, f"lab/{self.replicate}/examples")
        count = self.settings.examples
        conditions = None
        if self.settings.conditions == "groups":
            conditions = np.resize(self.first.groups, count).tolist()
        shown = model.fitted.sample(Request(count, conditions, dict(decoding)), rng)
        for index, one in enumerate(excerpts(shown.batch, np.arange(count))):
            state.examples.append((generation, index, one))

    def _arrive(self, state: ArmState, made: Made, generation: int) -> None:
        """Let the samples and fresh real records enter the pool, each with the level that the judge gives."""
        state.pool.enter(state.judge.judge(made.records))
        count = len(self.first) if state.name == CONTROL_ARM else state.settings.fresh
        if count:
            fresh = state.judge.judge(self.real.fresh(generation, count, len(made.records)))
            note_real(self.lineage, fresh, self.run_name)
            state.pool.enter(fresh)

    def _measure(self, state: ArmState, made: Made, generation: int) -> None:
        last = generation == self.settings.generations
        if generation % self.settings.measure_every and not last:
            return
        records, n = made.records, len(made.records)
        assert state.first is not None
        assert state.model is not None
        models = Models(state.first.fitted, state.model.fitted)
        state.values += self.gauge.measure(state.name, generation, records.batch, records.groups, models)
        depth, share = float(records.depth), records.ancestry
        state.values.append(Value(generation, DEPTH, "", depth, depth, depth, n))
        state.values.append(Value(generation, ANCESTRY, "", share, share, share, n))
