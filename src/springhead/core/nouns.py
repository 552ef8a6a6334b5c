"""The nouns that cross every boundary: origin, trust, claims, findings, forms, clusters, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, Sequence[object]]
"""Named columns of one batch as read; all have the same length."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Origin(StrEnum):
    """Where a record came from; `procedural` covers templates and bots, which are not generative AI."""

    HUMAN = "human"
    MIXED = "mixed"
    SYNTHETIC = "synthetic"
    PROCEDURAL = "procedural"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """What stands behind a finding, strongest first."""

    LEDGER = "ledger"
    TRUSTED_SIGNATURE = "trusted signature"
    VALID_SIGNATURE = "valid signature"
    DECLARED = "declared"
    WATERMARK = "watermark"
    DATED = "dated"
    RESIDUE = "residue"
    REPETITION = "repetition"
    STATISTICAL = "statistical"
    NEURAL = "neural"

    @property
    def is_hard(self) -> bool:
        """Whether evidence of this kind decides alone instead of being fused with measured scores."""
        return self in HARD


HARD = frozenset(
    {
        Trust.LEDGER,
        Trust.TRUSTED_SIGNATURE,
        Trust.VALID_SIGNATURE,
        Trust.DECLARED,
        Trust.WATERMARK,
        Trust.DATED,
    }
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A typed statement found in or with record `row` of a batch (generator, date, licence, parent, ...).

    `origin` is what the statement implies if believed; `start` and `end` are character offsets into the
    payload, both -1 where the statement stands outside it (a column, a header).
    """

    row: int
    kind: str
    value: str
    trust: Trust
    origin: Origin = Origin.UNKNOWN
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of why record `row` got its score, with the span it speaks of (-1, -1 = all of it)."""

    row: int
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Findings:
    """What one detector says of a batch of n records.

    `score` is float64 (n,), higher = more synthetic, nan = cannot say. `unit` tells raw scores from p-values;
    a detector never returns nats.
    """

    score: Floats
    unit: Literal["raw", "p-value"] = "raw"
    reasons: tuple[Reason, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Forms:
    """What a modality derives from the payloads of a batch of n records before anything judges them.

    `content` is the sha256 of each payload as read, `canonical` that of its canonical form. `language` is a
    BCP 47 tag or "unknown" (for images: the format). `abstain` is empty where the record can be judged, else
    the reason ("short", "code", ...). `sketch` is a float32 (n, d) unit-length summary of the content, used
    only to ask whether two sets of records are of one domain.
    """

    content: Sequence[bytes]
    canonical: Sequence[bytes]
    language: Sequence[str]
    script: Sequence[str]
    words: Integers
    chars: Integers
    abstain: Sequence[str]
    sketch: NDArray[np.float32]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Near-duplicate signatures of n records: `bands` uint64 (n, b) to search, `minima` uint16 (n, k)."""

    bands: NDArray[np.uint64]
    minima: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A capped piece of a record for the report: text, or the bytes of a thumbnail with its media type."""

    text: str = ""
    media_type: str = "text/plain"
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Cluster of each of n records (int64, equal = same) and its rank among exact copies (0 = first)."""

    exact: Integers
    near: Integers
    rank: Integers


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n records, float64 (n,), nan = abstained; `weights` (n,) where records do not count 1."""

    values: Floats
    weights: Floats | None = None
    sketch: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Ledger entries as parallel columns; the ledger of a later verb implements what happens to them."""

    kind: Sequence[str]
    id: Sequence[str]
    parents: Sequence[Sequence[str]]
    origin: Sequence[Origin]
    run: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a fitted model: `count` samples, or one per condition; decoding settings by name."""

    count: int
    conditions: Sequence[object] | None = None
    decoding: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of a metric with its interval and the number of samples behind it."""

    value: float
    low: float
    high: float
    n: int
