"""How well the shipped detector and its research twin tell human from machine text.

Usage: python -m benchmarks.detector --data DIR [--quick] [--scale S] [--out FILE.json]

Two recipes side by side: *shippable* (licensed sources only) and *all-sources* (research, never shipped). Both
are trained on the training split (by group) and judged on the test split: in-domain, one domain left out, one
generator left out, one language left out, by length, length-matched, and under character attacks with
canonicalisation; with and without the texts of base models. White space is collapsed always; TPR is taken at the
threshold that gives 1 % and 5 % false positives on the same part's human texts.

What is left out is left out of every part of the detector. The slopes that fuse the parts (four numbers) are
fitted without it too, but on held-out scores made once, by parts that had seen it. With --out, results are
written as they come and an interrupted run goes on. What leaves nothing out is measured on the shipped weights and
on the research weights of `--research FILE` (without it, on a fit at --scale); what leaves something out is fitted
at --scale always, so its figures are probably low. `--split val` judges on the validation split, for choices.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from training.corpus import (
    BASE_MODELS,
    BASE_WEIGHT,
    LICENSED,
    RESEARCH,
    RESEARCH_BASE_WEIGHT,
    load,
    subsample,
)
from training.fit import Prepared, Recipe, Stacked, fit_stacked, prepare_training, refit_detector

from springhead.modalities.text.canonical import canonicalise
from springhead.modalities.text.statistical import StatisticalDetector, abstained

KEYS = ("source", "domain", "language")
LENGTHS = (80, 120, 160, 240, 320)
HOMOGLYPHS = str.maketrans("aceopxyi", "асеорхуі")
BASE = pl.col("generator").is_in(BASE_MODELS)
DETECTRL = ("arxiv_abstract", "news_xsum", "writing_prompts", "yelp_review")
NAMES = {"ChatGPT": "gpt-3.5-turbo", "chatgpt": "gpt-3.5-turbo", "text_davinci_003": "text-davinci-003"}
"""Names that different sources give one generator: it is left out under all of them."""
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
    """One recipe's training texts, prepared and fitted once, the common test texts, and the full detector."""

    def __init__(
        self, name: str, train: pl.DataFrame, test: pl.DataFrame, options: argparse.Namespace
    ) -> None:
        """Subsample `train`; nothing is fitted before it is asked for."""
        self.name, self.test, self.options, self.seed = name, test, options, int(options.seed)
        self.recipe = Recipe(scale=options.scale, folds=3)
        self.rng = np.random.default_rng(self.seed)
        self.train = subsample(train, self.rng, options.scale)

    @cached_property
    def data(self) -> Prepared:
        """The training texts, described."""
        weight = self.options.base_weight
        if weight is None:
            weight = BASE_WEIGHT if self.name == "shippable" else RESEARCH_BASE_WEIGHT
        return prepare_training(self.train, self.recipe, self.rng, weight)

    @cached_property
    def fitted(self) -> tuple[StatisticalDetector, Stacked]:
        """The detector fitted on all of them, and the held-out scores that its fusion comes from."""
        weights, stacked = fit_stacked(self.data, self.recipe, self.seed, {"version": "bench"})
        return StatisticalDetector(weights), stacked

    @cached_property
    def full(self) -> StatisticalDetector:
        """The shipped weights, the research weights of --research, or else the bench's own fit."""
        if self.name == "shippable" and self.options.base_weight is None:
            return StatisticalDetector.load()
        if self.name == "all-sources" and self.options.research is not None:
            return StatisticalDetector.load(self.options.research)
        return self.fitted[0]

    def without(self, dropped: pl.Expr, tags: list[str]) -> StatisticalDetector:
        """Fit for the languages `tags` without the rows `dropped`, nor cells that this leaves with one class."""
        kept = self.train.with_row_index("row").filter(~dropped)
        kept = kept.filter(pl.col("human").n_unique().over(KEYS) == 2)
        rows = kept["row"].to_numpy().astype(np.int64)
        held_out = self.fitted[1]
        stacked = Stacked(held_out.columns[rows], held_out.unseen[rows])
        return StatisticalDetector(
            refit_detector(self.data.take(rows), stacked, tags, self.recipe, self.seed)
        )


def score(
    detector: StatisticalDetector, frame: pl.DataFrame, language: str | None = None
) -> NDArray[np.float64]:
    """Return scores, nan where the detector abstains; `language` overrides the texts' own."""
    tags = frame["language"].to_list() if language is None else [language] * frame.height
    return detector.score(frame["text"].to_list(), tags)


def cells(
    frame: pl.DataFrame, scores: NDArray[np.float64], keys: Iterable[str], chat: bool = False
) -> list[Row]:
    """Return figures per cell; a cell of one generator is judged against the human texts of its domain.

    With `chat`, base models' texts are left aside.
    """
    keys = tuple(keys)
    frame = frame.with_columns(pl.Series("score", scores))
    frame = frame.filter(~BASE) if chat else frame
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


def part_of(test: pl.DataFrame, column: str, value: str) -> pl.DataFrame:
    """Return the test texts that `value` is judged on: with generators, beside the human texts of their cells."""
    if column != "generator":
        return test.filter(pl.col(column) == value)
    part = test.filter((pl.col("generator") == value) | pl.col("human"))
    return part.join(part.filter(~pl.col("human")).select(KEYS).unique(), on=KEYS, how="semi")


