"""Bad input costs bounded memory, gives a reason with a position, and nothing else is lost."""

import gzip
import json
import time
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from making import TEXTS, cut, jsonl_bytes, parquet_file, read_all, warc_bytes, zstd

from springhead.io.batches import ReadOptions
from springhead.io.html import deep, html_text
from springhead.io.jsonl import too_deep
from springhead.io.readers import read

GOOD = b'{"text": "a good line"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"text": "a"', "broken JSON"),
        (b'{"text": "a"}}', "broken JSON"),
        (b'{"text": "a\0b"}', "broken JSON"),
        (b'["text"]', "not a JSON object"),
        (b"17", "not a JSON object"),
        (b'{"body": "a"}', "no column 'text'"),
        (b'{"text": null}', "text is null"),
        (b'{"text": 5}', "text is not a string but int"),
        (b'{"text": ["a"]}', "text is not a string but list"),
        (b'{"text": ""}', "empty text"),
        (b'{"text": " \\n "}', "empty text"),
        (b'{"text": "\\ud800"}', "broken JSON or lone surrogate"),
        (b'{"text": "\\udc00\\ud800"}', "broken JSON or lone surrogate"),
        (b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON nested deeper than 200"),
        (b'{"x":' * 50_000, "JSON nested deeper than 200"),
        (b'{"text": "' + b"x" * 5000 + b'"}', "record too large: 5013 bytes, cap 4000"),
        (b'{"text": 1e999}', "broken JSON"),
    ],
)
def test_faulty_line_is_set_aside(tmp_path, line, reason):
    (tmp_path / "a.jsonl").write_bytes(GOOD + b"\n" + line + b"\r\n" + GOOD + b"\n")
    cap = 4000 if b"xxxx" in line else 1 << 20
    records, aside = read_all(tmp_path / "a.jsonl", options=ReadOptions(record_bytes=cap))
    assert [position for _, position, _ in records] == ["line 1", "line 3"]
    assert [entry.position for entry in aside] == ["line 2"]
    assert aside[0].reason.startswith(reason)


def test_what_is_fine(tmp_path):
    lines = [
        b"\xef\xbb\xbf" + GOOD + b"\r",
        b"",
        b"   ",
        b'{"text": "a\\u0000b"}',
        json.dumps({"text": "[{" * 500}).encode(),
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    records, aside = read_all(tmp_path / "a.jsonl")
    assert aside == []
    assert [text for _, _, text in records] == ["a good line", "a\0b", "[{" * 500]


def test_long_line_of_spaces_costs_no_memory(tmp_path):
    with gzip.open(tmp_path / "a.jsonl.gz", "wb", 1) as file:
        file.write(GOOD + b"\n")
        for _ in range(200):
            file.write(b" " * 1_000_000)
        file.write(b"\n" + GOOD)
    tracemalloc.start()
    records, aside = read_all(tmp_path / "a.jsonl.gz", options=ReadOptions(inflate_ratio=2000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [position for _, position, _ in records] == ["line 1", "line 3"]
    assert aside[0].reason.startswith("record too large: 200000000 bytes")
    assert peak < 80e6


def test_line_at_the_cap(tmp_path):
    line = b'{"text": "%s"}' % (b"x" * (3 << 20))
    (tmp_path / "a.jsonl").write_bytes(line + b"\n" + line)
    for cap, kept in ((len(line), 2), (len(line) - 1, 0)):
        records, aside = read_all(tmp_path / "a.jsonl", options=ReadOptions(record_bytes=cap))
        assert (len(records), len(aside)) == (kept, 2 - kept)


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstd)])
def test_truncated_compression_keeps_what_was_readable(tmp_path, name, pack):
    packed = pack(jsonl_bytes(TEXTS * 200))
    (tmp_path / name).write_bytes(packed[: len(packed) * 2 // 3])
    records, aside = read_all(tmp_path / name)
    assert len(records) > 1000
    assert aside[-1].reason.startswith("truncated")
    assert len(aside) <= 2  # the line that was cut, and the reason


def test_several_members_and_padding(tmp_path):
    one, two = gzip.compress(jsonl_bytes(TEXTS[:3])), gzip.compress(jsonl_bytes(TEXTS[3:5]))
    (tmp_path / "a.jsonl.gz").write_bytes(one + two + b"\0" * 100_000)
    (tmp_path / "b.jsonl.zst").write_bytes(zstd(jsonl_bytes(TEXTS[:3])) + zstd(jsonl_bytes(TEXTS[3:5])))
    records, aside = read_all(tmp_path)
    assert (len(records), aside) == (10, [])


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_decompression_bomb(tmp_path, name):
    bomb = jsonl_bytes(["x" * 900] * 100) + b"\n" * 40_000_000
    (tmp_path / name).write_bytes(gzip.compress(bomb) if name.endswith("gz") else zstd(bomb))
    records, aside = read_all(tmp_path / name, options=ReadOptions(inflate_floor=1 << 20, inflate_ratio=100))
    assert len(records) <= 100
    assert aside[-1].reason.startswith("decompression bomb")


def test_zstd_window_is_capped(tmp_path):
    parameters = zstandard.ZstdCompressionParameters(window_log=24)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = compressor.compress(jsonl_bytes()) + compressor.flush()
    (tmp_path / "a.jsonl.zst").write_bytes(data)
    assert len(read_all(tmp_path / "a.jsonl.zst")[0]) == len(TEXTS)
    records, aside = read_all(tmp_path / "a.jsonl.zst", options=ReadOptions(window_log=20))
    assert not records and "window" in aside[0].reason


def test_truncated_parquet(tmp_path):
    data = parquet_file(tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(data[:-20])
    records, aside = read_all(tmp_path / "a.parquet")
    assert not records and [entry.position for entry in aside] == ["file"]
    assert "Parquet" in aside[0].reason


def test_damaged_row_group_leaves_the_others(tmp_path):
    path = parquet_file(tmp_path / "a.parquet")
    start = pq.read_metadata(path).row_group(1).column(1).dictionary_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + 60] = b"\xff" * 60
    path.write_bytes(bytes(data))
    records, aside = read_all(path)
    assert [position for _, position, _ in records] == [f"row {i}" for i in (*range(100), *range(200, 300))]
    assert [entry.position for entry in aside] == ["rows 100 to 199"]


def test_parquet_values_that_are_no_text(tmp_path):
    array = pa.array([b"fine", b"caf\xe9", None, b""], pa.binary())
    for kind in (pa.binary(), pa.string()):
        values = pa.Array.from_buffers(kind, 4, array.buffers())
        pq.write_table(pa.table({"text": values}), tmp_path / "a.parquet")
        records, aside = read_all(tmp_path / "a.parquet")
        assert [text for _, _, text in records] == ["fine"]
        assert [entry.reason for entry in aside] == ["not UTF-8", "text is null", "empty text"]


def test_mixed_schemas_over_shards(tmp_path):
    parquet_file(tmp_path / "a.parquet", TEXTS[:3])
    pq.write_table(pa.table({"body": ["x", "y"]}), tmp_path / "b.parquet")
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "c.parquet")
    pq.write_table(pa.table({"text": [["a"], ["b"]]}), tmp_path / "d.parquet")
    records, aside = read_all(tmp_path)
    assert len(records) == 3
    assert [(entry.source, entry.position, entry.reason) for entry in aside] == [
        ("b.parquet", "row 0", "no column 'text'"),
        ("b.parquet", "row 1", "no column 'text'"),
        ("c.parquet", "row 0", "text is not a string but int"),
        ("c.parquet", "row 1", "text is not a string but int"),
        ("d.parquet", "row 0", "text is not a string but list"),
        ("d.parquet", "row 1", "text is not a string but list"),
    ]


def test_dictionary_bomb_shares_its_values(tmp_path):
    table = pa.table(
        {"text": pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), ["x" * 1_000_000])}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    options = ReadOptions(batch_bytes=8_000_000, inflate_floor=1 << 16, inflate_ratio=10**6)
    tracemalloc.start()
    records, aside = [], []
    count = 0
    for batch in read(cut(tmp_path / "a.parquet")[0], options):
        count += len(batch) + len(batch.quarantined)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2000 and not records and not aside
    assert peak < 60e6


