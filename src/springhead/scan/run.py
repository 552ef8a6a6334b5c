"""Run a scan: maps over shards with global steps between them, from files to a result folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from springhead.core.traits import traits_of
from springhead.errors import UnknownName, UsageError
from springhead.io.batches import PAYLOAD, Quarantined, ReadOptions
from springhead.io.columns import choose_columns
from springhead.io.engines import Engine
from springhead.io.lock import disown, output_lock
from springhead.io.payload_columns import choose_payload, unnamed
from springhead.io.running import Progress, Silence, code_version, make_engine, running
from springhead.io.shards import Shard, shards
from springhead.io.sources import discover
from springhead.results.folder import EVIDENCE_FOLDER, RESULT, ResultFolder
from springhead.scan.calibration import load_calibration, save_calibration
from springhead.scan.cards import read_cards
from springhead.scan.copies import conflicting, find_copies
from springhead.scan.finish import Scanned, finish
from springhead.scan.judge import JudgeShard, Observed
from springhead.scan.neural import digest_of, read_scores
from springhead.scan.observe import ObserveTask, Summary
from springhead.scan.prepare import References, calibrate_from, threshold_for
from springhead.scan.references import check_overlap
from springhead.scan.settings import ScanSettings
from springhead.scan.workspace import ObserveShard, run_map

__all__ = ["References", "run_scan"]

WORK = "work"
BINARY_SHARDS = 16
"""Files whose payloads are bytes are cut into shards that many times as large as text."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The shards of an input, what was passed over, and how to read them."""

    shards: list[Shard]
    skipped: tuple[Quarantined, ...]
    options: ReadOptions
    cards: tuple[str, ...] = ()


def open_corpus(inputs: Sequence[str], settings: ScanSettings, columns: Sequence[str]) -> Corpus:
    """Find the files of an input, cut them into shards, and recognise the columns of payload and text."""
    traits = traits_of(settings.modality)
    found = discover(inputs, traits.suffixes)
    columns = tuple(name for name in columns if name not in traits.facts)
    own = ("source",) if any("source" in cross for cross in settings.group) else ()
    automatic = [name for name in ("date", "host", "url", *own) if name not in columns]
    required = (settings.id_column,) if settings.id_column in columns and settings.id_column else ()
    options = ReadOptions(
        columns=(*columns, *automatic),
        required=required,
        batch_rows=settings.batch_rows,
        record_bytes=settings.record_bytes,
    )
    if traits.payload == "text":
        pieces = shards(found.sources, target_bytes=settings.shard_bytes)
        text = choose_columns(pieces, text_column=settings.text_column, others=columns)
        options = msgspec.structs.replace(options, text_column=text)
    else:
        pieces = shards(unnamed(found.sources), target_bytes=BINARY_SHARDS * settings.shard_bytes)
        chosen = choose_payload(
            pieces, traits.columns, traits.suffixes, given=settings.image_column,
            caption=settings.text_column, captioned=traits.captioned, others=columns,
        )  # fmt: skip
        options = msgspec.structs.replace(
            options, payload="bytes", suffixes=traits.suffixes, payload_column=chosen or PAYLOAD,
            caption_column=settings.text_column,
        )  # fmt: skip
    return Corpus(pieces, found.skipped, options, found.cards)


def run_scan(
    inputs: Sequence[str],
    out: Path,
    settings: ScanSettings,
    references: References = References(),  # noqa: B008  (frozen)
    *,
    engine: str = "local",
    workers: int | None = None,
    progress: Progress | None = None,
) -> ResultFolder:
    """Scan a corpus into the folder `out`; a run that was stopped goes on there and gives the same bytes.

    Raises SpringheadError subclasses for everything a user can cause.
    """
    progress = progress or Silence()
    corpus = open_corpus(inputs, settings, settings.columns())
    if references.calibration:
        references.check_alone()
    pieces = hashlib.sha256("".join(shard.digest for shard in corpus.shards).encode()).hexdigest()
    outside: tuple[str, ...] = (references.digest(settings), digest_of(settings.score_files))
    if settings.weights:
        outside += (digest_of((settings.weights,)),)
    identity = hashlib.sha256(msgspec.json.encode((pieces, settings.digest(), *outside))).hexdigest()
    with (
        output_lock(out, identity) as private,
        running(make_engine(engine, workers, len(corpus.shards))) as runner,
    ):
        try:
            scanned = _maps(corpus, settings, references, runner, private / WORK, progress)
        except UsageError:
            if not (out / RESULT).exists():
                disown(private)
            raise
        for part in (*out.glob(".*.tmp"), *(out / EVIDENCE_FOLDER).glob(".*.tmp")):
            part.unlink()  # what a killed run was writing
        result = finish(scanned, out, runner, progress)
        shutil.rmtree(private / WORK, ignore_errors=True)
    return ResultFolder(out, result)


