"""How good are shares and their intervals? Simulation with known truth, on score laws and on real scores.

    python benchmarks/prevalence.py [--quick] [--draws N] [--parts
    coverage,few,real,verdicts,mirrors,bounds,controls]
                                    [--only NAME] [--data DIR]

Real scores need the developer data (--data DIR or SPRINGHEAD_DATA) with scikit-learn and polars; without it
those parts say so and are skipped. Every pass rule is a one-sided binomial test at 1 %. Prints Markdown
tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from prevalence_families import (
    FAMILIES,
    Pools,
    Records,
    Trial,
    best_threshold,
    data_folder,
    join,
    mixed_trial,
    real_pools,
)
from scipy import stats

from springhead.evidence.adjusted_count import known_rates_interval
from springhead.evidence.bound import lower_bound
from springhead.evidence.samples import make_sample
from springhead.evidence.verdict import PrevalenceEstimate, prevalence

SHARES = (0.0, 0.01, 0.02, 0.05, 0.10, 0.25, 0.50)
SOURCES = ("DetectRL", "biscope", None)


def estimate(trial: Trial, rng: np.random.Generator, *, covers_all: bool = True) -> PrevalenceEstimate:
    """Run the estimator on one trial, with sketches where it has them."""
    sketches = None
    if trial.target.sketches is not None and trial.human.sketches is not None:
        sketches = (trial.target.sketches, trial.human.sketches, trial.synthetic.sketches)
    return prevalence(
        trial.target.scores,
        trial.human.scores,
        trial.synthetic.scores,
        covers_all=covers_all,
        rng=rng,
        sketches=sketches,
    )


def row(*cells: object) -> None:
    """Print one line of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def header(title: str, *cells: str) -> None:
    """Print a title and the head of a table."""
    print(f"\n### {title}\n", flush=True)
    row(*cells)
    row(*("---" for _ in cells))


def verdict_of(successes: int, trials: int, rate: float) -> str:
    """Return 'ok' unless the rate is rejected from below at 1 %."""
    return "ok" if trials and stats.binom.cdf(successes, trials, rate) > 0.01 else "REJECTED"


def coverage_of(
    draw: Callable[[float, np.random.Generator], Trial],
    oracle: tuple[float, float, float],
    name: str,
    draws: int,
    n: int,
    references: int,
) -> list[float]:
    """Print one row per share; return the mean absolute errors in points."""
    threshold, true, false = oracle
    errors = []
    for share in SHARES:
        rng = np.random.default_rng([int(1000 * share), references, n])
        results, widths, best = [], [], []
        for _ in range(draws):
            trial = draw(share, rng)
            result = estimate(trial, rng)
            low, high = known_rates_interval(float((trial.target.scores > threshold).sum()), n, true, false)
            best.append(high - low)
            if result.estimate is not None and result.low is not None and result.high is not None:
                results.append((abs(result.estimate - trial.realised), result.low <= share <= result.high))
                widths.append(result.high - result.low)
        covered = sum(inside for _, inside in results)
        errors.append(100 * float(np.mean([error for error, _ in results])))
        row(
            name,
            f"{share:.0%}",
            f"{len(results) / draws:.1%}",
            f"{errors[-1]:.2f}",
            f"{covered / len(results):.1%}",
            verdict_of(covered, len(results), 0.95),
            f"{100 * np.median(widths):.1f}",
            f"{np.median(widths) / np.median(best):.2f}",
        )
    return errors


COVERAGE = ("scores", "share", "estimated", "mean error", "covered", "test", "median width", "x known rates")


def coverage(draws: int, only: str) -> None:
    """Part coverage: score laws, n = 1,000, 1,000 references per class."""
    header("Score laws, n = 1,000, 1,000 references per class", *COVERAGE)
    for family in (f for f in FAMILIES if only in f.name):
        errors = coverage_of(
            lambda share, rng, f=family: f.trial(share, 1000, 1000, rng),
            family.oracle(),
            family.name,
            draws,
            1000,
            1000,
        )
        row(family.name, "mean", "", f"{np.mean(errors):.2f}", "", "", "", "")


def few(draws: int, only: str) -> None:
    """Part few: the same with few references; allowed width 1.2 sqrt(1 + n / references)."""
    for references in (100, 300):
        allowed = 1.2 * np.sqrt(1.0 + 1000 / references)
        header(f"Score laws, n = 1,000, {references} references, allowed x {allowed:.2f}", *COVERAGE)
        for family in (f for f in FAMILIES[1:] if only in f.name):
            coverage_of(
                lambda share, rng, f=family, r=references: f.trial(share, 1000, r, rng),
                family.oracle(),
                family.name,
                draws,
                1000,
                references,
            )


