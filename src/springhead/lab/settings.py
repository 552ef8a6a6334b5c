"""Everything a lab run can be told, as frozen structs; the resolved form goes into run.toml."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec

from springhead.errors import BadConfiguration
from springhead.results.lab import BASELINE_ARM, CONTROL_ARM

Table = dict[str, Any]
"""A component: its registered `name`, and the fields that it takes."""

Draw = Literal["fixed", "hash", "multinomial"]
Strata = Literal["cell", "group", "total"]
Start = Literal["base", "previous"]
Conditions = Literal["none", "groups"]


def _size(field: str, value: int) -> None:
    if value < 1:
        raise BadConfiguration(field, f"{value} is not positive", "Ask for at least 1.")


def _share(field: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise BadConfiguration(field, f"{value:g} is no share from 0 to 1", "Write for example 0.2.")


class ComputeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each fit may spend; a model without steps ignores it."""

    steps: int | None = None
    scale: float = 1.0


class DetectorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who judges the records of the loop.

    `oracle` knows; `noisy` errs at the two rates; `scan` is the detector that scan ships, which needs texts.
    `prior` is the share of synthetic records that turns evidence into levels.
    """

    name: Literal["oracle", "noisy", "scan"] = "oracle"
    false_positive: float = 0.05
    false_negative: float = 0.05
    unknown: float = 0.0
    prior: float = 0.5

    def __post_init__(self) -> None:
        """Refuse rates that are no shares."""
        for field in ("false_positive", "false_negative", "unknown", "prior"):
            _share(f"detector.{field}", getattr(self, field))
        if not 0.0 < self.prior < 1.0:
            raise BadConfiguration("detector.prior", f"{self.prior:g} leaves nothing to judge", "Use 0.5.")


class ArmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One arm: a policy, or several applied in order, and what differs from the run's settings.

    `budget` is the expected number of records to train on: a number, "records" = as many as generation 0 has,
    or "keep" = what the policy keeps. `fresh` real records arrive in every generation after the first.
    """

    policy: Table | list[Table]
    budget: float | Literal["records", "keep"] = "keep"
    fresh: int = 0
    draw: Draw | None = None
    strata: Strata = "cell"
    start: Start | None = None
    decoding: dict[str, float] | None = None
    detector: DetectorSettings | None = None
    samples: int | None = None

    def __post_init__(self) -> None:
        """Refuse sizes that no loop can use."""
        if not isinstance(self.budget, str) and not self.budget >= 1:
            raise BadConfiguration("budget", f"{self.budget} is no size", "Ask for at least 1 record.")
        if self.fresh < 0:
            raise BadConfiguration("fresh", f"{self.fresh} is negative", "Ask for 0 or more records.")
        if self.samples is not None:
            _size("samples", self.samples)
        if not self.policy:
            raise BadConfiguration("policy", "no policy is named", 'Write policy = {name = "replace"}.')

    def policies(self) -> list[Table]:
        """Return the policies in the order in which they apply."""
        return [self.policy] if isinstance(self.policy, dict) else list(self.policy)


class LabSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a lab run.

    `records` is the size of generation 0 and of every sample (None: 1000 of a law, all training documents of
    a corpus). `held_out` is the share of a corpus kept apart as the reference; a law draws a reference of
    `reference` records instead (None: as many as `records`). Metrics are measured within every group too
    where `by_group` names them.
    """

    name: str = "lab"
    seed: int = 0
    generations: int = 10
    replicates: int = 5
    records: int | None = None
    reference: int | None = None
    held_out: float = 0.2
    source: Table
    model: Table
    arms: dict[str, ArmSettings]
    metrics: tuple[str | Table, ...] = ()
    by_group: tuple[str, ...] = ()
    measure_every: int = 1
    draw: Draw = "fixed"
    start: Start = "base"
    conditions: Conditions = "none"
    decoding: dict[str, float] = msgspec.field(default_factory=dict)
    detector: DetectorSettings = DetectorSettings()
    compute: ComputeSettings = ComputeSettings()
    control: bool = True
    examples: int = 8
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what no run can use."""
        for field in ("generations", "replicates", "measure_every"):
            _size(field, getattr(self, field))
        for field in ("records", "reference"):
            if getattr(self, field) is not None:
                _size(field, getattr(self, field))
        _share("held_out", self.held_out)
        if not 0.5 <= self.confidence < 1.0:
            raise BadConfiguration("confidence", f"{self.confidence:g} is not in [0.5, 1)", "Use 0.95.")
        if not self.arms:
            raise BadConfiguration("arms", "no arm is given", "Write [arms.replace] with a policy.")
        for reserved in (BASELINE_ARM, CONTROL_ARM):
            if reserved in self.arms:
                raise BadConfiguration(
                    "arms", f"{reserved!r} is the name of an arm that every run has", "Choose another name."
                )

    def digest(self) -> str:
        """Hash of the settings, for addresses of results."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


def arms_of(settings: LabSettings) -> dict[str, ArmSettings]:
    """Return the arms of a run, the compute-matched control on fresh real data last."""
    arms = dict(settings.arms)
    if settings.control:
        arms[CONTROL_ARM] = ArmSettings(policy={"name": "fresh", "synthetic": "none"})
    return arms
