"""The first map of a scan: read a shard, derive forms, run every detector that needs no reference.

One shard in, one folder of tables out (`observed.parquet`, `claims.parquet`, `signatures.npz`,
`quarantine.jsonl`) and a small summary back; a pure function of the shard's bytes and the settings.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from springhead.core import registry
from springhead.core.nouns import Claim, Findings, Floats, Forms, Origin, Reason, Trust
from springhead.core.traits import traits_of
from springhead.io.batches import Quarantined, RawBatch, ReadOptions
from springhead.io.hosts import host_of
from springhead.io.readers import read
from springhead.io.shards import Shard
from springhead.io.tables import write_quarantine, write_table
from springhead.results.scan import CLAIMS
from springhead.scan.parts import PartDetector, origins_of, part_of
from springhead.scan.settings import ScanSettings


class ObserveTask(msgspec.Struct, frozen=True):
    """What a worker needs: the settings, the resolved columns, the sample threshold and where texts are kept."""

    settings: ScanSettings
    options: ReadOptions
    threshold: bytes = b"\xff" * 32
    keep_payload: bool = False

    def digest(self) -> str:
        """Hash of everything that decides the shard's tables."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


class Summary(msgspec.Struct, frozen=True):
    """Counts of one shard, and the names of the folders of tables that it was written as."""

    read: int
    kept: int
    dropped: int
    quarantined: int
    scored: dict[str, int]
    parts: list[str]


PART_ROWS = 5_000
"""Records of one folder of tables: bounds the memory of every later stage, however large a shard is."""


ALWAYS = ("statistical", "repetition")
"""Scores that later stages ask for: nan where the modality has no such detector."""


class Collected:
    """Rows of a shard as they accumulate, column by column."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}
        self.claims: list[dict[str, Any]] = []
        self.bands: list[np.ndarray[Any, Any]] = []
        self.minima: list[np.ndarray[Any, Any]] = []
        self.sketches: list[np.ndarray[Any, Any]] = []
        self.quarantined: list[Quarantined] = []
        self.dropped = 0
        self.scored: Counter[str] = Counter()

    def add(self, name: str, values: Any) -> None:
        """Append the values of one batch to a column."""
        self.columns.setdefault(name, []).extend(values)


def observe(task: ObserveTask, shard: Shard, folder: Path) -> Summary:
    """Read one shard and write its tables into folders below `folder`; returns the counts, which add up."""
    modality: Any = registry.load("modality", task.settings.modality)
    detectors = load_detectors(task.settings)
    counts, scored = Counter[str](), Counter[str]()
    parts: list[str] = []
    rows = Collected()

    def close() -> None:
        counts.update(
            kept=len(rows.columns.get("key", [])), dropped=rows.dropped, quarantined=len(rows.quarantined)
        )
        scored.update(rows.scored)
        parts.append(f"part-{len(parts):05d}")
        _write(rows, folder / parts[-1])

    for raw in read(shard, task.options):
        rows.quarantined.extend(raw.quarantined)
        counts["read"] += len(raw.positions) + len(raw.quarantined)
        if len(raw.positions):
            _observe_batch(task, raw, modality(), detectors, rows)
        if max(len(rows.columns.get("key", [])), len(rows.quarantined)) >= PART_ROWS:
            close()
            rows = Collected()
    close()
    return Summary(
        counts["read"], counts["kept"], counts["dropped"], counts["quarantined"], dict(scored), parts
    )


def load_detectors(settings: ScanSettings) -> dict[str, Any]:
    """Make the detectors of the modality, built-in and third-party ones, by short name."""
    made: dict[str, Any] = {}
    for part, modality in traits_of(settings.modality).parts:
        inner = load_detectors(msgspec.structs.replace(settings, modality=modality))
        made |= {f"{part}_{name}": PartDetector(part, detector) for name, detector in inner.items()}
    prefix = settings.modality + "/"
    found = [name for name in registry.names("detector") if name.startswith(prefix)]
    for name in found:
        component: Any = registry.load("detector", name)
        make = getattr(component, "from_settings", None)
        detector = make(settings) if make else component()
        if detector is not None:  # one that needs a setting which names nothing
            made[name.removeprefix(prefix)] = detector
    return made


def _observe_batch(
    task: ObserveTask, raw: RawBatch, modality: Any, detectors: dict[str, Any], rows: Collected
) -> None:
    settings = task.settings
    batch = modality.read(raw.columns)
    forms: Forms = modality.forms(batch)
    faults = modality.faults(batch) if hasattr(modality, "faults") else [""] * len(raw.positions)
    usable = np.array([not fault for fault in faults], bool)
    rows.quarantined.extend(
        Quarantined(raw.source, raw.positions[row], faults[row]) for row in np.flatnonzero(~usable)
    )
    keep = np.array([digest <= task.threshold for digest in forms.content], bool) & usable
    rows.dropped += int((usable & ~keep).sum())
    if not keep.any():
        return
    chosen = np.flatnonzero(keep)
    keys = _keys(raw, settings)
    findings = {name: detector.examine(batch) for name, detector in detectors.items()}
    signatures = modality.signatures(batch)
    rows.bands.append(signatures.bands[chosen])
    rows.minima.append(signatures.minima[chosen])
    rows.sketches.append(forms.sketch[chosen].astype(np.float16))
    _add_forms(rows, raw, forms, chosen, keys)
    _add_groups(rows, raw, settings, chosen)
    facts = modality.facts(batch) if hasattr(modality, "facts") else {}
    for name, values in facts.items():
        rows.add(f"fact_{name}", [values[i] for i in chosen])
    _add_findings(rows, findings, settings, keys, chosen, len(raw.positions))
    reasons = [list[str]() for _ in raw.positions]
    for reason in (*forms.reasons, *(item for found in findings.values() for item in found.reasons)):
        reasons[reason.row].append(_sentence(reason))
    rows.add("reasons", [reasons[i] for i in chosen])
    if task.keep_payload:
        held = modality.payloads(batch) if hasattr(modality, "payloads") else batch.canonical
        rows.add("payload", [held[i] for i in chosen])


def _keys(raw: RawBatch, settings: ScanSettings) -> list[str]:
    """The id column's value as text, else source and position."""
    if settings.id_column and settings.id_column in raw.columns:
        return [str(value) for value in raw.columns[settings.id_column]]
    return [f"{raw.source}#{position}" for position in raw.positions]


