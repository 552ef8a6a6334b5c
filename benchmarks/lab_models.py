"""Speed of the laboratory's models: whole loops beside peer-style ones, and beside what no loop over samples beats.

Process CPU seconds on one thread, medians of alternating runs in one process; first calls (which compile or load
compiled kernels) are left out. Run with OMP_NUM_THREADS=1.

P7   bigram refitted to its own text, half a million tokens, 10 generations
P10  mixture of two normal laws in the plane, 1000 records, 2050 generations
P17  kernel density estimate, 50 fresh real and 50 synthetic records each step, all kept, 2000 steps with W1 at each
P18  the same with the empirical law

The limit of each is a plain compiled loop over what cannot be left out: the random numbers, and for P10 the
moments and one exponential a record of as many EM passes, for P17 the two Fourier transforms and the kernel of
each step, for P18 its running sum.
"""

from __future__ import annotations

import argparse
import datetime
import math
import platform
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from sklearn.mixture import GaussianMixture

from springhead.core import registry
from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.modalities.text.documents import from_rows
from springhead.modalities.vector.kde_chain import Chain, chain_distances, run_chain
from springhead.modalities.vector.mixture import MixtureModel
from springhead.modalities.vector.mixture_source import MixtureSource
from springhead.modalities.vector.zipf_source import ZipfSource

TRUTH = MixtureSource(means=((-2.0,), (1.0,)), weights=(0.35, 0.65), spread=(0.8, 1.3))
GRID = np.linspace(-6.8, 8.8, 4096)
BLOB = MixtureSource(means=((0.0, 0.0),))
STEPS, EACH, WIDTH, POWER = 2000, 50, 0.5, 0.5
TOKENS, LONG = 512_000, 20


def truth(grid):
    """Return the distribution function of the real law."""
    parts = ((0.35, -2.0, 0.8), (0.65, 1.0, 1.3))
    rows = [
        w * np.array([0.5 * math.erfc((m - x) / s / math.sqrt(2)) for x in grid.tolist()])
        for w, m, s in parts
    ]
    return sum(rows)


TRUTH_ON_GRID = truth(GRID)


def widths(steps: int, kernel: bool) -> np.ndarray:
    """Return h0 t^(-p/2), or zeros."""
    return WIDTH * np.arange(1.0, steps + 1) ** (-POWER / 2) if kernel else np.zeros(steps)


def density_loop(steps: int, kernel: bool, seed: int = 0) -> np.ndarray:
    """Run P17 or P18 and return W1 at every step."""
    rng = np.random.default_rng(seed)
    fresh = TRUTH.draw(steps * EACH, rng).batch.reshape(steps, EACH)
    wide = widths(steps, kernel)
    chain = Chain(*run_chain(np.empty(0), fresh, EACH, wide, True, rng))
    return chain_distances(chain, wide, GRID, TRUTH_ON_GRID)


def peer_density(steps: int, kernel: bool) -> None:
    """Evaluate the estimate of all records so far on 500 points at every step."""
    rng = np.random.default_rng(0)
    grid = np.linspace(-6.8, 8.8, 500)
    known, wide, space = truth(grid), widths(steps, kernel), grid[1] - grid[0]
    pool, kept = np.empty(0), []
    for step in range(steps):
        pool = np.concatenate([pool, TRUTH.draw(EACH, rng).batch[:, 0]])
        if kernel:
            away = (grid[:, None] - pool[None]) / wide[step]
            density = np.exp(-0.5 * away**2).mean(axis=1) / wide[step] / math.sqrt(2 * math.pi)
            below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) * 0.5 * space)])
            below /= below[-1]
        else:
            below = np.searchsorted(np.sort(pool), grid, side="right") / len(pool)
        kept.append(np.trapezoid(np.abs(below - known), grid))
        noise = wide[step] * rng.standard_normal(EACH)
        pool = np.concatenate([pool, pool[rng.integers(len(pool), size=EACH)] + noise])


@njit
def limit_draws(rng, count):
    """Draw a row and a normal number for each sample."""
    total = 0.0
    for _ in range(count):
        total += int(rng.random() * count) + rng.standard_normal()
    return total


