"""Run a lab: items over all cores, then tables, effects, plots and the result; a stopped run goes on."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

import msgspec

from springhead.core import registry
from springhead.errors import BeyondMemory, OutputOfAnotherRun, UsageError
from springhead.io.engines import Engine, SerialEngine, usable_cores
from springhead.io.files import replacing
from springhead.io.lock import disown, output_lock
from springhead.io.running import Progress, Silence, code_version, make_engine, running
from springhead.lab.components import components
from springhead.lab.finish import finish
from springhead.lab.item import Item, Outcome, RunItem, items_of
from springhead.lab.real import LAW_RECORDS
from springhead.lab.settings import LabSettings, arms_of
from springhead.results.lab_folder import RESULT, LabFolder

WORK = "work"
STAGE = "replicates"
WORTH_PROCESSES = 3.0
"""Seconds of work left from which processes pay: starting them costs about a second of computing each."""
BYTES_PER_RECORD = 40
"""Least memory of a record in the pool: payload of one number, group, level, cell and key."""


def run_lab(
    settings: LabSettings,
    out: Path,
    *,
    file: str = "",
    engine: str = "local",
    workers: int | None = None,
    progress: Progress | None = None,
) -> LabFolder:
    """Run a lab into the folder `out`; a run that was stopped goes on there and gives the same bytes.

    `file` is the settings' file, for errors. Raises SpringheadError subclasses for everything a user can cause.
    """
    progress = progress or Silence()
    components(settings, file)
    registry.load("engine", engine)
    check_memory(settings)
    identity = hashlib.sha256(msgspec.json.encode(("lab", settings.digest()))).hexdigest()
    with output_lock(out, identity) as private:
        work = private / WORK
        _check_version(out, work)
        try:
            outcomes = _map(settings, work, engine, workers, progress)
        except UsageError:
            if not (out / RESULT).exists():
                disown(private)
            raise
        for part in (*out.glob(".*.tmp"), *out.glob("*/.*.tmp")):
            part.unlink()  # what a killed run was writing
        result = finish(settings, outcomes, out, progress)
        shutil.rmtree(work, ignore_errors=True)
    return LabFolder(out, result)


def _map(
    settings: LabSettings, work: Path, engine: str, workers: int | None, progress: Progress
) -> list[Outcome]:
    task = RunItem(settings, str(work), code_version())
    pieces = items_of(settings, workers or usable_cores() if engine == "local" else 1)
    progress.start(STAGE, len(pieces))
    began = time.perf_counter()
    done = _each(SerialEngine(), task, pieces[:1], progress, settings)
    left = (time.perf_counter() - began) * (len(pieces) - 1)
    name = "serial" if engine == "local" and left < WORTH_PROCESSES else engine
    if len(pieces) > 1:
        with running(make_engine(name, workers, len(pieces) - 1)) as runner:
            done += _each(runner, task, pieces[1:], progress, settings)
    return done


def _each(
    runner: Engine, task: RunItem, pieces: list[Item], progress: Progress, settings: LabSettings
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for _, outcome in runner.map(task, pieces):
        outcomes.append(outcome)
        progress.advance(STAGE, outcome.records * settings.generations * len(outcome.arms))
    return outcomes


def _check_version(out: Path, work: Path) -> None:
    """Refuse what another version of the code left unfinished: its replicates and ours would not be pairs."""
    mark = work / "code"
    if mark.is_file() and mark.read_text() != code_version():
        raise OutputOfAnotherRun(str(out), "unfinished work of another version of springhead")
    with replacing(mark) as file:
        file.write(code_version().encode())


def check_memory(settings: LabSettings) -> None:
    """Refuse a pool that cannot fit: the least it needs against what the machine has; raises BeyondMemory."""
    import os

    arms = arms_of(settings)
    records = settings.records or LAW_RECORDS
    samples = sum((arm.samples or records) + arm.fresh for arm in arms.values())
    needed = float(BYTES_PER_RECORD) * (records + samples * settings.generations)
    try:
        available = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return
    if needed > available:
        raise BeyondMemory(int(needed), int(available))
