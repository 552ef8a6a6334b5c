"""Linear classifiers over hashed n-grams: dual coordinate descent for the squared hinge loss (Hsieh 2008)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.ngrams import Counts


def with_columns(
    counts: Counts, values: NDArray[np.float32], dense: NDArray[np.float32], slots: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Return sparse rows (indptr, indices, values) of n-grams followed by dense columns from slot `slots` on."""
    rows, columns = dense.shape
    indptr = counts.indptr + np.arange(rows + 1) * columns
    indices = np.empty(counts.indices.size + rows * columns, np.int32)
    merged = np.empty(indices.size, np.float32)
    places = (indptr[1:, None] - columns + np.arange(columns)).ravel()
    rest = np.ones(indices.size, np.bool_)
    rest[places] = False
    indices[places] = np.tile(np.arange(slots, slots + columns, dtype=np.int32), rows)
    merged[places] = dense.ravel()
    indices[rest] = counts.indices
    merged[rest] = values
    return indptr, indices, merged


@njit(cache=True)
def _descend(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    values: NDArray[np.float32],
    signs: NDArray[np.float64],
    costs: NDArray[np.float64],
    rows: NDArray[np.int64],
    order: NDArray[np.int64],
    slots: int,
) -> tuple[NDArray[np.float32], float]:
    weights = np.zeros(slots, np.float32)
    bias = 0.0
    dual = np.zeros(rows.size)
    squares = np.ones(rows.size)
    for item in range(rows.size):
        for place in range(indptr[rows[item]], indptr[rows[item] + 1]):
            squares[item] += values[place] * values[place]
    for step in range(order.size):
        item = order[step]
        row = rows[item]
        begin, end = indptr[row], indptr[row + 1]
        margin = bias
        for place in range(begin, end):
            margin += weights[indices[place]] * values[place]
        diagonal = 0.5 / costs[row]
        gradient = signs[row] * margin - 1.0 + diagonal * dual[item]
        updated = max(dual[item] - gradient / (squares[item] + diagonal), 0.0)
        change = (updated - dual[item]) * signs[row]
        dual[item] = updated
        if change != 0.0:
            bias += change
            for place in range(begin, end):
                weights[indices[place]] += np.float32(change) * values[place]
    return weights, bias


def fit_linear(
    matrix: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]],
    synthetic: NDArray[np.bool_],
    costs: NDArray[np.float64],
    rows: NDArray[np.int64],
    slots: int,
    rng: np.random.Generator,
    epochs: int = 8,
) -> tuple[NDArray[np.float32], float]:
    """Return weights (slots,) and intercept fitted on `rows` of the sparse rows `matrix`."""
    order = np.concatenate([rng.permutation(rows.size) for _ in range(epochs)]).astype(np.int64)
    signs = np.where(synthetic, 1.0, -1.0)
    weights, bias = _descend(*matrix, signs, costs, rows.astype(np.int64), order, slots)
    return weights, float(bias)


@njit(cache=True)
def predict_linear(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    values: NDArray[np.float32],
    weights: NDArray[np.float32],
    bias: float,
    rows: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the margins of `rows`."""
    out = np.empty(rows.size)
    for item in range(rows.size):
        total = bias
        for place in range(indptr[rows[item]], indptr[rows[item] + 1]):
            total += weights[indices[place]] * values[place]
        out[item] = total
    return out
