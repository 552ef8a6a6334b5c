"""T4: linear regressions on their own labels: replace, accumulate, growing synthetic sets.

Gerstgrasser et al., "Is Model Collapse Inevitable?" (2404.01413): in units of one fit the error after i fits is i under
replace, sum 1/j^2 (below pi^2/6) under accumulate, sum 1/j under replace with growing sets.
"""

from __future__ import annotations

import numpy as np

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.averaging import error_ratio
from springhead.laws.engine import run_law
from springhead.laws.regression import single_fit_error
from springhead.laws.settings import Accumulate, Growing, LawSettings, Regression, Replace, Schedule
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T4",
    claim="Regression error grows as i under replace, as log i with growing sets; accumulating it stays below pi^2/6.",
    source="Gerstgrasser et al. 2024, Is Model Collapse Inevitable?, arXiv 2404.01413",
    protocol="d = 32, T = 100 rows, 10 generations, least squares; error over that of one fit",
    by="law",
)
WIDTH, ROWS, GENERATIONS = 32, 100, 10


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the error ratio after ten generations under three workflows."""
    ends = {
        "replace": _end(Replace(), scale, seed),
        "accumulate": _end(Accumulate(), scale, seed),
        "growing": _end(Growing(), scale, seed),
    }
    other = {"replace": "growing", "accumulate": "replace", "growing": "accumulate"}
    return [
        CLAIM.judge(
            f"error ratio after {GENERATIONS}, {workflow}",
            float(error_ratio(workflow=workflow, generations=GENERATIONS)[-1]), ends[workflow],
            control=other[workflow], control_observed=ends[other[workflow]],
        )
        for workflow in ("replace", "accumulate", "growing")
    ]  # fmt: skip


def _end(schedule: Schedule, scale: Scale, seed: int) -> Estimate:
    settings = LawSettings(
        law=Regression(dimension=WIDTH), schedule=schedule, samples=ROWS, generations=GENERATIONS,
        replicates=scale.pick(400, 4_000),
    )  # fmt: skip
    errors = run_law(settings, seed).series["error"][-1]
    return mean_of(np.asarray(errors) / single_fit_error(rows=ROWS, dimension=WIDTH))
