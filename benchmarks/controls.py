"""Negative controls through `springhead.scan.scan`, end to end: when may a share be believed, when is it refused?

    python benchmarks/controls.py [--quick] [--data DIR] [--only NAME]... [--json FILE]

Small corpora with a known truth are drawn from the developer data, written to a temporary folder and scanned
(engine serial). Names: matched, refused, foreign, head, scores. Needs the developer data (--data DIR or
SPRINGHEAD_DATA) and polars.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from prevalence_families import data_folder

from springhead.cli.calibrate import calibrate
from springhead.results.scan import Prevalence
from springhead.scan import scan

Texts = list[str]
Seeds = Sequence[int]
REFERENCES = 300
SHARE = 0.2
LOW_SHARES = (0.0, 0.01, 0.02, 0.05)
DOMAINS = (
    ("DetectRL", "arxiv_abstract"), ("DetectRL", "news_xsum"), ("DetectRL", "writing_prompts"),
    ("DetectRL", "yelp_review"), ("biscope", "yelp_review"), ("biscope", "creative"), ("c-red", "cred_composition"),
    ("gptid", "reddit_eli5"), ("outfox", "student_essay"), ("hc3-chinese", "hc3_psychology"),
    ("hc3-chinese", "hc3_medicine"),
)  # fmt: skip
SMALL = (("hatc", "wiki_lorenz"), ("m4-glimpse", "news_ruatd"))
NEVER_TRAINED_ON = (*DOMAINS[:4], DOMAINS[6], *SMALL)


@dataclass
class Pools:
    """Texts of the developer data that are long enough to judge, by source and domain."""

    folder: Path

    @cached_property
    def table(self) -> pl.DataFrame:
        """Distinct unaltered texts: source, domain, language, generator, human, text."""
        frames = []
        for path in sorted(self.folder.glob("*.parquet")):
            if path.stem.startswith("scores"):
                continue
            columns = ["id", "text", "label", "domain", "language", "generator", "variant"]
            frame = pl.read_parquet(path, columns=columns)
            human = pl.col("label") == "human"
            whole = ~human | (pl.col("variant") == "plain")
            frames.append(frame.filter(whole).with_columns(human.alias("human"), source=pl.lit(path.stem)))
        table = pl.concat(frames).unique("text", keep="first", maintain_order=True)
        words = pl.col("text").str.count_matches(r"\S+")
        long = (
            pl.when(pl.col("language") == "zh")
            .then(pl.col("text").str.len_chars() >= 170)
            .otherwise(words >= 85)
        )
        return table.filter(long)

    def draw(
        self, source: str, domain: str, *, human: bool, rng: np.random.Generator, generator: str | None = None,
        language: str | None = None,
    ) -> Texts:  # fmt: skip
        """Return all texts of a class in random order."""
        where = (pl.col("source") == source) & (pl.col("domain") == domain) & (pl.col("human") == human)
        if generator is not None:
            where &= pl.col("generator") == generator
        if language is not None:
            where &= pl.col("language") == language
        texts = self.table.filter(where)["text"].to_list()
        return [texts[i] for i in rng.permutation(len(texts))]

    def language(self, source: str, domain: str) -> str:
        """Return the language of a domain, the largest where it has several."""
        where = (pl.col("source") == source) & (pl.col("domain") == domain)
        return str(self.table.filter(where)["language"].mode().sort()[0])

    def generators(self, source: str, domain: str, least: int) -> list[str]:
        """Return generators with this many texts."""
        where = (pl.col("source") == source) & (pl.col("domain") == domain) & ~pl.col("human")
        counts = self.table.filter(where).group_by("generator").len().filter(pl.col("len") >= least)
        return sorted(counts["generator"].to_list())


class Bench:
    """A temporary folder in which corpora are written, calibrated and scanned."""

    def __init__(self, folder: Path) -> None:
        """Work in this folder."""
        self.folder = folder
        self.count = 0

    def write(self, texts: Texts, ids: Texts | None = None) -> Path:
        """Write a corpus as JSONL."""
        self.count += 1
        path = self.folder / f"corpus{self.count}.jsonl"
        names = ids or [f"{self.count}-{row}" for row in range(len(texts))]
        lines = (json.dumps({"id": one, "text": text}) for one, text in zip(names, texts, strict=True))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def references(self, human: Texts, synthetic: Texts, *, covers_all: bool = True) -> Path:
        """Calibrate on both classes as `springhead calibrate` does; by default with a vouch for the generators."""
        out = self.folder / f"calibration{self.count}.npz"
        calibrate(
            out=out, human_reference=(self.write(human),), synthetic_reference=(self.write(synthetic),),
            reference_covers_all=covers_all, text_column="text", workers=1, quiet=True,
        )  # fmt: skip
        return out

    def share(self, target: Texts, calibration: Path | None, seed: int = 0, **more: Any) -> Prevalence:
        """Scan a target and return the whole corpus's share by records."""
        out = self.folder / "result"
        shutil.rmtree(out, ignore_errors=True)
        folder = scan(
            self.write(target),
            out,
            calibration=calibration,
            engine="serial",
            text_column="text",
            seed=seed,
            **more,
        )
        return next(one for one in folder.result.prevalence if not one.group and one.unit == "records")


