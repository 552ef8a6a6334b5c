"""How fast and in how much memory corpora are read: JSONL plain and compressed, Parquet, WARC, planning.

Usage: python benchmarks/read.py [--megabytes 100] [--data DIR]      (WARC needs DIR or SPRINGHEAD_DATA)
Rates are megabytes of content (inflated) per second of CPU on one core, for documents of about 1.2 kB made on
the spot. Memory is the peak of the process that reads the format, at 1, 4 and 16 times a tenth of the size.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from springhead.io.batches import ReadOptions
from springhead.io.readers import read
from springhead.io.shards import shards
from springhead.io.sources import discover


def documents(megabytes: float) -> Iterator[str]:
    """Yield documents of random words, about 1.2 kB each, until they hold that many megabytes."""
    rng = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, size)) for size in rng.integers(2, 11, 5000)]
    size = 0
    while size < megabytes * 1e6:
        text = " ".join(words[index] for index in rng.integers(0, len(words), 175))
        size += len(text)
        yield text


def make(folder: Path, megabytes: float) -> list[Path]:
    """Write one corpus in every format that needs no other data."""
    texts = list(documents(megabytes))
    lines = "".join(
        json.dumps({"id": n, "text": text, "lang": "en"}) + "\n" for n, text in enumerate(texts)
    ).encode()
    for name, data in (
        ("a.jsonl", lines),
        ("a.jsonl.gz", gzip.compress(lines, 3)),
        ("a.jsonl.zst", zstandard.ZstdCompressor(3).compress(lines)),
    ):
        (folder / name).write_bytes(data)
    table = pa.table({"id": range(len(texts)), "text": texts})
    pq.write_table(table, folder / "a.parquet", row_group_size=1 << 20, compression="zstd")
    return sorted(folder.iterdir())


def rate(path: Path, content: float, options: ReadOptions) -> str:
    """Read a file once and say how fast."""
    started = time.process_time()
    pieces = shards(discover([path]).sources)
    planned = time.process_time() - started
    started = time.process_time()
    records = sum(len(batch) + len(batch.quarantined) for piece in pieces for batch in read(piece, options))
    seconds = time.process_time() - started
    return (
        f"{path.name:<14} {content / seconds / 1e6:7.0f} MB/s  {records / seconds:9,.0f} records/s   "
        f"planning {path.stat().st_size / planned / 1e6:6.0f} MB/s of file"
    )


def peak(path: Path) -> int:
    """Read a file in a fresh process; peak memory in MB."""
    command = [sys.executable, __file__, "--peak", str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def show_peak(path: Path) -> None:
    """Read a file and print the peak memory of this process in MB, as Linux states it."""
    for piece in shards(discover([path]).sources):
        for _ in read(piece, ReadOptions()):
            pass
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)


def warc(folder: Path, data: str | None) -> None:
    """Measure on copies of the real crawl file, where it is present."""
    real = Path(data or "") / "warc" / "warcfile.warc.gz"
    if not data or not real.exists():
        print("WARC: no --data or SPRINGHEAD_DATA, skipped")
        return
    packed = real.read_bytes() * 20
    content = len(gzip.decompress(packed))
    (folder / "a.warc.gz").write_bytes(packed)
    for main_content in (True, False):
        print(
            f"main content {main_content}:",
            rate(folder / "a.warc.gz", content, ReadOptions(main_content=main_content)),
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--data", default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--peak", type=Path)
    chosen = parser.parse_args()
    if chosen.peak:
        show_peak(chosen.peak)
        return
    with tempfile.TemporaryDirectory() as name:
        for times in (1, 4, 16):
            folder = Path(name) / str(times)
            folder.mkdir()
            found = make(folder, chosen.megabytes * times / 16)
            print(f"peak MB at {times:>2}x:", ", ".join(f"{path.name} {peak(path)}" for path in found))
        content = (folder / "a.jsonl").stat().st_size
        for path in found:
            print(rate(path, content, ReadOptions(columns=("id",))))
        warc(folder, chosen.data)


if __name__ == "__main__":
    main()
