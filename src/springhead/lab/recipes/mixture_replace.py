"""T16: a Gaussian mixture refitted to its own samples for 2,000 generations.

Shumailov et al., "AI models collapse when trained on recursively generated data" (2305.17493), figure 7.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from springhead.core.nouns import Floats
from springhead.lab.reproduction import Claim, Estimate, Scale
from springhead.lab.runs import run_lab
from springhead.lab.settings import ArmSettings, LabSettings
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T16",
    claim="A mixture of two Gaussians refitted to its own samples collapses within 2,000 generations, not within 100.",
    source="Shumailov et al. 2024, arXiv 2305.17493, figure 7",
    protocol="two components in the plane, N = 1,000, expectation maximisation anew every generation, policy replace",
    by="loop",
)
EARLY, LATE = 100, 2_000


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the trace of the covariance early and late, over seeds, with the published range."""
    seeds = scale.pick(5, 10)
    early, late = _traces(seeds, seed)

    def one(value: float) -> Estimate:
        return Estimate(float(value), 0.0, seeds)

    return [
        CLAIM.judge("largest trace of any seed, late", 0.3, one(late.max()), side="at most",
                    control=f"generation {EARLY}", control_observed=one(early.max())),
        CLAIM.judge("smallest trace of any seed, early", 1.0, one(early.min()), side="at least",
                    control=f"generation {LATE}", control_observed=one(late.min())),
    ]  # fmt: skip


def _traces(seeds: int, seed: int) -> tuple[Floats, Floats]:
    """Return the trace of the covariance of every seed at the early and the late generation, (seeds,) each."""
    settings = LabSettings(
        name="T16", seed=seed, source={"name": "vector/mixture"}, model={"name": "vector/mixture"}, records=1_000,
        generations=LATE, replicates=seeds, metrics=("vector/covariance-trace",), measure_every=EARLY, control=False,
        examples=0, arms={"replace": ArmSettings(policy={"name": "replace"})},
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="springhead-lab-") as folder:
        series = run_lab(settings, Path(folder) / "T16", engine="serial").series()
    chosen = series.filter(pl.col("arm") == "replace", pl.col("metric") == "covariance-trace").sort(
        "replicate"
    )
    early, late = (chosen.filter(pl.col("generation") == at)["value"].to_numpy() for at in (EARLY, LATE))
    return early, late