def mix(human: Texts, synthetic: Texts, n: int, share: float) -> Texts:
    """Return n texts of which round(share n) are synthetic; never repeats a text."""
    count = round(share * n)
    if len(human) < n - count or len(synthetic) < count:
        raise ValueError(f"{len(human)} human, {len(synthetic)} machine are too few for {n}")
    return human[: n - count] + synthetic[:count]


def row_of(found: Prevalence, truth: float, **names: Any) -> dict[str, Any]:
    """Return what a table needs of a share."""
    what_if = found.what_if
    return names | {
        "truth": truth, "verdict": found.verdict, "estimate": found.estimate, "low": found.low, "high": found.high,
        "lower_bound": found.lower_bound, "n_scored": found.n_scored, "reason": found.reason,
        "what_if": [what_if.estimate, what_if.low, what_if.high] if what_if else None,
        "effect": found.misfit.worst_effect if found.misfit else None,
    }  # fmt: skip


def matched(pools: Pools, bench: Bench, seeds: Seeds) -> list[dict[str, Any]]:
    """Same domain, same generators: 0, 1, 2, 5 and 20 % at n = 500; 20 % at n = 2,000 where there is text."""
    rows = []
    for source, domain in DOMAINS:
        for seed in seeds:
            rng = np.random.default_rng(seed)
            human = pools.draw(source, domain, human=True, rng=rng)
            synthetic = pools.draw(source, domain, human=False, rng=rng)
            if len(human) < REFERENCES + 500 or len(synthetic) < REFERENCES + 100:
                continue
            references = bench.references(human[:REFERENCES], synthetic[:REFERENCES])
            human, synthetic = human[REFERENCES:], synthetic[REFERENCES:]
            large = max(
                SHARE, round(1.0 - len(human) / 2000 + 0.005, 2)
            )  # where human text is short, more machine
            cases = [(500, share) for share in (*LOW_SHARES, SHARE)] + [(2000, large)]
            for n, share in cases:
                if len(human) >= n - round(share * n) and len(synthetic) >= share * n:
                    found = bench.share(mix(human, synthetic, n, share), references, seed)
                    rows.append(row_of(found, share, domain=f"{source} {domain}", n=n, seed=seed))
    return rows


