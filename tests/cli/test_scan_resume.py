"""A scan that is killed again and again gives the bytes of one that was not; so does any number of workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.cli.commands import Ran, run, write_rows

import springhead
from springhead.io.lock import output_lock
from springhead.results.folder import ResultFolder
from springhead.testing import human_texts, machine_texts

START = "import sys; from springhead.cli.main import run; run(sys.argv[1:])"
WAIT = 120.0


class Job:
    """A corpus of many shards with faults and copies in it, references, and the command that scans it."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(11)
        texts = [*human_texts(70, rng), *machine_texts(30, rng)]
        rows = [{"id": f"r{i}", "site": f"s{i % 2}", "text": text} for i, text in enumerate(texts)]
        rows += [{"id": "copy", "site": "s0", "text": texts[3]}, {"id": "r5", "site": "s0", "text": texts[6]}]
        self.corpus = write_rows(folder / "corpus.jsonl", rows)
        with self.corpus.open("a") as file:
            file.write('{"id": "x", "text": 5}\n{broken\n')
        known = {"human": human_texts(60, rng), "machine": machine_texts(60, rng)}
        for name, members in known.items():
            rows = [{"id": f"{name}{i}", "text": text} for i, text in enumerate(members)]
            write_rows(folder / f"{name}.jsonl", rows)
        self.options = [
            "--id-column", "id", "--group", "site", "--set", "shard_bytes=20000", "--reference-covers-all",
            "--human-reference", str(folder / "human.jsonl"), "--synthetic-reference",
            str(folder / "machine.jsonl"), "--quiet",
        ]  # fmt: skip

    def arguments(self, out: Path, *more: str) -> list[str]:
        return ["scan", str(self.corpus), "--out", str(out), *self.options, *more]

    def here(self, out: Path, *more: str) -> Ran:
        return run(*self.arguments(out, *more))

    def start(self, out: Path, *more: str) -> subprocess.Popen[str]:
        root = str(Path(springhead.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        return subprocess.Popen(
            [sys.executable, "-c", START, *self.arguments(out, *more)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and ".springhead" not in path.parts]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def sealed(out: Path) -> int:
    try:
        return sum("unfinished" not in path.parts for path in (out / ".springhead").rglob("sealed.json"))
    except FileNotFoundError:  # the tree changes while it is walked
        return 0


def until(process: subprocess.Popen[str], ready: Callable[[], bool]) -> bool:
    """Wait until something is so, or the process has ended; says whether it is so."""
    limit = time.monotonic() + WAIT
    while process.poll() is None and time.monotonic() < limit:
        if ready():
            return True
        time.sleep(0.01)
    return ready()


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> Job:
    return Job(tmp_path_factory.mktemp("job"))


@pytest.fixture(scope="module")
def whole(job, tmp_path_factory) -> dict[str, bytes]:
    """What an uninterrupted serial run leaves."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert job.here(out, "--engine", "serial").code == 0
    records = ResultFolder.open(out).result.records
    assert (records.read, records.kept, records.quarantined) == (104, 101, 3)
    found = contents(out)
    assert sum(name.startswith("evidence/") for name in found) >= 4
    assert len(found["quarantine.jsonl"].splitlines()) == 3
    return found


def test_killed_at_any_moment_it_goes_on_and_gives_the_same_bytes(job, whole, tmp_path):
    out = tmp_path / "out"
    calibrated, copied = out / ".springhead/work/calibration.npz", out / ".springhead/work/copies/near.i8"
    moments = [
        lambda: sealed(out) >= 1,
        lambda: sealed(out) >= 7,
        calibrated.exists,
        copied.exists,
        lambda: any((out / "evidence").glob("*.parquet")),
    ]
    killed = 0
    for number, ready in enumerate(moments):
        process = job.start(out, *(("--engine", "serial") if number else ("--workers", "2")))
        if until(process, ready):
            process.send_signal(signal.SIGKILL)
            killed += process.wait(WAIT) == -signal.SIGKILL
        process.communicate(timeout=WAIT)
    assert killed >= 3
    assert job.here(out, "--engine", "serial").code == 0
    assert contents(out) == whole


def test_what_was_done_is_not_done_again(job, whole, tmp_path):
    out = tmp_path / "out"
    process = job.start(out, "--engine", "serial")
    assert until(process, lambda: sealed(out) >= 5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=WAIT)
    assert process.returncode == 1 and "go on where it stopped" in told and "Traceback" not in told
    before = {path: path.stat().st_mtime_ns for path in (out / ".springhead").rglob("sealed.json")}
    again = job.start(out, "--engine", "serial")
    assert until(again, (out / ".springhead/work/calibration.npz").exists)
    kept = {path: path.stat().st_mtime_ns for path in before if path.exists()}
    assert again.communicate(timeout=WAIT) == ("", "") and again.returncode == 0
    assert len(kept) >= 4 and all(before[path] == stamp for path, stamp in kept.items())
    assert contents(out) == whole


def test_two_workers_and_a_killed_one_give_the_same_bytes(job, whole, tmp_path):
    out = tmp_path / "out"
    process = job.start(out, "--workers", "2")
    assert until(process, lambda: sealed(out) >= 2)
    children = psutil.Process(process.pid).children()
    workers = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    assert workers
    workers[0].kill()
    out_told, told = process.communicate(timeout=WAIT)
    assert (process.returncode, out_told, told) == (0, "", "")
    assert contents(out) == whole


def test_one_worker_and_other_shards_tell_the_same(job, whole, tmp_path):
    assert job.here(tmp_path / "one", "--workers", "1").code == 0
    assert contents(tmp_path / "one") == whole
    assert job.here(tmp_path / "large", "--engine", "serial", "--set", "shard_bytes=1000000").code == 0
    large, small = (json.loads(found["result.json"]) for found in (contents(tmp_path / "large"), whole))
    for part in ("records", "prevalence", "groups", "power", "duplicates", "finding"):
        assert large[part] == small[part], part


def test_a_finished_run_may_be_run_again(job, whole, tmp_path):
    out = tmp_path / "out"
    assert job.here(out, "--engine", "serial").code == 0
    assert job.here(out, "--engine", "serial").code == 0
    assert contents(out) == whole
    assert not (out / ".springhead" / "work").exists()


def test_a_folder_in_use_is_refused(job, tmp_path):
    out = tmp_path / "out"
    with output_lock(out, "another"):
        done = job.here(out, "--engine", "serial")
    assert done.code == 1 and "in use" in done.err and done.err.count("\n") == 1


def test_a_folder_of_another_run_is_refused(job, tmp_path):
    out = tmp_path / "out"
    corpus = write_rows(tmp_path / "corpus.jsonl", [{"text": "A few words of one record."}])
    plain = ("scan", corpus, "--out", out, "--engine", "serial", "--quiet")
    assert run(*plain).code == 0
    before = contents(out)
    for other in (("--seed", "3"), ("--set", "nominal=0.01")):
        done = run(*plain, *other)
        assert done.code == 2 and "other inputs or settings" in done.err
    write_rows(corpus, [{"text": "A few words of another record."}])
    assert run(*plain).code == 2
    assert contents(out) == before


def test_a_folder_with_other_files_is_refused_and_left_alone(job, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious.txt").write_text("mine")
    done = job.here(tmp_path / "out", "--engine", "serial")
    assert done.code == 2 and "precious.txt" in done.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["precious.txt"]


def test_a_corrected_run_may_use_the_folder_of_a_refused_one(job, tmp_path):
    out = tmp_path / "out"
    texts = human_texts(30, np.random.default_rng(1))
    corpus = write_rows(tmp_path / "corpus.jsonl", [{"text": text} for text in texts])
    plain = ("scan", corpus, "--out", out, "--engine", "serial", "--quiet")
    assert run(*plain, "--human-reference", corpus).code == 2
    assert run(*plain).code == 0
