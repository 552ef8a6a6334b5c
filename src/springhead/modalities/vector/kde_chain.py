"""A whole loop over a one-dimensional kernel density estimate, and its distance to the truth at each step.

Sampling needs no density: a synthetic record is a pooled one plus noise, O(1) each whatever the pool. The
distance needs the estimate's distribution function: records are shared out to the two nearest of the grid's
points as they enter and leave, and the kernel multiplies their Fourier transform by exp(-h² w² / 2).
Schedules: arXiv 2602.16065 (fresh real records each step, all kept) and plain replacement.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers


class Chain(NamedTuple):
    """All records in order of arrival (n,); step t is fitted to `records[first[t]:stop[t]]`."""

    records: Floats
    first: Integers
    stop: Integers


@njit(cache=True)
def run_chain(
    real: Floats, fresh: Floats, synthetic: int, widths: Floats, keep: bool, rng: Generator
) -> tuple[Floats, Integers, Integers]:
    """Run the loop and return the fields of a `Chain`.

    Step 1 is fitted to `real` (n,) and `fresh[0]`; step t to `fresh[t - 1]` (m,) and what step t - 1 made,
    `synthetic` records by a kernel of standard deviation `widths[t - 2]`, and with `keep` to all before too.
    """
    steps, each = fresh.shape
    records = np.empty(len(real) + steps * each + max(steps - 1, 0) * synthetic)
    first, stop = np.zeros(steps, np.int64), np.zeros(steps, np.int64)
    records[: len(real)] = real
    size = len(real)
    for step in range(steps):
        records[size : size + each] = fresh[step]
        size += each
        stop[step] = size
        if step + 1 == steps:
            break
        pool = size - first[step]
        for place in range(size, size + synthetic):
            parent = first[step] + int(rng.random() * pool)
            records[place] = records[parent] + widths[step] * rng.standard_normal()
        first[step + 1] = 0 if keep else size
        size += synthetic
    return records, first, stop


@njit(cache=True)
def share_out(records: Floats, low: float, width: float, sign: float, masses: Floats) -> None:
    """Add `sign` for each record to the two nearest of a grid's points; beyond the ends counts as at them."""
    last = len(masses) - 1
    for record in records:
        place = min(max((record - low) / width, 0.0), float(last))
        cell = min(int(place), last - 1)
        part = place - cell
        masses[cell] += sign * (1.0 - part)
        masses[cell + 1] += sign * part


def chain_distances(chain: Chain, widths: Floats, grid: Floats, truth: Floats) -> Floats:
    """Return W1 between each step's estimate and the truth, float64 (steps,).

    `grid` is evenly spaced, wider than the records by some `widths`, and best a power of two long; `truth` are
    values of the true distribution function on it. A width of 0 is the empirical law. Error: below a spacing.
    """
    low, width = float(grid[0]), float(grid[1] - grid[0])
    squares = (2.0 * np.pi * np.fft.rfftfreq(len(grid), width)) ** 2
    masses, begun, ended = np.zeros(len(grid)), 0, 0
    distances = np.empty(len(chain.stop))
    for step, (first, stop) in enumerate(zip(chain.first.tolist(), chain.stop.tolist(), strict=True)):
        share_out(chain.records[ended:stop], low, width, 1.0, masses)
        share_out(chain.records[begun:first], low, width, -1.0, masses)
        begun, ended = first, stop
        smooth = masses
        if widths[step] > 0.0:
            kernel = np.exp(-0.5 * widths[step] ** 2 * squares)
            smooth = np.fft.irfft(np.fft.rfft(masses) * kernel, len(grid))
        below = (np.cumsum(smooth) - 0.5 * smooth) / (stop - first)
        distances[step] = width * float(np.abs(below - truth).sum())
    return distances