def print_matched(rows: list[dict[str, Any]]) -> None:
    """Print verdicts, errors and coverage per size and share, with the best constant guess."""
    print("\n### Matched references (300 + 300 texts)\n")
    print("| n | truth | corpora | estimated | mean error | covered | low limit above 0 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    buckets = {(row["n"], min(row["truth"], SHARE)) for row in rows}
    for n, truth in sorted(buckets):
        here = [row for row in rows if (row["n"], min(row["truth"], SHARE)) == (n, truth)]
        told = [row for row in here if row["verdict"] == "estimated"]
        error = np.mean([abs(row["estimate"] - row["truth"]) for row in told]) if told else np.nan
        covered = sum(row["low"] <= row["truth"] <= row["high"] for row in told)
        above = sum(((row["lower_bound"] if row["low"] is None else row["low"]) or 0) > 0 for row in here)
        most = max(row["truth"] for row in here)
        name = f"{truth:.0%}" if most <= truth else f"{truth:.0%} to {most:.0%}"
        print(f"| {n} | {name} | {len(here)} | {len(told)} | {100 * error:.2f} points | "
              f"{covered} of {len(told)} | {above} |")  # fmt: skip
    low = [row for row in rows if row["truth"] in LOW_SHARES[1:] and row["estimate"] is not None]
    if low:
        truths = np.array([row["truth"] for row in low])
        ours = np.mean([abs(row["estimate"] - row["truth"]) for row in low])
        guess = min(float(np.abs(truths - g).mean()) for g in np.linspace(0, 0.06, 61))
        print(
            f"\nShares of 1, 2 and 5 %: mean error {100 * ours:.2f} points; best constant guess {100 * guess:.2f}."
        )
    for row in rows:
        if row["verdict"] != "estimated":
            print(
                f"- not estimated: {row['domain']}, n {row['n']}, truth {row['truth']:.0%}: {row['reason']}"
            )
        elif not row["low"] <= row["truth"] <= row["high"]:
            print(f"- missed: {row['domain']}, n {row['n']}, truth {row['truth']:.1%}: {row['estimate']:.1%} "
                  f"({row['low']:.1%} to {row['high']:.1%})")  # fmt: skip


def refused(pools: Pools, bench: Bench, seeds: Seeds) -> list[dict[str, Any]]:
    """References that must not carry an estimate, each kind on every domain."""
    rows = []
    english = [one for one in DOMAINS if one[0] not in ("c-red", "hc3-chinese")]
    chinese = [one for one in DOMAINS if one not in english]
    for at, (source, domain) in enumerate(DOMAINS):
        for seed in seeds:
            rng = np.random.default_rng(100 + seed)
            human = pools.draw(source, domain, human=True, rng=rng)
            synthetic = pools.draw(source, domain, human=False, rng=rng)
            same, other = (english, chinese) if (source, domain) in english else (chinese, english)
            away = same[(same.index((source, domain)) + 1 + seed) % len(same)]
            foreign = pools.draw(*away, human=True, rng=rng)[:REFERENCES]
            abroad = pools.draw(*other[at % len(other)], human=True, rng=rng)[:REFERENCES]
            target = mix(human, synthetic, 400, SHARE)
            left, machine = human[400:], synthetic[100 : 100 + REFERENCES]
            shuffled = left[:REFERENCES] + machine
            order = rng.permutation(len(shuffled))
            half = len(order) // 2
            kinds: dict[str, tuple[Texts, Texts]] = {
                "human reference of another domain": (foreign, machine),
                "both references of another domain":
                    (foreign, pools.draw(*away, human=False, rng=rng)[:REFERENCES]),
                "references of another language":
                    (abroad, pools.draw(*other[at % len(other)], human=False, rng=rng)[:REFERENCES]),
                "shuffled labels": ([shuffled[i] for i in order[:half]], [shuffled[i] for i in order[half:]]),
                "mirror that writes like people": (left[: len(left) // 2][:REFERENCES],
                                                   left[len(left) // 2 :][:REFERENCES]),
            }  # fmt: skip
            for kind, (one, two) in kinds.items():
                if min(len(one), len(two)) < 100:
                    continue
                found = bench.share(target, bench.references(one, two), seed)
                name = f"{source} {domain}"
                rows.append(row_of(found, SHARE, kind=kind, domain=name, other=" ".join(away), seed=seed))
    return rows


def print_refused(rows: list[dict[str, Any]]) -> None:
    """Print how many of each kind were not estimated, and every one that was."""
    print("\n### References that do not fit (target n = 400, 20 % machine)\n")
    print("| reference | corpora | estimated | bounded | cannot tell | lower bound above truth |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind in dict.fromkeys(row["kind"] for row in rows):
        here = [row for row in rows if row["kind"] == kind]
        counts = [sum(row["verdict"] == v for row in here) for v in ("estimated", "bounded", "cannot tell")]
        above = sum((row["lower_bound"] or 0.0) > row["truth"] for row in here)
        print(f"| {kind} | {len(here)} | {counts[0]} | {counts[1]} | {counts[2]} | {above} |")
    for row in rows:
        if row["verdict"] == "estimated":
            print(f"- estimated: {row['kind']}, {row['domain']} with {row['other']}: {row['estimate']:.1%} "
                  f"({row['low']:.1%} to {row['high']:.1%}), truth {row['truth']:.0%}, effect {row['effect']}")  # fmt: skip


def foreign(pools: Pools, bench: Bench, seeds: Seeds) -> list[dict[str, Any]]:
    """Human reference of the target, synthetic reference of another generator: do what-if intervals cover?"""
    rows = []
    cases = [*DOMAINS[:7], DOMAINS[8]]
    for source, domain in cases:
        names = pools.generators(source, domain, 130)
        for seed in seeds:
            for at, generator in enumerate(names):
                mirror = names[(at + 1 + seed) % len(names)]
                if mirror == generator:
                    continue
                rng = np.random.default_rng(200 + seed)
                human = pools.draw(source, domain, human=True, rng=rng)
                synthetic = pools.draw(source, domain, human=False, generator=generator, rng=rng)
                other = pools.draw(source, domain, human=False, generator=mirror, rng=rng)[:REFERENCES]
                share = (0.05, SHARE, 0.1)[at % 3]
                target = mix(human[REFERENCES:], synthetic, 500, share)
                mirrored = bench.references(human[:REFERENCES], other, covers_all=False)
                found = bench.share(target, mirrored, seed)
                name = f"{source} {domain}"
                rows.append(row_of(found, share, domain=name, generator=generator, mirror=mirror, seed=seed))
    return rows


def print_foreign(rows: list[dict[str, Any]]) -> None:
    """Print coverage of the what-if (or, where estimated, of the interval) per domain."""
    print("\n### Mirrors of another generator (human reference of the target, n = 500)\n")
    print(
        "| domain | corpora | estimated | covered | mean error | mean width |\n| --- | --- | --- | --- | --- | --- |"
    )
    for row in rows:
        told = row["verdict"] == "estimated"
        row["interval"] = [row["estimate"], row["low"], row["high"]] if told else row["what_if"]
    groups = [*dict.fromkeys(row["domain"] for row in rows), "all"]
    for name in groups:
        mine = [row for row in rows if name in (row["domain"], "all")]
        here = [row for row in mine if row["interval"]]
        if not here:
            print(f"| {name} | {len(mine)} | 0 | no interval | | |")
            continue
        covered = sum(row["interval"][1] <= row["truth"] <= row["interval"][2] for row in here)
        error = np.mean([abs(row["interval"][0] - row["truth"]) for row in here])
        width = np.mean([row["interval"][2] - row["interval"][1] for row in here])
        told = sum(row["verdict"] == "estimated" for row in here)
        print(f"| {name} | {len(mine)} | {told} | {covered} of {len(here)} | {100 * error:.1f} points | "
              f"{100 * width:.1f} points |")  # fmt: skip


def auroc(human: NDArray[np.float64], synthetic: NDArray[np.float64]) -> float:
    """Return the area under the curve of two score samples, nan left out."""
    one, two = np.sort(human[np.isfinite(human)]), synthetic[np.isfinite(synthetic)]
    under = np.searchsorted(one, two, "left") + np.searchsorted(one, two, "right")
    return float(under.mean() / 2 / one.size)


def head(pools: Pools, bench: Bench, seeds: Seeds) -> list[dict[str, Any]]:  # noqa: ARG001
    """AUROC on held-out texts of a domain before and after a head on 100, 300 and 600 references per class."""
    from controls_head import measure

    sizes = (100, 300, 600)
    rows = []
    for source, domain in NEVER_TRAINED_ON:
        rows += measure(pools, source, domain, sizes, seeds, auroc)
    return rows


def print_head(rows: list[dict[str, Any]]) -> None:
    """Print AUROC before and after."""
    print("\n### A domain head on the user's references (sources the shipped detector never saw)\n")
    print("| domain | references per class | held out | AUROC before | after | cross-fitted |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row['domain']} | {row['references']} | {row['held']} | {row['before']:.3f} | {row['after']:.3f} | "
              f"{row['cross_fitted']:.3f} |")  # fmt: skip


def scores(pools: Pools, bench: Bench, seeds: Seeds) -> list[dict[str, Any]]:
    """Published Fast-DetectGPT scores as a score file: their AUROC, and shares with and without them."""
    from controls_scores import measure

    return measure(pools, bench, seeds, auroc)


def print_scores(rows: list[dict[str, Any]]) -> None:
    """Print AUROC of 15 sets and the shares per domain."""
    sets = [row for row in rows if row["kind"] == "set"]
    print("\n### Published neural scores through --score-file\n")
    print(f"AUROC over {len(sets)} sets: published scores {np.mean([row['auroc'] for row in sets]):.4f} (published "
          f"headline .9887); joined with our texts {np.mean([row['joined'] for row in sets]):.4f}, shipped detector on "
          f"the same texts {np.nanmean([row['shipped'] for row in sets]):.4f}.\n")  # fmt: skip
    print("| domain | truth | with the score file | shipped detector alone |\n| --- | --- | --- | --- |")
    for row in rows:
        if row["kind"] == "share":
            print(
                f"| {row['domain']} | {row['truth']:.0%} | {_told(row['neural'])} | {_told(row['plain'])} |"
            )


def _told(row: dict[str, Any]) -> str:
    if row["estimate"] is not None:
        return f"{row['estimate']:.1%} ({row['low']:.1%} to {row['high']:.1%})"
    what_if = row["what_if"]
    imagined = f", what if {what_if[0]:.1%} ({what_if[1]:.1%} to {what_if[2]:.1%})" if what_if else ""
    return f"{row['verdict']}, at least {row['lower_bound'] or 0:.1%}{imagined}"


Control = tuple[Callable[[Pools, Bench, Seeds], list[dict[str, Any]]], Callable[[list[dict[str, Any]]], None]]
CONTROLS: dict[str, Control] = {
    "matched": (matched, print_matched),
    "refused": (refused, print_refused),
    "foreign": (foreign, print_foreign),
    "head": (head, print_head),
    "scores": (scores, print_scores),
}


def main() -> None:
    """Run the controls asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="append", choices=sorted(CONTROLS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = data_folder(options.data)
    if folder is None:
        print("no developer data (--data DIR or SPRINGHEAD_DATA): skipped", file=sys.stderr)
        return
    pools, report = Pools(folder), {}
    for name in options.only or CONTROLS:
        run, show = CONTROLS[name]
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            report[name] = run(
                pools, Bench(Path(scratch)), range(options.seed, options.seed + (1 if options.quick else 3))
            )
        if options.json:
            options.json.write_text(json.dumps(report, indent=1))
        show(report[name])
        print(f"\n({name}: {len(report[name])} rows in {time.perf_counter() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