def leave_out(bench: Bench, column: str, value: str) -> Row | None:
    """Return mean figures on the test texts of `value`, fitted without any training text of it.

    DetectRL's attacked texts mix its four domains: where one of these is left out, so are they.
    """
    part = part_of(bench.test, column, value)
    dropped = pl.col(column) == value
    if column == "domain" and value in DETECTRL:
        dropped = dropped | (pl.col("domain") == "detectrl_mixed")
    fitted = column != "language" or bench.train.select(dropped.any()).item()
    if not cells(part, np.zeros(part.height), KEYS):
        return None
    tags = [] if column == "language" else sorted(set(part["language"]))
    scores = score(bench.without(dropped, tags) if fitted else bench.fitted[0], part)
    found = cells(part, scores, KEYS)
    if not found:
        return None
    row = {
        "left_out": value,
        **mean(found),
        "chat": mean(cells(part, scores, KEYS, chat=True)),
        "by_cell": found,
    }
    print(f"  {bench.name}: without {column} {value}: {mean(found)}", flush=True)
    return row


def summary(rows: list[Row]) -> Row:
    """Return means over what was left out: all, without base models, and over DetectRL's four domains."""
    chat = [row["chat"] for row in rows if row["chat"]["cells"]]
    four = [
        cell
        for row in rows
        for cell in row["by_cell"]
        if row["left_out"] in DETECTRL and cell["source"] == "DetectRL"
    ]
    return {"all": mean(rows), "without_base_models": mean(chat), "detectrl_four": mean(four)}


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
    detector = bench.full
    seen = bench.test.join(bench.train.select(KEYS).unique(), on=KEYS, how="semi")
    unseen = bench.test.join(bench.train.select(KEYS).unique(), on=KEYS, how="anti")
    scores = score(detector, seen)
    synthetic, chat = ~seen["human"].to_numpy(), ~seen.select(BASE).to_series().to_numpy()
    pooled, talked = judge(scores, synthetic), judge(scores[chat], synthetic[chat])
    out: Row = {
        "weights": detector.version,
        "in_domain_pooled": pooled._asdict() if pooled else None,
        "in_domain_pooled_without_base_models": talked._asdict() if talked else None,
        "in_domain": mean(cells(seen, scores, KEYS)),
        "in_domain_without_base_models": mean(cells(seen, scores, KEYS, chat=True)),
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


class Results:
    """Results by recipe, written after every step; steps that an earlier run with the same settings made are kept."""

    def __init__(self, path: Path | None, settings: Row) -> None:
        """Read `path` where it holds a run with the same settings."""
        self.path = path
        self.rows: Row = {**settings, "parts": {}}
        if path is not None and path.exists():
            before = json.loads(path.read_text("utf-8"))
            if {key: before.get(key) for key in settings} == settings:
                self.rows = before

    def get(self, recipe: str, part: str, value: str, make: Callable[[], Any]) -> Any:
        """Return the result of one step, made only where it is not there yet."""
        place = self.rows["parts"].setdefault(recipe, {}).setdefault(part, {})
        if value not in place:
            place[value] = make()
            self.write()
        return place[value]

    def write(self) -> None:
        """Write the file, where there is one."""
        if self.path is not None:
            self.path.write_text(json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def show(results: Results) -> None:
    """Print the headline figures of both recipes."""
    for recipe, parts in results.rows["parts"].items():
        print(recipe)
        for key in ("in_domain", "in_domain_without_base_models", "in_domain_pooled",
                    "in_domain_pooled_without_base_models", "length_matched", "docs_per_second"):  # fmt: skip
            print(f"  {key:38s} {parts['measured'][''][key]}")
        for part in ("domain", "generator", "language"):
            rows = [row for row in parts.get(part, {}).values() if row]
            for name, figures in summary(rows).items():
                if figures["cells"]:
                    print(f"  {f'one {part} left out, {name}':38s} {figures}")


def arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--out", type=Path, default=None, help="JSON file of all figures")
    parser.add_argument("--quick", action="store_true", help="few left-out parts, a tenth of the texts")
    parser.add_argument("--scale", type=float, default=0.35, help="share of the subsample caps")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--split", choices=("test", "val"), default="test", help="val: in-domain part alone")
    parser.add_argument("--base-weight", type=float, default=None, help="weight of base models' texts")
    parser.add_argument(
        "--research", type=Path, help="all-sources weights by training.detector --all-sources"
    )
    options = parser.parse_args()
    options.scale = 0.1 if options.quick else options.scale
    return options


def main() -> None:
    """Read the command line, measure both recipes, print tables and write a JSON file."""
    options = arguments()
    if options.data is None or not Path(options.data).exists():
        print("skipped: no data (name its folder with --data or SPRINGHEAD_DATA)")
        return
    frame = load(Path(options.data), LICENSED + RESEARCH).with_columns(pl.col("generator").replace(NAMES))
    test = frame.filter(pl.col("split") == options.split)
    test = subsample(test, np.random.default_rng(5), 0.3 if options.quick else 0.5)
    test = test.filter(~pl.Series(abstained(test["text"].to_list())))
    licensed = [name.replace("fast-detect-gpt-main", "fast-detect-gpt/main") for name in LICENSED]
    train = frame.filter(pl.col("split") == "train")
    recipes = {"shippable": train.filter(pl.col("source").is_in(licensed)), "all-sources": train}
    settings = {name: getattr(options, name) for name in ("scale", "seed", "split", "base_weight", "quick")}
    results = Results(options.out, settings)
    benches = {name: Bench(name, rows, test, options) for name, rows in recipes.items()}
    for column in ("domain", "language", "generator") if options.split == "test" else ():
        for name, bench in benches.items():
            for value in values_of(bench, column, options.quick):
                results.get(name, column, value, partial(leave_out, bench, column, value))
    for name, bench in benches.items():
        results.get(name, "measured", "", partial(measure, bench))
    show(results)


if __name__ == "__main__":
    main()
