"""Limits of the machine: a disk that fills up for real, and a line of a thousand million spaces."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.commands import run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB of its own; skipped where mounting one is not allowed."""
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("no mount command")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_named_and_the_run_goes_on_once_there_is_space(small_disk, made, tmp_path):
    arguments = ("scan", made.corpus, "--engine", "serial", "--id-column", "id", "--quiet", "--out")
    full = run(*arguments, small_disk / "out")
    assert full.code == 1
    assert "full" in full.err and "Traceback" not in full.err
    assert not (small_disk / "out" / "result.json").exists()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert run(*arguments, small_disk / "out").code == 0
    assert run(*arguments, tmp_path / "elsewhere").code == 0
    first, second = (folder / "result.json" for folder in (small_disk / "out", tmp_path / "elsewhere"))
    assert first.read_bytes() == second.read_bytes()


def test_a_line_of_a_thousand_million_spaces_is_quarantined(tmp_path):
    good = {"id": "after", "text": "A line that comes after the long one. " * 20}
    corpus = tmp_path / "spaces.jsonl.gz"
    block = b" " * 10_000_000
    with gzip.open(corpus, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(block)
        file.write(b"\n" + json.dumps(good).encode() + b"\n")
    done = run(
        "scan", corpus, "--out", tmp_path / "out", "--engine", "serial", "--text-column", "text", "--quiet"
    )
    records = json.loads((tmp_path / "out" / "result.json").read_bytes())["records"]
    assert (done.code, done.err) == (0, "")
    assert records["read"] == records["kept"] + records["dropped"] + records["quarantined"]
    told = [json.loads(line) for line in (tmp_path / "out" / "quarantine.jsonl").read_bytes().splitlines()]
    assert len(told) == records["quarantined"] == 1
