"""T11: a regression whose labels were made by n regressions in a row, each fitted to the labels of the last.

Dohmatob, Feng and Kempe, "Model collapse demystified" (2402.07712), Theorem 4.1; with finite-size terms the
error of ordinary least squares is s^2 d / (T - d - 1) + n s0^2 d / (T0 - d - 1).
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Scale, mean_of
from springhead.laws.regression import n_fold_error
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T11",
    claim="The test error of a regression on n-th generation labels grows linearly in n.",
    source="Dohmatob, Feng and Kempe 2024, Model collapse demystified, arXiv 2402.07712, Theorem 4.1",
    protocol="d = 100, T0 = 200, T = 400, noise .1 and .2, ordinary least squares on materialised data, n = 0, 1, 3, 10",
    by="loop",
)
WIDTH, GENERATED, TRAINED = 100, 200, 400
NOISE, GENERATOR_NOISE = 0.1, 0.2
DEPTHS = (0, 1, 3, 10)


def expected(depth: int) -> float:
    """Return the excess error of labels of generation `depth`, exact for Gaussian designs."""
    return n_fold_error(
        rows=TRAINED, dimension=WIDTH, generator_rows=GENERATED, folds=depth, noise=NOISE,
        generator_noise=GENERATOR_NOISE,
    )  # fmt: skip


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Fit chains of regressions and compare their errors with the formula at four depths."""
    runs = scale.pick(60, 400)
    rng = stream(seed, "lab/reproduce/T11")
    errors = {depth: [excess_error(depth, rng) for _ in range(runs)] for depth in DEPTHS}
    shallow = {0: 1, 1: 0, 3: 1, 10: 3}
    return [
        CLAIM.judge(
            f"excess error at n = {depth}", expected(depth), mean_of(errors[depth]),
            control=f"labels of generation {shallow[depth]}", control_observed=mean_of(errors[shallow[depth]]),
        )
        for depth in DEPTHS
    ]  # fmt: skip


def excess_error(depth: int, rng: Generator) -> float:
    """Return |w_hat - w|^2 of one chain of `depth` generators and a final fit."""
    weights = np.zeros(WIDTH)
    for _ in range(depth):
        weights = _fit(weights, GENERATED, GENERATOR_NOISE, rng)
    return float(np.sum(_fit(weights, TRAINED, NOISE, rng) ** 2))


def _fit(weights: np.ndarray, rows: int, noise: float, rng: Generator) -> np.ndarray:
    design = rng.standard_normal((rows, WIDTH))
    labels = design @ weights + noise * rng.standard_normal(rows)
    return np.asarray(np.linalg.solve(design.T @ design, design.T @ labels))
