"""What the command makes of declarations, dates, residue, score files and references; its exit codes."""

import json

import msgspec
import numpy as np
import polars as pl
import pytest
from tests.cli.commands import evidence, run, scan, write_rows

from springhead.cli.scan import exit_code
from springhead.core.level import to_probability
from springhead.results.folder import ResultFolder
from springhead.testing import human_texts, machine_texts, scan_result

SERIAL = ("--engine", "serial", "--quiet")


def whole(out, unit="records"):
    rows = ResultFolder.open(out).result.prevalence
    (one,) = [row for row in rows if not row.group and row.unit == unit]
    return one


def row(out, key):
    return evidence(out).filter(pl.col("key") == key).row(0, named=True)


@pytest.fixture(scope="module")
def texts():
    return human_texts(14, np.random.default_rng(5))


@pytest.fixture(scope="module")
def declared(texts, command, tmp_path_factory):
    """A scan of records that say something of themselves, and of some that do not."""
    folder = tmp_path_factory.mktemp("declared")
    said = {
        "front synthetic": "---\nai_generated: true\n---\n" + texts[0],
        "front human": "---\nai_generated: false\n---\n" + texts[1],
        "front generator": "---\ngenerator: ChatGPT\n---\n" + texts[2],
        "column synthetic": texts[3],
        "column human": texts[4],
        "column mixed": texts[5],
        "column procedural": texts[6],
        "column empty": texts[7],
        "residue": "As an AI language model, I cannot browse the internet.\n\n" + texts[8],
        "short synthetic": "---\nai_generated: true\n---\nToo short to judge.",
        "short": "Too short to judge.",
    }
    rows = [
        {"id": key, "text": text, "made": key.removeprefix("column ") if key.startswith("column") else None}
        for key, text in said.items()
    ]
    rows[7]["made"] = ""
    out = folder / "out"
    corpus = write_rows(folder / "corpus.jsonl", rows)
    done = scan(corpus, out, "--id-column", "id", "--origin-column", "made")
    assert done.code == 0
    return out


@pytest.mark.parametrize("key", ["front synthetic", "front generator", "column synthetic", "column mixed"])
def test_a_declared_machine_is_believed(declared, key):
    found = row(declared, key)
    assert found["nats_declared"] == found["nats"] == 6.0
    assert to_probability(np.array([found["level"]], np.uint8))[0] > 0.99
    assert found["origin"] in ("synthetic", "mixed") and found["generation_low"] == 1
    assert any("declares itself" in reason for reason in found["reasons"])
    claims = ResultFolder.open(declared).claims().filter(pl.col("key") == key)
    assert claims.height >= 1 and set(claims["trust"]) == {"declared"}


@pytest.mark.parametrize("key", ["front human", "column human", "column procedural", "column empty"])
def test_an_unsigned_human_is_not(declared, key):
    found = row(declared, key)
    assert found["nats_declared"] is None and found["nats"] is None and found["level"] == 0


def test_a_claim_of_being_human_is_still_written_down(declared):
    claims = ResultFolder.open(declared).claims()
    assert claims.filter((pl.col("key") == "column human") & (pl.col("origin") == "human")).height == 1
    assert row(declared, "column human")["generation_high"] == 0


def test_hard_evidence_decides_short_records_too(declared):
    found, silent = row(declared, "short synthetic"), row(declared, "short")
    assert found["abstained"] and found["level"] > 200
    assert silent["abstained"] and silent["level"] == 0 and silent["score_statistical"] is None


def test_residue_is_reported_with_its_place_but_decides_nothing_alone(declared, command):
    found = row(declared, "residue")
    assert found["nats_residue"] == pytest.approx(4.6, abs=1 / 256) and found["level"] == 0
    claims = ResultFolder.open(declared).claims().filter(pl.col("key") == "residue")
    assert set(claims["trust"]) == {"residue"} and (claims["end"] > claims["start"]).all()
    assert any("characters 0-" in reason for reason in found["reasons"])
    assert "residue" in command("explain", declared, "residue").out


def test_front_matter_teaches_the_detector_nothing(command, tmp_path, texts):
    rows = [
        {"id": "bare", "text": texts[0]},
        {"id": "tagged", "text": "---\nai_generated: true\n---\n" + texts[0]},
    ]
    corpus = write_rows(tmp_path / "corpus.jsonl", rows)
    assert scan(corpus, tmp_path / "out", "--id-column", "id").code == 0
    bare, tagged = row(tmp_path / "out", "bare"), row(tmp_path / "out", "tagged")
    assert bare["score_statistical"] == pytest.approx(tagged["score_statistical"], abs=1e-4)
    assert bare["content"] != tagged["content"]


