"""The detectors of text, one channel each, and the trainer of the domain head."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Claim, Clusters, Columns, Findings, Floats, Origin, Reason, Trust
from springhead.errors import BadConfiguration
from springhead.modalities.text import dated, declared, repetition, residue
from springhead.modalities.text.head import DomainHead, fit_head
from springhead.modalities.text.modality import TextBatch
from springhead.modalities.text.statistical import StatisticalDetector as Scorer


class DeclaredDetector:
    """Reads what a record says of its own origin: front matter, labels, an origin column."""

    name = "declared"
    kind = Trust.DECLARED
    version = "1"

    def __init__(self, origin_column: str | None = None) -> None:
        """Also read an origin column where one is named."""
        self.origin_column = origin_column

    @classmethod
    def from_settings(cls, settings: Any) -> DeclaredDetector:
        """Make it from a scan's settings."""
        return cls(settings.origin_column)

    def examine(self, batch: TextBatch, /) -> Findings:
        """Score 1 where a record declares a machine, 0 a human, nan where it says nothing."""
        found = list(batch.declared)
        if self.origin_column and self.origin_column in batch.columns:
            column = {self.origin_column: batch.columns[self.origin_column]}
            found += declared.examine([""] * len(batch), column)
        claims = tuple(
            Claim(one.row, one.kind, one.value, Trust.DECLARED, Origin(one.origin), one.start, one.end)
            for one in found
        )
        score = np.full(len(batch), np.nan)
        reasons = []
        for claim in claims:
            if claim.origin is Origin.UNKNOWN:
                continue
            score[claim.row] = np.fmax(
                score[claim.row], float(claim.origin in (Origin.SYNTHETIC, Origin.MIXED))
            )
            text = f"declares itself {claim.origin.value} ({claim.kind}: {claim.value[:80]})"
            reasons.append(Reason(claim.row, text, claim.start, claim.end))
        return Findings(score, "raw", tuple(reasons), claims)


class DatedDetector:
    """Reads the date of a record: before the generators existed, it is evidence of a human."""

    name = "dated"
    kind = Trust.DATED
    version = "1"

    def __init__(self, date_column: str | None = None, human_before: str | None = None) -> None:
        """Read the named column, else "date"; dates before `human_before` are claims of a human."""
        self.date_column = date_column or "date"
        self.limit: date | None = None
        if human_before is not None:
            self.limit = dated.parse(human_before, end=False)
            if self.limit is None:
                raise BadConfiguration("human_before", f"{human_before!r} is no date", "write YYYY-MM-DD")

    @classmethod
    def from_settings(cls, settings: Any) -> DatedDetector:
        """Make it from a scan's settings."""
        return cls(settings.date_column, settings.human_before)

    def examine(self, batch: TextBatch, /) -> Findings:
        """Score 0 where a record is older than the limit, else nan; every date becomes a claim."""
        score = np.full(len(batch), np.nan)
        values = batch.columns.get(self.date_column)
        if values is None:
            return Findings(score)
        claims, reasons = [], []
        for row, day in enumerate(dated.parse_all(list(values))):
            if day is None:
                continue
            old = self.limit is not None and day < self.limit
            origin = Origin.HUMAN if old else Origin.UNKNOWN
            claims.append(Claim(row, "date", day.isoformat(), Trust.DATED, origin))
            if old:
                score[row] = 0.0
                reasons.append(Reason(row, f"dated {day.isoformat()}, before {self.limit}"))
        return Findings(score, "raw", tuple(reasons), tuple(claims))


class ResidueDetector:
    """Finds what a chat left in a text: boilerplate, refusals, placeholders, citation marks."""

    name = "residue"
    kind = Trust.RESIDUE
    version = "1"
    least = 0.6
    """Score from which residue is a claim; quoted phrases stay below."""

    def examine(self, batch: TextBatch, /) -> Findings:
        """Score in [0, 1], 0 without residue; strong hits are claims of a machine."""
        hits = batch.residue
        score = residue.score(hits, len(batch))
        reasons = tuple(Reason(hit.row, hit.reason, hit.start, hit.end) for hit in hits)
        claims = tuple(
            Claim(hit.row, "residue", hit.rule, Trust.RESIDUE, Origin.SYNTHETIC, hit.start, hit.end)
            for hit in hits
            if score[hit.row] >= self.least
        )
        return Findings(score, "raw", reasons, claims)


