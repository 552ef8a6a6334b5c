"""The result of a lab run: one schema, named and versioned, that report and later verbs read.

`result.json` holds a `LabResult`; beside it lie `series.parquet` (columns in `SERIES`: every metric of every
arm, replicate, generation and group), `draws.parquet` (columns in `DRAWS`: what a policy was asked for, what
was expected and what the draw gave), `examples.parquet` (columns in `EXAMPLES`: what samples look like),
`plots/` and `run.toml`.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import pyarrow as pa

from springhead.results.scan import Frozen

SCHEMA: Final = "springhead.lab"
VERSION: Final = 1

BASELINE_ARM: Final = "real versus real"
"""Arm name in `series` under which a metric's value between two real samples of the same n stands."""

CONTROL_ARM: Final = "control"
"""Arm name of the compute-matched control that trains on fresh real data in every generation."""


class ArmInfo(Frozen, frozen=True):
    """One arm: a policy with its schedule and decoding, as resolved."""

    name: str
    policy: str
    unknown: str
    settings: dict[str, Any]


class MetricInfo(Frozen, frozen=True):
    """One metric: what it measures and which direction is worse."""

    name: str
    worse: Literal["higher", "lower"]
    definition: str


class ProfileRow(Frozen, frozen=True):
    """One of the eight published definitions of collapse, tested on one arm, with an interval."""

    arm: str
    definition: str
    source: str
    verdict: Literal["yes", "no", "cannot tell"]
    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    n: int
    reason: str


class ExtinctionRow(Frozen, frozen=True):
    """When a group had no record left: median over replicates, None = most outlived the run."""

    arm: str
    group: str
    median: float | None
    low: float | None
    high: float | None
    extinct: int
    replicates: int


class EffectRow(Frozen, frozen=True):
    """Paired difference between an arm and the first arm at the last generation, over replicates."""

    arm: str
    versus: str
    metric: str
    difference: float
    low: float
    high: float
    replicates: int
    replicates_needed: int | None
    """Replicates at which a difference of this size would be seen with power 0.8; None where there is none."""


class LabResult(Frozen, frozen=True):
    """Everything that a lab run found, without its tables."""

    schema: str
    version: int
    name: str
    finding: str
    modality: str
    source: str
    model: str
    generations: int
    replicates: int
    records: int
    seed: int
    digest: str
    groups: tuple[str, ...]
    group_sizes: tuple[int, ...]
    arms: tuple[ArmInfo, ...]
    metrics: tuple[MetricInfo, ...]
    profile: tuple[ProfileRow, ...] = ()
    extinction: tuple[ExtinctionRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    theory: dict[str, tuple[float, ...]] = {}  # noqa: RUF012  (a struct copies it)
    """Expected value by generation of a metric of the first arm, where a law is known; by metric name."""
    notes: tuple[str, ...] = ()


SERIES: Final = pa.schema(
    [
        ("arm", pa.string()), ("replicate", pa.int32()), ("generation", pa.int32()), ("metric", pa.string()),
        ("group", pa.string()), ("value", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
        ("n", pa.int64()),
    ]
)  # fmt: skip
"""One row per measured value; `group` is empty for all records together."""

DRAWS: Final = pa.schema(
    [
        ("arm", pa.string()), ("replicate", pa.int32()), ("generation", pa.int32()), ("pool", pa.int64()),
        ("quantity", pa.string()), ("asked", pa.float64()), ("expected", pa.float64()), ("low", pa.float64()),
        ("high", pa.float64()), ("realised", pa.float64()), ("truth", pa.float64()), ("binding", pa.string()),
    ]
)  # fmt: skip
"""One row per promised quantity and generation; `truth` is nan where origins are not known."""

EXAMPLES: Final = pa.schema(
    [
        ("arm", pa.string()), ("replicate", pa.int32()), ("generation", pa.int32()), ("index", pa.int32()),
        ("group", pa.string()), ("media_type", pa.string()), ("text", pa.string()), ("data", pa.binary()),
    ]
)  # fmt: skip
"""Capped samples: text, or the bytes of a small PNG; the same `index` is the same latent in every generation."""


class Reproduction(Frozen, frozen=True):
    """One published claim, run as a contract: what was expected, what came out, and a control that must fail."""

    id: str
    claim: str
    source: str
    protocol: str
    by: Literal["loop", "law", "formula"]
    quantity: str
    expected: float
    tolerance: float
    tolerance_reason: str
    observed: float
    low: float
    high: float
    replicates: int
    holds: bool
    control: str
    control_observed: float
    control_fails: bool
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the claim holds and its negative control fails, as it must."""
        return self.holds and self.control_fails
