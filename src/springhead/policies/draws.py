"""The three draws: weights, expected copies per record of a cell, become whole copies of records.

`hash` rounds every record independently by a hash of its key, so that the same contents are drawn for any
sharding, order or number of workers. `fixed` gives exact sizes, nested (total, group, cell). `multinomial`
draws with replacement, as several published laws assume. All are vectorised and cost linear time but for one
sort of the records of cells that need a choice.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.census import Weights
from springhead.errors import UnknownName
from springhead.policies.reading import tally

Kind = Literal["hash", "fixed", "multinomial"]
Strata = Literal["cell", "group", "total"]
KINDS: Final[tuple[Kind, ...]] = ("fixed", "hash", "multinomial")

_START: Final = 0x5DEECE66D
"""Sets the start of systematic rounding apart from the hashes of records."""

Copies = NDArray[np.int64]
Keys = NDArray[np.uint64]


def draw(
    kind: Kind,
    weights: Weights,
    cell_of_record: NDArray[np.int64],
    keys: Keys,
    *,
    seed: int,
    stage: str,
    generation: int,
    rng: Generator,
    ranks: NDArray[np.int64] | None = None,
    strata: Strata = "cell",
) -> Copies:
    """Draw whole copies of n records, int64 (n,).

    `cell_of_record` int64 (n,) is each record's row of `weights.census` (see `locate`); `keys` uint64 (n,) are
    the records' keys, or the first eight bytes of their contents' hashes; `ranks` int64 (n,) numbers exact
    duplicates 0, 1, ... (None: keys are unique). `seed`, `stage` and `generation` name the draw: another
    name gives an independent one. Only `multinomial` reads `rng`, only `fixed` reads `strata`. `fixed` and
    `multinomial` need all records of the census at once; `hash` works on any part of them.

    Raises UnknownName for a draw that does not exist.
    """
    assert len(cell_of_record) == len(keys), "one key for every record"
    if kind == "multinomial":
        return _multinomial(weights, cell_of_record, rng)
    if kind not in KINDS:
        raise UnknownName("draw", kind, KINDS)
    salt = _salt(seed, stage, generation)
    if kind == "hash":
        return _independent(weights.values, cell_of_record, hashed(keys, salt, ranks))
    if strata not in ("cell", "group", "total"):
        raise UnknownName("strata of a draw", strata, ("cell", "group", "total"))
    return _fixed(weights, cell_of_record, hashed(keys, salt, ranks), salt, strata)


def _salt(seed: int, stage: str, generation: int) -> int:
    digest = hashlib.sha256(f"{seed}/{generation}/{stage}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def hashed(keys: Keys, salt: int, ranks: NDArray[np.int64] | None = None) -> Keys:
    """Hash keys, uint64 (n,), with a salt: two rounds of the finaliser of SplitMix64 (Steele 2014).

    A bijection for a given salt and rank, so that distinct keys never tie.
    """
    mixed = _finalise(keys ^ np.uint64(salt))
    mixed += np.uint64(salt)
    if ranks is not None:
        mixed += ranks.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return _finalise(mixed)


def _finalise(state: Keys) -> Keys:
    # In place where it can: the temporary arrays are what costs.
    state = state + np.uint64(0x9E3779B97F4A7C15)
    shifted = state >> np.uint64(30)
    state ^= shifted
    state *= np.uint64(0xBF58476D1CE4E5B9)
    np.right_shift(state, np.uint64(27), out=shifted)
    state ^= shifted
    state *= np.uint64(0x94D049BB133111EB)
    np.right_shift(state, np.uint64(31), out=shifted)
    state ^= shifted
    return state


def _unit(hashes: Keys) -> NDArray[np.float64]:
    """Map hashes to [0, 1): the upper 53 bits."""
    return (hashes >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _independent(values: NDArray[np.float64], cell: NDArray[np.int64], hashes: Keys) -> Copies:
    whole = np.floor(values)
    copies = whole.astype(np.int64)[cell]
    copies += _unit(hashes) < (values - whole)[cell]
    return copies


def _fixed(weights: Weights, cell: NDArray[np.int64], hashes: Keys, salt: int, strata: Strata) -> Copies:
    census, values = weights.census, weights.values
    count = np.bincount(cell, minlength=len(values))
    expected = count * values
    start = float(_unit(hashed(np.zeros(1, np.uint64), salt ^ _START))[0])
    if strata == "cell":
        target = _nested(expected, census.cells, start)
        base = np.divide(target, count, out=np.zeros(len(count)), where=count > 0).astype(np.int64)
        extra = target - base * count
        copies = base[cell]
        copies[smallest(cell, hashes, extra, count)] += 1
        return copies
    whole = np.floor(values)
    fraction = (values - whole)[cell]
    copies = whole.astype(np.int64)[cell]
    stratum = census.cells[:, 0] if strata == "group" else np.zeros(len(values), np.int64)
    groups = int(stratum.max()) + 1 if len(stratum) else 0
    sums = systematic(tally(stratum, expected.astype(np.float64), groups), start)
    given = tally(stratum, (count * whole).astype(np.float64), groups).astype(np.int64)
    stratum_of = stratum[cell]
    uneven = np.flatnonzero(fraction > 0.0)
    of_uneven = stratum_of[uneven]
    available = np.bincount(of_uneven, minlength=groups)
    extra = np.clip(sums - given, 0, available)
    parts = fraction[uneven]
    alike = len(parts) > 0 and parts.min() == parts.max()  # then scores are in the order of the hashes
    ranked = hashes[uneven] if alike else _pareto(_unit(hashes[uneven]), parts)
    copies[uneven[smallest(of_uneven, ranked, extra, available)]] += 1
    return copies


def _pareto(unit: NDArray[np.float64], fraction: NDArray[np.float64]) -> Keys:
    # Rosen's Pareto sampling: inclusion probabilities are the fractions up to O(1/n), exactly where all are equal.
    score = unit * (1.0 - fraction) / np.maximum((1.0 - unit) * fraction, 1e-300)
    # Non-negative floats sort as their bits do.
    return score.view(np.uint64)


def smallest(
    stratum: NDArray[np.int64], hashes: Keys, wanted: NDArray[np.int64], count: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the records with the `wanted[s]` smallest hashes of each stratum s, as row numbers.

    `stratum` int64 (n,) and `hashes` uint64 (n,) are per record, `wanted` and `count` int64 (strata,).
    """
    open_strata = (wanted > 0) & (wanted < count)
    everyone = wanted >= count
    whole = np.flatnonzero((everyone & (count > 0))[stratum]) if everyone.any() else np.zeros(0, np.int64)
    if not open_strata.any():
        return whole
    rows = np.arange(len(stratum)) if open_strata.all() else np.flatnonzero(open_strata[stratum])
    kept = rows[hashes[rows] <= _ceiling(wanted, count)[stratum[rows]]]
    size = np.bincount(stratum[kept], minlength=len(count))
    if (
        size[open_strata] < wanted[open_strata]
    ).any():  # hardly ever for uniform hashes; Pareto scores are not uniform
        kept, size = rows, np.where(open_strata, count, 0)
    if np.count_nonzero(open_strata) == 1:
        least = int(wanted[open_strata][0])
        chosen = kept[np.argpartition(hashes[kept], least - 1)[:least]]
        return np.concatenate([whole, chosen]) if len(whole) else chosen
    order = kept[np.lexsort((hashes[kept], stratum[kept]))]
    start = np.cumsum(size) - size
    place = np.arange(len(order)) - np.repeat(start, size)
    chosen = order[place < np.repeat(wanted, size)]
    return np.concatenate([whole, chosen]) if len(whole) else chosen


