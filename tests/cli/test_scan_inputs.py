"""Every format, and everything that can be wrong with an input: told or set aside, never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.cli.commands import Ran, evidence, scan, write_rows

from springhead.results.folder import ResultFolder
from springhead.testing import human_texts, polluted_corpus

TEXTS = human_texts(6, np.random.default_rng(21), words=90)
LINES = [json.dumps({"id": i, "text": text}).encode() for i, text in enumerate(TEXTS)]
WHOLE = b"\n".join(LINES) + b"\n"


def checked(done: Ran, out: Path) -> tuple[int, int, list[dict[str, str]]]:
    """Kept, quarantined and the quarantine's entries of a scan that worked; its counts must add up."""
    assert done.code == 0, done.err
    records = ResultFolder.open(out).result.records
    entries = [json.loads(line) for line in (out / "quarantine.jsonl").read_text("utf-8").splitlines()]
    assert records.read == records.kept + records.dropped + records.quarantined
    assert records.quarantined == len(entries)
    assert all(one["source"] and one["position"] and one["reason"] for one in entries)
    if records.kept:
        assert evidence(out).height == records.kept
    return records.kept, records.quarantined, entries


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "warc", "folder"])
def test_formats(tmp_path, kind):
    name = {"jsonl": "a.jsonl", "parquet": "a.parquet", "warc": "a.warc", "folder": "texts"}[kind]
    truth = polluted_corpus(tmp_path / name, 8, 0.5, np.random.default_rng(1), kind)
    kept, aside, _ = checked(scan(truth.path, tmp_path / "out"), tmp_path / "out")
    assert (kept, aside) == (8, 0)
    table = evidence(tmp_path / "out")
    assert (table["words"] > 80).all() and table["key"].n_unique() == 8
    if kind == "warc":
        assert (table["host"] != "").all() and (table["date"] != "").all()


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_compressed_files_globs_and_folders(tmp_path, packed):
    folder = tmp_path / "in"
    folder.mkdir()
    pack = gzip.compress if packed == "gz" else zstandard.ZstdCompressor().compress
    (folder / f"a.jsonl.{packed}").write_bytes(pack(WHOLE))
    (folder / "b.jsonl").write_bytes(WHOLE.replace(b'"id": ', b'"id": 1'))
    for number, given_as in enumerate((folder, folder / "*.jsonl*")):
        kept, aside, _ = checked(scan(given_as, tmp_path / f"out{number}"), tmp_path / f"out{number}")
        assert (kept, aside) == (12, 0)


BAD_LINES = {
    "not UTF-8": b'{"text": "caf\xe9 \xff"}',
    "broken JSON": b'{"text": "half',
    "no object": b"[1, 2]",
    "no text": b'{"id": 7}',
    "null": b'{"text": null}',
    "number": b'{"text": 12}',
    "list": b'{"text": ["a"]}',
    "empty": b'{"text": ""}',
    "spaces": b'{"text": "   "}',
    "deep": b'{"text": "a", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "lone surrogate": b'{"text": "\\ud800 alone"}',
    "too large": b'{"text": "' + b"long " * 30_000 + b'"}',
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_set_aside_with_its_place(tmp_path, case):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"\n".join([*LINES[:3], BAD_LINES[case], *LINES[3:]]) + b"\n")
    out = tmp_path / "out"
    kept, aside, entries = checked(scan(corpus, out, "--set", "record_bytes=100000"), out)
    assert (kept, aside) == (6, 1)
    assert entries[0]["source"] == "corpus.jsonl" and entries[0]["position"] == "line 4"


def test_nul_bytes_and_blank_lines_lose_nothing(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"\n \n" + LINES[0] + b'\r\n\n{"text": "nul \\u0000 inside"}\n' + LINES[1])
    kept, aside, _ = checked(scan(corpus, tmp_path / "out"), tmp_path / "out")
    assert kept + aside == 3 and kept >= 2


