"""The scan command as its users meet it: options, results on disk, levels, references, refusals."""

import json
import tomllib

import polars as pl
import pyarrow.parquet as pq
import pytest
from tests.cli.commands import evidence, scan, write_rows

from springhead.core.level import to_probability
from springhead.results.folder import ResultFolder
from springhead.results.scan import CLAIMS, EVIDENCE, EXAMPLES

SERIAL = ("--engine", "serial", "--quiet")


def share(result, unit="records", **group):
    (one,) = [row for row in result.prevalence if row.group == group and row.unit == unit]
    return one


def test_result_folder_is_whole_and_of_the_schema(plain, made):
    folder = ResultFolder.open(plain)
    names = {path.name for path in plain.iterdir() if not path.name.startswith(".")}
    assert names == {"result.json", "evidence", "claims.parquet", "examples.parquet", "quarantine.jsonl",
                     "run.toml", "report.html"}  # fmt: skip
    table = pq.read_table(plain / "evidence" / "part-00000.parquet")
    named, extra = table.schema.names[: len(EVIDENCE)], table.schema.names[len(EVIDENCE) :]
    assert named == EVIDENCE.names
    for field in EVIDENCE:
        found = table.schema.field(field.name).type
        assert str(found).replace("large_", "").replace("element:", "item:") == str(field.type), field.name
    assert extra == sorted(extra) and {one.split("_")[0] for one in extra} == {"group", "score", "nats"}
    assert {
        "group_site",
        "group_kind",
        "score_statistical",
        "nats_declared",
        "nats_dated",
        "nats_residue",
    } <= {*extra}
    assert pq.read_schema(plain / "claims.parquet").names == CLAIMS.names
    assert pq.read_schema(plain / "examples.parquet").names == EXAMPLES.names
    assert table["key"].to_pylist() == list(made.truth.keys)
    records = folder.result.records
    assert (records.read, records.kept, records.dropped, records.quarantined) == (240, 240, 0, 0)
    assert records.words == sum(table["words"].to_pylist()) and records.abstained == 0


def test_run_file_holds_the_resolved_settings(plain):
    run = tomllib.loads((plain / "run.toml").read_text("utf-8"))
    assert run["scan"]["id_column"] == "id" and run["scan"]["group"] == [["site"], ["site", "kind"]]
    assert run["run"]["seed"] == 0 and len(run["run"]["settings_digest"]) == 64


def test_without_references_nothing_is_told(plain):
    result = ResultFolder.open(plain).result
    assert {row.verdict for row in result.prevalence} == {"cannot tell"}
    assert all(row.estimate is row.low is row.high is row.lower_bound is None for row in result.prevalence)
    assert "--human-reference" in share(result).reason and result.power == () and result.references == ()
    table = evidence(plain)
    assert (table["level"] == 0).all() and table["p_value"].is_null().all()
    assert table["score_statistical"].is_not_null().all()


def test_crosses_and_groups(plain):
    result = ResultFolder.open(plain).result
    crossed = [row.group for row in result.prevalence if set(row.group) == {"site", "kind"}]
    assert len(crossed) == 2 * 6  # two sites by three kinds, by records and by words
    sizes = {tuple(row.group.values()): row.n for row in result.groups if set(row.group) == {"site"}}
    assert sizes == {("site0",): 120, ("site1",): 120}
    assert all(row.small for row in result.prevalence if set(row.group) == {"site", "kind"} and row.n < 50)
    for cross in ({"site"}, {"language"}, {"source"}, {"year"}, {"site", "kind"}):
        assert sum(row.n for row in result.groups if set(row.group) == cross) == 240


def test_share_is_estimated_and_covers_the_truth(estimated, made):
    result = ResultFolder.open(estimated).result
    whole = share(result)
    assert whole.verdict == "estimated" and whole.low <= made.truth.share <= whole.high
    assert whole.high - whole.low < 0.3 and whole.lower_bound <= made.truth.share
    assert "interval" in result.finding and 115 <= result.references[0].human <= 120
    assert len(result.power) == 1 and 0 < result.power[0].smallest_share < 0.3
    assert share(result, site="site0").verdict == "estimated"


def test_levels_follow_the_posterior(estimated, made):
    synthetic = pl.Series("synthetic", made.truth.synthetic)
    table = evidence(estimated).with_columns(synthetic).filter(pl.col("language") == "en")
    level = table["level"].to_numpy()
    assert (level > 0).all() and table.height > 225
    assert ((to_probability(level) > 0.5) == table["synthetic"].to_numpy()).mean() > 0.9
    nats = table["nats_statistical"].to_numpy() * 256
    assert (nats == nats.round()).all()
    assert table["p_value"].is_between(1 / 121 - 1e-6, 1).all()
    others = evidence(estimated).filter(pl.col("language") != "en")
    assert (others["level"] == 0).all() and others["p_value"].is_null().all()


