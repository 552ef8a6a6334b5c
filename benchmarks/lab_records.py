"""Speed of the record engine beside a peer-style plain loop, with the share of each part, in one process.

    python benchmarks/lab_records.py [--records N] [--generations T] [--json FILE]

The engine keeps keys, groups, levels, a census, a policy, a checked draw and lineage in memory; the plain loop
draws, fits and keeps nothing. Times are CPU seconds of one thread (median of five, interleaved), without metrics.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from springhead.lab.components import components
from springhead.lab.lineage import MemoryLineage
from springhead.lab.loop import Loop
from springhead.lab.settings import ArmSettings, LabSettings

REPEATS = 5
TARGET_RATE = 1_000_000.0
PARTS = {
    "fit": ("training.py", "train"),
    "sample": ("training.py", "sample"),
    "census": ("pool.py", "census"),
    "cells of records": ("pool.py", "cell_of_record"),
    "copies": ("drawing.py", "_copies"),
    "check of the draw": ("check.py", "check_draw"),
    "training rows": ("pool.py", "training"),
    "judge": ("judge.py", "judge"),
    "lineage": ("lineage.py", "note_generation"),
    "examples": ("loop.py", "_picture"),
    "metrics": ("measure.py", "measure"),
}


def settings(model: str, policy: str, records: int, generations: int, **more: object) -> LabSettings:
    values = {"budget": "records", "strata": "total"} if policy == "accumulate-subsample" else {}
    arm = ArmSettings(policy={"name": policy}, **values)
    return LabSettings(
        source={"name": "vector/gaussian"}, model={"name": model}, records=records, generations=generations,
        replicates=1, control=False, examples=0, arms={"arm": arm}, **more,
    )  # fmt: skip


def engine(given: LabSettings) -> Callable[[], int]:
    """A run of one arm of one replicate; returns the number of records made."""

    def go() -> int:
        lineage = MemoryLineage()
        Loop(given, components(given), 0, lineage).run(given.arms)
        return given.records * given.generations

    return go


def plain(records: int, generations: int) -> Callable[[], int]:
    """The loop that papers' scripts contain: fit, draw, forget."""

    def go() -> int:
        rng = np.random.default_rng(0)
        values = rng.normal(0.0, 1.0, records)
        for _ in range(generations):
            mean, deviation = values.mean(), values.std(ddof=1)
            values = rng.normal(mean, deviation, records)
        return records * generations

    return go


def bare(given: LabSettings) -> Callable[[], int]:
    """The same model's fit and sample alone, as the engine calls them."""
    from springhead.core.nouns import Request
    from springhead.core.protocols import Compute

    def go() -> int:
        parts = components(given)
        rng = np.random.default_rng(0)
        batch = parts.source.draw(given.records, rng).batch
        ones = np.ones(given.records, np.int64)
        for _ in range(given.generations):
            fitted = parts.model.fit(batch, ones, start=None, compute=Compute(), rng=rng)
            batch = fitted.sample(Request(given.records), rng).batch
        return given.records * given.generations

    return go


def seconds(jobs: dict[str, Callable[[], int]]) -> dict[str, tuple[float, float]]:
    """CPU seconds and records per second of each job, interleaved."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    made = {name: job() for name, job in jobs.items()}
    for _ in range(REPEATS):
        for name, job in jobs.items():
            began = time.process_time()
            job()
            times[name].append(time.process_time() - began)
    return {
        name: (float(np.median(all_)), made[name] / float(np.median(all_))) for name, all_ in times.items()
    }


def shares(job: Callable[[], int]) -> dict[str, float]:
    """Share of each part of the loop in a profiled run; the profiler makes small steps look dearer than they are."""
    profile = cProfile.Profile()
    profile.enable()
    job()
    profile.disable()
    table = pstats.Stats(profile).stats
    whole = max(row[3] for row in table.values())
    found = dict.fromkeys(PARTS, 0.0)
    for (file, _, function), row in table.items():
        for name, (module, wanted) in PARTS.items():
            if function == wanted and file.endswith(f"/{module}") and "springhead" in file:
                found[name] += row[3] / whole
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--generations", type=int, default=50)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    n, generations = options.records, options.generations
    result: dict[str, object] = {}
    for policy in ("replace", "accumulate", "accumulate-subsample"):
        given = settings("vector/gaussian", policy, n, generations)
        jobs = {
            "record engine": engine(given),
            "fit and sample alone": bare(given),
            "plain loop": plain(n, generations),
        }
        print(f"\nGaussian, {policy}, n = {n:,}, {generations} generations")
        measured = seconds(jobs)
        for name, (time_, rate) in measured.items():
            print(f"  {name:<22} {time_:8.4f} s CPU  {rate / 1e6:8.2f} M records/s")
        rate = measured["record engine"][1]
        print(f"  target 1 M records/s: {'met' if rate >= TARGET_RATE else 'MISSED'}")
        for part, share in shares(jobs["record engine"]).items():
            print(f"    {part:<20} {share:6.1%}")
        result[policy] = {name: {"seconds": s, "rate": r} for name, (s, r) in measured.items()}
    print("\nCost by generations and records (replace), CPU seconds")
    for factor in (1, 2, 4):
        longer = seconds({"t": engine(settings("vector/gaussian", "replace", n, generations * factor))})["t"][
            0
        ]
        wider = seconds({"n": engine(settings("vector/gaussian", "replace", n * factor, generations))})["n"][
            0
        ]
        print(f"  x{factor}: generations {longer:.4f}, records {wider:.4f}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
