"""Records of several parts: each part's detectors, its origin by hard evidence, and how origins go together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from springhead.core.nouns import Claim, Findings, Floats, Reason, Trust
from springhead.core.traits import Traits
from springhead.results.scan import CellShare, PartSharing

ORIGINS = ("human", "synthetic")
TEMPLATE_LEAST = 20
"""Distinct values with one opening from which the opening is called a template."""


class PartDetector:
    """A detector of one part of a record; its reasons and claims name the part."""

    def __init__(self, part: str, detector: Any) -> None:
        """Hold the detector of a part."""
        self.part = part
        self.detector = detector
        self.name = f"{part}_{detector.name}"
        self.kind: Trust = detector.kind

    @property
    def version(self) -> str:
        """Version of the part's detector."""
        return str(self.detector.version)

    def examine(self, batch: Any, /) -> Findings:
        """Examine the part of every record."""
        found = self.detector.examine(batch.part(self.part))
        reasons = tuple(
            Reason(one.row, f"{self.part}: {one.text}", one.start, one.end) for one in found.reasons
        )
        claims = tuple(replace(one, kind=f"{self.part} {one.kind}") for one in found.claims)
        return Findings(found.score, found.unit, reasons, claims)


def part_of(claim: Claim, traits: Traits) -> str:
    """The part that a claim speaks of, "" for the whole record."""
    name = claim.kind.partition(" ")[0]
    return name if any(name == part for part, _ in traits.parts) else ""


def origins_of(nats: dict[str, Floats], n: int) -> list[str]:
    """Origin of each record's part from the nats of its hard claims: synthetic, human or "" (unknown)."""
    strongest = np.zeros(n)
    for values in nats.values():
        here = np.nan_to_num(values)
        strongest = np.where(np.abs(here) > np.abs(strongest), here, strongest)
    return ["synthetic" if value > 0 else "human" if value < 0 else "" for value in strongest]


def cells(evidence: Sequence[Path], traits: Traits) -> tuple[CellShare, ...]:
    """Shares of all combinations of the parts' origins, with the limits that unknown origins leave open."""
    if not traits.parts or not evidence:
        return ()
    columns = [f"fact_{part}_origin" for part, _ in traits.parts]
    counted = pl.scan_parquet(list(evidence)).group_by(columns).agg(pl.len()).collect(engine="streaming")
    rows = list(counted.iter_rows())
    total = sum(row[-1] for row in rows)
    found = []
    for chosen in itertools.product(ORIGINS, repeat=len(columns)):
        known = sum(row[-1] for row in rows if row[:-1] == chosen)
        fits = sum(
            row[-1] for row in rows
            if all(value in ("", wanted) for value, wanted in zip(row[:-1], chosen, strict=True))
        )  # fmt: skip
        low, high = known / max(1, total), fits / max(1, total)
        exact = known == fits
        found.append(
            CellShare(
                parts={part: origin for (part, _), origin in zip(traits.parts, chosen, strict=True)},
                verdict="estimated" if exact else "cannot tell" if not known and fits == total else "bounded",
                estimate=low if exact else None, low=low, high=high, n=total, known=known,
                reason="" if exact else "unknown origins count for neither side: the share lies between the limits",
            )
        )  # fmt: skip
    return tuple(found)


def sharing(evidence: Sequence[Path], traits: Traits) -> tuple[PartSharing, ...]:
    """How often one value of a part stands with several values of another, and the openings many share."""
    if len(traits.parts) != 2 or not evidence:
        return ()
    frame = pl.scan_parquet(list(evidence))
    available = frame.collect_schema().names()
    names = [part for part, _ in traits.parts]
    found = []
    for part, other in (names, names[::-1]):
        table = (
            frame.group_by(f"fact_{part}_digest")
            .agg(n=pl.len(), others=pl.col(f"fact_{other}_digest").n_unique())
            .collect(engine="streaming")
        )
        shared = table.filter(pl.col("others") > 1)
        found.append(
            PartSharing(
                part=part, other=other, distinct=table.height, shared=shared.height,
                records=int(shared["n"].sum()), largest=int(table["others"].max() or 0),  # type: ignore[arg-type]
                templates=_templates(frame, part) if f"fact_{part}_opening" in available else {},
            )
        )  # fmt: skip
    return tuple(found)


def _templates(frame: pl.LazyFrame, part: str) -> dict[str, int]:
    """Openings that at least 20 distinct values share, the most common ten, with the records that have them."""
    opening = f"fact_{part}_opening"
    table = (
        frame.filter(pl.col(opening) != "")
        .group_by(opening)
        .agg(n=pl.len(), distinct=pl.col(f"fact_{part}_digest").n_unique())
        .filter(pl.col("distinct") >= TEMPLATE_LEAST)
        .sort(["n", opening], descending=[True, False])
        .head(10)
        .collect(engine="streaming")
    )
    return {str(row[0]): int(row[1]) for row in table.select(opening, "n").iter_rows()}