def test_declared_records_count_in_the_share(declared):
    found = whole(declared)
    assert found.verdict != "estimated" and found.n == 11
    (language,) = [
        one for one in ResultFolder.open(declared).result.groups if one.group == {"language": "en"}
    ]
    assert language.declared_synthetic >= 4


@pytest.fixture(scope="module")
def dated(command, made, tmp_path_factory):
    """A scan whose human reference is the corpus's own old part: 130 old records, 100 new ones, half-half."""
    folder = tmp_path_factory.mktemp("dated")
    rng = np.random.default_rng(9)
    old, new, bad = human_texts(130, rng), human_texts(50, rng), machine_texts(50, rng)
    rows = [
        {"id": f"old{i}", "day": f"{2015 + i % 5}-06-0{1 + i % 9}", "text": text}
        for i, text in enumerate(old)
    ]
    rows += [{"id": f"new{i}", "day": "2024-02-01", "text": text} for i, text in enumerate(new)]
    rows += [{"id": f"bad{i}", "day": "2024-02-01", "text": text} for i, text in enumerate(bad)]
    rows.append({"id": "undated", "day": "someday", "text": human_texts(1, rng)[0]})
    corpus, out = write_rows(folder / "corpus.jsonl", rows), folder / "out"
    done = scan(corpus, out, "--id-column", "id", "--date-column", "day", "--human-before",
        "2022-11-30", "--synthetic-reference", made.machine, "--reference-covers-all",
    )  # fmt: skip
    assert done.code == 0
    return out


def test_dated_records_are_human(dated):
    table = evidence(dated)
    old = table.filter(pl.col("key").str.starts_with("old"))
    assert (old["nats_dated"] == -8).all() and (to_probability(old["level"].to_numpy()) < 0.01).all()
    assert (old["origin"] == "human").all() and (old["generation_high"] == 0).all()
    new = table.filter(~pl.col("key").str.starts_with("old"))
    assert new["nats_dated"].is_null().all()
    assert row(dated, "undated")["date"] == "" and row(dated, "new0")["date"] == "2024-02-01"


def test_the_corpus_is_its_own_reference(dated):
    result = ResultFolder.open(dated).result
    old = evidence(dated).filter(pl.col("key").str.starts_with("old") & (pl.col("language") == "en")).height
    assert old > 115 and result.references[0].human == old and result.references[0].newest == "2019-06-09"
    found = whole(dated)
    assert found.reference.startswith("human: dated records of the corpus")
    assert found.low <= 50 / 231 <= found.high
    (recent,) = [one for one in result.prevalence if one.group == {"year": "2024"} and one.unit == "records"]
    assert recent.low <= 0.5 <= recent.high


def test_temporal_control_is_about_zero(dated):
    result = ResultFolder.open(dated).result
    periods = {one.period: one for one in result.temporal}
    assert {"2015", "2016", "2017", "2018", "2019", "2024"} < set(periods)
    assert periods["2015"].estimate == periods["2015"].high == 0
    (control,) = [one for one in result.temporal if one.is_control]
    assert control.low == 0 and control.estimate < 0.1 and "2022-11-30" in control.period


def test_false_positives_are_measured_on_dated_records(dated):
    rows = [one for one in ResultFolder.open(dated).result.groups if one.group == {"language": "en"}]
    (found,) = rows
    assert found.human_reference == ResultFolder.open(dated).result.references[0].human
    assert found.false_positive_low <= found.nominal <= found.false_positive_high


def test_human_reference_alone_bounds(command, made, tmp_path):
    done = scan(made.corpus, tmp_path / "out", "--human-reference", made.human)
    found = whole(tmp_path / "out")
    assert done.code == 0 and found.verdict == "bounded" and found.what_if is None
    assert 0 < found.lower_bound <= made.truth.share
    table = evidence(tmp_path / "out").filter(pl.col("language") == "en")
    assert table["p_value"].is_not_null().all() and (table["level"] == 0).all()


def test_a_reference_of_machines_alone_cannot_tell(command, made, tmp_path):
    done = scan(made.corpus, tmp_path / "out", "--synthetic-reference", made.machine)
    found = whole(tmp_path / "out")
    assert done.code == 0 and found.verdict == "cannot tell" and "known-human" in found.reason
    assert found.lower_bound is None and found.what_if is None


def test_a_reference_that_overlaps_the_target_is_refused(command, made, tmp_path):
    done = scan(made.corpus, tmp_path / "out", "--human-reference", made.corpus)
    assert done.code == 2 and "240 of its 240 records also stand in the corpus" in done.err
    done = command("scan", made.corpus, "--out", tmp_path / "both", *SERIAL,
                   "--human-reference", made.human, "--synthetic-reference", made.human)  # fmt: skip
    assert done.code == 2 and "stand in both" in done.err


