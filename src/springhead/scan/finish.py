"""The global steps after the maps: tally, estimate, decide, and everything that the result folder holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from springhead.core.nouns import Origin, Trust
from springhead.core.traits import traits_of
from springhead.errors import CountsDiffer
from springhead.evidence.conformal import realised_band
from springhead.io.batches import Quarantined, ReadOptions
from springhead.io.engines import Engine
from springhead.io.files import replacing
from springhead.io.running import Progress, code_version
from springhead.io.shards import Shard
from springhead.io.tables import TableWriter, read_quarantine, write_quarantine
from springhead.results.folder import (
    CLAIMS_FILE,
    EVIDENCE_FOLDER,
    EXAMPLES_FILE,
    QUARANTINE_FILE,
    RESULT,
    RUN_FILE,
    encode,
)
from springhead.results.scan import (
    CLAIMS,
    SCHEMA,
    VERSION,
    DetectorInfo,
    Records,
    ReferenceBand,
    ScanResult,
    Temporal,
    Words,
)
from springhead.scan import copies as duplicates
from springhead.scan.calibration import Calibration
from springhead.scan.cards import CardClaim
from springhead.scan.copies import Copies
from springhead.scan.decide import decide, evidence_frame, evidence_schema
from springhead.scan.estimates import (
    GENERATORS_EXIST,
    Estimates,
    EstimateStratum,
    estimate_all,
    temporal_control,
    temporal_rows,
)
from springhead.scan.examples import write_examples
from springhead.scan.finding import assumptions, cannot_tell, finding, leak_warning
from springhead.scan.groups import group_rows
from springhead.scan.judge import calibration_at
from springhead.scan.observe import Summary, load_detectors
from springhead.scan.parts import cells, sharing
from springhead.scan.prepare import References
from springhead.scan.settings import ScanSettings
from springhead.scan.tally import tally
from springhead.scan.workspace import run_map


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the maps left: folders of tables by shard, counts, calibration and clusters.

    `basis` is the digest of the calibration saved at `saved`: another scan may have used that path before.
    """

    settings: ScanSettings
    references: References
    shards: list[Shard]
    options: ReadOptions
    quarantined: list[Quarantined]
    cards: list[CardClaim]
    conflicts: int
    observed: list[Path]
    judged: list[Path]
    summaries: list[Summary]
    calibration: Calibration
    saved: str
    basis: str
    copies: Copies

    def parts(self) -> list[int]:
        """Indexes of the shards that have records."""
        return [i for i, folder in enumerate(self.judged) if (folder / "judged.parquet").is_file()]


class DecideShard(msgspec.Struct, frozen=True):
    """Picklable task: write the evidence table of one judged shard."""

    calibration: str
    digest: str
    settings: ScanSettings
    priors: dict[str, float]

    def __call__(self, item: tuple[str, str]) -> int:
        """Decide over the shard at item[0] and write its evidence to item[1]."""
        judged, target = Path(item[0]), Path(item[1])
        frame = pl.read_parquet(judged / "judged.parquet")
        clusters = pl.read_parquet(judged.parent / f"{judged.name}.copies.parquet")
        calibration = calibration_at(self.calibration, self.digest, self.settings)
        table = evidence_frame(frame, decide(frame, calibration, self.priors), clusters)
        arrow = table.to_arrow().cast(evidence_schema(table.columns))
        with TableWriter(target, arrow.schema) as writer:
            writer.write(arrow)
        return frame.height


