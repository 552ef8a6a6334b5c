"""A batch of records of a loop: payloads in one object, and beside them what the loop knows of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Integers

Levels = NDArray[np.uint8]
Keys = NDArray[np.uint64]

LEVELS = 256


def digest_of(*parts: object) -> str:
    """Return the address of whatever is decided by these parts, 32 hexadecimal digits."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Records:
    """n records that entered the pool together: real ones of one draw, or the samples of one model.

    `address` is the hash of all that decides them. `groups` int64 (n,) are indices into the run's groups;
    `synthetic` is their true origin; `depth` is their generation, 0 = real, 1 + that of what their model was
    trained on otherwise; `ancestry` is the synthetic share of that training mass; `entered` is the generation
    of the loop whose samples they are (real ones: beside whose samples they arrived). Keys are
    (run, entered, first + index).
    """

    address: str
    batch: Any
    groups: Integers
    synthetic: bool
    depth: int
    ancestry: float
    entered: int
    run: int
    first: int = 0

    def __len__(self) -> int:
        """Number of records."""
        return len(self.groups)

    def keys(self) -> Keys:
        """Return the keys of the records, uint64 (n,): 16 bits run, 16 bits generation, 32 bits index."""
        start = (self.run << 48) | (self.entered << 32) | self.first
        return np.arange(start, start + len(self), dtype=np.uint64)

    def key_text(self, index: int) -> str:
        """Name a record in lineage and examples."""
        return f"{self.run}/{self.entered}/{self.first + index}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Records with their levels, uint8 (n,), counted by (group, level) once and for all.

    `cells` int64 (k, 2) are the occupied pairs, `sizes` (k,) how many records they hold, `cell` int64 (n,) the
    row of `cells` that each record lies in.
    """

    records: Records
    level: Levels
    cells: Integers = field(init=False)
    sizes: Integers = field(init=False)
    cell: Integers = field(init=False)

    def __post_init__(self) -> None:
        """Count the cells."""
        code = self.records.groups * LEVELS + self.level
        tally = np.bincount(code, minlength=1)
        occupied = np.flatnonzero(tally)
        place = np.zeros(len(tally), np.int64)
        place[occupied] = np.arange(len(occupied))
        object.__setattr__(self, "cells", np.stack([occupied // LEVELS, occupied % LEVELS], axis=1))
        object.__setattr__(self, "sizes", tally[occupied])
        object.__setattr__(self, "cell", place[code])