def _add_forms(rows: Collected, raw: RawBatch, forms: Forms, chosen: Any, keys: list[str]) -> None:
    rows.add("key", [keys[i] for i in chosen])
    rows.add("position", [raw.positions[i] for i in chosen])
    rows.add("source", [raw.source] * len(chosen))
    for name in ("content", "canonical", "language", "script", "abstain"):
        values = getattr(forms, name)
        rows.add(name, [values[i] for i in chosen])
    rows.add("words", forms.words[chosen].tolist())
    rows.add("chars", forms.chars[chosen].tolist())


def _add_groups(rows: Collected, raw: RawBatch, settings: ScanSettings, chosen: Any) -> None:
    for column in dict.fromkeys(name for cross in settings.group for name in cross):
        if column in raw.columns:
            values = raw.columns[column]
            missing = raw.source if column == "source" else ""  # records without one are named by their file
            rows.add(f"group_{column}", [_text(values[i]) or missing for i in chosen])
    hosts, urls = raw.columns.get("host"), raw.columns.get("url")
    named = [_text(hosts[i]) if hosts else "" for i in chosen]
    if urls is not None:
        named = [name or host_of(_text(urls[i])) or "" for name, i in zip(named, chosen, strict=True)]
    rows.add("host", named)


def _text(value: object) -> str:
    return "" if value is None else str(value)[:200]


