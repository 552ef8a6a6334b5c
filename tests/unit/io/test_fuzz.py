"""Mutated files: never an exception, and the counts of a shard are the same in every reading."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import TEXTS, cut, jsonl_bytes, parquet_file, warc_bytes, zstd

from springhead.errors import SpringheadError
from springhead.io.batches import ReadOptions
from springhead.io.columns import choose_columns
from springhead.io.readers import read

EXAMPLES = int(os.environ.get("SPRINGHEAD_FUZZ", "120"))
OPTIONS = ReadOptions(
    columns=("id", "url", "host"), record_bytes=1 << 16, batch_rows=50, inflate_floor=1 << 20
)


@pytest.fixture(scope="module")
def originals(tmp_path_factory) -> dict[str, bytes]:
    folder: Path = tmp_path_factory.mktemp("originals")
    data = jsonl_bytes(TEXTS[:60], meta={"a": [1, {"b": "é"}]})
    return {
        "a.jsonl": data,
        "a.jsonl.gz": gzip.compress(data, mtime=0),
        "a.jsonl.zst": zstd(data),
        "a.parquet": parquet_file(folder / "a.parquet", TEXTS[:60], row_group=20).read_bytes(),
        "a.warc": warc_bytes(TEXTS[:8]),
        "a.warc.gz": warc_bytes(TEXTS[:8], packed=True),
        "a.txt": "\n".join(TEXTS[:20]).encode(),
    }


EDIT = st.tuples(
    st.sampled_from(["flip", "cut", "insert", "repeat", "drop"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(
        st.binary(min_size=1, max_size=24),
        st.sampled_from([b"\0", b"\n", b"{", b'"', b"[" * 300, b"\r\n\r\n", b"WARC/1.0\r\n"]),
    ),
)


def mutate(data: bytes, edits) -> bytes:
    for kind, where, piece in edits:
        at = int(where * len(data))
        if kind == "flip":
            data = data[:at] + piece + data[at + len(piece) :]
        elif kind == "cut":
            data = data[: max(at, 1)]
        elif kind == "insert":
            data = data[:at] + piece + data[at:]
        elif kind == "repeat":
            data = data[:at] + data[max(0, at - 100) :]
        else:
            data = data[:at] + data[at + 1 + len(piece) :]
    return data


def outcome(path: Path, target: int):
    """Positions and reasons in order, or the error a user would see."""
    found = []
    try:
        pieces = cut(path, target=target)
        for piece in pieces:
            for batch in read(piece, OPTIONS):
                assert all(len(column) == len(batch) for column in batch.columns.values())
                assert all(isinstance(text, str) and text for text in batch.columns["text"])
                for column in (*batch.columns.values(), batch.positions):
                    "".join(map(str, column)).encode()  # no lone surrogates anywhere
                found += sorted([*batch.positions, *(f"{e.position}: {e.reason}" for e in batch.quarantined)])
        choose_columns(pieces)
    except SpringheadError as error:
        found.append(type(error).__name__)
    return found


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.warc", "a.warc.gz", "a.txt"]
)
def test_mutated_files(tmp_path, originals, name):
    path = tmp_path / name

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(EDIT, min_size=1, max_size=4))
    def check(edits):
        path.write_bytes(mutate(originals[name], edits))
        assert outcome(path, 1 << 26) == outcome(path, 1 << 26)

    check()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([b'{"text":"a b"}', b'{"text":5}', b"[]", b" "])),
        max_size=12,
    ),
    st.integers(1, 60),
)
def test_every_line_is_counted_however_it_is_cut(tmp_path_factory, pieces, target):
    data = b"\n".join([b'{"text":"first"}', *pieces])
    path = tmp_path_factory.getbasetemp() / "lines.jsonl"
    path.write_bytes(data)
    from springhead.io.shards import shards
    from springhead.io.sources import Source

    source = Source("lines.jsonl", str(path), "jsonl", False, len(data), "lines.jsonl")
    counts = []
    for size in (target, 1 << 20):
        total = 0
        for piece in shards([source], target_bytes=size):
            total += sum(len(batch) + len(batch.quarantined) for batch in read(piece, ReadOptions()))
        counts.append(total)
    lines = data.split(b"\n")
    assert counts == [sum(1 for line in lines if line and not line.isspace())] * 2
