"""The detectors of images that read claims: what a header declares, dates, and marks in pixels."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from springhead.core.nouns import Claim, Findings, Origin, Reason, Trust
from springhead.errors import BadConfiguration, NotReadable
from springhead.modalities.image import declared
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.c2pa import Verifier
from springhead.modalities.image.declared import Declared
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.fields import Fields
from springhead.modalities.image.header import Header
from springhead.modalities.source_types import of_word

_DAY = re.compile(r"\s{0,4}(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})(?!\d)")
_MACHINE = (Origin.SYNTHETIC, Origin.MIXED)


class DeclaredDetector:
    """Reads what a file says of its own origin: generators' fields, source types, labels, signed manifests."""

    name = "declared"
    kind = Trust.DECLARED
    version = "1"

    def __init__(self, origin_column: str | None = None, trust_anchors: str | None = None) -> None:
        """Also read an origin column where one is named; `trust_anchors` is a PEM file of C2PA roots."""
        self.origin_column = origin_column
        pem = None
        if trust_anchors is not None:
            try:
                pem = Path(trust_anchors).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise NotReadable(trust_anchors, str(error)) from error
        self.verifier = Verifier(pem)

    @classmethod
    def from_settings(cls, settings: Any) -> DeclaredDetector:
        """Make it from a scan's settings."""
        return cls(settings.origin_column, settings.c2pa_trust_anchors)

    def examine(self, batch: ImageBatch, /) -> Findings:
        """Score 1 where a file declares a machine, 0 a human, nan where it says nothing; claims say what."""
        claims: list[Claim] = []
        reasons: list[Reason] = []
        for row, plain in enumerate(headers(batch)):
            found = _guarded(batch.data[row], self.verifier) if plain.header.manifest else plain
            claims += [Claim(row, one.kind, one.value, one.trust, one.origin) for one in found.statements]
            reasons += [
                Reason(row, f"header: {fault}") for fault in found.faults if fault.startswith("unreadable")
            ]
        claims += self._column(batch)
        score = np.full(len(batch), np.nan)
        for claim in claims:
            if claim.origin is Origin.UNKNOWN:
                continue
            score[claim.row] = np.fmax(score[claim.row], float(claim.origin in _MACHINE))
            reasons.append(Reason(claim.row, _sentence(claim)))
        return Findings(score, "raw", tuple(reasons), tuple(claims))

    def _column(self, batch: ImageBatch) -> list[Claim]:
        """Claims of the named origin column."""
        if not self.origin_column or self.origin_column not in batch.columns:
            return []
        claims = []
        for row, value in enumerate(batch.columns[self.origin_column]):
            origin = of_word(value) if isinstance(value, str) else None
            if origin is not None:
                said = f"{self.origin_column}: {str(value)[:200]}"
                claims.append(Claim(row, "origin", said, Trust.DECLARED, Origin(origin)))
        return claims