def test_a_long_line_of_spaces(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(LINES[0] + b"\n" + b" " * 20_000_000 + b"\n" + LINES[1] + b"\n")
    out = tmp_path / "out"
    kept, aside, _ = checked(scan(corpus, out, "--set", "record_bytes=100000"), out)
    assert kept == 2 and aside <= 1


PACKED = {
    "a.jsonl.gz": gzip.compress(WHOLE * 40),
    "a.jsonl.zst": zstandard.ZstdCompressor().compress(WHOLE * 40),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_truncated_file_gives_what_it_holds(tmp_path, name):
    for part in (0.5, 0.98):
        folder = tmp_path / str(part)
        folder.mkdir()
        (folder / name).write_bytes(PACKED[name][: int(part * len(PACKED[name]))])
        (folder / "whole.jsonl").write_bytes(WHOLE)
        kept, aside, entries = checked(
            scan(folder, folder / "out", "--set", "shard_bytes=100000"), folder / "out"
        )
        assert kept >= 6 and aside >= 1 and any(name in one["source"] for one in entries)


@pytest.mark.parametrize("part", [0.3, 0.999])
def test_a_truncated_parquet_or_warc(tmp_path, part):
    for name, kind in (("a.parquet", "parquet"), ("a.warc", "warc")):
        folder = tmp_path / kind
        folder.mkdir()
        truth = polluted_corpus(folder / name, 8, 0.5, np.random.default_rng(1), kind)
        truth.path.write_bytes(truth.path.read_bytes()[: int(part * truth.path.stat().st_size)])
        (folder / "whole.jsonl").write_bytes(WHOLE)
        kept, aside, entries = checked(scan(folder, folder / "out"), folder / "out")
        assert kept >= 6 and aside >= 1 and any(name in one["source"] for one in entries)


def test_a_bomb_is_stopped(tmp_path):
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b'{"text": "' + b"a" * 400_000_000 + b'"}', 9))
    begun = time.process_time()
    done = scan(tmp_path / "bomb.jsonl.gz", tmp_path / "out")
    assert time.process_time() - begun < 20
    if done.code == 0:
        kept, aside, _ = checked(done, tmp_path / "out")
        assert kept == 0 and aside >= 1
    else:
        assert done.code in (1, 2)


def test_one_key_with_two_contents(tmp_path):
    rows = [{"id": "a", "text": TEXTS[0]}, {"id": "b", "text": TEXTS[1]}, {"id": "a", "text": TEXTS[2]},
            {"id": "b", "text": TEXTS[1]}]  # fmt: skip
    corpus = write_rows(tmp_path / "corpus.jsonl", rows)
    kept, aside, entries = checked(scan(corpus, tmp_path / "out", "--id-column", "id"), tmp_path / "out")
    assert (kept, aside) == (3, 1) and entries[0]["position"] == "line 3" and "'a'" in entries[0]["reason"]
    assert sorted(evidence(tmp_path / "out")["exact_rank"].to_list()) == [0, 0, 1]


