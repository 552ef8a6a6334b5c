"""Fit the statistical detector: linear heads, boosted trees, and their fusion on environments left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from springhead.modalities.text.boosting import Trees, score_trees
from springhead.modalities.text.ngrams import Counts, count_ngrams, slot_values
from springhead.modalities.text.statistical import NgramHead, Weights
from springhead.modalities.text.stylometry import UNIVERSAL, stylometry
from training.boosted import fit_boosted, to_trees
from training.corpus import balance, crop, environments, subsample
from springhead.modalities.text.linear import fit_linear, predict_linear

HEADS = ("en", "zh", "es", "ar", "ru")
FEWEST = 100
"""Texts of each class a language needs for a head of its own."""
FOLDS = 5


class Recipe(NamedTuple):
    """What may be varied: table sizes, costs, rounds of boosting, share of the subsample."""

    bits: int = 20
    small_bits: int = 18
    cost: float = 0.05
    rounds: int = 300
    scale: float = 1.0
    fewest_documents: int = 3


class Prepared(NamedTuple):
    """A training set ready for fitting; `counts` are over 2^bits slots."""

    synthetic: NDArray[np.bool_]
    weights: NDArray[np.float64]
    language: NDArray[np.str_]
    folds: NDArray[np.int64]
    features: NDArray[np.float32]
    texts: list[str]


def _folds(frame: pl.DataFrame, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a fold per row: whole environments where a language has at least three, else whole groups."""
    environment = environments(frame)
    groups = frame["group"].rank("dense").to_numpy().astype(np.int64)
    language = frame["language"].to_numpy()
    out = np.zeros(frame.height, np.int64)
    shuffled = rng.permutation(groups.max() + 1) % FOLDS
    for tag in sorted(set(language)):
        rows = language == tag
        names = np.unique(environment[rows])
        if names.size >= 3:
            place = dict(zip(rng.permutation(names).tolist(), range(names.size), strict=True))
            out[rows] = [place[name] % FOLDS for name in environment[rows].tolist()]
        else:
            out[rows] = shuffled[groups[rows]]
    return out


def prepare_training(frame: pl.DataFrame, recipe: Recipe, rng: np.random.Generator) -> Prepared:
    """Subsample, crop and describe the labelled texts."""
    frame = subsample(frame, rng, recipe.scale)
    texts = crop(frame, rng)
    return Prepared(
        ~frame["human"].to_numpy(),
        balance(frame),
        frame["language"].to_numpy().astype(str),
        _folds(frame, rng),
        stylometry(texts),
        texts,
    )


class _Linear(NamedTuple):
    weights: NDArray[np.float32]
    rarity: NDArray[np.uint8]
    bias: float
    held_out: NDArray[np.float64]


def _rarity(counts: Counts, bits: int, fewest: int) -> NDArray[np.uint8]:
    """Return inverse document frequencies in steps of 1/16; 0 for slots in fewer than `fewest` texts."""
    texts = counts.indptr.size - 1
    frequency = np.bincount(counts.indices, minlength=1 << bits)
    rarity = np.round(16.0 * np.log((texts + 1) / (frequency + 1)) + 1)
    return np.where(frequency < fewest, 0, np.clip(rarity, 0, 255)).astype(np.uint8)


def _fit_head(data: Prepared, rows: NDArray[np.int64], bits: int, recipe: Recipe, rng: np.random.Generator) -> _Linear:
    counts = count_ngrams([data.texts[row] for row in rows], bits)
    rarity = _rarity(counts, bits, recipe.fewest_documents)
    matrix = (counts.indptr, counts.indices, slot_values(counts, rarity))
    synthetic, costs = data.synthetic[rows], data.weights[rows] * recipe.cost
    folds = data.folds[rows]
    held_out = np.zeros(rows.size)
    for fold in np.unique(folds):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights, bias = fit_linear(matrix, synthetic, costs, inside, 1 << bits, rng)
        held_out[outside] = predict_linear(*matrix, weights, bias, outside)
    weights, bias = fit_linear(matrix, synthetic, costs, np.arange(rows.size), 1 << bits, rng)
    return _Linear(weights, rarity, bias, held_out)


