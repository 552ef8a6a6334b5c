"""The reservoir keeps the rows with the smallest hashes, whatever the order and the cuts."""

import numpy as np

from springhead.scan.reservoir import Reservoir


def test_bottom_rows_whatever_the_order():
    rng = np.random.default_rng(0)
    hashes = rng.permutation(1000).astype(np.uint64)
    values = hashes.astype(float) * 2
    results = []
    for order, parts in ((np.arange(1000), 1), (rng.permutation(1000), 7), (rng.permutation(1000), 40)):
        held = Reservoir(50)
        for rows in np.array_split(order, parts):
            held.add(("en",), {"hash": hashes[rows], "score": values[rows]})
        found = held.rows(("en",))
        results.append(found["score"].tolist())
        assert found["hash"].tolist() == list(range(50)) and held.seen[("en",)] == 1000
    assert results[0] == results[1] == results[2] == [2.0 * i for i in range(50)]


def test_cells_are_apart_and_small_ones_are_whole():
    held = Reservoir(5)
    held.add(("a",), {"hash": np.array([3, 1], np.uint64), "score": np.array([0.3, 0.1])})
    held.add(("b",), {"hash": np.array([2], np.uint64), "score": np.array([0.2])})
    assert held.rows(("a",))["score"].tolist() == [0.1, 0.3]
    assert held.rows(("b",))["score"].tolist() == [0.2]
