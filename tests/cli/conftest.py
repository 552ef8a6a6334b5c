"""A small polluted corpus with references, scanned once without and once with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.commands import Made, Ran, run, write_rows

from springhead.testing import human_texts, machine_texts, polluted_corpus


@pytest.fixture(scope="session")
def command() -> Callable[..., Ran]:
    """Run a command: `command("scan", path, "--out", out)`."""
    return run


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(1)
    truth = polluted_corpus(folder / "corpus.jsonl", 240, 0.3, rng)
    rows = [json.loads(line) for line in truth.path.read_text("utf-8").splitlines()]
    for i, row in enumerate(rows):
        row["site"], row["kind"] = f"site{i % 2}", f"kind{i % 3}"
    write_rows(truth.path, rows)
    human = [{"id": f"h{i}", "text": text} for i, text in enumerate(human_texts(120, rng))]
    machine = [{"id": f"m{i}", "text": text} for i, text in enumerate(machine_texts(120, rng))]
    return Made(
        folder, truth.path, write_rows(folder / "human.jsonl", human),
        write_rows(folder / "machine.jsonl", machine), truth,
    )  # fmt: skip


@pytest.fixture(scope="session")
def plain(made, tmp_path_factory) -> Path:
    """The result of a scan without references."""
    out = tmp_path_factory.mktemp("plain") / "out"
    done = run(
        "scan", made.corpus, "--out", out, "--engine", "serial", "--id-column", "id",
        "--group", "site", "--group", "site,kind", "--quiet",
    )  # fmt: skip
    assert done.code == 0 and done.out == "" and done.err == ""
    return out


@pytest.fixture(scope="session")
def estimated(made, tmp_path_factory) -> Path:
    """The result of a scan with references that cover all generators."""
    out = tmp_path_factory.mktemp("estimated") / "out"
    done = run(
        "scan", made.corpus, "--out", out, "--engine", "serial", "--id-column", "id", *made.references,
        "--reference-covers-all", "--group", "site", "--quiet",
    )  # fmt: skip
    assert done.code == 0 and done.out == "" and done.err == ""
    return out
