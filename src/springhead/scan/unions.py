"""Union-find and the search for similar records inside buckets, as kernels over arrays of record numbers."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def find(parent: NDArray[np.int64], record: int) -> int:
    """Return the root of a record and shorten the path to it."""
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record


@njit(cache=True)
def unite(parent: NDArray[np.int64], one: int, other: int) -> None:
    """Join two clusters; the smaller root stays root, so a root is its cluster's smallest record."""
    left, right = find(parent, one), find(parent, other)
    if left < right:
        parent[right] = left
    elif right < left:
        parent[left] = right


@njit(cache=True)
def flatten(parent: NDArray[np.int64]) -> None:
    """Point every record straight at its root."""
    for record in range(parent.size):
        parent[record] = find(parent, record)


@njit(cache=True)
def join_similar(
    hashes: NDArray[np.uint64],
    records: NDArray[np.int64],
    sketch: NDArray[np.uint16],
    parent: NDArray[np.int64],
    least: int,
) -> int:
    """Unite records of equal hash whose sketches agree in `least` places; return the comparisons made.

    `hashes` and `records` are sorted by (hash, record). Within a bucket each record is compared with at most
    eight representatives, the earliest records that were like none before them: buckets made by a template
    with a million copies cost no more than eight comparisons per record. Records united before are compared
    all the same, so that the result does not depend on the order of buckets.
    """
    compared = 0
    representatives = np.empty(8, dtype=np.int64)
    count = 0
    for index in range(hashes.size):
        if index == 0 or hashes[index] != hashes[index - 1]:
            representatives[0] = records[index]
            count = 1
            continue
        record = records[index]
        known = False
        for place in range(count):
            other = representatives[place]
            same = 0
            for column in range(sketch.shape[1]):
                if sketch[record, column] == sketch[other, column]:
                    same += 1
            compared += 1
            if same >= least:
                unite(parent, record, other)
                known = True
                break
        if not known and count < representatives.size:
            representatives[count] = record
            count += 1
    return compared
