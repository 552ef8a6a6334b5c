"""What weights promise: quantities by name, their expectation, and bounds for what nobody knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census, Promise, Weights
from springhead.core.level import UNKNOWN_LEVEL, to_probability

TOTAL = "total"
HUMAN_SHARE = "human share"
EFFECTIVE = "effective size"
GROUP_SHARE = "share of group "
"""Prefix of a quantity that a group's name follows."""

_PROBABILITY = np.nan_to_num(to_probability(np.arange(256).astype(np.uint8)), nan=0.0)


def evaluate(census: Census, masses: NDArray[np.float64], quantity: str) -> tuple[float, float, float]:
    """Return a quantity of records or copies per cell, float64 (m,), with its bounds: value, low, high.

    The human share counts 1 - P(synthetic) over the records of known level alone, nan where there are none;
    its bounds count all unknown records as synthetic (low) and as human (high). "effective size" needs
    squares and is not among these quantities.
    """
    total = float(masses.sum())
    if quantity == TOTAL:
        return total, total, total
    if quantity.startswith(GROUP_SHARE):
        index = census.groups.index(quantity.removeprefix(GROUP_SHARE))
        inside = float(masses[census.cells[:, 0] == index].sum())
        share = inside / total if total > 0.0 else 0.0
        return share, share, share
    assert quantity == HUMAN_SHARE, f"no quantity is called {quantity!r}"
    level = census.cells[:, 2]
    known = float(masses[level != UNKNOWN_LEVEL].sum())
    human = known - float(masses @ _PROBABILITY[level])
    if total <= 0.0:
        return float("nan"), 0.0, 1.0
    share = human / known if known > 0.0 else float("nan")
    return share, human / total, (human + total - known) / total


def promise(
    census: Census,
    values: NDArray[np.float64],
    quantity: str,
    asked: float | None = None,
    binding: str = "",
) -> Promise:
    """Say what was asked of a quantity and what the weights give.

    `nearest` is set to what they give where something binds and the asked value is missed.
    """
    expected, low, high = evaluate(census, census.sizes * values, quantity)
    missed = asked is not None and abs(expected - asked) > 1e-9 * max(1.0, abs(asked))
    return Promise(quantity, asked, expected, low, high, expected if missed and binding else None, binding)


def give(
    census: Census,
    values: NDArray[np.float64],
    unknown: str,
    *promises: Promise,
    budget: float | None = None,
    binding: str = "",
) -> Weights:
    """Return weights with the promises that every policy makes and those that it adds.

    Every policy says the total (with `binding`, what keeps it from the budget), the human share with its bounds
    and Kish's effective size.
    """
    assert np.all(np.isfinite(values)) and np.all(values >= 0.0), "weights are finite and not negative"
    made = [promise(census, values, TOTAL, budget, binding)]
    if not any(one.quantity == HUMAN_SHARE for one in promises):
        made.append(promise(census, values, HUMAN_SHARE))
    made.extend(promises)
    effective = Weights(census, values).effective_size
    made.append(Promise(EFFECTIVE, None, effective, effective, effective))
    return Weights(census, values, tuple(made), unknown)