def finish(scanned: Scanned, out: Path, runner: Engine, progress: Progress) -> ScanResult:
    """Write the whole result folder and return the typed result."""
    settings, calibration = scanned.settings, scanned.calibration
    traits = traits_of(settings.modality)
    parts = scanned.parts()
    judged = [scanned.judged[i] for i in parts]
    frames = [_clusters(scanned, i) for i in parts]
    counted = (
        tally(judged, [frame["near_cluster"].to_numpy() for frame in frames], settings) if parts else None
    )
    estimates = Estimates((), (), {})
    if counted:
        task = EstimateStratum(scanned.saved, scanned.basis, settings)
        estimates = estimate_all(counted, calibration, task, runner, progress)
    evidence = _evidence(scanned, parts, estimates, out, runner, progress)
    records = _records(scanned, evidence)
    kept = np.concatenate([_numbers(scanned, i) for i in parts]) if parts else np.zeros(0, np.int64)
    groups = group_rows(counted, evidence, settings) if counted else []
    result = ScanResult(
        schema=SCHEMA,
        version=VERSION,
        modality=settings.modality,
        sampled=settings.sample,
        finding=finding(estimates.prevalence, records),
        records=records,
        prevalence=estimates.prevalence,
        groups=tuple(groups),
        power=estimates.power,
        references=_bands(calibration, settings),
        temporal=tuple(_temporal(judged, estimates, calibration, settings)),
        detectors=_detectors(scanned),
        duplicates=duplicates.summary(scanned.copies, kept, evidence),
        assumptions=assumptions(calibration, settings),
        cannot_tell=cannot_tell(estimates.prevalence, calibration, records),
        warnings=(
            *(card.sentence for card in scanned.cards),
            *(row.warning for row in groups if row.warning),
            *leak_warning(calibration),
        ),
        leak=calibration.leak,
        words=Words(record=traits.record, language=traits.language, length=traits.length),
        cells=cells(evidence, traits),
        sharing=sharing(evidence, traits),
    )
    write_claims([scanned.observed[i] for i in parts], scanned.cards, out / CLAIMS_FILE)
    write_examples(evidence, scanned.shards, scanned.options, settings, out / EXAMPLES_FILE)
    _write_run(scanned, out)
    with replacing(out / RESULT) as file:
        file.write(encode(result))
    return result


def _numbers(scanned: Scanned, index: int) -> np.ndarray:
    rows = pl.read_parquet(scanned.judged[index] / "judged.parquet", columns=["row"])["row"].to_numpy()
    return rows.astype(np.int64) + int(scanned.copies.offsets[index])


def _clusters(scanned: Scanned, index: int) -> pl.DataFrame:
    """Cluster columns of a shard's judged rows, also laid beside them for the last map."""
    folder = scanned.judged[index]
    rows = pl.read_parquet(folder / "judged.parquet", columns=["row"])["row"]
    frame = scanned.copies.frame(index)[rows]
    frame.write_parquet(folder.parent / f"{folder.name}.copies.parquet")
    return frame


def _evidence(
    scanned: Scanned,
    parts: Sequence[int],
    estimates: Estimates,
    out: Path,
    runner: Engine,
    progress: Progress,
) -> list[Path]:
    folder = out / EVIDENCE_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"part-{number:05d}.parquet" for number in range(len(parts))]
    task = DecideShard(scanned.saved, scanned.basis, scanned.settings, estimates.priors)
    items = [(str(scanned.judged[i]), str(target)) for i, target in zip(parts, targets, strict=True)]
    run_map(runner, task, items, progress, "writing evidence", lambda rows: rows)
    return targets


def _records(scanned: Scanned, evidence: Sequence[Path]) -> Records:
    """Counts that add up, checked; quarantine.jsonl is written on the way."""
    passed_over = len(scanned.quarantined) - scanned.conflicts
    read = sum(one.read for one in scanned.summaries) + passed_over
    dropped = sum(one.dropped for one in scanned.summaries)
    kept = sum(one.kept for one in scanned.summaries) - scanned.conflicts
    quarantined = sum(one.quarantined for one in scanned.summaries) + len(scanned.quarantined)
    totals = {"abstained": 0, "words": 0, "chars": 0, "n": 0}
    if evidence:
        table = pl.scan_parquet(list(evidence)).select(
            n=pl.len(), abstained=(pl.col("abstained") != "").sum(),
            words=pl.col("words").cast(pl.Int64).sum(), chars=pl.col("chars").cast(pl.Int64).sum(),
        )  # fmt: skip
        totals = table.collect().row(0, named=True)
    if read != kept + dropped + quarantined or totals["n"] != kept:
        raise CountsDiffer(read, int(totals["n"]), dropped, quarantined)
    return Records(
        read=read,
        kept=kept,
        dropped=dropped,
        quarantined=quarantined,
        abstained=int(totals["abstained"]),
        words=int(totals["words"]),
        characters=int(totals["chars"]),
    )