def _ceiling(wanted: NDArray[np.int64], count: NDArray[np.int64]) -> Keys:
    """Return per stratum a hash below which the wanted smallest lie but for a chance of 1e-9, uint64 (strata,)."""
    share = (wanted + 6.0 * np.sqrt(wanted) + 8.0) / np.maximum(count, 1)
    return np.where(share < 1.0, np.minimum(share, 0.999) * 2.0**64, 2.0**64 - 2048.0).astype(np.uint64)


def systematic(expected: NDArray[np.float64], start: float) -> NDArray[np.int64]:
    """Round amounts, float64 (m,), to whole ones: differences of the rounded running sum, with a start in [0, 1).

    Every amount, every run of neighbours and the total are within one record of what was expected, and for
    a uniform start each is right on average (systematic sampling, Madow 1949). Largest remainders keep the
    margins as well, but a cell that expects 0.3 records never gets one: a small group would be rounded away.
    """
    running = np.cumsum(expected)
    # A sum that is whole but for floating point stays whole for any start.
    near = np.rint(running)
    running = np.where(np.abs(running - near) <= 1e-9 * np.maximum(1.0, near), near, running)
    ends = np.floor(running + start).astype(np.int64)
    ends[1:] -= ends[:-1].copy()
    return ends


def _nested(expected: NDArray[np.float64], cells: NDArray[np.int64], start: float) -> NDArray[np.int64]:
    """Round expected copies per cell: cells in order of group, then level, so that both nest in the total."""
    target = np.rint(expected).astype(np.int64)
    if np.array_equal(target, expected):
        return target
    order = np.lexsort((cells[:, 1], cells[:, 2], cells[:, 0]))
    target[order] = systematic(expected[order], start)
    return target


def _multinomial(weights: Weights, cell: NDArray[np.int64], rng: Generator) -> Copies:
    count = np.bincount(cell, minlength=len(weights.values))
    expected = count * weights.values
    total = round(float(expected.sum()))
    if total <= 0:
        return np.zeros(len(cell), np.int64)
    drawn = rng.multinomial(total, expected / expected.sum())
    ordered = bool(np.all(cell[1:] >= cell[:-1]))
    rows = None if ordered else np.argsort(cell, kind="stable")
    cells = np.repeat(np.arange(len(drawn)), drawn)
    # count * u < count for every u below 1 as long as a cell has fewer than 2^52 records.
    places = (np.cumsum(count) - count)[cells] + (rng.random(total) * count[cells]).astype(np.int64)
    copies = np.bincount(places, minlength=len(cell))
    if rows is None:
        return copies
    result = np.empty(len(cell), np.int64)
    result[rows] = copies
    return result
