"""How well the shipped detector and its research twin tell human from machine text.

Usage: python -m benchmarks.detector --data DIR [--quick] [--out FILE.json]

Two recipes side by side: *shippable* (licensed sources only) and *all-sources* (research, never shipped). Both
are trained on the training split (by group) and judged on test texts that no choice was made on: in-domain, one
domain left out, one generator left out, one language left out, by length, length-matched, and under
character attacks with canonicalisation. White space is collapsed always; TPR is taken at the threshold that
gives 1 % and 5 % false positives on the same part's human texts.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from training.corpus import LICENSED, RESEARCH, load, subsample
from training.fit import Prepared, Recipe, fit_detector, prepare_training

from springhead.modalities.text.canonical import canonicalise
from springhead.modalities.text.statistical import StatisticalDetector, abstained

KEYS = ("source", "domain", "language")
LENGTHS = (80, 120, 160, 240, 320)
HOMOGLYPHS = str.maketrans("aceopxyi", "асеорхуі")
Row = dict[str, Any]


class Figures(NamedTuple):
    """Area under the curve, and true-positive rates at 1 % and 5 % false positives."""

    auroc: float
    tpr1: float
    tpr5: float
    human: int
    machine: int


def judge(scores: NDArray[np.float64], synthetic: NDArray[np.bool_]) -> Figures | None:
    """Return the figures, or None with fewer than 20 texts of a class."""
    usable = np.isfinite(scores)
    human, machine = np.sort(scores[usable & ~synthetic]), scores[usable & synthetic]
    if min(human.size, machine.size) < 20:
        return None
    under = np.searchsorted(human, machine, "left") + np.searchsorted(human, machine, "right")
    auroc = float(under.mean() / 2 / human.size)
    rates = [float((machine > np.quantile(human, 1 - rate)).mean()) for rate in (0.01, 0.05)]
    return Figures(round(auroc, 4), round(rates[0], 3), round(rates[1], 3), human.size, machine.size)


class Bench:
    """One recipe's training texts, prepared once, and the common test texts."""

    def __init__(self, name: str, train: pl.DataFrame, test: pl.DataFrame, scale: float, seed: int) -> None:
        """Prepare the training texts of `train` (subsampled) for any subset to be fitted."""
        self.name, self.test, self.seed = name, test, seed
        self.recipe = Recipe(scale=scale, folds=3)
        rng = np.random.default_rng(seed)
        self.train = subsample(train, rng, scale)
        self.data: Prepared = prepare_training(self.train, self.recipe, rng)

    def fit(self, keep: pl.Expr | None = None) -> StatisticalDetector:
        """Fit on the training rows that `keep` selects (all without it)."""
        data = self.data
        if keep is not None:
            data = data.take(np.flatnonzero(self.train.select(keep).to_series().to_numpy()))
        return StatisticalDetector(fit_detector(data, self.recipe, self.seed, {"version": "bench"}))


def score(
    detector: StatisticalDetector, frame: pl.DataFrame, language: str | None = None
) -> NDArray[np.float64]:
    """Return scores, nan where the detector abstains; `language` overrides the texts' own."""
    tags = frame["language"].to_list() if language is None else [language] * frame.height
    return detector.score(frame["text"].to_list(), tags)


def cells(frame: pl.DataFrame, scores: NDArray[np.float64], keys: Iterable[str]) -> list[Row]:
    """Return figures per cell; a cell of one generator is judged against the human texts of its domain."""
    keys = tuple(keys)
    frame = frame.with_columns(pl.Series("score", scores))
    rows: list[Row] = []
    base = [key for key in keys if key != "generator"]
    for values, part in frame.group_by(base, maintain_order=True):
        named = dict(zip(base, values, strict=True))
        groups = [("", part)]
        if "generator" in keys:
            names = sorted(set(part.filter(~pl.col("human"))["generator"]))
            groups = [(n, part.filter(pl.col("human") | (pl.col("generator") == n))) for n in names]
        for generator, group in groups:
            figures = judge(group["score"].to_numpy(), ~group["human"].to_numpy())
            if figures:
                rows.append({**named, **({"generator": generator} if generator else {}), **figures._asdict()})
    return rows


