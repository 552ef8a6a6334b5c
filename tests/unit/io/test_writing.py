"""Checkpoints, lock and tables: all or nothing, the same bytes, clear refusals."""

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest

from springhead.errors import DiskFull, NotWritable, OutputInUse, OutputOfAnotherRun
from springhead.io import files
from springhead.io.batches import Quarantined
from springhead.io.checkpoint import Checkpoints, address
from springhead.io.files import replacing
from springhead.io.lock import output_lock
from springhead.io.tables import TableWriter, read_quarantine, read_table, write_quarantine, write_table

KEY = address("a", "b", "c")


def test_addresses_differ_in_every_part():
    assert (
        len(
            {
                address(*parts)
                for parts in (("a", "b", "c"), ("ab", "", "c"), ("a", "b", "d"), ("a", "bc", ""))
            }
        )
        == 4
    )


def test_result_appears_whole(tmp_path):
    store = Checkpoints(tmp_path)
    assert store.find(KEY) is None
    with store.create(KEY) as folder:
        (folder / "part").mkdir()
        (folder / "part" / "data").write_bytes(b"result")
        assert store.find(KEY) is None
    assert (store.find(KEY) / "part" / "data").read_bytes() == b"result"
    with store.create(KEY) as folder:
        (folder / "late").write_bytes(b"second to finish")
    assert not (store.find(KEY) / "late").exists()


def test_failed_result_leaves_nothing(tmp_path):
    store = Checkpoints(tmp_path)
    with pytest.raises(RuntimeError), store.create(KEY) as folder:
        (folder / "data").write_bytes(b"half")
        raise RuntimeError
    assert store.find(KEY) is None and list((tmp_path / "unfinished").iterdir()) == []


def test_failures_of_the_task_are_not_the_disks(tmp_path):
    store = Checkpoints(tmp_path)
    with pytest.raises(FileNotFoundError), store.create(KEY):
        (tmp_path / "missing").read_bytes()
    with pytest.raises(DiskFull), store.create(KEY):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_damaged_result_is_made_again(tmp_path):
    store = Checkpoints(tmp_path)
    with store.create(KEY) as folder:
        (folder / "data").write_bytes(b"result")
    (store.path(KEY) / "data").write_bytes(b"re")
    assert store.find(KEY) is None and not store.path(KEY).exists()


def test_killed_writer_leaves_nothing_that_counts(tmp_path):
    code = (
        "import os, sys, pathlib\nfrom springhead.io.checkpoint import Checkpoints\n"
        "with Checkpoints(pathlib.Path(sys.argv[1])).create(sys.argv[2]) as folder:\n"
        "    (folder / 'data').write_bytes(b'half')\n    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path), KEY], check=False).returncode == 9
    store = Checkpoints(tmp_path)
    assert store.find(KEY) is None and any((tmp_path / "unfinished").iterdir())
    store.clean()
    assert not (tmp_path / "unfinished").exists()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EACCES, NotWritable),
        (errno.EROFS, NotWritable),
    ],
)
def test_refusals_of_the_system(tmp_path, monkeypatch, code, kind):
    def refuse(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(kind), replacing(tmp_path / "a") as file:
        file.write(b"data")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(kind), Checkpoints(tmp_path / "c").create(KEY) as folder:
        (folder / "data").write_bytes(b"x")
    with pytest.raises(kind):
        write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_really_full(tmp_path):
    (tmp_path / f".a.{os.getpid()}.tmp").symlink_to("/dev/full")
    with pytest.raises(DiskFull), replacing(tmp_path / "a") as file:
        file.write(b"x" * 100_000)
    (tmp_path / f".b.{os.getpid()}.tmp").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        write_table(pa.table({"a": [str(i) for i in range(100_000)]}), tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_out_is_a_file(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises((NotWritable, OutputOfAnotherRun)), output_lock(tmp_path / "out", "r"):
        pass


def test_lock_of_two_processes(tmp_path):
    code = textwrap.dedent(
        """
        import sys, pathlib
        from springhead.errors import OutputInUse
        from springhead.io.lock import output_lock
        try:
            with output_lock(pathlib.Path(sys.argv[1]), "r"):
                print("free")
        except OutputInUse:
            print("in use")
        """
    )

    def ask():
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with output_lock(tmp_path, "r"):
        assert ask() == "in use"
        with pytest.raises(OutputInUse), output_lock(tmp_path, "r"):
            pass
    assert ask() == "free"


def test_output_of_another_run(tmp_path):
    out = tmp_path / "out"
    with output_lock(out, "one"):
        (out / "result.json").write_text("{}")
    with output_lock(out, "one"):
        pass
    with pytest.raises(OutputOfAnotherRun), output_lock(out, "two"):
        pass
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("precious")
    for _ in range(2):
        with pytest.raises(OutputOfAnotherRun, match=r"thesis\.txt"), output_lock(mine, "one"):
            pass
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


def test_same_table_same_bytes_however_it_arrives(tmp_path):
    table = pa.table({"a": [f"value {i % 1000}" for i in range(5000)], "b": list(range(5000))})
    for name, step in (("one", 5000), ("two", 77), ("three", 1)):
        with TableWriter(tmp_path / name, table.schema, row_group=512) as writer:
            for start in range(0, 5000, step):
                writer.write(table.slice(start, step))
    one, two, three = ((tmp_path / name).read_bytes() for name in ("one", "two", "three"))
    assert one == two == three
    assert read_table(tmp_path / "one").equals(table)


def test_empty_table_and_failed_table(tmp_path):
    write_table(pa.table({"a": pa.array([], pa.string())}), tmp_path / "empty")
    assert read_table(tmp_path / "empty").num_rows == 0
    with (
        pytest.raises(RuntimeError),
        TableWriter(tmp_path / "failed", pa.schema([("a", pa.int64())])) as writer,
    ):
        writer.write(pa.table({"a": [1]}))
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_quarantine_is_sorted_as_people_count(tmp_path):
    entries = [
        Quarantined("b", "line 1", "x"),
        Quarantined("a", "line 10", "x"),
        Quarantined("a", "line 9", "é"),
    ]
    assert write_quarantine(entries, tmp_path / "q.jsonl") == 3
    found = read_quarantine(tmp_path / "q.jsonl")
    assert [(entry.source, entry.position) for entry in found] == [
        ("a", "line 9"),
        ("a", "line 10"),
        ("b", "line 1"),
    ]