def english(pools: Pools, least: int = 200) -> Iterator[tuple[str, Records, list[str]]]:
    """Yield English domains with their human records and generators of at least this many records."""
    for domain in pools.domains():
        human = pools.records[domain, "human"]
        names = pools.generators(domain, least)
        if domain.endswith("/en") and human.scores.size >= 150 and names:
            yield domain, human, names


def pooled(pools: Pools, domain: str, names: list[str]) -> Records:
    """Return the records of several generators as one class."""
    result = pools.records[domain, names[0]]
    for name in names[1:]:
        result = join(result, pools.records[domain, name])
    return result


def real(draws: int, every: dict[str | None, Pools]) -> None:
    """Part real: matched references from the pools of real scores, the largest domain of each detector."""
    header("Real scores, matched, n = 1,000, 1,000 references per class", *COVERAGE)
    for source, pools in every.items():
        domain, human, names = max(english(pools), key=lambda item: item[1].scores.size)
        synthetic = pooled(pools, domain, names)
        name = f"{domain}, detector {'saw the source' if source is None else 'never saw ' + source}"
        errors = coverage_of(
            lambda share, rng, h=human, s=synthetic: mixed_trial(h, s, None, share, 1000, 1000, rng),
            best_threshold(human.scores, synthetic.scores),
            name,
            draws,
            1000,
            1000,
        )
        row(name, "mean", "", f"{np.mean(errors):.2f}", "", "", "", "")


def verdicts(draws: int, every: dict[str | None, Pools]) -> None:
    """Part verdicts: matched and foreign human references at three sizes, with content sketches."""
    header(
        "Verdicts on real scores",
        "detector",
        "n",
        "matched estimated",
        "foreign human refused",
        "0 in interval of human",
    )
    for source, pools in every.items():
        domains = list(english(pools))
        for n in (500, 2000, 10_000):
            rng = np.random.default_rng([n, len(domains)])
            matched, refused, zero, purely = 0, 0, 0, 0
            for index in range(draws):
                domain, human, names = domains[index % len(domains)]
                synthetic = pooled(pools, domain, names)
                share = float(rng.choice([0.0, 0.02, 0.1, 0.3, 0.5]))
                matched += (
                    estimate(mixed_trial(human, synthetic, None, share, n, 1000, rng), rng).verdict
                    == "estimated"
                )
                others = [
                    d for d in pools.domains() if d != domain and pools.records[d, "human"].scores.size >= 150
                ]
                other = pools.records[str(rng.choice(others)), "human"]
                foreign = mixed_trial(human, synthetic, None, share, n, 1000, rng, human_reference=other)
                refused += estimate(foreign, rng).verdict != "estimated"
                result = estimate(mixed_trial(human, synthetic, None, 0.0, n, 1000, rng), rng)
                purely += result.low is not None
                zero += result.low == 0.0
            row(
                source or "saw all",
                n,
                f"{matched / draws:.1%} {verdict_of(matched, draws, 0.9)}",
                f"{refused / draws:.1%} {verdict_of(refused, draws, 0.95)}",
                f"{zero / max(purely, 1):.1%} {verdict_of(zero, purely, 0.95)}",
            )


def mirrors(draws: int, every: dict[str | None, Pools]) -> None:
    """Part mirrors: human reference of the target, synthetic one of another generator, same topics."""
    header(
        "Foreign mirrors: what-if intervals, n = 1,000, 500 references",
        "detector",
        "share",
        "no power",
        "covered",
        "median width",
    )
    for source, pools in every.items():
        pairs = [
            (human, pools.records[domain, a], pools.records[domain, b])
            for domain, human, names in english(pools)
            for a in names
            for b in names
            if a != b
        ]
        for share in SHARES:
            rng = np.random.default_rng([len(pairs), int(100 * share)])
            inside, widths, silent = 0, [], 0
            for index in range(max(draws, len(pairs))):
                human, own, mirror = pairs[index % len(pairs)]
                result = estimate(
                    mixed_trial(human, own, mirror, share, 1000, 500, rng), rng, covers_all=False
                )
                if result.what_if is None:
                    silent += 1
                    continue
                inside += result.what_if.low <= share <= result.what_if.high
                widths.append(result.what_if.high - result.what_if.low)
            row(
                source or "saw all",
                f"{share:.0%}",
                silent,
                f"{inside / len(widths):.1%} {verdict_of(inside, len(widths), 0.85)}",
                f"{100 * np.median(widths):.1f}",
            )