@pytest.mark.parametrize("packed", [False, True])
def test_truncated_warc(tmp_path, packed):
    whole = warc_bytes(packed=packed)
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(whole[: len(whole) * 2 // 3])
    records, aside = read_all(path)
    assert 20 <= len(records) < 40
    assert any("truncated" in entry.reason for entry in aside)


def test_damaged_warc_header_keeps_what_came_before(tmp_path):
    whole = bytearray(warc_bytes())
    at = whole.index(b"WARC/1.0", len(whole) // 2)
    whole[at : at + 8] = b"XXXXXXXX"
    (tmp_path / "a.warc").write_bytes(bytes(whole))
    records, aside = read_all(tmp_path / "a.warc")
    assert 10 < len(records) < 40
    assert aside[-1].reason.startswith("damaged WARC")
    assert aside[-1].position.startswith("after record <urn:uuid:")


def test_large_warc_record(tmp_path):
    (tmp_path / "a.warc").write_bytes(warc_bytes(["x " * 5000, "short text of a page"]))
    records, aside = read_all(tmp_path / "a.warc", options=ReadOptions(record_bytes=5000))
    assert [text.strip() for _, _, text in records] == ["short text of a page"]
    assert aside[0].reason.startswith("record too large")


def test_file_that_shrinks_during_the_run(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl_bytes())
    (shard,) = cut(path)
    path.write_bytes(jsonl_bytes(TEXTS[:7]))
    (batch,) = read(shard, ReadOptions())
    assert len(batch) == 7
    assert "lost its last" in batch.quarantined[0].reason


def test_vanished_file_is_one_entry(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl_bytes())
    (shard,) = cut(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").unlink()
    (batch,) = read(shard, ReadOptions(columns=("id",)))
    assert len(batch) == 0 and batch.columns == {"text": [], "id": []}
    assert batch.quarantined[0].reason.startswith("cannot read")


def test_pages_built_to_stall_the_extractor():
    start = time.process_time()
    for page in ("<div>" * 100_000 + "text", "<div>" * 30_000 + "text" + "</div>" * 30_000):
        assert html_text(page).strip() == "text"
    assert time.process_time() - start < 3
    assert not deep("<p>x<br>" * 50_000) and not deep("<div><b>x</b></div>" * 50_000)


def test_escaped_quotes_do_not_stall_the_depth_check():
    line = b'{"text": "' + b'\\"' * 1_000_000 + b"[" * 300
    start = time.process_time()
    assert not too_deep(line, 200) and too_deep(line + b'"' + b"[" * 201, 200)
    assert time.process_time() - start < 2