def _fit_trees(
    data: Prepared, rows: NDArray[np.int64], columns: int, recipe: Recipe, seed: int, by: NDArray[Any] | None = None
) -> tuple[Trees, NDArray[np.float64]]:
    table = np.ascontiguousarray(data.features[rows][:, :columns])
    synthetic, weights = data.synthetic[rows], data.weights[rows]
    folds = data.folds[rows] if by is None else by[rows]
    held_out = np.zeros(rows.size)
    for fold in np.unique(folds):
        inside = folds != fold
        booster = fit_boosted(table[inside], synthetic[inside], weights[inside], seed, recipe.rounds // 2)
        held_out[~inside] = booster.predict(table[~inside], raw_score=True)
    return to_trees(fit_boosted(table, synthetic, weights, seed, recipe.rounds)), held_out


def _fuse(columns: NDArray[np.float64], synthetic: NDArray[np.bool_], weights: NDArray[np.float64]) -> list[float]:
    """Return non-negative slopes and an intercept of a logistic regression: negative columns are left out."""
    slopes = np.zeros(columns.shape[1])
    kept = np.flatnonzero(columns.std(axis=0) > 0)
    while True:
        model = LogisticRegression(C=1.0, max_iter=500).fit(columns[:, kept], synthetic, sample_weight=weights)
        if (model.coef_[0] >= 0).all() or kept.size == 1:
            break
        kept = np.delete(kept, int(np.argmin(model.coef_[0])))
    slopes[kept] = np.maximum(model.coef_[0], 1e-3)
    return [*slopes.tolist(), float(model.intercept_[0])]


def head_languages(data: Prepared) -> list[str]:
    """Return the languages with enough texts of both classes for a head of their own."""
    return [
        tag
        for tag in HEADS
        if min(np.sum((data.language == tag) & (data.synthetic == side)) for side in (False, True)) >= FEWEST
    ]


def fit_detector(frame: pl.DataFrame, recipe: Recipe, seed: int, facts: dict[str, Any]) -> Weights:
    """Return the weights of a detector fitted on labelled texts (columns of `training.corpus.load`)."""
    rng = np.random.default_rng(seed)
    data = prepare_training(frame, recipe, rng)
    everything = np.arange(data.synthetic.size)
    universal, universal_held = _fit_trees(data, everything, UNIVERSAL, recipe, seed)
    english = np.flatnonzero(data.language == "en")
    full, full_held = _fit_trees(data, english, data.features.shape[1], recipe, seed)
    fusion: dict[str, Any] = {}
    heads: dict[str, NgramHead] = {}
    for tag in head_languages(data):
        rows = np.flatnonzero(data.language == tag)
        linear = _fit_head(data, rows, recipe.bits if tag == "en" else recipe.small_bits, recipe, rng)
        by_full = full_held if tag == "en" else np.zeros(rows.size)
        columns = np.column_stack([linear.held_out, by_full, universal_held[rows]])
        slopes = _fuse(columns, data.synthetic[rows], data.weights[rows])
        slopes[3] += slopes[0] * linear.bias
        fusion[tag] = tuple(slopes)
        step = float(np.abs(linear.weights).max()) / 127.0
        quantised = np.round(linear.weights / step).astype(np.int8)
        heads[tag] = NgramHead(quantised, linear.rarity, step)
    fusion["other"] = (0.0, 0.0, *_unseen_slope(data, recipe, seed))
    return Weights({**facts, "recipe": recipe._asdict(), "seed": seed}, heads, full, universal, fusion)


def _unseen_slope(data: Prepared, recipe: Recipe, seed: int) -> list[float]:
    """Return slope and intercept of the universal trees for a language left out of training."""
    by = np.unique(data.language, return_inverse=True)[1]
    _, held_out = _fit_trees(data, np.arange(data.synthetic.size), UNIVERSAL, recipe, seed, by)
    other = data.language != "en"
    if not other.any() or np.unique(by).size < 2:
        return [0.5, 0.0]
    return _fuse(held_out[other, None], data.synthetic[other], data.weights[other])


def universal_scores(weights: Weights, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the log-odds of the language-independent trees, for measurements."""
    return score_trees(weights.universal, stylometry(texts, english=False))


def write_weights(weights: Weights, path: Path) -> None:
    """Write the weights as a compressed npz without pickles; the same weights give the same bytes."""
    facts = {
        **weights.facts,
        "steps": {tag: head.step for tag, head in weights.heads.items()},
        "fusion": weights.fusion,
        "trees": ["full", "universal"],
    }
    arrays: dict[str, NDArray[Any]] = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    for tag, head in weights.heads.items():
        arrays[f"weights_{tag}"] = head.weights
        arrays[f"rarity_{tag}"] = head.rarity
    for name, trees in (("full", weights.full), ("universal", weights.universal)):
        arrays |= {f"{name}_{field}": values for field, values in trees._asdict().items()}
    np.savez_compressed(path, **arrays)