def _maps(
    corpus: Corpus,
    settings: ScanSettings,
    references: References,
    runner: Engine,
    work: Path,
    progress: Progress,
) -> Scanned:
    work.mkdir(parents=True, exist_ok=True)
    code = code_version()
    loaded = load_calibration(Path(references.calibration), settings) if references.calibration else None
    read_scores(settings.score_files)  # a fault in them is told before the long part
    known = [
        observe_reference(paths, settings, runner, work, progress, name)
        for name, paths in (
            ("human reference", references.human),
            ("synthetic reference", references.synthetic),
        )
    ]
    threshold = threshold_for(corpus.shards, corpus.options, settings, runner, progress)
    both = references.calibration is not None or bool(
        references.synthetic and (references.human or settings.human_before)
    )
    keep = both or settings.human_before is not None
    task = ObserveTask(settings, corpus.options, threshold, keep_payload=keep)
    observed = run_map(
        runner, ObserveShard(task, str(work), code), corpus.shards, progress, "reading and examining",
        lambda result: result[1].read,
    )  # fmt: skip
    folders = parts_of(observed)
    if loaded is not None:
        check_overlap(loaded.contents, folders)
    calibration = loaded or calibrate_from(known[0], known[1], folders, settings, references)
    saved = work / "calibration.npz"
    save_calibration(calibration, saved)
    copies = find_copies(folders, work / "copies", traits_of(settings.modality).similarity)
    conflicts, entries = conflicting(copies, folders)
    items = [Observed(str(folder), conflicts[index]) for index, folder in enumerate(folders)]
    basis = hashlib.sha256(saved.read_bytes() + digest_of(settings.score_files).encode()).hexdigest()
    judge = JudgeShard(str(saved), settings, str(work), basis)
    run_map(runner, judge, items, progress, "judging")
    return Scanned(
        settings=settings,
        references=references,
        shards=corpus.shards,
        options=corpus.options,
        quarantined=[*corpus.skipped, *entries],
        cards=read_cards(corpus.cards),
        conflicts=len(entries),
        observed=folders,
        judged=[judge.path(item) for item in items],
        summaries=[summary for _, summary in observed],
        calibration=calibration,
        saved=str(saved),
        basis=basis,
        copies=copies,
    )


def observe_reference(
    paths: Sequence[str],
    settings: ScanSettings,
    runner: Engine,
    work: Path,
    progress: Progress,
    name: str,
) -> list[Path]:
    """Observe the files of a reference with their payloads kept; returns the folders of its shards."""
    if not paths:
        return []
    corpus, plain = _open_reference(paths, settings)
    task = ObserveTask(plain, corpus.options, keep_payload=True)
    observed: list[tuple[str, Summary]] = run_map(
        runner, ObserveShard(task, str(work), code_version()), corpus.shards, progress, name,
        lambda result: result[1].read,
    )  # fmt: skip
    return parts_of(observed)


def _open_reference(paths: Sequence[str], settings: ScanSettings) -> tuple[Corpus, ScanSettings]:
    """Open a reference with the corpus's own columns where it has them, else as its own names tell."""
    plain = msgspec.structs.replace(settings, group=(), origin_column=None, sample=None, human_before=None)
    plain = msgspec.structs.replace(plain, date_column=None)
    text, image = settings.text_column, settings.image_column
    names = (
        (text, image, settings.id_column),
        (text, image, None),
        (None, None, settings.id_column),
    )
    for text, image, key in names:
        tried = msgspec.structs.replace(plain, text_column=text, image_column=image, id_column=key)
        try:
            return open_corpus(paths, tried, tried.columns()), tried
        except UnknownName:
            continue
    bare = msgspec.structs.replace(plain, text_column=None, image_column=None, id_column=None)
    return open_corpus(paths, bare, ()), bare


def parts_of(observed: Sequence[tuple[str, Summary]]) -> list[Path]:
    """Folders of tables of all shards, in the order of the shards."""
    return [Path(folder) / part for folder, summary in observed for part in summary.parts]
