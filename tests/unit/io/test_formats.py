"""Every format gives the same records, whatever it is wrapped in and however it is cut."""

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from making import TEXTS, cut, jsonl_bytes, parquet_file, read_all, warc_bytes, warc_record, zstd

from springhead.io.batches import ReadOptions
from springhead.io.hosts import host_of
from springhead.io.readers import read


def only_texts(path: Path, **kwargs):
    records, aside = read_all(path, **kwargs)
    assert aside == []
    return [text for _, _, text in records]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz", "a.jsonl.zst", "a.json", "no_suffix"])
def test_jsonl_in_every_wrapping(tmp_path, name):
    data = jsonl_bytes()
    pack = {"gz": gzip.compress, "st": zstd}.get(name[-2:], bytes)
    (tmp_path / name).write_bytes(pack(data))
    assert only_texts(tmp_path / name) == TEXTS


@pytest.mark.parametrize(
    "kind", [None, pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()]
)
def test_parquet_types(tmp_path, kind):
    assert only_texts(parquet_file(tmp_path / "a.parquet", kind=kind)) == TEXTS


def test_parquet_extras_become_text(tmp_path):
    table = pa.table(
        {
            "text": ["one two", "three"],
            "n": [1, None],
            "tags": [["b", "a"], []],
            "at": pa.array([0, 10**6], pa.timestamp("us")),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    (shard,) = cut(tmp_path / "a.parquet")
    (batch,) = read(shard, ReadOptions(columns=("n", "tags", "at", "none")))
    assert batch.columns["n"] == ["1", None]
    assert batch.columns["tags"] == ['["b","a"]', "[]"]
    assert batch.columns["at"][1] == "1970-01-01T00:00:01"
    assert batch.columns["none"] == [None, None]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_warc_html_to_text(tmp_path, name):
    (tmp_path / name).write_bytes(warc_bytes(packed=name.endswith("gz")))
    (shard,) = cut(tmp_path / name)
    (batch,) = read(shard, ReadOptions(columns=("url", "date", "host")))
    assert [text.strip() for text in batch.columns["text"]] == [" ".join(text.split()) for text in TEXTS[:40]]
    assert batch.columns["host"][3] == "site3.co.uk"
    assert batch.columns["date"][3] == "2015-03-04T10:00:00Z"
    assert batch.positions[0] == "record <urn:uuid:00000000> at byte 0"


def test_wet_and_charsets_and_what_is_no_text(tmp_path):
    page = "<html><body><p>Größe und Straße, Übermut</p></body></html>"
    data = (
        warc_record(1, b"Plain text of a page", kind="conversion")
        + warc_record(2, page.encode("latin-1"), content_type=b"text/html; charset=iso-8859-1")
        + warc_record(3, b"\x89PNG\0\0\0", content_type=b"image/png")
        + warc_record(4, b"<p>gone</p>", status=404)
        + warc_record(5, b"", kind="conversion")
    )
    (tmp_path / "a.warc").write_bytes(data)
    records, aside = read_all(tmp_path / "a.warc")
    assert [text.strip() for _, _, text in records] == ["Plain text of a page", "Größe und Straße, Übermut"]
    assert [entry.reason for entry in aside] == [
        "no text in content type image/png",
        "HTTP status 404",
        "empty text",
    ]


def test_text_files(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("second\r\n")
    (tmp_path / "sub" / "a.md").write_bytes(b"\xef\xbb\xbf# {first}")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"packed"))
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9")
    (tmp_path / "bin.txt").write_bytes(b"\0\1" * 50)
    (tmp_path / "empty.txt").write_bytes(b" \n")
    records, aside = read_all(tmp_path)
    assert records == [
        (tmp_path.name, "b.txt", "second\r\n"),
        (tmp_path.name, "c.txt.gz", "packed"),
        (tmp_path.name, "sub/a.md", "# {first}"),
    ]
    assert {entry.position: entry.reason for entry in aside} == {
        "bad.txt": "not UTF-8",
        "bin.txt": "binary data, not text",
        "empty.txt": "empty text",
    }


@pytest.mark.parametrize("target", [1, 100, 1000, 7777, 10**9])
def test_shards_cut_jsonl_at_lines(tmp_path, target):
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl_bytes().rstrip(b"\n"))
    pieces = cut(path, target=target)
    assert [piece.start for piece in pieces[1:]] == [piece.stop for piece in pieces[:-1]]
    assert pieces[0].start == 0 and pieces[-1].stop == path.stat().st_size
    records, aside = read_all(path, target=target)
    assert aside == []
    assert records == [("a.jsonl", f"line {number}", text) for number, text in enumerate(TEXTS, 1)]


def test_shard_digests_follow_content_and_name_only(tmp_path):
    for folder, text in (("one", "same"), ("two", "same"), ("three", "else")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jsonl").write_bytes(jsonl_bytes([text]))
    one, two, three = (cut(tmp_path / folder)[0].digest for folder in ("one", "two", "three"))
    assert one == two != three


def test_parquet_shards_are_row_groups(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", row_group=50)
    assert [(piece.start, piece.stop, piece.first) for piece in cut(path, target=1)] == [
        (i, i + 1, 50 * i) for i in range(6)
    ]
    records, _ = read_all(path, target=1)
    assert records == [("a.parquet", f"row {number}", text) for number, text in enumerate(TEXTS)]


def test_batches_are_bounded(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl_bytes())
    (shard,) = cut(path)
    sizes = [len(batch) for batch in read(shard, ReadOptions(batch_rows=64))]
    assert sizes == [64, 64, 64, 64, 44]
    assert max(len(batch) for batch in read(shard, ReadOptions(batch_bytes=200))) <= 5


def test_host_of():
    assert host_of("http://a.b.example.co.uk:80/x") == "example.co.uk"
    assert host_of("<https://Foo.EXAMPLE.com/>") == "example.com"
    assert host_of("http://127.0.0.1/") == "127.0.0.1"
    assert host_of("http://[bad") is None and host_of("dns:") is None


def test_real_crawl_files():
    root = os.environ.get("SPRINGHEAD_DATA", "")
    folder = Path(root) / "warc"
    if not root or not folder.is_dir():
        pytest.skip("SPRINGHEAD_DATA is not set: no real crawl file")
    records, aside = read_all(folder / "warcfile.warc.gz")
    assert len(records) + len(aside) == 16
    records, aside = read_all(folder / "clipped.warc.gz")
    assert not records and [entry.reason.split(":")[0] for entry in aside] == [
        "truncated WARC record",
        "truncated gzip",
    ]


def test_extra_columns_of_jsonl(tmp_path):
    (tmp_path / "b.jsonl").write_text('{"text": "a", "id": ' + "9" * 9000 + "}")
    (shard,) = cut(tmp_path / "b.jsonl")
    assert (
        sum(len(batch) + len(batch.quarantined) for batch in read(shard, ReadOptions(columns=("id",)))) == 1
    )
    rows = [
        {"text": "a b", "id": 5, "g": True},
        {"text": "c d", "id": "x", "g": {"k": [1]}},
        {"text": "no id"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (shard,) = cut(tmp_path / "a.jsonl")
    (batch,) = read(shard, ReadOptions(columns=("g",), required=("id",)))
    assert batch.columns == {"id": ["5", "x"], "g": ["true", '{"k":[1]}'], "text": ["a b", "c d"]}
    assert [(entry.position, entry.reason) for entry in batch.quarantined] == [("line 3", "no column 'id'")]
