import gzip
import os

import pytest
from making import TEXTS, jsonl_bytes, parquet_file, warc_bytes, zstd

from springhead.errors import NothingFound, NotReadable, UnknownFormat
from springhead.io.batches import ReadOptions
from springhead.io.readers import read
from springhead.io.shards import shards
from springhead.io.sources import discover


def names(*inputs):
    return [source.name for source in discover(inputs).sources]


def test_formats_by_content_then_name(tmp_path):
    (tmp_path / "jsonl_without_suffix").write_bytes(jsonl_bytes())
    (tmp_path / "packed").write_bytes(gzip.compress(jsonl_bytes()))
    (tmp_path / "packed_too.data").write_bytes(zstd(jsonl_bytes()))
    parquet_file(tmp_path / "table.data")
    (tmp_path / "crawl").write_bytes(warc_bytes(packed=True))
    (tmp_path / "brace.md").write_text("{not json}")
    (tmp_path / "broken.jsonl").write_text("not json")
    (tmp_path / "page.wet").write_bytes(b"")
    found = {source.name: (source.format, source.compressed) for source in discover([tmp_path]).sources}
    assert found == {
        "brace.md": ("text", False),
        "broken.jsonl": ("jsonl", False),
        "crawl": ("warc", True),
        "jsonl_without_suffix": ("jsonl", False),
        "packed": ("jsonl", True),
        "packed_too.data": ("jsonl", True),
        "page.wet": ("warc", False),
        "table.data": ("parquet", False),
    }


def test_order_names_and_repeats(tmp_path, monkeypatch):
    for name in ("b/x.txt", "a/x.txt", "a/deep/y.txt", "c.txt", ".hidden/z.txt", "_SUCCESS"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("text")
    assert names(tmp_path) == ["a/deep/y.txt", "a/x.txt", "b/x.txt", "c.txt"]
    assert names(tmp_path / "[ab]") == ["a/deep/y.txt", "a/x.txt", "b/x.txt"]
    assert names(tmp_path / "a" / ".." / "c.txt", tmp_path / "c.txt") == ["c.txt"]
    assert names(tmp_path, tmp_path / "c.txt") == names(tmp_path)
    assert names(tmp_path / "a", tmp_path / "b") == ["a/x.txt", "b/x.txt", "deep/y.txt"]
    assert names(tmp_path / "*" / "x.txt") == ["a/x.txt", "b/x.txt"]
    assert names(tmp_path / "**" / "*.txt") == ["a/deep/y.txt", "a/x.txt", "b/x.txt", "c.txt"]
    monkeypatch.chdir(tmp_path)
    assert names("*/x.txt") == ["a/x.txt", "b/x.txt"]
    assert names("a") == ["deep/y.txt", "x.txt"]
    assert names(".") == names(tmp_path)


def test_links_that_loop(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("text")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    found = discover([tmp_path])
    assert [source.name for source in found.sources] == ["a/x.txt"]
    assert names(tmp_path / "**" / "*.txt") == ["a/x.txt"]
    assert sorted((entry.source, entry.reason) for entry in found.skipped) == [
        ("a/again", "link to a folder that was already read"),
        ("a/back", "link to a folder that was already read"),
        ("gone.txt", "link that leads nowhere"),
        ("self", "link that leads nowhere"),
    ]


def test_what_is_not_read_is_reported_or_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n")
    (tmp_path / "array.json").write_text(' [{"text": "a"}]')
    with pytest.raises(UnknownFormat, match=r"a\.csv"):
        discover([tmp_path / "a.csv"])
    with pytest.raises(UnknownFormat, match="array"):
        discover([tmp_path / "array.json"])
    with pytest.raises(NothingFound, match="known format"):
        discover([tmp_path])
    with pytest.raises(NothingFound):
        discover([tmp_path / "missing.jsonl"])
    with pytest.raises(NothingFound):
        discover([tmp_path / "*.parquet"])
    with pytest.raises(NothingFound):
        discover([])
    (tmp_path / "ok.txt").write_text("text")
    assert [entry.source for entry in discover([tmp_path]).skipped] == ["a.csv", "array.json"]


def test_no_permission(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_bytes(jsonl_bytes())
    (tmp_path / "b.txt").write_text("text")
    from pathlib import Path

    real = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "a.jsonl":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NotReadable, match="Permission denied"):
        discover([tmp_path / "a.jsonl"])
    found = discover([tmp_path])
    assert [entry.source for entry in found.skipped] == ["a.jsonl"]
    (tmp_path / "b.txt").unlink()
    with pytest.raises(NotReadable):
        discover([tmp_path])


def test_file_names_that_are_not_utf8(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"some text")
    (shard,) = shards(discover([tmp_path]).sources)
    (batch,) = read(shard, ReadOptions())
    assert batch.positions == ["caf\\xe9.txt"] and batch.columns["text"] == ["some text"]


def test_many_small_text_files_share_shards(tmp_path):
    for number in range(50):
        (tmp_path / f"{number:03}.txt").write_text(TEXTS[number])
    pieces = shards(discover([tmp_path]).sources, target_bytes=1000)
    members = [member.name for piece in pieces for member in piece.members]
    assert members == [f"{number:03}.txt" for number in range(50)]
    assert 2 < len(pieces) < 20
