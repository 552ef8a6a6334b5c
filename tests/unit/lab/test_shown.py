"""What people see of a run: excerpts, filmstrips, plots, sentences."""

import io

import numpy as np
import polars as pl
from PIL import Image

from springhead.core.nouns import Excerpt
from springhead.lab.excerpts import excerpts
from springhead.lab.filmstrip import draw_filmstrips
from springhead.lab.finding import finding
from springhead.lab.judge import ScanDetector
from springhead.lab.plots import plot_groups, plot_metric
from springhead.lab.profile import profiles
from springhead.lab.record import Records
from springhead.lab.settings import ArmSettings, DetectorSettings, LabSettings
from springhead.lab.summaries import Measured, effects, extinctions
from springhead.results.lab import EXAMPLES, SERIES
from springhead.testing import human_texts, machine_texts


class Texts(list):
    """A batch of texts with methods of its own."""

    def take(self, rows):
        return Texts(self[int(row)] for row in rows)

    def texts(self):
        return list(self)


def series(rows):
    frame = pl.DataFrame(
        rows, schema=["arm", "replicate", "generation", "metric", "group", "value"], orient="row"
    )
    frame = frame.with_columns(
        pl.col("value").alias("low"), pl.col("value").alias("high"), pl.lit(10).alias("n")
    )
    return pl.DataFrame(frame.to_arrow().select(SERIES.names).cast(SERIES))


def walk(arm, metric, values, group=""):
    return [(arm, r, g, metric, group, v) for r, row in enumerate(values) for g, v in enumerate(row)]


def test_numbers_texts_and_images_are_shown():
    assert excerpts(np.array([[1.0, 2.5], [3.0, 4.0]]), np.array([0]))[0].text == "1 2.5"
    assert excerpts(Texts(["a" * 999, "b"]), np.array([1, 0]))[1].text == "a" * 400

    from typing import NamedTuple

    class Images(NamedTuple):
        pixels: np.ndarray
        labels: np.ndarray

    ramp = np.linspace(0.0, 1.0, 64, dtype=np.float32)[None]
    (shown,) = excerpts(Images(ramp, np.zeros(1, np.int64)), np.array([0]))
    image = Image.open(io.BytesIO(shown.data))
    assert image.size == (48, 48) and image.getpixel((0, 0)) == 0 and image.getpixel((47, 47)) == 255


def test_a_batch_may_show_itself():
    class Own(Texts):
        def excerpts(self, rows):
            return [Excerpt(f"row {row}") for row in rows]

    assert [one.text for one in excerpts(Own("xyz"), np.array([2]))] == ["row 2"]


def test_a_filmstrip_has_a_column_a_generation_and_a_row_a_latent(tmp_path):
    def png(level):
        held = io.BytesIO()
        Image.new("L", (8, 8), level).save(held, "PNG")
        return held.getvalue()

    rows = [("replace", 0, g, i, "", "image/png", "", png(10 * g + i)) for g in range(20) for i in range(2)]
    frame = pl.DataFrame(rows, schema=EXAMPLES.names, orient="row")
    (path,) = draw_filmstrips(frame, tmp_path)
    strip = Image.open(path)
    assert strip.size == (12 * 12 + 4, 2 * 12 + 4)
    assert strip.getpixel((5, 5)) == 0 and strip.getpixel((11 * 12 + 5, 12 + 5)) == 191
    assert draw_filmstrips(frame.clear(), tmp_path) == []


def test_plots_are_written_twice_the_same(tmp_path):
    rows = walk("a b", "m", [[1.0, 2.0, 3.0], [1.0, 2.5, 2.0]]) + walk(
        "real versus real", "m", [[1.0], [1.1]]
    )
    rows += walk("a b", "s", [[0.5, 0.0, 0.0]], "g1")
    measured = Measured(series(rows))
    for folder in ("one", "two"):
        plot_metric(measured, "m", ["a b"], {"m": (1.0, 2.0, 3.0)}, 0.95, tmp_path / folder)
        plot_groups(measured, "s", ["a b"], ["g1"], 0.95, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["m.png", "m.svg", "s-by-group.png", "s-by-group.svg"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_extinction_counts_generations_measured_and_those_that_outlive_the_run():
    rows = walk("x", "group share", [[0.5, 0.1, 0.0], [0.5, 0.0, 0.0], [0.5, 0.2, 0.1]], "dies")
    rows += walk("x", "group share", [[0.5, 0.9, 1.0]] * 3, "lives")
    rows += walk("x", "group share", [[0.0, 0.0, 0.0]] * 3, "never there")
    found = {
        row.group: row for row in extinctions(Measured(series(rows)), ["x"], ["dies", "lives", "never there"])
    }
    assert set(found) == {"dies", "lives"}
    assert found["dies"].median == 2.0 and found["dies"].extinct == 2 and found["dies"].replicates == 3
    assert found["lives"].median is None and found["lives"].extinct == 0


def test_the_finding_says_which_arms_differ():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(12)
    rows = walk("one", "m", [[0.0, x] for x in noise])
    rows += walk(
        "two", "m", [[0.0, x + 4.9 + 0.01 * y] for x, y in zip(noise, rng.standard_normal(12), strict=True)]
    )
    rows += walk("three", "m", [[0.0, y] for y in rng.standard_normal(12)])
    rows += walk("real versus real", "m", [[0.0]] * 12)
    arms = {name: ArmSettings(policy={"name": "replace"}) for name in ("one", "two", "three")}
    settings = LabSettings(
        source={"name": "s"}, model={"name": "m"}, arms=arms, generations=1, replicates=12, control=False
    )
    measured = Measured(series(rows))
    said = finding(settings, measured, ["m"], effects(measured, list(arms), ["m"], 1))
    assert "two differs from one by +4.9" in said
    assert "three cannot be told from one" in said


def test_the_profile_reads_what_was_measured():
    rows = walk("x", "log-variance", [[0.0, -1.0, -3.0], [0.0, -1.2, -3.1], [0.0, -1.1, -2.9]])
    rows += walk("x", "precision", [[0.95, 0.95, 0.95]] * 3)
    found = {row.definition: row.verdict for row in profiles(Measured(series(rows)), ["x"], ["all"])}
    assert len(found) == 8
    assert found["variance collapses"] == "yes"
    assert found["samples outside the real support appear"] == "no"
    assert found["tails are lost"] == "cannot tell"


def test_scans_detector_leans_the_right_way_in_the_loop():
    rng = np.random.default_rng(0)
    judge = ScanDetector(DetectorSettings("scan"))
    zeros = np.zeros(40, np.int64)
    real = Records("r", Texts(human_texts(40, rng)), zeros, False, 0, 0.0, 0, 0)
    fake = Records("f", Texts(machine_texts(40, rng)), zeros, True, 1, 1.0, 1, 0)
    assert set(judge.judge(real).level) == set(judge.judge(fake).level)  # nothing known of scores: all alike
    judge.calibrate(Texts(human_texts(60, rng)), Texts(machine_texts(60, rng)))
    assert np.median(judge.judge(fake).level) > 128
    assert np.median(judge.judge(real).level) < 128