def test_without_the_users_word_it_is_bounded(command, made, tmp_path):
    done = scan(made.corpus, tmp_path / "out", *made.references)
    result = ResultFolder.open(tmp_path / "out").result
    whole = share(result)
    assert done.code == 0 and whole.verdict == "bounded" and whole.estimate is None
    assert whole.what_if.low <= made.truth.share <= whole.what_if.high
    assert 0 < whole.lower_bound <= made.truth.share
    assert (evidence(tmp_path / "out")["level"] == 0).all()


def test_json_equals_the_file(command, made, tmp_path):
    out = tmp_path / "out"
    done = command("scan", made.corpus, "--out", out, "--engine", "serial", "--json")
    assert done.code == 0 and done.out == (out / "result.json").read_text("utf-8")
    assert json.loads(done.out)["schema"] == "springhead.scan"
    again = command("report", out, "--json")
    assert again.code == 0 and again.out == done.out
    (out / "report.html").unlink()
    again = command("report", out)
    assert (
        again.code == 0 and again.out.strip() == str(out / "report.html") and (out / "report.html").exists()
    )


def test_words_on_the_terminal(command, made, tmp_path):
    done = command("scan", made.corpus, "--out", tmp_path / "out", "--engine", "serial")
    assert "cannot tell" in done.out and "report:" in done.out and str(tmp_path) in done.out.replace("\n", "")
    assert "reading and examining" in done.err


@pytest.mark.parametrize("verb", ["scan", "calibrate", "explain", "report", "tour", "list"])
def test_help(command, verb):
    done = command(verb, "--help")
    assert done.code == 0 and "Usage" in done.out
    if verb == "scan":
        for option in ("--id-column", "--human-before", "--fail-above", "--reference-covers-all", "--sample",
                       "--set", "--config", "--synthetic-reference", "Exit codes"):  # fmt: skip
            assert option in done.out


def test_root_help_and_version(command):
    assert "How polluted" in command("--help").out
    assert command("--version").out.strip()[0].isdigit()


WRONG = {
    "option": (["--sed", "3"], "--seed"),
    "setting": (["--set", "sed=3"], "'seed'"),
    "inner setting": (["--set", "strengths.datd=3"], "'dated'"),
    "type": (["--set", "seed=soon"], "seed"),
    "group": (["--group", "sit"], "'site'"),
    "cross": (["--group", "site,kin"], "'kind'"),
    "id": (["--id-column", "idd"], "'id'"),
    "text": (["--text-column", "txt"], "'text'"),
    "date": (["--date-column", "dat", "--human-before", "2022-01-01"], "'date'"),
    "origin": (["--origin-column", "site0"], "'site'"),
    "engine": (["--engine", "seral"], "'serial'"),
    "no date": (["--human-before", "soonish"], "YYYY-MM-DD"),
    "confidence": (["--set", "confidence=95"], "0.95"),
    "sample": (["--sample", "0"], "at least 1"),
    "sample no number": (["--sample", "many"], "many"),
    "limit": (["--fail-above", "20"], "0.2"),
    "workers": (["--workers", "0"], "at least 1"),
    "modality": (["--modality", "smell"], "text"),
    "assignment": (["--set", "seed"], "name=value"),
    "calibration and references": (["--calibration", "x.npz", "--human-reference", "y"], "one of the two"),
    "no calibration": (["--calibration", "nowhere.npz"], "nowhere.npz"),
    "no score file": (["--score-file", "nowhere.parquet"], "nowhere.parquet"),
    "no reference": (["--human-reference", "nowhere.jsonl"], "nowhere.jsonl"),
}


@pytest.mark.parametrize("case", WRONG)
def test_mistakes_get_one_line_and_a_hint(command, made, tmp_path, case):
    options, hint = WRONG[case]
    done = command("scan", made.corpus, "--out", tmp_path / "out", "--quiet", *options)
    assert done.code == 2 and done.out == ""
    assert done.err.count("\n") == 1 and done.err.startswith("springhead: ") and hint in done.err
    assert not (tmp_path / "out" / "result.json").exists()


def test_missing_arguments(command, made, tmp_path):
    assert command("scan", "--out", tmp_path / "out").code == 2
    assert "--out" in command("scan", made.corpus).err
    done = command("scan", tmp_path / "nothing*.jsonl", "--out", tmp_path / "out")
    assert done.code == 2 and "nothing*" in done.err
    done = command("scam", made.corpus)
    assert done.code == 2 and "'scan'" in done.err