def write_claims(folders: Sequence[Path], cards: Sequence[CardClaim], path: Path) -> None:
    """Join the claims of all shards into one table, in shard order; a card's claims have an empty key."""
    spoken = [
        {
            "key": "", "kind": f"data set: {card.kind}", "value": card.value, "trust": Trust.DECLARED.value,
            "origin": Origin.UNKNOWN.value, "start": -1, "end": -1,
        }
        for card in cards
    ]  # fmt: skip
    with TableWriter(path, CLAIMS) as writer:
        writer.write(pa.Table.from_pylist(spoken, CLAIMS))
        for folder in folders:
            writer.write(pq.read_table(folder / "claims.parquet", use_threads=False))


def _bands(calibration: Calibration, settings: ScanSettings) -> tuple[ReferenceBand, ...]:
    rows = []
    for language, one in sorted(calibration.languages.items()):
        low, high = realised_band(len(one.human), settings.nominal, settings.confidence)
        rows.append(
            ReferenceBand(
                language=language, human=len(one.human), synthetic=len(one.synthetic), nominal=settings.nominal,
                realised_low=float(low), realised_high=float(high), newest=one.newest or None,
            )
        )  # fmt: skip
    return tuple(rows)


def _temporal(
    judged: Sequence[Path], estimates: Estimates, calibration: Calibration, settings: ScanSettings
) -> list[Temporal]:
    rows = temporal_rows(estimates.prevalence)
    limit = settings.human_before or GENERATORS_EXIST
    if rows:
        old = (pl.col("date") != "") & (pl.col("date") < limit) & pl.col("score_judged").is_not_nan()
        table = pl.scan_parquet([folder / "judged.parquet" for folder in judged]).filter(old)
        found = table.select("language", "content", "score_judged").sort("content").collect()
        by_language = {
            str(key[0]): part["score_judged"].to_numpy()[: settings.reservoir]
            for key, part in found.group_by("language", maintain_order=True)
        }
        rows += temporal_control(by_language, calibration, settings, limit)
    return rows


def _detectors(scanned: Scanned) -> tuple[DetectorInfo, ...]:
    scored: Counter[str] = Counter()
    for summary in scanned.summaries:
        scored.update(summary.scored)
    return tuple(
        DetectorInfo(
            name=name,
            version=str(getattr(detector, "version", "1")),
            kind=str(detector.kind),
            scored=scored[name],
        )
        for name, detector in load_detectors(scanned.settings).items()
    )


def _write_run(scanned: Scanned, out: Path) -> None:
    """run.toml: resolved settings, their hash, seed and versions; quarantine.jsonl beside it."""
    entries = list(scanned.quarantined)
    for folder in scanned.observed:
        entries += read_quarantine(folder / "quarantine.jsonl")
    write_quarantine(entries, out / QUARANTINE_FILE)
    plain = msgspec.to_builtins(scanned.settings)
    values = {name: value for name, value in plain.items() if value is not None}
    facts = {
        "settings_digest": scanned.settings.digest(),
        "code": code_version(),
        "seed": scanned.settings.seed,
    }
    known = {name: value for name, value in msgspec.to_builtins(scanned.references).items() if value}
    with replacing(out / RUN_FILE) as file:
        file.write(tomli_w.dumps({"run": facts, "references": known, "scan": values}).encode())