def mean(rows: list[Row]) -> Row:
    """Return the mean figures of cells."""
    if not rows:
        return {"auroc": float("nan"), "tpr1": float("nan"), "tpr5": float("nan"), "cells": 0}
    return {k: round(float(np.mean([row[k] for row in rows])), 4) for k in ("auroc", "tpr1", "tpr5")} | {
        "cells": len(rows)
    }


def left_out(bench: Bench, column: str, values: Iterable[str]) -> list[Row]:
    """Return figures on the test texts of each value of `column`, fitted without any training text of it."""
    rows = []
    for value in values:
        if column == "generator":
            part = bench.test.filter((pl.col("generator") == value) | pl.col("human"))
            known = part.filter(~pl.col("human")).select(KEYS).unique()
            part = part.join(known, on=KEYS, how="semi")
        else:
            part = bench.test.filter(pl.col(column) == value)
        if part["human"].sum() < 20 or (~part["human"]).sum() < 20:
            continue
        detector = bench.fit(pl.col(column) != value)
        found = mean(cells(part, score(detector, part), KEYS))
        if found["cells"]:
            rows.append({"left_out": value, **found})
            print(f"  {bench.name}: without {column} {value}: {found}", flush=True)
    return rows


def matched(frame: pl.DataFrame, scores: NDArray[np.float64], rng: np.random.Generator) -> Row:
    """Return mean figures with human and machine texts of each cell paired by length (within 10 %)."""
    frame = frame.with_columns(pl.Series("score", scores), pl.col("text").str.len_chars().log().alias("size"))
    rows = []
    for _, part in frame.filter(pl.col("score").is_not_nan()).group_by(KEYS, maintain_order=True):
        bins = part.with_columns((pl.col("size") / 0.1).floor().alias("bin"))
        bins = bins.with_columns(pl.Series("order", rng.permutation(bins.height)))
        least = pl.min_horizontal(pl.col("human").sum().over("bin"), (~pl.col("human")).sum().over("bin"))
        kept = bins.filter(pl.col("order").rank("ordinal").over("bin", "human") <= least)
        figures = judge(kept["score"].to_numpy(), ~kept["human"].to_numpy())
        if figures:
            rows.append(figures._asdict())
    return mean(rows)


def by_length(detector: StatisticalDetector, frame: pl.DataFrame) -> list[Row]:
    """Return mean figures of English texts cut to each number of words."""
    rows = []
    for words in LENGTHS:
        long = frame.filter((pl.col("language") == "en") & (pl.col("text").str.count_matches(" ") >= words))
        cut = long.with_columns(
            pl.Series("text", [" ".join(t.split(" ")[: words + 1]) for t in long["text"]])
        )
        rows.append({"words": words, **mean(cells(cut, score(detector, cut), KEYS))})
    return rows


def attacks(detector: StatisticalDetector, frame: pl.DataFrame, rng: np.random.Generator) -> list[Row]:
    """Return the share of detections (at 5 % false positives) that survive each attack after canonicalisation."""
    frame = frame.filter(pl.col("language") == "en")
    plain, synthetic = score(detector, frame), ~frame["human"].to_numpy()
    threshold = np.nanquantile(plain[~synthetic], 0.95)
    found = np.flatnonzero(synthetic & (plain > threshold))[:600]
    texts = [frame["text"][int(row)] for row in found]

    def some(text: str, change: Callable[[str], str]) -> str:
        return "".join(change(char) if rng.random() < 0.1 else char for char in text)

    kinds: dict[str, Callable[[str], str]] = {
        "homoglyph": lambda text: some(text, lambda char: char.translate(HOMOGLYPHS)),
        "zero_width": lambda text: some(text, lambda char: char + "\u200b"),
        "white_space": lambda text: text.replace(" ", "  ").replace(". ", ".\n\n"),
        "curly_quotes": lambda text: text.replace("'", "\u2019").replace('"', "\u201d"),
        "lower_case": str.lower,
    }
    rows = []
    for name, attack in kinds.items():
        attacked = list(canonicalise([attack(text) for text in texts]).texts)
        scores = detector.raw_score(attacked, ["en"] * len(attacked))
        rows.append(
            {"attack": name, "kept": round(float((scores > threshold).mean()), 4), "detections": len(texts)}
        )
    return rows


