"""Linear regression trained on its own labels, in closed form.

Sources: Gerstgrasser et al. 2024 (arXiv 2404.01413), Dohmatob et al. 2024 "Demystified" (2402.07712).
"""

from __future__ import annotations

from typing import Literal

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.averaging import error_ratio
from springhead.laws.checks import non_negative, whole


def single_fit_error(*, rows: int, dimension: int, noise: float = 1.0) -> float:
    """Return sigma^2 d / (T - d - 1), the excess error of least squares on T standard normal rows."""
    d, rows = whole("dimension", dimension, least=1), whole("rows", rows, least=1)
    if rows <= d + 1:
        raise OutOfRange("rows", str(rows), f"above dimension + 1 = {d + 1}")
    return non_negative("noise", noise) ** 2 * d / (rows - d - 1)


def regression_error(
    *,
    rows: int,
    dimension: int,
    generations: int,
    workflow: Literal["replace", "accumulate", "growing"],
    noise: float = 1.0,
) -> Floats:
    """Return the excess error after 1..generations fits on the same rows, float64 (generations,) (Gerstgrasser).

    sigma^2 d/(T-d-1) times g (replace), sum 1/i^2 (accumulate) or sum 1/i (growing).
    """
    base = single_fit_error(rows=rows, dimension=dimension, noise=noise)
    return base * error_ratio(workflow=workflow, generations=generations)


def n_fold_error(
    *,
    rows: int,
    dimension: int,
    generator_rows: int,
    folds: int,
    noise: float,
    generator_noise: float,
    finite_size: bool = True,
) -> float:
    """Return the error of a fit on labels that passed through n generators, ridgeless (Demystified, theorem 4.1).

    sigma^2 d/(T-d-1) + n sigma_0^2 d/(T_0-d-1); finite_size=False drops the ones, as the asymptotic formula does.
    """
    folds = whole("folds", folds, least=0)
    if finite_size:
        own = single_fit_error(rows=rows, dimension=dimension, noise=noise)
        generator = single_fit_error(rows=generator_rows, dimension=dimension, noise=generator_noise)
        return own + folds * generator
    if min(rows, generator_rows) <= dimension:
        raise OutOfRange("rows", str(min(rows, generator_rows)), "above the dimension")
    own = noise**2 * dimension / (rows - dimension)
    return own + folds * generator_noise**2 * dimension / (generator_rows - dimension)