def test_schemas_that_differ_over_shards(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_rows(folder / "a.jsonl", [{"id": 1, "text": TEXTS[0], "site": "x", "date": "2020-01-01"}])
    write_rows(folder / "b.jsonl", [{"id": "two", "text": TEXTS[1], "site": 5, "more": {"a": [1]}}])
    write_rows(folder / "c.jsonl", [{"id": 3, "text": TEXTS[2]}])
    pq.write_table(pa.table({"id": [4.5], "text": [TEXTS[3]], "site": [None]}), folder / "d.parquet")
    done = scan(folder, tmp_path / "out", "--group", "site", "--id-column", "id")
    kept, aside, _ = checked(done, tmp_path / "out")
    assert (kept, aside) == (4, 0)
    assert set(evidence(tmp_path / "out")["group_site"]) == {"x", "5", ""}


def test_an_empty_corpus(tmp_path):
    (tmp_path / "empty.jsonl").write_bytes(b"")
    (tmp_path / "nothing").mkdir()
    for given_as in (tmp_path / "empty.jsonl", tmp_path / "nothing"):
        done = scan(given_as, tmp_path / f"out-{given_as.name}")
        if done.code == 0:
            out = tmp_path / f"out-{given_as.name}"
            assert checked(done, out)[0] == 0 and "no record" in ResultFolder.open(out).result.finding
        else:
            assert done.code == 2 and done.err.count("\n") == 1


def test_a_corpus_that_is_all_set_aside(tmp_path, command):
    corpus, out = tmp_path / "corpus.jsonl", tmp_path / "out"
    corpus.write_bytes(b'{"text": 5}\n{"text": null}\n{"text": 7.5}\n')
    kept, aside, _ = checked(scan(corpus, out), out)
    assert (kept, aside) == (0, 3) and "no record" in ResultFolder.open(out).result.finding
    assert ResultFolder.open(out).result.prevalence == () and (out / "report.html").exists()
    assert command("explain", out, "x").code in (1, 2) and command("report", out).code == 0
    assert scan(corpus, out, "--fail-above", "0.1").code == 4


def test_which_column_is_asked_clearly(tmp_path):
    corpus = write_rows(tmp_path / "c.jsonl", [{"left": text, "right": text} for text in TEXTS])
    done = scan(corpus, tmp_path / "out")
    assert done.code == 2 and "--text-column" in done.err and "'left'" in done.err and "'right'" in done.err
    assert scan(corpus, tmp_path / "out", "--text-column", "left").code == 0


def test_links_that_loop_and_files_of_no_format(tmp_path):
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "loop").symlink_to(folder)
    (folder / "self.jsonl").symlink_to(folder / "self.jsonl")
    (folder / "gone.jsonl").symlink_to(tmp_path / "gone.jsonl")
    (folder / "image.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "a.jsonl").write_bytes(WHOLE)
    kept, aside, entries = checked(scan(folder, tmp_path / "out"), tmp_path / "out")
    assert kept == 6 and aside == len(entries) >= 3
    done = scan(folder / "image.bin", tmp_path / "other")
    assert done.code == 2 and "image.bin" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_no_permission(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(WHOLE)
    corpus.chmod(0)
    done = scan(corpus, tmp_path / "out")
    assert done.code == 1 and "permissions" in done.err
    corpus.chmod(0o644)
    (tmp_path / "locked").mkdir(mode=0o500)
    assert scan(corpus, tmp_path / "locked" / "out").code == 1


def test_an_output_that_is_a_file_and_a_full_disk(tmp_path, monkeypatch):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(WHOLE)
    (tmp_path / "file").write_text("x")
    assert scan(corpus, tmp_path / "file").code in (1, 2)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("springhead.scan.observe.write_table", full)
        done = scan(corpus, tmp_path / "out")
    assert done.code == 1 and "space" in done.err and done.err.count("\n") == 1
    assert checked(scan(corpus, tmp_path / "out"), tmp_path / "out")[0] == 6


SEEDS = {
    "a.jsonl": WHOLE,
    "a.jsonl.gz": gzip.compress(WHOLE),
    "a.jsonl.zst": PACKED["a.jsonl.zst"],
    "a.txt": b"x y",
}
EDIT = st.tuples(
    st.sampled_from(["flip", "cut", "insert", "drop"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(
        st.binary(min_size=1, max_size=16),
        st.sampled_from([b"\0", b"\n", b"{", b'"', b"[" * 300, b"\\ud800", b'{"text": "a"}\n']),
    ),
)


def mutated(data: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, piece in edits:
        at = int(where * len(data))
        after = {"flip": at + len(piece), "cut": len(data), "insert": at, "drop": at + 1 + len(piece)}[kind]
        data = data[:at] + (piece if kind in ("flip", "insert") else b"") + data[after:]
    return data


SECONDS = float(os.environ.get("SPRINGHEAD_FUZZ_SECONDS", "0"))


def test_mutated_files_never_end_in_a_traceback(tmp_path):
    """25 files by default, the same ones each time; with SPRINGHEAD_FUZZ_SECONDS more and more others."""

    def check(name: str, edits: list[tuple[str, float, bytes]]) -> None:
        work = tmp_path / str(time.monotonic_ns())
        work.mkdir()
        (work / name).write_bytes(mutated(SEEDS[name], edits))
        done = scan(work / name, work / "out", "--set", "record_bytes=65536")
        assert done.code in (0, 1, 2) and "Traceback" not in done.err and done.err.count("\n") <= 1
        if done.code == 0:
            checked(done, work / "out")

    few = settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    files = given(st.sampled_from(sorted(SEEDS)), st.lists(EDIT, min_size=1, max_size=4))
    until, number = time.monotonic() + SECONDS, 0
    while number == 0 or time.monotonic() < until:
        seed(number)(few(files(check)))()
        number += 1