def test_a_reference_without_judgeable_text_is_refused(command, made, tmp_path):
    short = write_rows(tmp_path / "short.jsonl", [{"text": f"Too short, number {i}."} for i in range(100)])
    done = scan(made.corpus, tmp_path / "out", "--human-reference", short)
    assert done.code == 2 and "long enough" in done.err


def test_calibrate_then_scan_gives_the_same_shares(command, made, estimated, tmp_path):
    saved = tmp_path / "saved.npz"
    done = command("calibrate", *made.references, "--reference-covers-all", "--out", saved, "--workers", "1",
                   "--quiet")  # fmt: skip
    assert done.code == 0 and done.out == "" and saved.stat().st_size > 1000
    done = scan(made.corpus, tmp_path / "out", "--id-column", "id",
                   "--calibration", saved, "--group", "site")  # fmt: skip
    assert done.code == 0
    direct, reused = ResultFolder.open(estimated).result, ResultFolder.open(tmp_path / "out").result
    assert direct.prevalence == reused.prevalence and direct.power == reused.power
    assert evidence(estimated).equals(evidence(tmp_path / "out"))
    assert any("date from 20" in line for line in reused.cannot_tell)


def test_calibrate_refuses_what_cannot_serve(command, made, tmp_path):
    assert "--human-reference" in command("calibrate", "--out", tmp_path / "x.npz").err
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"not an archive")
    done = scan(made.corpus, tmp_path / "out", "--calibration", broken)
    assert done.code == 2 and "springhead calibrate" in done.err
    np.savez(tmp_path / "other.npz", format=np.array(99))
    done = scan(made.corpus, tmp_path / "out", "--calibration", tmp_path / "other.npz")
    assert done.code == 2 and "99" in done.err


def test_a_calibration_that_overlaps_the_target_is_refused(command, made, tmp_path):
    command("calibrate", "--human-reference", made.human, "--out", tmp_path / "saved.npz", "--quiet")
    done = scan(made.human, tmp_path / "out", "--calibration", tmp_path / "saved.npz")
    assert done.code == 2 and "also stand in the corpus" in done.err


def keys_of(path):
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def test_score_files_are_fused(command, made, tmp_path):
    rng = np.random.default_rng(3)
    machine = [*made.truth.synthetic, *[False] * 120, *[True] * 120]
    keys = [*made.truth.keys, *keys_of(made.human), *keys_of(made.machine)]
    scores = 2.5 * np.array(machine, float) + rng.standard_normal(len(keys))
    file = tmp_path / "scores.parquet"
    pl.DataFrame({"key": keys, "score": scores}).write_parquet(file)
    done = scan(made.corpus, tmp_path / "out", "--id-column", "id", *made.references,
                   "--reference-covers-all", "--score-file", file)  # fmt: skip
    assert done.code == 0
    table = evidence(tmp_path / "out")
    assert table["score_neural"].to_numpy() == pytest.approx(scores[:240], abs=1e-5)
    found = whole(tmp_path / "out")
    assert found.verdict == "estimated" and found.low <= made.truth.share <= found.high
    told = command("explain", tmp_path / "out", "record-000001").out
    assert "neural" in told
    alone = scan(made.corpus, tmp_path / "alone", "--id-column", "id",
                    "--human-reference", made.human, "--score-file", file)  # fmt: skip
    assert alone.code == 0 and 0 < whole(tmp_path / "alone").lower_bound <= made.truth.share
    ranks = evidence(tmp_path / "alone").select(pl.corr("score_neural", "p_value", method="spearman")).item()
    assert ranks < -0.99


def test_other_scores_make_another_run(command, made, tmp_path):
    file = tmp_path / "scores.parquet"
    pl.DataFrame({"key": made.truth.keys, "score": np.zeros(240)}).write_parquet(file)
    options = (
        "scan",
        made.corpus,
        "--out",
        tmp_path / "out",
        *SERIAL,
        "--id-column",
        "id",
        "--score-file",
        file,
    )
    assert command(*options).code == 0
    pl.DataFrame({"key": made.truth.keys, "score": np.ones(240)}).write_parquet(file)
    done = command(*options)
    assert done.code == 2 and "other inputs or settings" in done.err


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ({"key": ["a", "a"], "score": [1.0, 2.0]}, "'a' more than once"),
        ({"key": ["a"], "points": [1.0]}, "no column score"),
        ({"key": ["a"], "score": ["high"]}, "not numbers"),
    ],
)
def test_score_files_that_cannot_be_used(command, made, tmp_path, frame, fault):
    pl.DataFrame(frame).write_parquet(tmp_path / "scores.parquet")
    done = scan(made.corpus, tmp_path / "out", "--score-file",
                   tmp_path / "scores.parquet")  # fmt: skip
    assert done.code == 2 and fault in done.err and done.err.count("\n") == 1


