"""What must be known before the maps: which references, which sample."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from pathlib import Path

import msgspec
import polars as pl

from springhead.core import registry
from springhead.core.traits import traits_of
from springhead.errors import BadReference, UsageError
from springhead.io.batches import ReadOptions
from springhead.io.engines import Engine
from springhead.io.readers import read
from springhead.io.running import Progress
from springhead.io.shards import Shard, shards
from springhead.io.sources import discover
from springhead.scan.calibration import Calibration, fit_calibration, has_detector
from springhead.scan.neural import read_scores
from springhead.scan.references import check_overlap, load_reference, without
from springhead.scan.settings import ScanSettings
from springhead.scan.workspace import run_map

FROM_CORPUS = "dated records of the corpus"
EVERYTHING = b"\xff" * 32


class References(msgspec.Struct, frozen=True):
    """Where known records come from: paths of both classes, or a saved calibration instead."""

    human: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()
    calibration: str | None = None

    def check_alone(self) -> None:
        """Refuse a calibration together with references."""
        if self.human or self.synthetic:
            raise UsageError(
                "a calibration and references", "one of the two", "Leave out --calibration or the references."
            )

    def digest(self, settings: ScanSettings) -> str:
        """Hash of the references' bytes."""
        parts = []
        for paths in (self.human, self.synthetic):
            if paths:
                pieces = shards(
                    discover(paths, traits_of(settings.modality).suffixes).sources,
                    target_bytes=settings.shard_bytes,
                )
                parts.append([piece.digest for piece in pieces])
        if self.calibration:
            try:
                content = Path(self.calibration).read_bytes()
            except OSError as error:
                raise BadReference(
                    f"calibration {self.calibration}", f"cannot be read ({error.strerror})", "Check its path."
                ) from error
            parts.append([hashlib.sha256(content).hexdigest()])
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

    def name_of(self, paths: Sequence[str]) -> str | None:
        """Short name of one class's reference."""
        return ", ".join(Path(path).name for path in paths) or None


class ContentHashes(msgspec.Struct, frozen=True):
    """Picklable task: the smallest content hashes of a shard."""

    options: ReadOptions
    modality: str
    most: int

    def __call__(self, shard: Shard) -> list[bytes]:
        """Hash every payload; returns the `most` smallest hashes, repeats kept."""
        modality = registry.load("modality", self.modality)()
        kept: list[bytes] = []
        for raw in read(shard, self.options):
            if raw.positions:
                kept = heapq.nsmallest(self.most, kept + modality.contents(modality.read(raw.columns)))
        return kept


def threshold_for(
    pieces: Sequence[Shard],
    options: ReadOptions,
    settings: ScanSettings,
    runner: Engine,
    progress: Progress,
) -> bytes:
    """The largest content hash that belongs to the sample; all records where no sample was asked for."""
    if settings.sample is None:
        return EVERYTHING
    task = ContentHashes(options, settings.modality, settings.sample)
    found = run_map(runner, task, pieces, progress, "choosing the sample", len)
    smallest = heapq.nsmallest(settings.sample, (digest for part in found for digest in part))
    return smallest[-1] if len(smallest) == settings.sample else EVERYTHING


def calibrate_from(
    human_folders: Sequence[Path],
    synthetic_folders: Sequence[Path],
    target: Sequence[Path],
    settings: ScanSettings,
    references: References,
    *,
    made: str = "",
) -> Calibration:
    """Build the calibration of a scan from reference files and, with `human_before`, from the corpus itself."""
    scores = read_scores(settings.score_files)
    detector = has_detector(settings)
    human = load_reference(human_folders, scores=scores, detector=detector)
    synthetic = load_reference(synthetic_folders, scores=scores, detector=detector)
    for which, paths, found in (
        ("human reference", references.human, human), ("synthetic reference", references.synthetic, synthetic)
    ):  # fmt: skip
        if paths and found is None:
            raise BadReference(
                which, "holds no text long enough to judge", "Give at least 100 texts of 80 words."
            )
    contents = frozenset(human.content if human else ()) | frozenset(synthetic.content if synthetic else ())
    shared = check_overlap(contents, target)
    human, synthetic = without(human, shared), without(synthetic, shared)
    human_name = references.name_of(references.human)
    if human is None and settings.human_before:
        human = load_reference(target, pl.col("nats_dated").fill_nan(0.0) < 0, scores, detector=detector)
        human_name = FROM_CORPUS if human else None
    return fit_calibration(
        human, synthetic, settings,
        human_name=human_name, synthetic_name=references.name_of(references.synthetic), made=made,
    )  # fmt: skip