def bounds(draws: int, every: dict[str | None, Pools]) -> None:
    """Part bounds: known-human text of the domain, synthetic text of every kind, also from other domains."""
    header(
        "Lower bound, n = 1,000, 300 human references",
        "synthetic class",
        "share",
        "valid",
        "test",
        "median bound",
    )
    classes: list[
        tuple[
            str,
            Callable[[np.random.Generator, int], np.ndarray],
            Callable[[np.random.Generator, int], np.ndarray],
        ]
    ] = [
        (f"Gaussian, {gap:+.1f} sd", lambda r, n: r.normal(0, 1, n), lambda r, n, g=gap: r.normal(g, 1, n))
        for gap in (-2.0, 0.0, 1.0, 3.0, 8.0)
    ]
    for source, pools in every.items():
        for domain, human, _ in english(pools):
            rest = [
                key for key in pools.records if key[1] != "human" and pools.records[key].scores.size >= 100
            ]
            far = np.concatenate([pools.records[key].scores for key in rest])
            classes.append(
                (
                    f"every generator and domain mixed into {domain} ({source or 'seen'})",
                    lambda r, n, h=human.scores: r.choice(h, n),
                    lambda r, n, s=far: r.choice(s, n),
                )
            )
    for name, human_draw, synthetic_draw in classes:
        for share in (0.0, 0.05, 0.25, 0.5):
            rng = np.random.default_rng(int(100 * share))
            values = []
            for _ in range(draws):
                count = int(rng.binomial(1000, share))
                target = np.concatenate([human_draw(rng, 1000 - count), synthetic_draw(rng, count)])
                values.append(lower_bound(make_sample(target), make_sample(human_draw(rng, 300))) or 0.0)
            valid = int(np.sum(np.array(values) <= share))
            row(
                name,
                f"{share:.0%}",
                f"{valid / draws:.1%}",
                verdict_of(valid, draws, 0.975),
                f"{100 * np.median(values):.1f}",
            )


def controls(draws: int, every: dict[str | None, Pools]) -> None:
    """Part controls: shuffled labels, mirrors that the detector cannot see, and the best constant guess."""
    header("Negative controls", "control", "draws", "estimated")
    rng = np.random.default_rng(5)
    family = FAMILIES[1]
    shuffled = 0
    for _ in range(draws):
        trial = family.trial(0.3, 1000, 500, rng)
        pool = rng.permutation(np.concatenate([trial.human.scores, trial.synthetic.scores]))
        mixed = Trial(trial.target, Records(pool[:500], None), Records(pool[500:], None), 0.3, 0.3)
        shuffled += estimate(mixed, rng).verdict == "estimated"
    row("shuffled labels", draws, shuffled)
    for source, pools in every.items():
        for (domain, generator), synthetic in pools.records.items():
            human = pools.records.get((domain, "human"))
            if generator == "human" or human is None or min(human.scores.size, synthetic.scores.size) < 100:
                continue
            _, true, false = best_threshold(human.scores, synthetic.scores)
            if true - false < 0.10:
                seen = sum(
                    estimate(mixed_trial(human, synthetic, None, 0.3, 1000, 500, rng), rng).verdict
                    == "estimated"
                    for _ in range(max(10, draws // 10))
                )
                row(
                    f"{domain} by {generator}, {source or 'saw all'}, TPR - FPR {true - false:.2f}",
                    max(10, draws // 10),
                    seen,
                )
    low = [abs(s - np.median(SHARES[:5])) for s in SHARES[:5]]
    row(f"best constant guess at shares of 0 to 10 %: mean error {100 * np.mean(low):.1f} points", "", "")


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--parts", default="coverage,few,real,verdicts,mirrors,bounds,controls")
    parser.add_argument("--only", default="", help="part of the name of a score law or a detector")
    options = parser.parse_args()
    draws = 30 if options.quick else options.draws
    started = time.monotonic()
    folder = data_folder(options.data)
    every: dict[str | None, Pools] = {}
    if folder is None:
        print(
            "no developer data (--data DIR or SPRINGHEAD_DATA): parts on real scores are skipped",
            file=sys.stderr,
        )
    else:
        chosen = [source for source in SOURCES if options.only in (source or "saw all")]
        every = {source: real_pools(Path(folder), source) for source in chosen}
    for part in options.parts.split(","):
        if part in ("coverage", "few"):
            {"coverage": coverage, "few": few}[part](draws, options.only)
        elif part in ("bounds", "controls") or every:
            {"real": real, "verdicts": verdicts, "mirrors": mirrors, "bounds": bounds, "controls": controls}[
                part
            ](draws, every)
    print(f"\n{draws} draws, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
