"""The pool of a loop: all records that ever entered, their census, and the copies that a draw makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from springhead.core import batch as rows_of
from springhead.core.census import Census, Weights
from springhead.core.nouns import Integers
from springhead.lab.record import Judged, Keys, digest_of

AXES = ("group", "generation", "level", "age")


@dataclass(frozen=True, slots=True)
class Counted:
    """A census of the pool, and the row of it, int64 (k,), of each cell that the batches were counted in."""

    census: Census
    place: Integers


@dataclass(frozen=True, slots=True)
class Training:
    """What a model is fitted to: rows that count `copies` int64 (m,) times each, and what that makes of it.

    `depth` is the highest generation among them, `ancestry` the synthetic share of the copies, `truth` the
    real share; `origins` are the batches that the rows come from, and per batch the rows taken (None = all).
    """

    address: str
    batch: Any
    copies: Integers
    groups: Integers
    depth: int
    ancestry: float
    origins: tuple[tuple[Judged, Integers | None], ...]


class Pool:
    """Batches in the order in which they entered, and the cells of all of them one after another.

    A batch has one generation and one age, so a cell never holds records of two batches, and a census of T
    batches costs one sort of their cells.
    """

    def __init__(self, groups: tuple[str, ...]) -> None:
        """Start empty."""
        self.groups = groups
        self.batches: list[Judged] = []
        self._cells = np.zeros((0, 4), np.int64)
        self._sizes = np.zeros(0, np.float64)
        self._owner = np.zeros(0, np.int64)
        self._start: list[int] = []
        self._count = 0

    def enter(self, batch: Judged) -> None:
        """Take a batch in; it stays as long as the loop runs, and only policies decide who is drawn."""
        if not len(batch.records):
            return
        cells = np.empty((len(batch.sizes), 4), np.int64)
        cells[:, 0], cells[:, 2] = batch.cells[:, 0], batch.cells[:, 1]
        cells[:, 1], cells[:, 3] = batch.records.depth, batch.records.entered
        self._start.append(len(self._cells))
        self._cells = np.concatenate([self._cells, cells])
        self._sizes = np.concatenate([self._sizes, batch.sizes])
        self._owner = np.concatenate([self._owner, np.full(len(cells), len(self.batches))])
        self.batches.append(batch)
        self._count += len(batch.records)

    def __len__(self) -> int:
        """Number of records."""
        return self._count

    def census(self, newest: int) -> Counted:
        """Count the pool by group, generation, level and age; `newest` is the generation that arrived last."""
        cells = self._cells.copy()
        cells[:, 3] = newest - cells[:, 3]
        there = np.zeros(len(self.groups), np.bool_)
        there[cells[:, 0]] = True
        cells[:, 0] = (np.cumsum(there) - 1)[cells[:, 0]]
        order = np.lexsort(cells.T[::-1])
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        names = tuple(name for name, known in zip(self.groups, there, strict=True) if known)
        return Counted(Census(cells[order], self._sizes[order], names, AXES), place)

    def eligible(self, counted: Counted, weights: Weights) -> list[int]:
        """Return the batches that hold a record of positive weight; no draw looks at the others."""
        owners = self._owner[weights.values[counted.place] > 0.0]
        return [int(owner) for owner in np.unique(owners)]

    def cell_of_record(self, counted: Counted, chosen: Sequence[int]) -> Integers:
        """Return the cell of the census of every record of the chosen batches, int64 (n,)."""
        parts = [counted.place[self._start[index] + self.batches[index].cell] for index in chosen]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def keys(self, chosen: Sequence[int]) -> Keys:
        """Return the keys of all records of the chosen batches, uint64 (n,)."""
        parts = [self.batches[index].records.keys() for index in chosen]
        return np.concatenate([np.zeros(0, np.uint64), *parts])

    def training(self, copies: Integers, chosen: Sequence[int]) -> Training:
        """Return the rows of the chosen batches that a draw took; batches without a copy cost nothing."""
        parts: list[tuple[Judged, Integers | None, Integers]] = []
        start = 0
        for batch in (self.batches[index] for index in chosen):
            own = copies[start : start + len(batch.records)]
            start += len(own)
            taken = np.flatnonzero(own)
            if len(taken) == len(own):
                parts.append((batch, None, own))
            elif len(taken):
                parts.append((batch, taken, own[taken]))
        return _training(parts)


def _training(parts: Sequence[tuple[Judged, Integers | None, Integers]]) -> Training:
    drawn = np.concatenate([own for _, _, own in parts])
    masses = np.array([own.sum() for _, _, own in parts], np.float64)
    synthetic = np.array([batch.records.synthetic for batch, _, _ in parts])
    named: list[object] = []
    for batch, rows, own in parts:
        named += [batch.records.address, _bytes(rows), _bytes(None if own.max() == 1 else own)]
    return Training(
        digest_of("training", *named),
        rows_of.concatenate(
            [b.records.batch if rows is None else rows_of.take(b.records.batch, rows) for b, rows, _ in parts]
        ),
        drawn,
        np.concatenate(
            [b.records.groups if rows is None else b.records.groups[rows] for b, rows, _ in parts]
        ),
        max(batch.records.depth for batch, _, _ in parts),
        float(masses[synthetic].sum() / masses.sum()),
        tuple((batch, rows) for batch, rows, _ in parts),
    )


def _bytes(values: Integers | None) -> str:
    return "" if values is None else hashlib.blake2b(values.tobytes(), digest_size=16).hexdigest()