class DatedDetector:
    """Reads when a picture was taken: before the generators existed, it is evidence of a human.

    A named date column is the user's word. EXIF is unsigned and anybody can set it, so its date counts only
    together with a camera's exposure and where the file declares no machine.
    """

    name = "dated"
    kind = Trust.DATED
    version = "1"

    def __init__(self, date_column: str | None = None, human_before: str | None = None) -> None:
        """Read the named column, else "date", and EXIF; dates before `human_before` are claims of a human."""
        self.date_column = date_column or "date"
        self.limit: date | None = None
        if human_before is not None:
            self.limit = _day(human_before) or _day(f"{human_before}-01") or _day(f"{human_before}-01-01")
            if self.limit is None:
                raise BadConfiguration("human_before", f"{human_before!r} is no date", "write YYYY-MM-DD")

    @classmethod
    def from_settings(cls, settings: Any) -> DatedDetector:
        """Make it from a scan's settings."""
        return cls(settings.date_column, settings.human_before)

    def examine(self, batch: ImageBatch, /) -> Findings:
        """Score 0 where a record is older than the limit, else nan; every date becomes a claim."""
        score = np.full(len(batch), np.nan)
        claims: list[Claim] = []
        reasons: list[Reason] = []
        columns = batch.columns.get(self.date_column)
        for row, found in enumerate(headers(batch)):
            given = columns[row] if columns is not None else None
            day = given if isinstance(given, date) else _day(str(given)) if given else None
            by, sure = "its date column", True
            if day is None:
                day, sure = _taken(found.fields), _camera_only(found)
                by = "its camera's EXIF, which is not signed"
            if day is None:
                continue
            old = self.limit is not None and sure and day < self.limit
            claims.append(
                Claim(row, "date", day.isoformat()[:10], Trust.DATED, Origin.HUMAN if old else Origin.UNKNOWN)
            )
            if old:
                score[row] = 0.0
                reasons.append(Reason(row, f"dated {day.isoformat()[:10]} by {by}, before {self.limit}"))
        return Findings(score, "raw", tuple(reasons), tuple(claims))


class WatermarkDetector:
    """Looks for known marks in pixels: Stable Diffusion's DWT-DCT marks, and text hidden in the alpha channel.

    Only lossless files are decoded: the mark does not survive lossy ones, and alpha is hidden in RGBA PNG alone.
    """

    name = "watermark"
    kind = Trust.WATERMARK
    version = "1"

    def examine(self, batch: ImageBatch, /) -> Findings:
        """Score 1 where a mark is found, 0 where none is, nan where the file cannot carry one."""
        from springhead.modalities.image import stealth, watermark

        score = np.full(len(batch), np.nan)
        claims: list[Claim] = []
        reasons: list[Reason] = []
        for row, found in enumerate(headers(batch)):
            if not found.header.lossless:
                continue
            image = decoded(batch.data[row])
            if image.pixels is None:
                continue
            score[row] = 0.0
            hidden = stealth.read(image.rgba) if found.header.rgba and image.rgba is not None else []
            statements = hidden + watermark.read(image.pixels if image.rgba is None else image.rgba[:, :, :3])
            for one in statements:
                claims.append(Claim(row, one.kind, one.value, one.trust, one.origin))
                if one.origin in _MACHINE:
                    score[row] = 1.0
                    reasons.append(Reason(row, f"in its pixels: {one.kind} {one.value[:80]}"))
        return Findings(score, "raw", tuple(reasons), tuple(claims))


def headers(batch: ImageBatch, /) -> list[Declared]:
    """What every file of a batch declares, its manifest unverified; read once per batch."""
    return batch.once("headers", lambda: [_guarded(data, None) for data in batch.data])


def _guarded(data: bytes, verifier: Verifier | None) -> Declared:
    """Read one header; an exception of ours is a fault of that record, never the end of a run."""
    try:
        return declared.read(data, verifier)
    except Exception as error:
        return Declared([], "", [f"unreadable ({type(error).__name__})"], Header(), Fields([], False))


def _sentence(claim: Claim) -> str:
    by = {
        Trust.TRUSTED_SIGNATURE: ", signed and trusted",
        Trust.VALID_SIGNATURE: ", signed by an unknown key",
    }
    return f"declares itself {claim.origin.value} ({claim.kind}: {claim.value[:80]}{by.get(claim.trust, '')})"


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if 1800 <= day.year <= 2100 else None


def _taken(fields: Fields) -> date | None:
    for name in ("DateTimeOriginal", "DateTimeDigitized"):
        for field in fields.all:
            if field.name == name and (day := _day(field.value)):
                return day
    return None


def _camera_only(found: Declared) -> bool:
    """Whether a camera's EXIF stands alone, without any sign of a machine."""
    made = any(one.origin in _MACHINE for one in found.statements)
    return bool(declared.camera(found.fields)) and not made