def test_configuration_file(command, made, tmp_path):
    file = tmp_path / "run.toml"
    file.write_text('id_column = "id"\ngroup = [["site"]]\nseed = 3\n[strengths]\ndated = 7.5\n', "utf-8")
    done = scan(made.corpus, tmp_path / "out", "--config", file, "--seed", "4",
                   "--set", "strengths.residue=2")  # fmt: skip
    assert done.code == 0
    told = tomllib.loads((tmp_path / "out" / "run.toml").read_text("utf-8"))["scan"]
    assert (told["id_column"], told["seed"], told["group"]) == ("id", 4, [["site"]])
    assert told["strengths"]["dated"] == 7.5 and told["strengths"]["residue"] == 2.0


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('id_column = "id"\nsed = 3\n', "line 2", "'seed'"),
        ("seed = 3\n\n[strengths]\ndatd = 7.5\n", "line 4", "'dated'"),
        ('seed = "three"\n', "line 1", "int"),
        ("seed = = 3\n", "line 1", "Correct the file"),
    ],
)
def test_wrong_configuration_names_file_and_line(command, made, tmp_path, text, line, hint):
    file = tmp_path / "wrong.toml"
    file.write_text(text, "utf-8")
    done = command("scan", made.corpus, "--out", tmp_path / "out", "--config", file)
    assert done.code == 2 and "wrong.toml" in done.err and line in done.err and hint in done.err


def test_a_wrong_option_is_not_blamed_on_the_file(command, made, tmp_path):
    file = tmp_path / "right.toml"
    file.write_text("seed = 3\n", "utf-8")
    done = command("scan", made.corpus, "--out", tmp_path / "out", "--config", file, "--set", "sed=3")
    assert done.code == 2 and "right.toml" not in done.err


def test_sample_is_marked_and_counted(command, made, tmp_path):
    broken = tmp_path / "corpus.jsonl"
    broken.write_bytes(made.corpus.read_bytes() + b'{"text": 5}\n{broken\n')
    done = scan(broken, tmp_path / "out", "--sample", "60")
    result = ResultFolder.open(tmp_path / "out").result
    records = result.records
    assert done.code == 0 and result.sampled == 60
    assert (records.read, records.kept, records.dropped, records.quarantined) == (242, 60, 180, 2)
    table = evidence(tmp_path / "out")
    scan(broken, tmp_path / "all")
    smallest = sorted(evidence(tmp_path / "all")["content"].to_list())[:60]
    assert sorted(table["content"].to_list()) == smallest
    done = scan(broken, tmp_path / "more", "--sample", "1000")
    more = ResultFolder.open(tmp_path / "more").result
    assert more.sampled == 1000 and more.records.kept == 240 and more.records.dropped == 0


def test_explain(command, estimated, plain):
    done = command("explain", estimated, "record-000003")
    assert done.code == 0 and "statistical" in done.out and "P(machine-made)" in done.out
    done = command("explain", estimated, "record-000003", "--json")
    told = json.loads(done.out)
    row = evidence(estimated).filter(pl.col("key") == "record-000003").row(0, named=True)
    nats = {one["channel"]: one["nats"] for one in told["channels"] if one["nats"] is not None}
    assert nats["statistical"] == pytest.approx(row["nats_statistical"])
    assert "no known-human reference" in command("explain", plain, "record-000003").out
    done = command("explain", estimated, "record-00003")
    assert done.code == 2 and "Did you mean" in done.err
    assert command("explain", estimated.parent, "x").code == 1


def test_an_id_column_may_hold_numbers_but_nothing_missing(command, made, tmp_path):
    rows = [{"number": i, "text": text} for i, text in enumerate(made.truth.texts[:6])]
    del rows[4]["number"]
    corpus = write_rows(tmp_path / "corpus.jsonl", rows)
    done = scan(corpus, tmp_path / "out", "--id-column", "number")
    assert done.code == 0
    assert evidence(tmp_path / "out")["key"].to_list() == ["0", "1", "2", "3", "5"]
    assert ResultFolder.open(tmp_path / "out").result.records.quarantined == 1
    scan(corpus, tmp_path / "plain")
    assert evidence(tmp_path / "plain")["key"].to_list() == [f"corpus.jsonl#line {n}" for n in range(1, 7)]


def test_the_corpus_may_name_its_own_sources(made, tmp_path):
    rows = [{"text": text, "source": f"vendor{i % 2}"} for i, text in enumerate(made.truth.texts[:6])]
    del rows[5]["source"]
    corpus = write_rows(tmp_path / "corpus.jsonl", rows)
    assert scan(corpus, tmp_path / "out", "--group", "source").code == 0
    groups = ResultFolder.open(tmp_path / "out").result.groups
    sizes = {row.group["source"]: row.n for row in groups if set(row.group) == {"source"}}
    assert sizes == {"vendor0": 3, "vendor1": 2, "corpus.jsonl": 1}
