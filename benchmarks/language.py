"""Measure language identification: `python benchmarks/language.py --data DIR` prints the table in docs.

One setting for everything: a model of articles 1-21 of the declaration, belief learned on articles 16-21 and on the
development halves of captions and news, measured on articles 22-30 and on the other halves. Unknown languages are
those left out in turn (drawn anew, not as in training), and translations whose language has no code.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))
import languages as training
from languages_data import captions, labelled, nameless, news, noise

from springhead.modalities.text.language import UNKNOWN, identify, identify_with, known_by_cld
from springhead.modalities.text.language_model import Belief, Model, labels_of


def accuracy(
    model: Model, texts: list[str], labels: list[str]
) -> tuple[float, int, list[tuple[str, float]], float]:
    """Return macro accuracy over known languages, how many, the worst, and the share called unknown."""
    known = set(labels_of(list(model.groups.values())))
    frame = pl.DataFrame({"label": labels, "found": identify_with(model, texts).language})
    frame = frame.filter(pl.col("label").is_in(sorted(known)))
    each = (
        frame.group_by("label")
        .agg((pl.col("found") == pl.col("label")).mean().alias("right"))
        .sort("right", "label")
    )
    unknown = float((frame["found"] == UNKNOWN).mean())  # type: ignore[arg-type]
    return float(each["right"].mean()), len(each), each.head(12).rows(), unknown  # type: ignore[arg-type]


def refused(model: Model, texts: list[str], labels: list[str]) -> dict[str, tuple[float, int]]:
    """Return the macro share called unknown and the languages, by whether pycld2 knows them."""
    frame = pl.DataFrame(
        {"label": labels, "unknown": [tag == UNKNOWN for tag in identify_with(model, texts).language]}
    )
    each = frame.group_by("label").agg(pl.col("unknown").mean())
    names = known_by_cld()
    parts = {
        "all": each,
        "not in pycld2": each.filter(~pl.col("label").str.split("-").list.first().is_in(names)),
        "in pycld2": each.filter(pl.col("label").str.split("-").list.first().is_in(names)),
    }
    return {name: (float(part["unknown"].mean() or 0), len(part)) for name, part in parts.items()}  # type: ignore[arg-type]


def unknown_table(frame: pl.DataFrame, data: Path, belief: Belief, rounds: int) -> None:
    """Print how often languages outside the model are called unknown."""
    part = training.articles
    outside = nameless(data)
    for seed in range(200, 200 + rounds):
        out = training.left_out(frame["label"].unique(), seed)
        rest = training.without(frame, out)
        model = training.train(part(rest, 1, 15), part(rest, 16, 21), part(rest, 1, 21), belief)
        left = part(frame, 22, 30).filter(pl.col("label").is_in(sorted(out)))
        print(f"left out, round {seed}: 250 characters", refused(model, *training.pieces(left)))
        print(f"left out, round {seed}: 500 characters", refused(model, *training.pieces(left, 500)))
        long = left.filter(pl.col("text").str.len_chars() >= 30)
        print(
            f"left out, round {seed}: paragraphs",
            refused(model, long["text"].to_list(), long["label"].to_list()),
        )
        if seed == 200:
            print("no code:", refused(model, *training.pieces(outside)))
            print("noise:", refused(model, *noise(np.random.default_rng(seed))))


def speed(data: Path) -> None:
    """Print texts of 1 kB per second on one core with the shipped weights."""
    frame = pl.read_parquet(data / "ntrex_96.parquet").filter(pl.col("text").str.len_bytes() >= 1000)
    texts = [text.encode()[:1000].decode("utf-8", "ignore") for text in frame["text"].to_list()][:6000]
    identify(texts[:64])
    start = time.perf_counter()
    identify(texts)
    print(f"speed: {len(texts) / (time.perf_counter() - start):.0f} texts of 1 kB per second")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.data is None or not (Path(arguments.data) / "udhr.parquet").exists():
        print("no data: name the folder by --data DIR or SPRINGHEAD_DATA; nothing measured")
        return
    data = Path(arguments.data)
    frame = labelled(data)
    belief = training.learn_belief(frame, data, range(training.FOLDS))
    part = training.articles
    model = training.train(part(frame, 1, 15), part(frame, 16, 21), part(frame, 1, 21), belief)
    long = part(frame, 22, 30).filter(pl.col("text").str.len_chars() >= 30)
    tests = {
        "declaration, paragraphs": (long["text"].to_list(), long["label"].to_list()),
        "declaration, 250 characters": training.pieces(part(frame, 22, 30)),
        "captions": captions(data, half=1),
        "news": news(data, half=1),
    }
    for name, (texts, labels) in tests.items():
        right, languages, worst, unknown = accuracy(model, texts, labels)
        print(
            f"{name}: macro accuracy {right:.4f} of {languages} languages, {unknown:.3f} unknown; worst {worst}"
        )
        outside = [(text, label) for text, label in zip(texts, labels, strict=True)
                   if label not in labels_of(list(model.groups.values()))]  # fmt: skip
        if outside:
            print(
                f"{name}, languages not in the model:", refused(model, *map(list, zip(*outside, strict=True)))
            )
    unknown_table(frame, data, belief, arguments.rounds)
    speed(data)


if __name__ == "__main__":
    main()
