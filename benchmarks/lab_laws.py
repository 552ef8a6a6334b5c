"""How fast is the law engine? Beside a plain Python loop per definition and the physical limit, in one process.

    python benchmarks/lab_laws.py [--quick] [--repeats 5]

Peer-style loops are written here from the published definitions: one chain after another, NumPy calls per
generation, everything kept that the definition keeps. They run on fewer replicates (column "peer at") and their
time is scaled linearly. Times are process CPU seconds, warm (the first call, which compiles, is printed apart),
the median of `--repeats`. The limit is a compiled loop that only draws and sums standard normal numbers.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numba import njit

from springhead.laws.engine import run_law
from springhead.laws.settings import (
    Accumulate,
    Bernoulli,
    Categorical,
    LawSettings,
    Normal,
    Poisson,
    Regression,
    Replace,
)
from springhead.laws.unigram import unigram_loop, word_counts


def peer_normal(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Refit mean and deviation to samples, chain by chain."""
    keep = isinstance(settings.schedule, Accumulate)
    for _ in range(replicates):
        mean, deviation, pool, kept = 0.0, 1.0, np.empty(0), []
        for _ in range(settings.generations):
            new = rng.normal(mean, deviation, settings.samples)
            pool = np.concatenate([pool, new]) if keep else new
            mean, deviation = np.mean(pool), np.std(pool, ddof=1)
            kept.append(deviation)


