"""Speed of a whole scan and of its parts, as ratios in one run, with the bottleneck and the memory.

    python benchmarks/scan.py [--data DIR] [--documents N] [--quick] [--json FILE]

Documents are texts of the shared data where present (cut to about 1.2 kB), else texts made by
`springhead.testing`. The whole scan runs as a user runs it: a subprocess, default options, near duplicates
included. Memory is the sum of the resident sets over the process tree, sampled ten times a second.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

SIZE = 1200
RUN = ("all forms", "residue", "repetition", "near-duplicate signatures", "shipped detector")
"""Parts that a scan without references runs; "all forms" holds language, canonical form, sketch and hashes."""


def documents(data: Path | None, n: int) -> list[str]:
    """n texts of about 1.2 kB."""
    texts: list[str] = []
    if data is not None and (data / "text").is_dir():
        import polars as pl

        for file in sorted((data / "text").glob("*.parquet")):
            if not file.name.startswith("scores"):
                column = pl.read_parquet(file, columns=["text"])["text"]
                texts += [text[:SIZE] for text in column if len(text) >= SIZE]
    if not texts:
        from springhead.testing import human_texts

        texts = [text[:SIZE] for text in human_texts(2000, np.random.default_rng(0), words=260)]
    order = np.random.default_rng(1).permutation(len(texts))
    # Beyond the pool texts repeat with a running number inside, so that no two are exact copies.
    return [
        texts[order[i % len(texts)]] if i < len(texts) else f"{i} {texts[order[i % len(texts)]][8:]}"
        for i in range(n)
    ]


def watch(command: list[str]) -> tuple[float, float, int]:
    """Run a command; returns wall seconds, CPU seconds and the peak of summed resident bytes."""
    start = time.perf_counter()
    before = os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    tree = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        try:
            members = [tree, *tree.children(recursive=True)]
            peak = max(peak, sum(member.memory_info().rss for member in members))
        except psutil.Error:
            pass
        time.sleep(0.1)
    after = os.times()
    if process.returncode:
        raise SystemExit(f"{command} failed with {process.returncode}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - start, cpu, peak


def write(path: Path, texts: list[str]) -> None:
    """Write texts as JSON lines."""
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")


def whole(texts: list[str], workers: int, folder: Path) -> dict[str, float]:
    """Time a whole scan of the texts."""
    corpus, out = folder / f"corpus-{len(texts)}.jsonl", folder / f"out-{len(texts)}-{workers}"
    write(corpus, texts)
    command = [sys.executable, "-m", "springhead", "scan", str(corpus), "--out", str(out), "--quiet"]
    wall, cpu, peak = watch([*command, "--workers", str(workers)])
    size = corpus.stat().st_size
    return {
        "documents": len(texts), "workers": workers, "wall_s": wall, "cpu_s": cpu, "peak_MB": peak / 1e6,
        "documents_per_s": len(texts) / wall, "documents_per_s_per_core": len(texts) / wall / workers,
        "MB_per_s": size / wall / 1e6,
        "output_MB": sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 1e6,
    }  # fmt: skip


def parts(texts: list[str]) -> dict[str, float]:
    """Documents per second of each part in this process, on one core, warm."""
    from springhead.core.nouns import Forms
    from springhead.modalities.text.canonical import canonicalise
    from springhead.modalities.text.detectors import scorer
    from springhead.modalities.text.language import identify
    from springhead.modalities.text.modality import TextModality
    from springhead.modalities.text.ngrams import count_ngrams
    from springhead.modalities.text.repetition import measure
    from springhead.modalities.text.residue import find
    from springhead.modalities.text.signatures import sign
    from springhead.modalities.text.sketch import sketch
    from springhead.modalities.text.stylometry import stylometry

    modality = TextModality()
    languages = identify(texts).language

    def forms() -> Forms:
        return modality.forms(modality.read({"text": texts}))

    works: dict[str, Callable[[], object]] = {
        "language": lambda: identify(texts),
        "canonical form": lambda: canonicalise(texts),
        "all forms": forms,
        "residue": lambda: find(texts),
        "repetition": lambda: measure(texts),
        "near-duplicate signatures": lambda: sign(texts),
        "sketch": lambda: sketch(texts),
        "hashed n-grams": lambda: count_ngrams(texts, 20),
        "stylometry": lambda: stylometry(texts),
        "shipped detector": lambda: scorer().score(texts, languages),
        "zlib level 1 (a limit to compare with)": lambda: [zlib.compress(text.encode(), 1) for text in texts],
        "sha256 (a limit to compare with)": lambda: modality.contents(modality.read({"text": texts})),
    }
    rates = {}
    for name, work in works.items():
        work()
        times = []
        for _ in range(3):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        rates[name] = len(texts) / max(min(times), 1e-9)
    return rates


def start_up() -> dict[str, float]:
    """CPU seconds of `springhead --help` and of importing the package, over bare Python."""

    def cpu(arguments: list[str]) -> float:
        best = 1e9
        for _ in range(5):
            before = os.times()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            after = os.times()
            best = min(
                best,
                after.children_user - before.children_user + after.children_system - before.children_system,
            )
        return best

    return {
        "bare python": cpu(["-c", "pass"]),
        "import springhead": cpu(["-c", "import springhead"]),
        "springhead --help": cpu(["-m", "springhead", "--help"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    n = 1500 if arguments.quick else arguments.documents
    texts = documents(Path(arguments.data) if arguments.data else None, n)
    rates = parts(texts[: min(2000, n)])
    print(f"parts, one core, documents of {SIZE} characters per second")
    total = sum(1 / rates[name] for name in RUN)
    for name, rate in rates.items():
        print(f"  {name:<42} {rate:>9,.0f}")
    print(f"  {'sum of the parts a scan runs':<42} {1 / total:>9,.0f}")
    result: dict[str, object] = {"parts": rates, "start_up": start_up()}
    print("start-up, CPU seconds:", {name: round(value, 3) for name, value in result["start_up"].items()})  # type: ignore[attr-defined]
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        whole(texts[:300], 1, folder)  # warm: kernels compiled
        sizes = [n] if arguments.quick else [n // 4, n, n * 4]
        for size in sizes:
            for workers in (1, 2):
                row = whole(
                    documents(Path(arguments.data) if arguments.data else None, size), workers, folder
                )
                rows.append(row)
                print(
                    f"whole scan of {size:>6,} documents, {workers} worker(s): "
                    f"{row['documents_per_s']:>6,.0f} documents/s, {row['documents_per_s_per_core']:>6,.0f} per core, "
                    f"{row['MB_per_s']:.1f} MB/s, peak {row['peak_MB']:.0f} MB, "
                    f"output {row['output_MB'] / size * 1e6:,.0f} MB per million records"
                )
    result["whole"] = rows
    slowest = min(RUN, key=lambda name: rates[name])
    ratio = rates["zlib level 1 (a limit to compare with)"] / rates[slowest]
    print(f"bottleneck: {slowest}, {ratio:.1f} times slower than zlib level 1 on the same bytes")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
