"""Realised against expected: what a draw gave is compared with what the policy promised, in levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Weights
from springhead.core.level import to_probability
from springhead.errors import DrawDiffers
from springhead.policies.draws import Kind, Strata
from springhead.policies.promises import EFFECTIVE, evaluate
from springhead.policies.reading import tally

DEVIATIONS = 5.0
"""Standard deviations within which random draws must lie: one honest draw in 1.7 million does not."""


@dataclass(frozen=True, slots=True)
class Realised:
    """One quantity of a draw: what was asked, what was expected of it with bounds, and what came out."""

    quantity: str
    asked: float | None
    expected: float
    low: float
    high: float
    realised: float
    binding: str


def check_draw(
    kind: Kind,
    weights: Weights,
    cell_of_record: NDArray[np.int64],
    copies: NDArray[np.int64],
    *,
    strata: Strata = "cell",
) -> tuple[Realised, ...]:
    """Compare a draw of n records, `copies` int64 (n,), with the promises of its weights; return both.

    Total, totals of groups and mass of P(synthetic) must agree to rounding for `fixed` and within 5 standard
    deviations of the draw's own law otherwise; DrawDiffers is raised when one does not.
    """
    census, values = weights.census, weights.values
    count = np.bincount(cell_of_record, minlength=len(values)).astype(np.float64)
    given = tally(cell_of_record, copies.astype(np.float64), len(values))
    _compare(kind, strata, weights, count, given)
    effective = float(copies.sum()) ** 2 / max(float((copies.astype(np.float64) ** 2).sum()), 1.0)
    found = list[Realised]()
    for one in weights.promises:
        value = effective if one.quantity == EFFECTIVE else evaluate(census, given, one.quantity)[0]
        found.append(Realised(one.quantity, one.asked, one.expected, one.low, one.high, value, one.binding))
    return tuple(found)


def _compare(
    kind: Kind, strata: Strata, weights: Weights, count: NDArray[np.float64], given: NDArray[np.float64]
) -> None:
    census, expected = weights.census, count * weights.values
    variance = _variance(kind, weights.values, count)
    total, wanted = float(given.sum()), float(expected.sum())
    tolerance = 0.5 if kind == "multinomial" else 1.0 if kind == "fixed" else _bound(float(variance.sum()))
    _within("in total", total, wanted, tolerance)
    if kind == "fixed" and strata == "cell":
        worst = int(np.argmax(np.abs(given - expected))) if len(given) else 0
        _within(f"in cell {census.cells[worst].tolist()}", float(given[worst]), float(expected[worst]), 1.0)
    group, groups = census.cells[:, 0], len(census.groups)
    by_group = tally(group, given - expected, groups)
    rounded = kind == "fixed" and strata != "total"
    allowed = np.ones(groups) if rounded else _tolerance(tally(group, variance, groups))
    worst = int(np.argmax(np.abs(by_group) - allowed))
    at = group == worst
    _within(
        f"in group {census.groups[worst]!r}",
        float(given[at].sum()),
        float(expected[at].sum()),
        float(allowed[worst]),
    )
    load = np.nan_to_num(to_probability(census.cells[:, 2].astype(np.uint8)), nan=0.0)
    if kind == "fixed" and strata == "cell":
        allowed_mass = float(load @ (np.abs(expected - np.rint(expected)) > 0.0)) + 0.5
    else:
        allowed_mass = _bound(float(load**2 @ variance))
    _within("of P(synthetic), in sum,", float(load @ given), float(load @ expected), allowed_mass)


def _variance(kind: Kind, values: NDArray[np.float64], count: NDArray[np.float64]) -> NDArray[np.float64]:
    # Of a cell's copies: independent rounding, or at most the Poisson law's for the multinomial. Fixed sizes
    # over wider strata vary less than independent rounding does.
    if kind == "multinomial":
        return count * values
    fraction = values - np.floor(values)
    return count * fraction * (1.0 - fraction)


def _tolerance(variance: NDArray[np.float64]) -> NDArray[np.float64]:
    # Bernstein's second term makes five deviations hold where a handful of records is expected.
    return DEVIATIONS * np.sqrt(variance) + DEVIATIONS**2 / 3.0


def _bound(variance: float) -> float:
    return float(_tolerance(np.array([variance]))[0])


def _within(where: str, found: float, expected: float, tolerance: float) -> None:
    if not abs(found - expected) <= tolerance * (1.0 + 1e-9) + 1e-9 * abs(expected):
        raise DrawDiffers(
            f"{found:.6g} copies {where}", f"{expected:.6g} with at most {tolerance:.3g} between them"
        )
