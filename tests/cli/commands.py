"""Run commands in this process, and read what they leave."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from springhead.cli.main import main
from springhead.results.folder import ResultFolder
from springhead.testing import Truth


@dataclass
class Ran:
    """What a command left: exit code and output."""

    code: int
    out: str
    err: str


def run(*arguments: object) -> Ran:
    """Run a command in this process; no traceback and no internal error may show."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as stop:  # --help and --version
            code = int(stop.code or 0)
    assert "Traceback" not in err.getvalue() and "internal error" not in err.getvalue(), err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def scan(corpus: Path, out: Path, *options: object) -> Ran:
    """Scan into `out` in this process, saying nothing but errors."""
    return run("scan", corpus, "--out", out, "--engine", "serial", "--quiet", *options)


def write_rows(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def evidence(out: Path) -> pl.DataFrame:
    return ResultFolder.open(out).to_polars()


@dataclass
class Made:
    """Files of a corpus of 240 records, 30 % of them machine-made, and of references of 120 texts each."""

    folder: Path
    corpus: Path
    human: Path
    machine: Path
    truth: Truth

    @property
    def references(self) -> tuple[object, ...]:
        """Options that name both references."""
        return ("--human-reference", self.human, "--synthetic-reference", self.machine)