class RepetitionDetector:
    """Measures how much a text repeats itself: the procedural channel, never fused into synthetic."""

    name = "repetition"
    kind = Trust.REPETITION
    version = "1"

    def examine(self, batch: TextBatch, /) -> Findings:
        """Score in [0, 1], 0 for ordinary prose; nan below 20 words."""
        return Findings(repetition.measure(batch.bodies).score.astype(np.float64))


@lru_cache(maxsize=1)
def scorer() -> Scorer:
    """The shipped detector, loaded once per process."""
    return Scorer.load(None)


class StatisticalDetector:
    """The shipped detector: hashed n-grams and stylometry, no weights from anywhere else."""

    name = "statistical"
    kind = Trust.STATISTICAL

    @property
    def version(self) -> str:
        """Version of the weights."""
        return str(scorer().version)

    def examine(self, batch: TextBatch, /) -> Findings:
        """Raw score, higher = more synthetic; nan for texts that must be abstained on."""
        score = np.full(len(batch), np.nan)
        rows = [row for row, reason in enumerate(batch.abstain) if not reason]
        if rows:
            languages = batch.identified.language
            score[rows] = scorer().score(
                [batch.canonical[row] for row in rows], [languages[row] for row in rows]
            )
        return Findings(score)

    def explain(self, batch: TextBatch, /) -> list[Reason]:
        """Passages of the canonical texts that carry most of the score, at most five a text."""
        return [
            Reason(
                row,
                f"{'speaks for a machine' if weight > 0 else 'speaks for a human'} ({weight:+.2f})",
                start,
                end,
            )
            for row, text in enumerate(batch.canonical)
            for start, end, weight in scorer().spans(text, 5)
        ]


class FittedDomain:
    """A domain head with the cross-fitted scores of its references."""

    def __init__(self, head: DomainHead) -> None:
        """Hold the head."""
        self.head = head

    @property
    def cross_fitted_human(self) -> Floats:
        """Scores of the human reference by models that did not see them."""
        return self.head.cross_fitted_human

    @property
    def cross_fitted_synthetic(self) -> Floats:
        """Scores of the synthetic reference by models that did not see them."""
        return self.head.cross_fitted_synthetic

    def score(self, columns: Columns, /) -> Floats:
        """Scores of new texts: columns payload, language and score (the shipped detector's)."""
        texts, languages = list(map(str, columns["payload"])), list(map(str, columns["language"]))
        return self.head.score(texts, languages, np.asarray(columns["score"], np.float64))

    def to_arrays(self) -> dict[str, Any]:
        """The head as plain arrays."""
        return self.head.to_arrays()


class DomainTrainer:
    """Fits a head to the references of one domain and language."""

    name = "domain"

    def fit(
        self, human: Columns, synthetic: Columns, /, *, clusters: Clusters | None, rng: Generator
    ) -> FittedDomain:
        """Fit on columns payload, language, score and cluster of both classes."""
        both = (
            clusters.near
            if clusters is not None
            else np.concatenate([np.asarray(human["cluster"]), np.asarray(synthetic["cluster"])])
        )
        head = fit_head(
            list(map(str, human["payload"])), list(map(str, synthetic["payload"])),
            np.asarray(human["score"], np.float64), np.asarray(synthetic["score"], np.float64),
            clusters=(both[: len(human["payload"])], both[len(human["payload"]) :]), rng=rng,
        )  # fmt: skip
        return FittedDomain(head)

    @staticmethod
    def from_arrays(arrays: dict[str, Any]) -> FittedDomain:
        """A head saved with a calibration."""
        return FittedDomain(DomainHead.from_arrays(arrays))