def limit_density(steps: int, kernel: bool) -> None:
    """Draw the records, and transform or add up the grid once a step."""
    limit_draws(np.random.default_rng(0), 2 * EACH * steps)
    masses = np.ones(len(GRID))
    for _ in range(steps):
        if kernel:
            np.fft.irfft(np.fft.rfft(masses) * np.exp(masses[: len(GRID) // 2 + 1]), len(GRID))
        else:
            np.cumsum(masses)


def mixture_loop(steps: int) -> tuple[int, np.ndarray]:
    """Run P10; return EM iterations and the last mixture's standard deviations."""
    rng, model, copies = np.random.default_rng(0), MixtureModel(), np.ones(1000, np.int64)
    batch, used = BLOB.draw(1000, rng).batch, 0
    for _ in range(steps):
        fitted = model.fit(batch, copies, start=None, compute=Compute(), rng=rng)
        used += fitted.iterations
        batch = fitted.sample(Request(1000), rng).batch
    return used, np.sqrt(np.einsum("kii->ki", fitted.covariances)).ravel()


def peer_mixture(steps: int) -> None:
    """Refit scikit-learn's mixture to its own samples."""
    batch = BLOB.draw(1000, np.random.default_rng(0)).batch
    for step in range(steps):
        fitted = GaussianMixture(2, tol=1e-5, max_iter=2000, random_state=step).fit(batch)
        batch = fitted.sample(1000)[0]


@njit
def limit_mixture(rng, steps, passes):
    """Draw three numbers a record, and take two distances and one exponential a record and pass."""
    points = np.empty((1000, 2))
    total = 0.0
    for step in range(steps):
        for i in range(1000):
            total += rng.random()
            points[i, 0], points[i, 1] = rng.standard_normal(), rng.standard_normal()
        for _ in range((step + 1) * passes // steps - step * passes // steps):
            mass, first, second, cross, third, fourth = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for i in range(1000):
                x, y = points[i, 0], points[i, 1]
                near = x * x * 0.9 + x * y * 0.1 + y * y * 1.1
                far = (x - 1.0) ** 2 * 0.8 + (x - 1.0) * y * 0.2 + y * y * 1.2
                share = 1.0 / (1.0 + math.exp(min(near - far, 700.0)))
                mass += share
                first += share * x
                second += share * y
                third += share * x * x
                cross += share * x * y
                fourth += share * y * y
            total += mass + first + second + cross + third + fourth
    return total


def corpus(tokens: int):
    """Return documents of 20 words by Zipf's law over 30,000 words, with one tag."""
    ranks = ZipfSource(categories=30_000, offset=2.7).draw(tokens, np.random.default_rng(0)).batch[:, 0]
    rows = np.concatenate(
        [
            np.zeros((tokens // LONG, 1), np.int64),
            ranks.astype(np.int64)[: tokens // LONG * LONG].reshape(-1, LONG),
        ],
        axis=1,
    )
    vocabulary = ("<|a|>", *(f"w{word}" for word in range(1, 30_001)))
    return from_rows(rows.tolist(), [0] * len(rows), vocabulary)


BIGRAM = registry.load("model", "text/bigram")()


def text_loop(steps: int, documents) -> int:
    """Run P7 and return the types left."""
    rng = np.random.default_rng(0)
    for _ in range(steps):
        copies = np.ones(len(documents), np.int64)
        fitted = BIGRAM.fit(documents, copies, start=None, compute=Compute(), rng=rng)
        documents = fitted.sample(Request(len(documents)), rng).batch
    return len(np.unique(documents.tokens))


def peer_text(documents) -> None:
    """Count successors in dictionaries and draw each word by its counts, one generation."""
    texts = [text.split() for text in documents.texts()]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for words in texts:
        for first, second in zip(["<s>", *words], [*words, "</s>"], strict=True):
            counts[first][second] += 1
    drawn = random.Random(0)
    for _ in texts:
        word, written = "<s>", []
        while word != "</s>":
            following = counts[word]
            word = drawn.choices(list(following), list(following.values()))[0]
            written.append(word)


@njit
def limit_text(rng, following, first, count):
    """Walk from word to successor, one random number and two reads each."""
    token, total = 1, 0
    for _ in range(count):
        start = first[token]
        token = following[start + int(rng.random() * (first[token + 1] - start))]
        token = max(token, 0)
        total += token
    return total


@dataclass(frozen=True)
class Case:
    """Our loop, the target in seconds, the peer's and ours at a size the peer can do, and the limit's loop."""

    name: str
    ours: Callable[[], object]
    target: float
    size: str
    peer: Callable[[], object]
    ours_small: Callable[[], object]
    limit: Callable[[], object]


def cases() -> list[Case]:
    """Return P7, P10, P17 and P18."""
    used, _ = mixture_loop(2050)
    whole, small = corpus(TOKENS), corpus(20_000)
    fitted = BIGRAM.fit(
        whole, np.ones(len(whole), np.int64), start=None, compute=Compute(), rng=np.random.default_rng(0)
    )
    walk = 10 * len(whole.tokens)
    return [
        Case(
            "P7", lambda: text_loop(10, whole), 1.5, "20 k tokens, 1 generation", lambda: peer_text(small),
            lambda: text_loop(1, small),
            lambda: limit_text(np.random.default_rng(0), fitted.following, fitted.first, walk),
        ),
        Case(
            "P10", lambda: mixture_loop(2050), 1.5, "50 generations", lambda: peer_mixture(50),
            lambda: mixture_loop(50), lambda: limit_mixture(np.random.default_rng(0), 2050, used),
        ),
        Case(
            "P17", lambda: density_loop(STEPS, True), 1.0, "100 steps", lambda: peer_density(100, True),
            lambda: density_loop(100, True), lambda: limit_density(STEPS, True),
        ),
        Case(
            "P18", lambda: density_loop(STEPS, False), 0.5, "2000 steps", lambda: peer_density(STEPS, False),
            lambda: density_loop(STEPS, False), lambda: limit_density(STEPS, False),
        ),
    ]  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """Return the process CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def medians(works: list[Callable[[], object]], repeats: int) -> list[float]:
    """Return the median CPU seconds of each call, taken in turn, after one call each that does not count."""
    for work in works:
        work()
    times = [[seconds(work) for work in works] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def models(repeats: int) -> None:
    """Print what one generation of each model costs at 1000 and 100,000 records."""
    print("\n| model | records | fit ms | sample ms | M records/s, both | share of drawing alone |")
    print("|---|---|---|---|---|---|")
    named = [
        ("vector/gaussian", "vector/gaussian", 1, 0), ("vector/kde", "vector/gaussian", 1, 1),
        ("vector/mixture", "vector/mixture", 2, 1), ("vector/categorical", "vector/zipf", 0, 1),
    ]  # fmt: skip
    for name, source, normals, uniforms in named:
        model = registry.load("model", name)()
        for n in (1000, 100_000):
            rng, times = np.random.default_rng(0), max(1, 20_000 // n)
            batch, copies = registry.load("source", source)().draw(n, rng).batch, np.ones(n, np.int64)
            fitted = model.fit(batch, copies, start=None, compute=Compute(), rng=rng)

            def fit(times=times, model=model, batch=batch, copies=copies, rng=rng):
                for _ in range(times):
                    model.fit(batch, copies, start=None, compute=Compute(), rng=rng)

            def sample(times=times, fitted=fitted, n=n, rng=rng):
                for _ in range(times):
                    fitted.sample(Request(n), rng)

            def draw(times=times, normals=normals, uniforms=uniforms, n=n, rng=rng):
                for _ in range(times):
                    limit_numbers(rng, n, normals, uniforms)

            fits, samples, draws = (t / times for t in medians([fit, sample, draw], repeats))
            rate = n / (fits + samples) / 1e6
            print(
                f"| {name} | {n} | {1e3 * fits:.3f} | {1e3 * samples:.3f} | {rate:.1f} "
                f"| {draws / (fits + samples):.2f} |",
                flush=True,
            )


@njit
def limit_numbers(rng, n, normals, uniforms):
    """Draw as many numbers as n samples need: normal ones, and one uniform where there is a choice."""
    total = 0.0
    for _ in range(n):
        for _ in range(normals):
            total += rng.standard_normal()
        for _ in range(uniforms):
            total += rng.random()
    return total


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"{datetime.date.today()}, Python {platform.python_version()}, NumPy {np.__version__}\n")
    print("| loop | s | target s | limit s | share of limit | peer-style s (at) | ours there s | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases():
        ours, limit, peer, small = medians(
            [case.ours, case.limit, case.peer, case.ours_small], options.repeats
        )
        met = "met" if ours <= case.target else "MISSED"
        print(
            f"| {case.name} | {ours:.3f} | {case.target} {met} | {limit:.3f} | {limit / ours:.2f} "
            f"| {peer:.3f} ({case.size}) | {small:.4f} | {peer / small:,.0f} |",
            flush=True,
        )
    models(options.repeats)
    used, spread = mixture_loop(2050)
    runs = np.array([density_loop(60, True, seed)[-1] for seed in range(200)])
    print(
        f"\nP10: {used / 2050:.1f} EM passes a generation; deviations at the end {spread.round(4).tolist()}"
    )
    print(f"P17: W1 at step 60 {runs.mean():.4f} +- {runs.std() / math.sqrt(200):.4f} over 200 runs")
    print(
        f"P17 and P18: W1 at step 2000 {density_loop(STEPS, True)[-1]:.4f}, {density_loop(STEPS, False)[-1]:.4f}"
    )


if __name__ == "__main__":
    main()