def test_exit_codes_through_the_command(command, made, tmp_path):
    base = ("scan", made.corpus, *SERIAL, "--human-reference", made.human)
    assert command(*base, "--out", tmp_path / "a", "--fail-above", "0.05").code == 3
    assert command(*base, "--out", tmp_path / "a", "--fail-above", "0.9").code == 0
    none = ("scan", made.corpus, *SERIAL, "--out", tmp_path / "b")
    assert command(*none, "--fail-above", "0.05").code == 4
    assert command(*none, "--fail-above", "0.05", "--allow-unknown").code == 0
    assert command(*none).code == 0


def shares(*rows):
    base = scan_result()
    one = base.prevalence[0]
    return msgspec.structs.replace(
        base,
        prevalence=tuple(
            msgspec.structs.replace(
                one, group=group, unit=unit, verdict=verdict, estimate=None, low=low, high=low,
                lower_bound=bound, small=small,
            )
            for group, unit, verdict, low, bound, small in rows
        ),
    )  # fmt: skip


UNTOLD = ({}, "records", "cannot tell", None, None, False)
RULES = [
    ([UNTOLD], False, 4),
    ([UNTOLD], True, 0),
    ([({}, "records", "estimated", 0.3, 0.1, False)], False, 3),
    ([({}, "records", "estimated", 0.1, 0.3, False)], False, 0),
    ([({}, "records", "bounded", None, 0.3, False)], False, 3),
    ([({}, "records", "bounded", None, 0.1, False)], False, 0),
    ([({}, "words", "estimated", 0.3, 0.3, False), ({}, "records", "estimated", 0.1, 0, False)], False, 0),
    ([UNTOLD, ({"a": "b"}, "records", "bounded", None, 0.3, False)], False, 3),
    ([UNTOLD, ({"a": "b"}, "records", "bounded", None, 0.3, True)], False, 4),
    ([({}, "records", "bounded", None, 0.3, True)], False, 3),
    ([], False, 4),
]


@pytest.mark.parametrize(("rows", "allow", "code"), RULES)
def test_exit_code_rule(rows, allow, code):
    assert exit_code(shares(*rows), 0.2, allow) == code
    assert exit_code(shares(*rows), None, allow) == 0


def test_a_handful_of_declared_records_is_no_headline(command, tmp_path):
    rows = [{"text": text} for text in human_texts(30, np.random.default_rng(2))]
    rows += [{"text": f"{number} {number + 7} {number + 9}", "made": "synthetic"} for number in range(3)]
    corpus = write_rows(tmp_path / "corpus.jsonl", rows)
    done = scan(corpus, tmp_path / "out", "--origin-column", "made")
    result = ResultFolder.open(tmp_path / "out").result
    assert done.code == 0 and "100 %" not in result.finding and "cannot be told" in result.finding


def test_other_languages_cannot_tell(command, made, tmp_path):
    texts = human_texts(60, np.random.default_rng(4), "de") if "de" in languages() else []
    if not texts:
        pytest.skip("no second language of made-up texts")
    corpus = write_rows(tmp_path / "corpus.jsonl", [{"text": text} for text in texts])
    done = scan(corpus, tmp_path / "out", *made.references, "--reference-covers-all")
    found = whole(tmp_path / "out")
    assert done.code == 0 and found.verdict == "cannot tell" and "no known-human text in" in found.reason
    assert (evidence(tmp_path / "out")["level"] == 0).all()


def languages():
    from springhead.testing.lexicon import LEXICONS

    return LEXICONS


def test_a_calibration_of_too_few_texts_is_refused(tmp_path):
    few = write_rows(
        tmp_path / "few.jsonl", [{"text": f"{i} " + "some words of prose " * 30} for i in range(5)]
    )
    out = tmp_path / "calibration.npz"
    done = run("calibrate", "--human-reference", few, "--out", out, "--workers", "1", "--quiet")
    assert done.code == 2
    assert "enough texts" in done.err
    assert not out.exists()


@pytest.mark.parametrize("quantifier", ["adjusted-count", "expectation-maximisation", "kde-mixture"])
def test_a_named_quantifier_covers_the_truth_too(tmp_path, quantifier):
    rng = np.random.default_rng(5)
    human, machine = human_texts(500, rng), machine_texts(350, rng)
    files = {
        name: write_rows(tmp_path / f"{name}.jsonl", [{"text": text} for text in texts])
        for name, texts in {
            "target": human[300:] + machine[300:],
            "human": human[:300],
            "machine": machine[:300],
        }.items()
    }
    done = scan(
        files["target"], tmp_path / "out", "--human-reference", files["human"], "--synthetic-reference",
        files["machine"], "--reference-covers-all", "--set", f"quantifier={quantifier}",
    )  # fmt: skip
    assert done.code == 0
    found = whole(tmp_path / "out")
    assert found.verdict == "estimated", found.reason
    assert found.low <= 50 / 250 <= found.high
