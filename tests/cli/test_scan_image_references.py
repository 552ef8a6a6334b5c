"""Images with references, from files to a share: two processes, negative controls, formats that never meet."""

import json

import numpy as np
import polars as pl
import pytest
from tests.cli.commands import run
from tests.unit.modalities.image.pictures import camera, encoded, generated

SIDE = 40
TARGET, SHARE = 300, 0.3


def write(folder, files, parts=1):
    folder.mkdir(parents=True)
    for part in range(parts):
        pl.DataFrame({"image": files[part::parts]}).write_parquet(folder / f"part-{part}.parquet")
    return folder


def shown(out):
    return json.loads((out / "result.json").read_text())


def whole(result):
    return next(one for one in result["prevalence"] if not one["group"] and one["unit"] == "records")


@pytest.fixture(scope="module")
def pixels():
    """Known-human, known synthetic, and a corpus of 300 with 90 machine-made ones."""
    rng = np.random.default_rng(11)
    human = [camera(SIDE, rng) for _ in range(150 + int(TARGET * (1 - SHARE)))]
    machine = [generated(SIDE, rng) for _ in range(150 + int(TARGET * SHARE))]
    mixed = human[150:] + machine[150:]
    return human[:150], machine[:150], [mixed[i] for i in rng.permutation(len(mixed))]


@pytest.fixture(scope="module")
def pngs(pixels, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    files = [[encoded(one) for one in side] for side in pixels]
    return (
        write(folder / "human", files[0]), write(folder / "machine", files[1]),
        write(folder / "corpus", files[2], parts=2), files,
    )  # fmt: skip


@pytest.fixture(scope="module")
def estimated(pngs, tmp_path_factory):
    human, machine, corpus, _ = pngs
    out = tmp_path_factory.mktemp("estimated") / "out"
    done = run(
        "scan", corpus, "--out", out, "--workers", 2, "--quiet", "--human-reference", human,
        "--synthetic-reference", machine, "--reference-covers-all", "--set", "shard_bytes=60000",
    )  # fmt: skip
    assert done.code == 0, done.err
    return out


def test_the_share_lies_within_its_interval(estimated):
    share = whole(shown(estimated))
    assert share["verdict"] == "estimated", share["reason"]
    assert share["low"] <= SHARE <= share["high"] and share["high"] - share["low"] < 0.25
    assert share["n_scored"] == TARGET


def test_same_format_gives_no_warning_of_a_leak(estimated):
    result = shown(estimated)
    assert result["leak"]["human"] == 150 and result["leak"]["low"] < 0.55
    assert not [one for one in result["warnings"] if "format" in one]


def test_records_get_levels_from_the_head(estimated):
    table = pl.read_parquet(sorted((estimated / "evidence").glob("*.parquet")))
    assert table["nats_statistical"].null_count() == 0 and table["p_value"].null_count() == 0
    assert (table["level"] > 0).sum() > 0.7 * TARGET


def test_a_saved_calibration_gives_the_same_share(pngs, estimated, tmp_path):
    human, machine, corpus, _ = pngs
    saved = tmp_path / "saved.npz"
    done = run(
        "calibrate", "--out", saved, "--human-reference", human, "--synthetic-reference", machine,
        "--reference-covers-all", "--workers", 1, "--quiet",
    )  # fmt: skip
    assert done.code == 0, done.err
    out = tmp_path / "out"
    done = run("scan", corpus, "--out", out, "--engine", "serial", "--quiet", "--calibration", saved)
    assert done.code == 0, done.err
    first, second = shown(estimated), shown(out)
    assert second["leak"] == first["leak"]
    for name in ("verdict", "estimate", "low", "high"):
        assert whole(first)[name] == whole(second)[name]


def test_shuffled_labels_are_never_estimated(pngs, tmp_path):
    """References whose labels mean nothing: in five shuffles no share may be told."""
    _, _, corpus, files = pngs
    both = files[0] + files[1]
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(both))
        human = write(tmp_path / f"human{seed}", [both[i] for i in order[:150]])
        machine = write(tmp_path / f"machine{seed}", [both[i] for i in order[150:]])
        out = tmp_path / f"out{seed}"
        done = run(
            "scan", corpus, "--out", out, "--engine", "serial", "--quiet", "--human-reference", human,
            "--synthetic-reference", machine, "--reference-covers-all",
        )  # fmt: skip
        assert done.code == 0, done.err
        assert whole(shown(out))["verdict"] != "estimated"


def test_formats_that_never_meet_end_in_cannot_tell(pixels, tmp_path):
    """All human references JPEG, all machine-made ones PNG: nothing is told, the leak is named."""
    human = write(tmp_path / "human", [encoded(one, "JPEG", quality=90) for one in pixels[0]])
    machine = write(tmp_path / "machine", [encoded(one) for one in pixels[1]])
    corpus = write(tmp_path / "corpus", [encoded(one) for one in pixels[2]])
    out = tmp_path / "out"
    done = run(
        "scan", corpus, "--out", out, "--engine", "serial", "--quiet", "--human-reference", human,
        "--synthetic-reference", machine, "--reference-covers-all",
    )  # fmt: skip
    assert done.code == 0, done.err
    result = shown(out)
    assert whole(result)["verdict"] == "cannot tell" and "png" in whole(result)["reason"]
    assert result["leak"]["auroc"] > 0.99
    assert any("format alone reaches AUROC 1.00" in one for one in result["warnings"])
    assert "format alone reaches AUROC" in (out / "report.html").read_text()


def test_one_class_alone_says_what_is_missing(pngs, tmp_path):
    human, _, corpus, _ = pngs
    out = tmp_path / "out"
    done = run("scan", corpus, "--out", out, "--engine", "serial", "--quiet", "--human-reference", human)
    assert done.code == 0, done.err
    share = whole(shown(out))
    assert share["verdict"] == "cannot tell"
    assert "100 known-human and as many known machine-made images in png" in share["reason"]