def speed(detector: StatisticalDetector, frame: pl.DataFrame) -> float:
    """Return texts of 1,200 characters scored per second of CPU."""
    texts = [text[:1200] for text in frame["text"] if len(text) >= 1200][:2_000]
    detector.raw_score(texts[:50], ["en"] * 50)
    begin = time.process_time()
    detector.score(texts, ["en"] * len(texts))
    return round(len(texts) / (time.process_time() - begin))


def measure(bench: Bench) -> Row:
    """Run all parts for one recipe but those that leave something out."""
    rng = np.random.default_rng(11)
    detector = bench.fit()
    seen = bench.test.join(bench.train.select(KEYS).unique(), on=KEYS, how="semi")
    unseen = bench.test.join(bench.train.select(KEYS).unique(), on=KEYS, how="anti")
    scores = score(detector, seen)
    pooled = judge(scores, ~seen["human"].to_numpy())
    out: Row = {
        "train_texts": bench.train.height,
        "in_domain_pooled": pooled._asdict() if pooled else None,
        "in_domain": mean(cells(seen, scores, KEYS)),
        "by_domain": cells(seen, scores, KEYS),
        "by_language": cells(seen, scores, ["language"]),
        "by_generator": cells(seen, scores, [*KEYS, "generator"]),
        "sources_never_trained_on": cells(unseen, score(detector, unseen), KEYS),
        "length_matched": matched(seen, scores, rng),
        "by_length": by_length(detector, seen),
        "attacks": attacks(detector, seen, rng),
        "docs_per_second": speed(detector, seen),
    }
    print(f"  {bench.name}: in-domain {out['in_domain']}, pooled {out['in_domain_pooled']}", flush=True)
    return out


def values_of(bench: Bench, column: str, quick: bool) -> list[str]:
    """Return what is left out in turn: languages of the test texts, domains and generators of the training texts."""
    if column == "language":
        return sorted(set(bench.test["language"]))
    rows = bench.train if column == "domain" else bench.train.filter(~pl.col("human"))
    return sorted(set(rows[column]))[: 3 if quick else None]


def main() -> None:
    """Read the command line, measure both recipes, print tables and write a JSON file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--out", type=Path, default=None, help="JSON file of all figures")
    parser.add_argument("--quick", action="store_true", help="few left-out parts, a tenth of the texts")
    parser.add_argument("--scale", type=float, default=0.3, help="share of the subsample caps")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if options.data is None or not Path(options.data).exists():
        print("skipped: no data (name its folder with --data or SPRINGHEAD_DATA)")
        return
    scale = 0.1 if options.quick else options.scale
    frame = load(Path(options.data), LICENSED + RESEARCH)
    test = subsample(
        frame.filter(pl.col("split") == "test"), np.random.default_rng(5), 0.3 if options.quick else 0.5
    )
    test = test.filter(~pl.Series(abstained(test["text"].to_list())))
    licensed = [name.replace("fast-detect-gpt-main", "fast-detect-gpt/main") for name in LICENSED]
    train = frame.filter(pl.col("split") == "train")
    recipes = {"shippable": train.filter(pl.col("source").is_in(licensed)), "all-sources": train}
    results: Row = {"date": time.strftime("%Y-%m-%d"), "machine": "2 cores", "scale": scale}
    benches = {name: Bench(name, rows, test, scale, options.seed) for name, rows in recipes.items()}
    for name, bench in benches.items():
        results[name] = measure(bench)
    for column in ("domain", "language", "generator"):
        for name, bench in benches.items():
            found = left_out(bench, column, values_of(bench, column, options.quick))
            results[name] |= {f"{column}_left_out": found, f"{column}_left_out_mean": mean(found)}
            if options.out:
                options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    for key in ("in_domain", "in_domain_pooled", "length_matched", "domain_left_out_mean", "generator_left_out_mean",
                "language_left_out_mean", "docs_per_second"):  # fmt: skip
        print(f"{key:26s}", *(f"{name}: {results[name][key]}" for name in recipes), sep="\n    ")


if __name__ == "__main__":
    main()
