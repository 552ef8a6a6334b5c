"""The tour: its corpus is what the README says, and its finding stands beside a known truth."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl
import pytest

from springhead.cli.main import main
from springhead.cli.tour import build
from springhead.cli.tour_loop import ACCUMULATE, NEUTRAL, REAL_SHARE, REPLACE, sentence
from springhead.cli.tour_texts import cut, human_texts, machine_texts, topics
from springhead.results.folder import ResultFolder
from springhead.results.lab_folder import LabFolder


def test_human_half_is_read_at_run_time_and_not_in_the_package() -> None:
    human = human_texts()
    assert len([one for one in human if one["id"].startswith("reference/")]) >= 150
    assert len(human) >= 300
    package = Path(__file__).parents[2] / "src" / "springhead"
    passage = " ".join(topics()["assert"].split()[5:25])
    for file in package.rglob("*.jsonl"):
        assert passage not in file.read_text("utf-8")


def test_machine_half_is_large_enough_and_says_what_it_is() -> None:
    mirror = machine_texts("mirror-*")
    assert len(mirror) >= 200
    assert all(100 <= len(one["text"].split()) <= 300 for one in mirror)
    languages = [one["language"] for one in machine_texts("languages.jsonl")]
    assert {name: languages.count(name) >= 20 for name in set(languages)} == dict.fromkeys(
        ("de", "es", "sw", "zh"), True
    )
    assert len({one["id"] for one in mirror}) == len(mirror)


def test_cut_keeps_whole_paragraphs_within_bounds() -> None:
    text = "\n\n".join("word " * 60 for _ in range(9))
    pieces = cut(text)
    assert pieces
    assert all(130 <= len(piece.split()) <= 280 for piece in pieces)


def test_build_is_the_same_every_time(tmp_path: Path) -> None:
    one, other = build(tmp_path / "a"), build(tmp_path / "b")
    assert one.corpus.read_bytes() == other.corpus.read_bytes()
    assert one.truth == other.truth
    texts = [msgspec.json.decode(line)["text"] for line in one.corpus.read_bytes().splitlines()]
    known = [msgspec.json.decode(line)["text"] for line in one.human.read_bytes().splitlines()]
    assert not set(texts) & set(known)


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tour") / "out"
    assert main(["tour", "--out", str(out), "--quiet"]) == 0
    return out


def test_english_share_is_estimated_and_holds_the_truth(toured: Path) -> None:
    result = ResultFolder.open(toured / "scan").result
    english = next(
        one for one in result.prevalence if one.group == {"language": "en"} and one.unit == "records"
    )
    rows = [
        msgspec.json.decode(line) for line in (toured / "corpus" / "truth.jsonl").read_bytes().splitlines()
    ]
    truth = pl.DataFrame(rows).filter(pl.col("language") == "en")
    share = (truth["origin"] != "human").mean()
    assert english.verdict == "estimated", english.reason
    assert english.low is not None
    assert english.high is not None
    assert english.low <= share <= english.high


def test_other_languages_cannot_tell(toured: Path) -> None:
    result = ResultFolder.open(toured / "scan").result
    verdicts = {
        one.group["language"]: one.verdict
        for one in result.prevalence
        if set(one.group) == {"language"} and one.unit == "records"
    }
    for language in ("de", "es", "sw", "zh"):
        assert verdicts[language] == "cannot tell"


def test_declared_and_residue_are_found(toured: Path) -> None:
    folder = ResultFolder.open(toured / "scan")
    claims = folder.claims()
    declared = claims.filter(pl.col("trust") == "declared")["key"].unique().to_list()
    assert len([key for key in declared if key.startswith("declared/")]) == 14
    assert not [key for key in declared if not key.startswith("declared/")]
    residue = claims.filter(pl.col("trust") == "residue")["key"].unique().to_list()
    assert len([key for key in residue if key.startswith("residue/")]) >= 6
    assert not [key for key in residue if key.startswith("reference/")]


def test_report_is_one_file_beside_the_result(toured: Path) -> None:
    page = (toured / "scan" / "report.html").read_text("utf-8")
    assert "<script src" not in page
    assert "http-equiv" not in page or "refresh" not in page


def last_values(folder: LabFolder, metric: str, arm: str) -> list[float]:
    series = folder.series().filter(
        (pl.col("metric") == metric) & (pl.col("arm") == arm) & (pl.col("group") == "")
    )
    last = series.filter(pl.col("generation") == folder.result.generations)
    values: list[float] = last.sort("replicate")["value"].to_list()
    return values


@pytest.mark.parametrize("remedy", [ACCUMULATE, REAL_SHARE])
def test_loop_collapses_under_replace_and_survives_under_policies(toured: Path, remedy: str) -> None:
    # Every pair of replicates, with room: a difference of the means alone could be one lucky replicate.
    loop = LabFolder.open(toured / "loop")
    for metric, times in (("types-kept", 2.0), ("distinct-2(length=500)", 1.2)):
        collapsed, saved = last_values(loop, metric, REPLACE), last_values(loop, metric, remedy)
        assert len(collapsed) == len(saved) == loop.result.replicates
        assert all(better > times * worse for worse, better in zip(collapsed, saved, strict=True)), metric
    perplexity = "held-out-perplexity"
    pairs = zip(last_values(loop, perplexity, REPLACE), last_values(loop, perplexity, remedy), strict=True)
    assert all(worse > 1.5 * better for worse, better in pairs)
    row = next(
        one for one in loop.result.effects
        if (one.arm, one.versus, one.metric) == (remedy, REPLACE, "types-kept")
    )  # fmt: skip
    assert row.low > 0.0


def test_loop_is_told_in_one_sentence_and_drawn_in_the_report(toured: Path) -> None:
    loop = LabFolder.open(toured / "loop")
    said = sentence(loop)
    kept = {arm: last_values(loop, "types-kept", arm) for arm in (REPLACE, NEUTRAL, ACCUMULATE, REAL_SHARE)}
    for values in kept.values():
        mean = 100.0 * sum(values) / len(values)
        assert any(
            text in said for text in (f"{mean:.0f}\u00a0%", f"{mean:.1f}\u00a0%", f"{mean:.2f}\u00a0%")
        )
    page = (toured / "scan" / "report.html").read_text("utf-8")
    assert said in page
    assert page.count('<svg class="curve" role="img"') == len(loop.result.metrics)
    assert (toured / "loop" / "report.html").is_file()


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert main(["tour", "--out", str(tmp_path), "--quiet"]) == 2
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_captioned_images_stand_beside_their_truth(toured: Path) -> None:
    folder = ResultFolder.open(toured / "images-scan")
    table = folder.to_polars()
    assert folder.result.modality == "pair"
    assert folder.result.records.kept == table.height == 250
    made = table.filter(pl.col("group_class") == "samples")
    drawn = table.filter(pl.col("group_class") == "symbols")
    assert (made["fact_image_origin"] == "synthetic").sum() == 75
    assert (drawn["fact_image_origin"] == "synthetic").sum() == 0
    assert (drawn["fact_caption_origin"] == "synthetic").sum() == 25
    cells = {tuple(one.parts.values()): one for one in folder.result.cells}
    true = {("human", "human"): 0.5, ("human", "synthetic"): 0.1, ("synthetic", "human"): 0.264}
    assert all(cells[name].low <= share <= cells[name].high for name, share in true.items())
    assert "data:image/" in (toured / "images-scan" / "report.html").read_text("utf-8")
