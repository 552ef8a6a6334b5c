"""Precision, recall, density and coverage from nearest neighbours, in blocks: memory linear in the records.

Sources: Kynkaanniemi et al. 2019 (precision and recall); Naeem et al. 2020 (density and coverage). A point lies in
a ball when its distance is at most the radius, so that equal records count as found.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import ClassVar, Literal, NamedTuple

import msgspec
import numpy as np
from numba import njit

from springhead.core.nouns import Floats, Integers, Measurement
from springhead.modalities.intervals import around, share
from springhead.modalities.vector.checks import checked

BLOCK = 256
KEPT = 32


class Balls(NamedTuple):
    """How many balls of the other side each point lies in, and the balls of the reference that are hit.

    `sample_in` int64 (m,): reference balls around each sample; `reference_in` (n,): sample balls around each
    reference point; `hit` (n,): samples inside each reference ball.
    """

    sample_in: Integers
    reference_in: Integers
    hit: Integers


_cache: OrderedDict[bytes, Balls | Floats] = OrderedDict()


@njit(cache=True)  # the k-th smallest by insertion: one pass over the row, no copy
def _kth_smallest(block: Floats, k: int, out: Floats) -> None:
    best = np.empty(k)
    for i in range(block.shape[0]):
        best[:] = np.inf
        for j in range(block.shape[1]):
            value = block[i, j]
            if value < best[k - 1]:
                at = k - 1
                while at > 0 and best[at - 1] > value:
                    best[at] = best[at - 1]
                    at -= 1
                best[at] = value
        out[i] = best[k - 1]


@njit(cache=True)  # three counts in one pass over the block of distances
def _count(
    block: Floats,
    start: int,
    inner: Floats,
    outer: Floats,
    sample_in: Integers,
    reference_in: Integers,
    hit: Integers,
) -> None:
    for i in range(block.shape[0]):
        radius = inner[start + i]
        for j in range(block.shape[1]):
            value = block[i, j]
            if value <= radius:
                sample_in[j] += 1
                hit[start + i] += 1
            if value <= outer[j]:
                reference_in[start + i] += 1


def _squares(rows: Floats, others: Floats, norms: Floats, scale: float) -> Floats:
    """Squared distances (b, m); what is rounding error at the scale of the data is 0."""
    block: Floats = rows @ others.T
    block *= -2.0
    block += (rows**2).sum(axis=1)[:, None]
    block += norms
    block[block < 1e-12 * scale] = 0.0
    return block


def radii(points: Floats, k: int) -> Floats:
    """Return the squared distance of each of n points to its k-th nearest other, float64 (n,)."""
    centred = points - points.mean(axis=0)
    norms = (centred**2).sum(axis=1)
    scale, out = float(norms.max()), np.empty(len(points))
    for start in range(0, len(points), BLOCK):
        block = _squares(centred[start : start + BLOCK], centred, norms, scale)
        _kth_smallest(block, k + 1, out[start : start + BLOCK])
    return out


def _kept(key: bytes) -> Balls | Floats | None:
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    return None


def _keep(key: bytes, value: Balls | Floats) -> None:
    _cache[key] = value
    while len(_cache) > KEPT:
        _cache.popitem(last=False)


def _digest(points: Floats, k: int) -> bytes:
    head = f"{k}/{points.shape}".encode()
    return hashlib.blake2b(np.ascontiguousarray(points).tobytes(), key=head[:64], digest_size=16).digest()


def _radii_of(points: Floats, k: int, key: bytes) -> Floats:
    known = _kept(key)
    if isinstance(known, np.ndarray):
        return known
    found = radii(points, k)
    _keep(key, found)
    return found


def balls(reference: Floats, sample: Floats, k: int) -> Balls:
    """Count who lies in whose k-nearest-neighbour balls; n x m distances, never held at once.

    The last few answers are kept by the content of the batches: the four metrics share one pass, and a reference
    is searched once in a run.
    """
    first, second = _digest(reference, k), _digest(sample, k)
    known = _kept(first + second)
    if isinstance(known, Balls):
        return known
    inner, outer = _radii_of(reference, k, first), _radii_of(sample, k, second)
    centre = reference.mean(axis=0)
    points, others = reference - centre, sample - centre
    norms = (others**2).sum(axis=1)
    scale = max(float(norms.max()), float((points**2).sum(axis=1).max()))
    found = Balls(
        np.zeros(len(sample), np.int64), np.zeros(len(points), np.int64), np.zeros(len(points), np.int64)
    )
    for start in range(0, len(points), BLOCK):
        block = _squares(points[start : start + BLOCK], others, norms, scale)
        _count(block, start, inner, outer, found.sample_in, found.reference_in, found.hit)
    _keep(first + second, found)
    return found


class Precision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of samples inside the balls that reach from each reference point to its k-th nearest.

    Interval: Wilson's over samples, given the reference.
    """

    name: ClassVar[str] = "precision"
    worse: ClassVar[Literal["lower"]] = "lower"
    k: int = 5

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), in [0, 1]; raises TooFewToMeasure below k + 1 records."""
        reference, sample = checked(self.name, reference, sample, self.k + 1)
        return share(int((balls(reference, sample, self.k).sample_in > 0).sum()), len(sample))


class Recall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of reference points inside the balls that reach from each sample to its k-th nearest.

    Interval: Wilson's over reference points, given the samples.
    """

    name: ClassVar[str] = "recall"
    worse: ClassVar[Literal["lower"]] = "lower"
    k: int = 5

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), in [0, 1]; raises TooFewToMeasure below k + 1 records."""
        reference, sample = checked(self.name, reference, sample, self.k + 1)
        return share(int((balls(reference, sample, self.k).reference_in > 0).sum()), len(reference))


class Density(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mean number of reference balls around a sample, over k; above 1 where samples crowd the middle.

    A contraction raises it: never report it alone. Interval: Student's over samples, given the reference.
    """

    name: ClassVar[str] = "density"
    worse: ClassVar[Literal["lower"]] = "lower"
    k: int = 5

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), at least 0; raises TooFewToMeasure below k + 1 records."""
        reference, sample = checked(self.name, reference, sample, self.k + 1)
        each = balls(reference, sample, self.k).sample_in / self.k
        return around(float(each.mean()), float(each.std(ddof=1)) / len(each) ** 0.5, len(each), least=0.0)


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of reference balls that hold at least one sample.

    It stays near 1 under a contraction: never report it alone. Interval: Wilson's over reference points.
    """

    name: ClassVar[str] = "coverage"
    worse: ClassVar[Literal["lower"]] = "lower"
    k: int = 5

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), in [0, 1]; raises TooFewToMeasure below k + 1 records."""
        reference, sample = checked(self.name, reference, sample, self.k + 1)
        return share(int((balls(reference, sample, self.k).hit > 0).sum()), len(reference))