def peer_normals(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Refit mean and covariance in d dimensions."""
    d, keep = settings.law.dimension, isinstance(settings.schedule, Accumulate)
    for _ in range(replicates):
        mean, covariance, pool, kept = np.zeros(d), np.eye(d), np.empty((0, d)), []
        for _ in range(settings.generations):
            new = rng.multivariate_normal(mean, covariance, settings.samples, check_valid="ignore")
            pool = np.concatenate([pool, new]) if keep else new
            mean, covariance = pool.mean(axis=0), np.cov(pool, rowvar=False)
            kept.append(np.trace(covariance))


def peer_bernoulli(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Draw the samples of an item and take their mean."""
    for _ in range(replicates):
        probability, kept = settings.law.probability, []
        for _ in range(settings.generations):
            probability = np.mean(rng.binomial(1, probability, settings.samples))
            kept.append(probability > 0)


def peer_poisson(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Draw Poisson samples and take their mean."""
    for _ in range(replicates):
        rate, kept = settings.law.rate, []
        for _ in range(settings.generations):
            rate = np.mean(rng.poisson(rate, settings.samples))
            kept.append(rate > 0)


def peer_categorical(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Draw categories with `choice` and count them into a new table of shares."""
    law = settings.law
    ranks = np.arange(1, law.size + 1)
    for _ in range(replicates):
        shares, kept = (ranks + law.offset) ** -law.exponent, []
        shares = shares / shares.sum()
        for _ in range(settings.generations):
            drawn = rng.choice(law.size, settings.samples, p=shares)
            counts = dict.fromkeys(range(law.size), 0)
            for category in drawn:
                counts[int(category)] += 1
            shares = np.array(list(counts.values())) / settings.samples
            kept.append(np.count_nonzero(shares))


def peer_regression(rng: np.random.Generator, settings: LawSettings, replicates: int) -> None:
    """Fit rows and labels anew in every generation."""
    d, n, keep = settings.law.dimension, settings.samples, isinstance(settings.schedule, Accumulate)
    for _ in range(replicates):
        weights, rows, labels = np.zeros(d), np.empty((0, d)), np.empty(0)
        for _ in range(settings.generations):
            new = rng.standard_normal((n, d))
            told = new @ weights + rng.standard_normal(n)
            rows = np.concatenate([rows, new]) if keep else new
            labels = np.concatenate([labels, told]) if keep else told
            weights = np.linalg.lstsq(rows, labels, rcond=None)[0]


@dataclass(frozen=True)
class Case:
    """A run, the loop beside it, how many replicates of that loop are timed, the target in seconds."""

    name: str
    settings: tuple[LawSettings, ...]
    peer: Callable[[np.random.Generator, LawSettings, int], None]
    peer_replicates: int
    target: float | None


def cases() -> list[Case]:
    """Return the experiments P1 to P15 that a law engine can run."""

    def run(law: object, samples: int, generations: int, replicates: int, schedule: object = Replace()):
        return LawSettings(
            law=law, schedule=schedule, samples=samples, generations=generations, replicates=replicates
        )

    item = (
        run(Bernoulli(probability=0.001), 10_000, 50, 5000),
        run(Bernoulli(probability=0.01), 100, 50, 5000),
    )
    zipf = tuple(run(Categorical(size=1000, exponent=a, offset=2.7), 1000, 10, 200) for a in (1.0, 2.0))
    found = [
        Case("P1", (run(Normal(), 100, 2500, 25),), peer_normal, 3, 0.05),
        Case("P2", (run(Normal(), 10, 200, 1000),), peer_normal, 30, 0.05),
        Case("P3", item, peer_bernoulli, 30, 0.1),
        Case("P4", (run(Poisson(rate=1.0), 10, 500, 5000),), peer_poisson, 20, None),
        Case("P5", zipf, peer_categorical, 3, 0.1),
        Case("P11", (run(Normal(), 100, 100, 100),), peer_normal, 20, 0.05),
    ]
    for schedule in (Replace(), Accumulate()):
        word = type(schedule).__name__.lower()
        for d, n in ((1, 1000), (10, 1000), (100, 100), (100, 1000)):
            peer = peer_normal if d == 1 else peer_normals
            law = Normal(dimension=d)
            found.append(Case(f"P12 d={d} n={n} {word}", (run(law, n, 100, 1, schedule),), peer, 1, 0.5))
        law = Regression(dimension=10, redraw=True)
        found.append(
            Case(f"P15 n=1000 {word}", (run(law, 1000, 100, 1, schedule),), peer_regression, 1, None)
        )
    return found


def seconds(work: Callable[[], object]) -> float:
    """Return the process CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def own_seconds(settings: tuple[LawSettings, ...], repeats: int) -> tuple[float, float]:
    """Return the first call's time and the median of the warm ones."""

    def work() -> None:
        for number, one in enumerate(settings):
            run_law(one, number)

    return seconds(work), statistics.median(seconds(work) for _ in range(repeats))


@njit
def limit_loop(rng: np.random.Generator, count: int) -> float:
    """Draw and sum: what no loop over samples can beat."""
    total = 0.0
    for _ in range(count):
        total += rng.standard_normal()
    return total


def samples_of(settings: LawSettings) -> int:
    """Return how many numbers a loop over samples would draw."""
    width = getattr(settings.law, "dimension", 1)
    return settings.samples * settings.generations * settings.replicates * width


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="skip the linear curves and the words")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    limit_loop(rng, 10)
    count = 20_000_000
    limit = count / statistics.median(seconds(lambda: limit_loop(rng, count)) for _ in range(3))
    print(f"{datetime.date.today()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"limit of a loop over samples: {limit / 1e6:.0f} M standard normal numbers a second\n")
    print(
        "| experiment | first call s | warm s | target s | peer-style s (at) | ratio | M samples/s | of limit |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for case in cases():
        first, warm = own_seconds(case.settings, options.repeats)
        peer = 0.0
        for one in case.settings:
            part = seconds(lambda one=one, case=case: case.peer(rng, one, case.peer_replicates))
            peer += part * one.replicates / case.peer_replicates
        rate = sum(map(samples_of, case.settings)) / warm
        at = case.settings[0].replicates
        target = "" if case.target is None else f"{case.target} {'met' if warm <= case.target else 'MISSED'}"
        print(
            f"| {case.name} | {first:.3f} | {warm:.4f} | {target} | {peer:.2f} ({case.peer_replicates} of {at}) "
            f"| {peer / warm:,.0f} | {rate / 1e6:,.0f} | {rate / limit:.2f} |",
            flush=True,
        )
    if not options.quick:
        curves(options.repeats)
        words()


def curves(repeats: int) -> None:
    """Print time against samples, generations and replicates, and the slope on log scales."""
    base = {
        "normal accumulate": LawSettings(
            law=Normal(), schedule=Accumulate(), samples=1000, generations=1000, replicates=1000
        ),
        "categorical replace": LawSettings(
            law=Categorical(size=1000), samples=2000, generations=50, replicates=50
        ),
        "normal d=30 accumulate": LawSettings(
            law=Normal(dimension=30), schedule=Accumulate(), samples=1000, generations=50, replicates=50
        ),
    }
    print("\n| law | axis | x1 s | x2 s | x4 s | exponent |\n|---|---|---|---|---|---|")
    for name, settings in base.items():
        for axis in ("samples", "generations", "replicates"):
            times = [
                own_seconds((replace(settings, **{axis: getattr(settings, axis) * by}),), repeats)[1]
                for by in (1, 2, 4)
            ]
            slope = np.polyfit(np.log([1, 2, 4]), np.log(times), 1)[0]
            print(f"| {name} | {axis} | {' | '.join(f'{t:.3f}' for t in times)} | {slope:.2f} |", flush=True)


def words() -> None:
    """Print types of real words kept beside the survival law."""
    print("\n| language | types | kept after 1, 5, 10 generations | the law says | largest gap | s |")
    print("|---|---|---|---|---|---|")
    for language in ("en", "zh", "ar", "tr", "is", "bn"):
        counts = word_counts(language=language, tokens=1_000_000)
        start = time.process_time()
        kept = unigram_loop(counts, generations=10, seed=1)
        spent = time.process_time() - start
        seen, law = (
            " ".join(f"{v:.4f}" for v in part[[1, 5, 10], 0]) for part in (kept.observed, kept.expected)
        )
        gap = abs(kept.observed - kept.expected).max()
        print(f"| {language} | {kept.types[0]} | {seen} | {law} | {gap:.4f} | {spent:.2f} |", flush=True)


if __name__ == "__main__":
    main()