def _add_findings(
    rows: Collected,
    findings: dict[str, Findings],
    settings: ScanSettings,
    keys: list[str],
    chosen: Any,
    n: int,
) -> None:
    claims = [claim for found in findings.values() for claim in found.claims]
    kept = set(chosen.tolist())
    for claim in claims:
        if claim.row in kept and not (claim.kind == "date" and claim.origin is Origin.UNKNOWN):
            rows.claims.append(
                {
                    "key": keys[claim.row],
                    "kind": claim.kind,
                    "value": claim.value[:2000],
                    "trust": claim.trust.value,
                    "origin": claim.origin.value,
                    "start": claim.start,
                    "end": claim.end,
                }
            )
    for name, found in findings.items():
        rows.add(f"score_{name}", found.score[chosen].tolist())
        rows.scored[name] += int(np.isfinite(found.score[chosen]).sum())
    for name in ALWAYS:
        if name not in findings:
            standing = [found for key, found in findings.items() if key.endswith(f"_{name}")]
            values = standing[0].score[chosen].tolist() if standing else [np.nan] * len(chosen)
            rows.add(f"score_{name}", values)
    traits = traits_of(settings.modality)
    hard = hard_nats(claims, settings, n) if not traits.parts else {}
    for part, _ in traits.parts:
        own = hard_nats([claim for claim in claims if part_of(claim, traits) in (part, "")], settings, n)
        named = origins_of(own, n)
        rows.add(f"fact_{part}_origin", [named[i] for i in chosen])
        # A record is machine-made where any part is: the highest evidence stands for the record.
        hard = {name: np.fmax(hard.get(name, np.full(n, np.nan)), values) for name, values in own.items()}
    for channel, values in hard.items():
        rows.add(f"nats_{channel}", values[chosen].tolist())
    dates = [""] * n
    for claim in claims:
        if claim.kind.endswith("date") and not dates[claim.row]:
            dates[claim.row] = claim.value
    rows.add("date", [dates[i] for i in chosen])
    origins = declared_origins(claims, n)
    rows.add("origin", [origins[i].value for i in chosen])


def hard_nats(claims: list[Claim], settings: ScanSettings, n: int) -> dict[str, Floats]:
    """Nats of hard claims per channel, float64 (n,), nan where there is none; the strongest claim counts."""
    channels = {
        "declared": (Trust.DECLARED,), "dated": (Trust.DATED,), "residue": (Trust.RESIDUE,),
        "signed": (Trust.LEDGER, Trust.TRUSTED_SIGNATURE, Trust.VALID_SIGNATURE),
        "watermark": (Trust.WATERMARK,),
    }  # fmt: skip
    result = {name: np.full(n, np.nan) for name in channels}
    of_trust = {trust: name for name, trusts in channels.items() for trust in trusts}
    for claim in claims:
        name = of_trust.get(claim.trust)
        if name is None or claim.origin in (Origin.UNKNOWN, Origin.PROCEDURAL):
            continue
        nats = settings.strengths.nats(claim.trust, claim.origin in (Origin.SYNTHETIC, Origin.MIXED))
        before = result[name][claim.row]
        if nats != 0.0 and (np.isnan(before) or abs(nats) > abs(before)):
            result[name][claim.row] = nats
    return result


def declared_origins(claims: list[Claim], n: int) -> list[Origin]:
    """Origin that the claims imply per record; two that disagree leave it unknown."""
    origins = [Origin.UNKNOWN] * n
    torn: set[int] = set()
    for claim in claims:
        if claim.origin is Origin.UNKNOWN or claim.trust is Trust.RESIDUE:
            continue
        if origins[claim.row] not in (Origin.UNKNOWN, claim.origin):
            torn.add(claim.row)
        origins[claim.row] = claim.origin
    for row in torn:
        origins[row] = Origin.UNKNOWN
    return origins


def _sentence(reason: Reason) -> str:
    return reason.text if reason.start < 0 else f"{reason.text} (characters {reason.start}-{reason.end})"


def _write(rows: Collected, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    binary = {"content", "canonical"}
    arrays = {
        name: pa.array(values, pa.binary(32)) if name in binary else _array(name, values)
        for name, values in rows.columns.items()
    }
    if arrays:
        write_table(pa.table(arrays), folder / "observed.parquet")
        np.savez(
            folder / "signatures.npz",
            bands=np.concatenate(rows.bands),
            minima=np.concatenate(rows.minima),
            sketch=np.concatenate(rows.sketches),
        )
    write_table(pa.Table.from_pylist(rows.claims, CLAIMS), folder / "claims.parquet")
    write_quarantine(rows.quarantined, folder / "quarantine.jsonl")


def _array(name: str, values: list[Any]) -> pa.Array:
    if name.startswith(("score_", "nats_")):
        return pa.array(np.asarray(values, np.float32), pa.float32())
    if name in ("words", "chars"):
        return pa.array(np.asarray(values, np.int64).clip(0, 2**31 - 1), pa.int32())
    if name == "reasons":
        return pa.array(values, pa.list_(pa.string()))
    if name == "payload" and values and isinstance(values[0], bytes):
        return pa.array(values, pa.large_binary())
    return pa.array(values, pa.string())
