"""Components without payloads: a modality of vectors and a detector on them, working parts and no mocks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import (
    Columns,
    Excerpt,
    Findings,
    Floats,
    Forms,
    Integers,
    Reason,
    Signatures,
    Trust,
)


@dataclass(frozen=True)
class FakeModality:
    """Vectors as payloads: a batch is float64 (n, d), read from the column "payload"."""

    name: str = "vector"
    width: int = 2

    def read(self, raw: Columns, /) -> Floats:
        """Make a batch of the column "payload", a sequence of n vectors."""
        return np.asarray(raw["payload"], np.float64).reshape(-1, self.width)

    def contents(self, batch: Floats, /) -> list[bytes]:
        """Hash the numbers of each vector."""
        return _digests(batch)

    def forms(self, batch: Floats, /) -> Forms:
        """Hash each vector and, with its numbers rounded, its canonical form; all have one language."""
        n = len(batch)
        length = np.linalg.norm(batch, axis=1, keepdims=True)
        return Forms(
            content=self.contents(batch),
            canonical=_digests(np.round(batch, 3) + 0.0),
            language=["none"] * n,
            script=["none"] * n,
            words=np.full(n, self.width, np.int64),
            chars=np.full(n, self.width, np.int64),
            abstain=["" if good else "not finite" for good in np.isfinite(batch.sum(axis=1))],
            sketch=(batch / np.where(length > 0, length, 1.0)).astype(np.float32),
        )

    def signatures(self, batch: Floats, /) -> Signatures:
        """Sign each vector by its rounded coordinates: equal cells are near duplicates."""
        cells = np.round(np.nan_to_num(batch), 1).astype(np.float32)
        return Signatures(cells.view(np.uint32).astype(np.uint64), cells.view(np.uint16))

    def excerpt(self, batch: Floats, rows: Integers, /) -> list[Excerpt]:
        """Return the numbers as text."""
        return [Excerpt(text=np.array2string(batch[row], precision=3)) for row in rows]


@dataclass(frozen=True)
class FakeDetector:
    """Scores a vector by its first coordinate; nan where that is not finite."""

    name: str = "first"
    kind: Trust = Trust.STATISTICAL
    version: str = "1"

    def examine(self, batch: Floats, /) -> Findings:
        """Score n vectors, float64 (n,); every score above 2 has a reason."""
        score = np.where(np.isfinite(batch[:, 0]), batch[:, 0], np.nan)
        high = np.flatnonzero(np.nan_to_num(score) > 2.0)
        return Findings(score, reasons=tuple(Reason(int(row), "first coordinate above 2") for row in high))


def vectors(
    n: int, share: float, rng: np.random.Generator, width: int = 2
) -> tuple[Floats, NDArray[np.bool_]]:
    """Draw n vectors, float64 (n, width), of which round(n * share) have a first coordinate 3 higher."""
    synthetic = rng.permutation(n) < round(n * share)
    batch = rng.standard_normal((n, width))
    batch[:, 0] += 3.0 * synthetic
    return batch, synthetic


def _digests(batch: Floats) -> list[bytes]:
    return [hashlib.sha256(np.ascontiguousarray(row).tobytes()).digest() for row in batch]
