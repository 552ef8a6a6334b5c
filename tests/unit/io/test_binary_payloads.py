"""Payloads that are bytes: folders, archives, tables and names; what leads outside is refused."""

import io
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from springhead.io.batches import ReadOptions
from springhead.io.payload_columns import choose_payload, unnamed
from springhead.io.readers import read
from springhead.io.shards import shards
from springhead.io.sources import discover

SUFFIXES = (".png", ".jpg")
OPTIONS = ReadOptions(
    payload="bytes", suffixes=SUFFIXES, columns=("class", "license"), payload_column="image"
)


def read_all(path, options=OPTIONS):
    records, aside = [], []
    for shard in shards(unnamed(discover([path], SUFFIXES).sources)):
        for batch in read(shard, options):
            columns = batch.columns
            rows = zip(
                batch.positions,
                columns["payload"],
                columns["text"],
                columns["class"],
                columns["license"],
                strict=True,
            )
            records += list(rows)
            aside += [(one.position, one.reason) for one in batch.quarantined]
    return records, aside


def add(tar, name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    tar.addfile(info, io.BytesIO(data))


def test_a_folder_with_captions_and_columns_beside(tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "a.png").write_bytes(b"\xffA")
    (tmp_path / "cats" / "a.txt").write_text("a cat\n")
    (tmp_path / "cats" / "b.jpg").write_bytes(b"\xffB")
    (tmp_path / "cats" / "b.json").write_text('{"caption": "another", "license": "CC0"}')
    (tmp_path / "notes.txt").write_text("nothing")
    found = discover([tmp_path], SUFFIXES)
    assert [one.source for one in found.skipped] == ["notes.txt"]
    records, aside = read_all(tmp_path)
    assert records == [
        ("cats/a.png", b"\xffA", "a cat", "cats", None),
        ("cats/b.jpg", b"\xffB", "another", "cats", "CC0"),
    ]
    assert aside == []


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_archives_in_three_dialects(tmp_path, mode, kind):
    long = "folder/" + "x" * 60 + "/" + "y" * 90
    with tarfile.open(tmp_path / "a.tar", mode, format=kind) as tar:
        add(tar, "cats", kind=tarfile.DIRTYPE)
        add(tar, "cats/1.png", b"one" * 400)
        add(tar, "cats/1.txt", b"first")
        add(tar, "cats/1.json", b'{"license": "MIT"}')
        add(tar, f"{long}.jpg", b"two")
        add(tar, f"{long}.cls", b"7")
    records, aside = read_all(tmp_path / "a.tar")
    assert records == [
        ("cats/1.png", b"one" * 400, "first", "cats", "MIT"),
        (f"{long}.jpg", b"two", "", "7", None),
    ]
    assert aside == []


def test_an_archive_that_wants_out(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        add(tar, "../../escaped.png", b"x")
        add(tar, "/absolute.png", b"x")
        add(tar, "link.png", kind=tarfile.SYMTYPE, link="/etc/passwd")
        add(tar, "hard.png", kind=tarfile.LNKTYPE, link="good.png")
        add(tar, "device.png", kind=tarfile.CHRTYPE)
        add(tar, "pipe.png", kind=tarfile.FIFOTYPE)
        add(tar, "good.png", b"good")
        add(tar, "alone.txt", b"caption of nothing")
        add(tar, "large.png", b"z" * 3000)
    records, aside = read_all(
        tmp_path / "a.tar",
        ReadOptions(payload="bytes", suffixes=SUFFIXES, columns=("class", "license"), record_bytes=2000),
    )
    assert [record[:2] for record in records] == [("good.png", b"good")]
    reasons = dict(aside)
    assert len(aside) == 8
    assert "climbs out" in reasons["../../escaped.png"]
    assert "absolute" in reasons["/absolute.png"]
    assert "symbolic link" in reasons["link.png"]
    assert "hard link" in reasons["hard.png"]
    assert "character device" in reasons["device.png"]
    assert "pipe" in reasons["pipe.png"]
    assert "without a payload" in reasons["alone.txt"]
    assert "too large" in reasons["large.png"]
    assert [one.name for one in tmp_path.iterdir()] == ["a.tar"]


@pytest.mark.parametrize("cut", [100, 700, 1300])
def test_a_truncated_or_damaged_archive(tmp_path, cut):
    with tarfile.open(tmp_path / "whole.tar", "w") as tar:
        add(tar, "a.png", b"a" * 300)
        add(tar, "b.png", b"b" * 300)
    whole = (tmp_path / "whole.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(whole[:cut])
    records, aside = read_all(tmp_path / "a.tar")
    assert len(records) == (cut > 1000)
    assert "damaged archive" in aside[-1][1]
    broken = bytearray(whole)
    broken[1030] ^= 0xFF
    (tmp_path / "b.tar").write_bytes(bytes(broken))
    assert "checksum" in read_all(tmp_path / "b.tar")[1][-1][1]


def test_random_damage_never_raises(tmp_path):
    rng = np.random.default_rng(4)
    with tarfile.open(tmp_path / "whole.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        for row in range(6):
            add(tar, f"{'n' * 120}{row}.png", bytes(rng.integers(0, 256, 400).astype(np.uint8)))
    whole = np.frombuffer((tmp_path / "whole.tar").read_bytes(), np.uint8)
    for _ in range(150):
        damaged = whole.copy()
        places = rng.integers(0, len(whole), 8)
        damaged[places] = rng.integers(0, 256, 8)
        (tmp_path / "a.tar").write_bytes(damaged.tobytes()[: int(rng.integers(1, len(whole)))])
        read_tar_directly(tmp_path / "a.tar")


def read_tar_directly(path):
    from springhead.io.tar import read_tar

    return [len(batch) for batch in read_tar(path, "a.tar", OPTIONS)]


@pytest.mark.parametrize("wrap", ["binary", "struct", "large"])
@pytest.mark.parametrize("ending", ["parquet", "arrow", "stream.arrow"])
def test_tables_with_bytes(tmp_path, wrap, ending):
    if wrap == "struct":
        column = pa.array([{"bytes": b"\xffA", "path": "x/a.png"}, {"bytes": b"\xffB", "path": None}, None])
    else:
        column = pa.array([b"\xffA", b"\xffB", None], pa.binary() if wrap == "binary" else pa.large_binary())
    table = pa.table({"image": column, "caption": ["one", "two", "three"], "license": ["x", None, "y"]})
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        pq.write_table(table, path)
    else:
        make = pa.ipc.new_stream if ending.startswith("stream") else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as file, make(file, table.schema) as writer:
            writer.write_table(table)
    records, aside = read_all(path)
    assert records == [("row 0", b"\xffA", "one", None, "x"), ("row 1", b"\xffB", "two", None, None)]
    assert aside == [("row 2", "payload is null")]
    assert choose_payload(shards(discover([path], SUFFIXES).sources), ("image",), SUFFIXES) == "image"


def test_jsonl_naming_files_stays_inside_its_folder(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (corpus / "a.png").write_bytes(b"\xffA")
    (corpus / "left.png").write_bytes(b"left over")
    (corpus / "link.png").symlink_to(tmp_path / "secret.png")
    lines = [
        "a.png",
        "../secret.png",
        str(tmp_path / "secret.png"),
        "link.png",
        "gone.png",
        "http://host/x.png",
        ".",
        "a\x00.png",
    ]
    rows = [f'{{"image": "{one}", "caption": "c", "license": "L"}}' for one in lines]
    rows[-1] = rows[-1].replace("\x00", "\\u0000")
    (corpus / "names.jsonl").write_text("\n".join([*rows, '{"image": 5}', '{"caption": "no image"}']) + "\n")
    records, aside = read_all(corpus)
    assert ("line 1", b"\xffA", "c", None, "L") in records
    # Named files are the records of the table; those it does not name are records of their own.
    assert [one[1] for one in records if one[0].endswith(".png")] == [b"left over"]
    assert not any(b"secret" in record[1] for record in records)
    reasons = dict(aside)
    assert len(reasons) == 9
    assert "leads out" in reasons["line 2"]
    assert "leads out" in reasons["line 3"]
    assert "through a link" in reasons["line 4"]
    assert "no file" in reasons["line 5"]
    assert "nothing is fetched" in reasons["line 6"]
    assert "neither bytes nor a file name" in reasons["line 9"]
    assert "no column" in reasons["line 10"]
