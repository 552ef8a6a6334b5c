"""`springhead lab`: runs, refusals, and the same bytes for any workers and after kills."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from tests.cli.commands import run

import springhead
from springhead.errors import BadResult
from springhead.io.lock import output_lock
from springhead.lab import run as run_library
from springhead.lab.api import settings_of
from springhead.results.lab_folder import LabFolder

SMALL = """\
name = "small"
generations = 6
replicates = 4
records = 200
metrics = ["vector/log-variance", "vector/mean-drift"]

[source]
name = "vector/gaussian"

[model]
name = "vector/gaussian"

[arms.replace]
policy = {name = "replace"}

[arms.accumulate]
policy = {name = "accumulate"}
"""
START = "import sys; from springhead.cli.main import run; run(sys.argv[1:])"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("lab") / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def done(file, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("done") / "out"
    ran = run("lab", "run", file, "--out", out, "--engine", "serial", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    return out


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and ".springhead" not in path.parts]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def sealed(out: Path) -> int:
    try:
        return sum("unfinished" not in path.parts for path in (out / ".springhead").rglob("sealed.json"))
    except FileNotFoundError:
        return 0


def start(file: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    root = str(Path(springhead.__file__).parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-c", START, "lab", "run", str(file), "--out", str(out), "--quiet", *more]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE)


def test_the_result_holds_tables_plots_and_a_file_that_runs_again(done, file, tmp_path):
    folder = LabFolder.open(done)
    result = folder.result
    assert [arm.name for arm in result.arms] == ["replace", "accumulate", "control"]
    assert result.records == 200 and result.generations == 6 and result.replicates == 4
    assert set(folder.series()["metric"]) >= {"log-variance", "mean-drift", "synthetic ancestry"}
    assert {path.suffix for path in folder.plots()} == {".png", ".svg"}
    assert len(result.theory["log-variance"]) == 7
    assert len(result.profile) == 3 * 8
    again = tmp_path / "again"
    assert run("lab", "run", done / "run.toml", "--out", again, "--engine", "serial", "--quiet").code == 0
    assert contents(again) == contents(done)
    assert tomllib.loads((done / "run.toml").read_text())["records"] == 200


def test_draws_say_what_was_asked_expected_and_realised(done):
    draws = LabFolder.open(done).draws()
    total = draws.filter((draws["quantity"] == "total") & (draws["arm"] == "accumulate"))
    assert total.sort("replicate", "generation")["realised"].to_list()[:6] == [200.0 * t for t in range(1, 7)]
    share = draws.filter((draws["quantity"] == "human share") & (draws["arm"] == "accumulate"))
    assert share.sort("replicate", "generation")["truth"].to_list()[:3] == pytest.approx([1, 1 / 2, 1 / 3])


@pytest.mark.parametrize("options", [("--workers", "2"), ("--workers", "7"), ("--engine", "local")])
def test_any_number_of_workers_gives_the_same_bytes(done, file, tmp_path, options, monkeypatch):
    monkeypatch.setattr("springhead.lab.runs.WORTH_PROCESSES", 0.0)
    assert run("lab", "run", file, "--out", tmp_path / "out", "--quiet", *options).code == 0
    assert contents(tmp_path / "out") == contents(done)


@pytest.mark.parametrize("engine", ["serial", "local"])
def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(file, tmp_path, engine):
    # Big enough that a kill falls in the middle; the first kill at an item, the others wherever time puts them.
    more = ("--set", "records=20000", "--set", "generations=40", "--engine", engine)
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert run("lab", "run", file, "--out", whole, "--quiet", *more).code == 0
    kills = 0
    for wait in (0.0, 0.3, 0.1):
        process = start(file, out, *more)
        limit, before = time.monotonic() + 60.0, sealed(out)
        while process.poll() is None and sealed(out) <= before and time.monotonic() < limit:
            time.sleep(0.005)
        time.sleep(wait)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills >= 1
    found = sealed(out)
    assert run("lab", "run", file, "--out", out, "--quiet", *more).code == 0
    assert found >= 1
    assert contents(out) == contents(whole)


def test_common_random_numbers_the_first_generation_is_the_same_in_all_arms(done):
    series = LabFolder.open(done).series()
    first = series.filter((series["generation"] == 1) & (series["metric"] == "log-variance"))
    values = {arm: part["value"].to_list() for (arm,), part in first.group_by("arm")}
    assert values["replace"] == values["accumulate"] == values["control"]


def test_another_seed_gives_other_numbers(file, done, tmp_path):
    folder = run_library(file, tmp_path / "out", engine="serial", seed=5)
    assert not folder.series().equals(LabFolder.open(done).series())


def test_the_library_runs_a_recipe_in_one_call(tmp_path):
    folder = run_library("gaussian", tmp_path / "out", engine="serial", generations=5, replicates=2)
    assert folder.result.name == "gaussian" and "log-variance" in folder.result.finding


def test_show_and_json(done):
    shown = run("lab", "show", done)
    assert shown.code == 0 and "log-variance" in shown.out and "accumulate" in shown.out
    assert all(len(line) <= 100 for line in shown.out.splitlines())
    assert json.loads(run("lab", "show", done, "--json").out)["schema"] == "springhead.lab"


def test_list_names_what_there_is():
    listed = json.loads(run("lab", "list", "--json").out)
    assert "gaussian" in listed["recipe"] and "vector/gaussian" in listed["model"]
    assert "replace" in listed["policy"]
    assert run("lab", "list", "models").code == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('[model]\nname = "vector/gaussian"', '[model]\nname = "vector/gausian"', "line 11"),
        ('[model]\nname = "vector/gaussian"', '[model]\nname = "vector/gausian"', "'vector/gaussian'"),
        ('policy = {name = "replace"}', 'policy = {name = "replce"}', "'replace'?"),
        ('policy = {name = "replace"}', 'policy = {name = "replace", backfil = true}', "'backfill'?"),
        ('policy = {name = "replace"}', 'policy = {name = "replace", backfil = true}', "line 14"),
        ("generations = 6", "generation = 6", "'generations'?"),
        ("generations = 6", "generations = 0", "0 is not positive"),
        ("records = 200", "records = 0", "0 is not positive"),
        ("records = 200", "records = 200000000000", "GB"),
        ('"vector/log-variance"', '"vector/log-varianc"', "'vector/log-variance'"),
        ("records = 200", "records = 200\nheld_out = 1.2", "no share from 0 to 1"),
        ("records = 200", 'records = 200\nby_group = ["recall"]', "not among the metrics"),
        ("records = 200", 'records = 200\ndraw = "fixd"', "'fixed'?"),
        ("records = 200", "records = 2\nreference = 2", "log-variance"),
        ("[arms.replace]", "[arms.control]", "name of an arm that every run has"),
    ],
)  # fmt: skip
def test_bad_settings_are_one_clear_sentence(tmp_path, old, new, said):
    path = tmp_path / "bad.toml"
    assert old in SMALL
    path.write_text(SMALL.replace(old, new, 1))
    ran = run("lab", "run", path, "--out", tmp_path / "out", "--engine", "serial", "--quiet")
    assert ran.code == 2, ran.err
    assert said in ran.err and ran.err.count("\n") == 1
    assert not (tmp_path / "out" / "result.json").exists()


def test_a_refused_run_can_be_corrected_in_the_same_folder(file, tmp_path):
    out = tmp_path / "out"
    few = ("--set", "records=2", "--set", "reference=2")
    assert run("lab", "run", file, "--out", out, "--quiet", "--engine", "serial", *few).code == 2
    assert run("lab", "run", file, "--out", out, "--quiet", "--engine", "serial").code == 0


def test_an_output_folder_is_held_for_one_run(done, file, tmp_path):
    ran = run("lab", "run", file, "--out", done, "--quiet", "--set", "seed=9")
    assert ran.code == 2 and "other inputs or settings" in ran.err
    with output_lock(tmp_path / "busy", "x"):
        ran = run("lab", "run", file, "--out", tmp_path / "busy", "--quiet")
    assert ran.code == 1 and "in use" in ran.err
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "mine.txt").write_text("keep me")
    ran = run("lab", "run", file, "--out", tmp_path / "foreign", "--quiet")
    assert ran.code == 2 and (tmp_path / "foreign" / "mine.txt").read_text() == "keep me"


def test_work_of_another_version_is_refused_not_mixed(file, tmp_path, monkeypatch):
    out = tmp_path / "out"
    quick = ("--engine", "serial", "--quiet")
    monkeypatch.setattr("springhead.lab.runs.finish", stop)
    assert run("lab", "run", file, "--out", out, *quick).code == 1
    monkeypatch.undo()
    monkeypatch.setattr("springhead.lab.runs.code_version", lambda: "another")
    ran = run("lab", "run", file, "--out", out, *quick)
    assert ran.code == 2 and "another version" in ran.err


def stop(*_: object) -> None:
    raise BadResult("x", "stopped by the test")


def test_assignments_reach_into_arms(file):
    settings, _ = settings_of(file, ["arms.replace.fresh=10", "model.estimate=mle"])
    assert settings.arms["replace"].fresh == 10 and settings.model["estimate"] == "mle"


def test_a_full_disk_loses_nothing(file, done, tmp_path, monkeypatch):
    out = tmp_path / "out"
    real, calls = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 12:  # some replicates are sealed by then
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    ran = run("lab", "run", file, "--out", out, "--engine", "serial", "--quiet")
    assert ran.code == 1 and "no space left" in ran.err and "goes on where it stopped" in ran.err
    assert sealed(out) >= 1 and not (out / "result.json").exists()
    monkeypatch.undo()
    assert run("lab", "run", file, "--out", out, "--engine", "serial", "--quiet").code == 0
    assert contents(out) == contents(done)


def test_a_composition_and_a_noisy_detector_behind_every_policy(tmp_path):
    path = tmp_path / "many.toml"
    budget = 'budget = "records"\n'
    arms = {
        "filter": 'policy = {name = "filter", backfill = true}\n' + budget,
        "mix": 'policy = {name = "fixed-real-share", human = 0.5}\n' + budget,
        "soft": 'policy = {name = "soft-weights"}\n' + budget,
        "young then even": 'policy = [{name = "age-limit", oldest = 2}, {name = "accumulate-subsample"}]\n'
        + budget,
        "fresh": 'policy = {name = "fresh"}\nfresh = 50\n',
        "resample": 'policy = {name = "detector-resampling"}\n' + budget,
    }
    text = SMALL.partition("[arms.replace]")[0]
    text += '[detector]\nname = "noisy"\nfalse_positive = 0.1\nfalse_negative = 0.2\nunknown = 0.1\n'
    text += "".join(f'[arms."{name}"]\n{body}' for name, body in arms.items())
    path.write_text(text)
    ran = run("lab", "run", path, "--out", tmp_path / "out", "--engine", "serial", "--quiet")
    assert ran.code == 0, ran.err
    result = LabFolder.open(tmp_path / "out")
    assert [arm.name for arm in result.result.arms][:-1] == list(arms)
    assert all(arm.unknown for arm in result.result.arms)
    total = result.draws().filter(result.draws()["quantity"] == "total")
    assert ((total["realised"] - total["expected"]).abs() <= 1.0).all()
