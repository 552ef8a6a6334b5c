# ruff: noqa: B023  (every closure is timed within its own round of the loop)
"""Rows per second of weighing and of each draw, on one core: `python benchmarks/policies.py`."""

import time

import numpy as np

from springhead.core.census import count
from springhead.policies import KINDS, check_draw, draw, locate, make


def best(task, times=5):
    found = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        found.append(time.perf_counter() - start)
    return min(found)


def main():
    rng = np.random.default_rng(0)
    for n in (1_000, 10_000, 1_000_000):
        rows = np.stack([rng.integers(0, 3, n), rng.integers(0, 4, n), rng.integers(0, 256, n)], 1)
        census = count(["a", "b", "c"], rows)
        keys = np.arange(n).astype(np.uint64)
        cell = locate(census, rows)
        for name in ("replace", "accumulate-subsample", "fixed-real-share", "exact-mix", "soft-weights"):
            policy = make(name)
            seconds = best(lambda policy=policy: policy.weigh(census, budget=n / 3))
            print(f"n={n} cells={len(census.sizes)} weigh {name}: {1e3 * seconds:.2f} ms")
        weights = make("exact-mix").weigh(census, budget=n / 3)
        for kind in KINDS:

            def task(kind=kind):
                return draw(kind, weights, cell, keys, seed=0, stage="s", generation=0, rng=rng)

            copies = task()
            print(f"n={n} draw {kind}: {n / best(task) / 1e6:.1f} M rows/s")
            seconds = best(lambda kind=kind, copies=copies: check_draw(kind, weights, cell, copies))
            print(f"n={n} check {kind}: {1e3 * seconds:.2f} ms")


if __name__ == "__main__":
    main()
