"""The result of a scan: one schema, named and versioned, that report and later verbs read.

`result.json` holds a `ScanResult`; beside it lie `evidence/*.parquet` (one row per kept record, columns in
`EVIDENCE`), `claims.parquet`, `examples.parquet`, `quarantine.jsonl`, `run.toml` and `report.html`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
import pyarrow as pa

SCHEMA: Final = "springhead.scan"
VERSION: Final = 1

Verdict = Literal["estimated", "bounded", "cannot tell"]
Unit = Literal["records", "words"]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all parts of a result."""


class Records(Frozen, frozen=True):
    """Counts of records: read = kept + dropped + quarantined; abstained is a subset of kept."""

    read: int
    kept: int
    dropped: int
    quarantined: int
    abstained: int
    words: int
    characters: int


class WhatIf(Frozen, frozen=True):
    """A share that holds only if machine-made records look like `reference`."""

    reference: str
    estimate: float
    low: float
    high: float


class Misfit(Frozen, frozen=True):
    """How far the target lies from any mixture of the references, and what that could do to the share."""

    statistic: float
    worst_effect: float
    allowed: float


class Prevalence(Frozen, frozen=True):
    """Share of synthetic records of one group; `group` is empty for the whole corpus."""

    group: dict[str, str]
    unit: Unit
    definition: str
    verdict: Verdict
    estimate: float | None
    low: float | None
    high: float | None
    confidence: float
    lower_bound: float | None
    what_if: WhatIf | None
    n: int
    n_scored: int
    reference: str | None
    misfit: Misfit | None
    reason: str
    small: bool = False


class GroupRow(Frozen, frozen=True):
    """One group with its size, abstentions and false positives on known-human records."""

    group: dict[str, str]
    n: int
    words: int
    abstained: int
    unknown: int
    declared_synthetic: int
    residue: int
    procedural: int
    human_reference: int
    nominal: float
    false_positive_rate: float | None
    false_positive_low: float | None
    false_positive_high: float | None
    ratio_lower_limit: float | None
    warning: str = ""


class Power(Frozen, frozen=True):
    """The smallest share that this many records and this detector can tell from none, per group."""

    group: dict[str, str]
    n_scored: int
    smallest_share: float | None
    detection_rate: float | None
    detection_low: float | None
    detection_high: float | None
    false_positive_rate: float | None


class ReferenceBand(Frozen, frozen=True):
    """The false-positive rate to expect at a nominal rate from that many known-human texts."""

    language: str
    human: int
    synthetic: int
    nominal: float
    realised_low: float
    realised_high: float
    newest: str | None = None


class Temporal(Frozen, frozen=True):
    """Share in a period; before the generators existed it should be about 0 (negative control)."""

    period: str
    n_scored: int
    estimate: float | None
    low: float | None
    high: float | None
    is_control: bool


class DetectorInfo(Frozen, frozen=True):
    """A detector that ran."""

    name: str
    version: str
    kind: str
    scored: int


class Leak(Frozen, frozen=True):
    """How well the files' format alone tells the references apart: cross-validated AUROC with 95 % limits.

    `human` and `synthetic` are the numbers of records it was measured on; `with_size` is the AUROC when the size
    of a file for its content counts as well, which is not only format.
    """

    auroc: float
    low: float
    high: float
    human: int
    synthetic: int
    with_size: float


class Duplicates(Frozen, frozen=True):
    """Exact and near duplicates among the kept records."""

    exact_clusters: int
    exact_copies: int
    near_clusters: int
    near_records: int
    largest: int
    procedural_share: float


class Assumption(Frozen, frozen=True):
    """Something taken for granted, with the setting that changes it."""

    text: str
    setting: str


class Words(Frozen, frozen=True):
    """What the modality calls a record, the stratum that `language` holds, and the length that `words` counts."""

    record: str = "text"
    language: str = "language"
    length: str = "words"


class CellShare(Frozen, frozen=True):
    """Share of records by the origin of each of their parts, such as image human and caption synthetic.

    `low` and `high` are limits at the result's confidence where the verdict is "estimated"; where it is
    "bounded" they are what the known origins leave open.
    """

    parts: dict[str, str]
    verdict: Verdict
    estimate: float | None
    low: float
    high: float
    n: int
    known: int
    reason: str


class PartSharing(Frozen, frozen=True):
    """How values of one part of a record are shared: one caption on many images, or one image under many captions.

    Of `distinct` values, `shared` stand with more than one value of the `other` part, in `records` records; the
    `largest` stands with that many. `templates` are openings that many distinct values share, with records.
    """

    part: str
    other: str
    distinct: int
    shared: int
    records: int
    largest: int
    templates: dict[str, int] = {}


class ScanResult(Frozen, frozen=True):
    """All findings of a scan."""

    schema: Literal["springhead.scan"]
    version: Literal[1]
    modality: str
    sampled: int | None
    finding: str
    records: Records
    prevalence: tuple[Prevalence, ...]
    groups: tuple[GroupRow, ...]
    power: tuple[Power, ...]
    references: tuple[ReferenceBand, ...]
    temporal: tuple[Temporal, ...]
    detectors: tuple[DetectorInfo, ...]
    duplicates: Duplicates
    assumptions: tuple[Assumption, ...]
    cannot_tell: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    leak: Leak | None = None
    words: Words = Words()
    cells: tuple[CellShare, ...] = ()
    sharing: tuple[PartSharing, ...] = ()


DIGEST = pa.binary(32)

EVIDENCE = pa.schema(
    [
        ("key", pa.string()),
        ("content", DIGEST),
        ("canonical", DIGEST),
        ("source", pa.string()),
        ("position", pa.string()),
        ("date", pa.string()),
        ("host", pa.string()),
        ("language", pa.string()),
        ("script", pa.string()),
        ("words", pa.int32()),
        ("chars", pa.int32()),
        ("abstained", pa.string()),
        ("origin", pa.string()),
        ("generation_low", pa.int16()),
        ("generation_high", pa.int16()),
        ("nats", pa.float32()),
        ("p_value", pa.float32()),
        ("level", pa.uint8()),
        ("reasons", pa.list_(pa.string())),
        ("exact_cluster", pa.int64()),
        ("near_cluster", pa.int64()),
        ("exact_rank", pa.int32()),
    ]
)
"""Columns of every evidence table; `group_<column>`, `score_<detector>` and `nats_<channel>` follow."""

CLAIMS = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("trust", pa.string()),
        ("origin", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)

EXAMPLES = pa.schema(
    [
        ("key", pa.string()),
        ("source", pa.string()),
        ("position", pa.string()),
        ("language", pa.string()),
        ("list", pa.string()),
        ("nats", pa.float32()),
        ("p_value", pa.float32()),
        ("score", pa.float32()),
        ("text", pa.string()),
        ("spans", pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())]))),
        ("reasons", pa.list_(pa.string())),
        ("group", pa.string()),
        ("media_type", pa.string()),
        ("thumbnail", pa.binary()),
    ]
)
"""Capped excerpts, for the report alone; `list` is "most suspicious" or "least suspicious"."""
