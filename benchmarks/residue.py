"""False positives of the residue rules per million human documents, and how much machine text they find.

Usage: python benchmarks/residue.py --data DIR      (or SPRINGHEAD_DATA)
Human: documents of the text collections labelled human and plain, and human news in 96 languages. Variants
that a program or a model reworked (polish, paraphrase, attack) are counted apart: their label says human,
their words are not.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl

from springhead.modalities.text.residue import find, score

BATCH = 2000


def load(data: Path) -> pl.DataFrame:
    """Return text, label, source, language and variant of all collections."""
    columns = ["text", "label", "source", "language", "variant"]
    files = [path for path in sorted((data / "text").glob("*.parquet")) if not path.name.startswith("scores")]
    news = pl.read_parquet(data / "ntrex_96.parquet").select(
        "text", "language", label=pl.lit("human"), source=pl.lit("ntrex_96"), variant=pl.lit("plain")
    )
    return pl.concat([*(pl.read_parquet(path, columns=columns) for path in files), news.select(columns)])


def measure(table: pl.DataFrame) -> tuple[dict[str, int], int, int, float]:
    """Return records hit per rule, records with a hit, with a score from .5, and documents per second."""
    texts = table["text"].to_list()
    rules: dict[str, set[int]] = defaultdict(set)
    strong = any_hit = 0
    started = time.perf_counter()
    for begin in range(0, len(texts), BATCH):
        batch = texts[begin : begin + BATCH]
        hits = find(batch)
        values = score(hits, len(batch))
        any_hit += int(np.count_nonzero(values))
        strong += int(np.count_nonzero(values >= 0.5))
        for hit in hits:
            rules[hit.rule].add(begin + hit.row)
    rate = len(texts) / (time.perf_counter() - started)
    return {rule: len(rows) for rule, rows in rules.items()}, any_hit, strong, rate


def main() -> None:
    """Print the tables of docs/residue.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    data = parser.parse_args().data
    if data is None:
        print("no data: give --data DIR or set SPRINGHEAD_DATA")
        return
    find(["warm up the kernel"])
    table = load(Path(data))
    human, plain = pl.col("label") == "human", pl.col("variant") == "plain"
    groups = [("human, plain: " + name, human & plain & (pl.col("source") == name))
              for name in sorted(table.filter(human & plain)["source"].unique())]  # fmt: skip
    groups += [("human, plain: all", human & plain), ("labelled human, reworked", human & ~plain)]
    groups += [("machine: " + name, ~human & (pl.col("source") == name))
               for name in sorted(table.filter(~human)["source"].unique())]  # fmt: skip
    print(
        "| documents | n | any hit | per million | score >= .5 | per million | docs/s | rules |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for name, choice in groups:
        part = table.filter(choice)
        rules, any_hit, strong, rate = measure(part)
        shown = ", ".join(
            f"{rule} {count}" for rule, count in sorted(rules.items(), key=lambda pair: -pair[1])[:6]
        )
        million = 1e6 / part.height
        print(f"| {name} | {part.height:,} | {any_hit} | {any_hit * million:,.0f}"
              f" | {strong} | {strong * million:,.0f}"
              f" | {rate:,.0f} | {shown} |")  # fmt: skip


if __name__ == "__main__":
    main()
