"""Everything a scan can be told, as one frozen struct; the resolved form goes into run.toml."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from springhead.core.nouns import Trust
from springhead.errors import BadConfiguration

DEFINITION = (
    "records whose text is machine-made or mostly machine-made, among those long enough to judge; "
    "templates and machine translation are not counted"
)


class Strengths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Default strength of each kind of claim in nats: an assumption, named as such in the report.

    An unsigned claim "synthetic" is believed, because few would claim it falsely; a claim "human" only when
    signed by a trusted key or dated before the generators existed. 4.6 nats are odds of 100 to 1.
    """

    ledger: float = 9.0
    trusted_signature: float = 8.0
    valid_signature: float = 5.0
    declared: float = 6.0
    declared_human: float = 0.0
    watermark: float = 8.0
    dated: float = 8.0
    residue: float = 4.6

    def nats(self, trust: Trust, synthetic: bool) -> float:
        """Signed strength of a claim: positive for synthetic, negative for human."""
        if not synthetic and trust in (Trust.DECLARED, Trust.VALID_SIGNATURE):
            return -self.declared_human
        value = float(getattr(self, trust.value.replace(" ", "_"), 0.0))
        return value if synthetic else -value


class ReferenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How references are used: sizes in records per language and class."""

    least: int = 100
    head_least: int = 100
    head_most: int = 2000
    most: int = 20000


class ScanSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a scan; names equal the command line's options."""

    modality: str = "text"
    id_column: str | None = None
    text_column: str | None = None
    image_column: str | None = None
    group: tuple[tuple[str, ...], ...] = ()
    date_column: str | None = None
    human_before: str | None = None
    origin_column: str | None = None
    c2pa_trust_anchors: str | None = None
    score_files: tuple[str, ...] = ()
    weights: str | None = None
    reference_covers_all: bool = False
    sample: int | None = None
    confidence: float = 0.95
    nominal: float = 0.05
    quantifier: Literal["auto", "adjusted-count", "expectation-maximisation", "kde-mixture"] = "auto"
    seed: int = 0
    shard_bytes: int = 4_000_000
    batch_rows: int = 512
    record_bytes: int = 32_000_000
    reservoir: int = 10_000
    groups_shown: int = 50
    small_group: int = 50
    strengths: Strengths = Strengths()
    references: ReferenceSettings = ReferenceSettings()

    def __post_init__(self) -> None:
        """Refuse values no scan can use."""
        if not 0.5 <= self.confidence < 1.0:
            raise BadConfiguration(
                "confidence", f"{self.confidence} is not in [0.5, 1)", "use for example 0.95"
            )
        if self.sample is not None and self.sample < 1:
            raise BadConfiguration("sample", f"{self.sample} is not positive", "ask for at least 1 record")
        if self.human_before is not None and len(self.human_before) < 4:
            raise BadConfiguration("human_before", f"{self.human_before!r} is no date", "write YYYY-MM-DD")

    def digest(self) -> str:
        """Hash of the settings, for addresses of shard results."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()

    def columns(self) -> tuple[str, ...]:
        """Names of the columns that must be read besides the payload, in a fixed order, without repeats."""
        named = [self.id_column, self.date_column, self.origin_column]
        named += [column for cross in self.group for column in cross if column not in AUTOMATIC_GROUPS]
        return tuple(dict.fromkeys(name for name in named if name))


AUTOMATIC_GROUPS = ("language", "source", "host", "year")
"""Group columns that scan makes itself; a column "source" of the corpus is read instead where it is asked for."""
