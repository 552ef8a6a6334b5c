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

from springhead.modalities.text.boosting import Trees
from springhead.modalities.text.linear import fit_linear, predict_linear, with_columns
from springhead.modalities.text.ngrams import Counts, count_ngrams, slot_values
from springhead.modalities.text.statistical import LinearHead, Weights
from springhead.modalities.text.stylometry import UNIVERSAL, standardise, stylometry
from training.boosted import fit_boosted, to_trees
from training.corpus import BASE_WEIGHT, balance, crop, environments

HEADS = ("en", "zh", "es", "ar", "ru")
FEWEST = 100
"""Texts of each class a language needs for a head of its own."""


class Recipe(NamedTuple):
    """What may be varied: slots, costs of errors, scale of style, trees, folds, share of the subsample caps.

    The head is the sum of a strongly regularised classifier of n-grams and style, which transfers, and
    `specialist` times a weakly regularised one of n-grams, sure of itself only near the training domains.
    """

    bits: int = 20
    cost: float = 0.02
    style: float = 0.4
    specialist_cost: float = 1.0
    specialist: float = 2.0
    rounds: int = 300
    folds: int = 5
    scale: float = 1.0
    fewest_documents: int = 3


class Prepared(NamedTuple):
    """A training set ready for fitting; `counts` are n-grams over 2^bits slots, one row per text."""

    synthetic: NDArray[np.bool_]
    weights: NDArray[np.float64]
    level: NDArray[np.float64]
    language: NDArray[np.str_]
    folds: NDArray[np.int64]
    features: NDArray[np.float32]
    counts: Counts

    def take(self, rows: NDArray[np.int64]) -> Prepared:
        """Return some of the rows."""
        sizes = np.diff(self.counts.indptr)[rows]
        ends = np.cumsum(sizes)
        places = np.repeat(self.counts.indptr[rows] - (ends - sizes), sizes) + np.arange(sizes.sum())
        counts = Counts(
            np.concatenate([[0], ends]),
            self.counts.indices[places],
            self.counts.counts[places],
        )
        return Prepared(
            self.synthetic[rows],
            self.weights[rows],
            self.level[rows],
            self.language[rows],
            self.folds[rows],
            self.features[rows],
            counts,
        )


def _folds(frame: pl.DataFrame, folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a fold per row: whole environments where a language has at least three, else whole groups."""
    environment = environments(frame)
    groups = frame["group"].rank("dense").to_numpy().astype(np.int64)
    language = frame["language"].to_numpy()
    out = np.zeros(frame.height, np.int64)
    shuffled = rng.permutation(groups.max() + 1) % folds
    for tag in sorted(set(language)):
        rows = language == tag
        names = np.unique(environment[rows])
        if names.size >= 3:
            place = dict(zip(rng.permutation(names).tolist(), range(names.size), strict=True))
            out[rows] = [place[name] % folds for name in environment[rows].tolist()]
        else:
            out[rows] = shuffled[groups[rows]]
    return out


def prepare_training(
    frame: pl.DataFrame, recipe: Recipe, rng: np.random.Generator, base_weight: float = BASE_WEIGHT
) -> Prepared:
    """Return the (already subsampled) labelled texts cropped and described."""
    texts = crop(frame, rng)
    return Prepared(
        ~frame["human"].to_numpy(),
        balance(frame, base_weight),
        balance(frame, base_weight=1.0),
        frame["language"].to_numpy().astype(str),
        _folds(frame, recipe.folds, rng),
        stylometry(texts),
        count_ngrams(texts, recipe.bits),
    )


def _rarity(counts: Counts, bits: int, fewest: int) -> NDArray[np.uint8]:
    """Return inverse document frequencies in steps of 1/16; 0 for slots in fewer than `fewest` texts."""
    texts = counts.indptr.size - 1
    frequency = np.bincount(counts.indices, minlength=1 << bits)
    rarity = np.round(16.0 * np.log((texts + 1) / (frequency + 1)) + 1)
    return np.where(frequency < fewest, 0, np.clip(rarity, 0, 255)).astype(np.uint8)


class _Linear(NamedTuple):
    head: LinearHead
    bias: float
    held_out: NDArray[np.float64]


class Stacked(NamedTuple):
    """What the parts say of training texts they were not fitted on: linear, full, universal (n, 3); and the
    universal trees on languages they were not fitted on (n,)."""

    columns: NDArray[np.float64]
    unseen: NDArray[np.float64]


def _fit_head(data: Prepared, recipe: Recipe, rng: np.random.Generator, cross_fitted: bool = True) -> _Linear:
    """Fit one language's linear head on n-grams and style together; `data` holds that language alone."""
    rarity = _rarity(data.counts, recipe.bits, recipe.fewest_documents)
    style = standardise(data.features)
    slots = 1 << recipe.bits
    grams = slot_values(data.counts, rarity)
    block = style.apply(data.features) * np.float32(recipe.style)
    joint = with_columns(data.counts, grams, block, slots)
    alone = (data.counts.indptr, data.counts.indices, grams)

    def fit(rows: NDArray[np.int64]) -> tuple[NDArray[np.float32], float]:
        width = slots + block.shape[1]
        weights, bias = fit_linear(joint, data.synthetic, data.weights * recipe.cost, rows, width, rng)
        costs = data.level * recipe.specialist_cost
        special, other = fit_linear(alone, data.synthetic, costs, rows, slots, rng)
        weights[:slots] += np.float32(recipe.specialist) * special
        return weights, bias + recipe.specialist * other

    held_out = np.zeros(data.synthetic.size)
    folds = _at_least_two(data.folds)
    for fold in np.unique(folds) if cross_fitted else ():
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        held_out[outside] = predict_linear(joint[0], joint[1], joint[2], *fit(inside), outside)
    weights, bias = fit(np.arange(data.synthetic.size))
    step = float(np.abs(weights[:slots]).max()) / 127.0
    head = LinearHead(
        np.round(weights[:slots] / step).astype(np.int8),
        rarity,
        style._replace(weights=weights[slots:] * np.float32(recipe.style)),
        step,
    )
    return _Linear(head, bias, held_out)


def _at_least_two(folds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the folds, or two alternating ones where a left-out domain has emptied all but one."""
    return folds if np.unique(folds).size > 1 else np.arange(folds.size) % 2


def _fit_trees(
    data: Prepared,
    rows: NDArray[np.int64],
    columns: int,
    recipe: Recipe,
    seed: int,
    by: NDArray[Any] | None = None,
) -> tuple[Trees, NDArray[np.float64]]:
    table = np.ascontiguousarray(data.features[rows][:, :columns])
    synthetic, weights = data.synthetic[rows], data.weights[rows]
    folds = _at_least_two(data.folds[rows] if by is None else by[rows])
    held_out = np.zeros(rows.size)
    for fold in np.unique(folds):
        inside = folds != fold
        booster = fit_boosted(table[inside], synthetic[inside], weights[inside], seed, recipe.rounds)
        held_out[~inside] = booster.predict(table[~inside], raw_score=True)
    return to_trees(fit_boosted(table, synthetic, weights, seed, recipe.rounds)), held_out


def _fuse(
    columns: NDArray[np.float64], synthetic: NDArray[np.bool_], weights: NDArray[np.float64]
) -> list[float]:
    """Return non-negative slopes and an intercept of a logistic regression: negative columns are left out."""
    slopes = np.zeros(columns.shape[1])
    kept = np.flatnonzero(columns.std(axis=0) > 0)
    while True:
        model = LogisticRegression(C=1.0, max_iter=500).fit(
            columns[:, kept], synthetic, sample_weight=weights
        )
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


def fit_detector(data: Prepared, recipe: Recipe, seed: int, facts: dict[str, Any]) -> Weights:
    """Return the weights of a detector fitted on prepared texts."""
    return fit_stacked(data, recipe, seed, facts)[0]


def fit_stacked(data: Prepared, recipe: Recipe, seed: int, facts: dict[str, Any]) -> tuple[Weights, Stacked]:
    """Return the weights, and the held-out scores that their fusion was fitted on."""
    rng = np.random.default_rng(seed)
    everything = np.arange(data.synthetic.size)
    stacked = np.zeros((everything.size, 3))
    universal, stacked[:, 2] = _fit_trees(data, everything, UNIVERSAL, recipe, seed)
    english = np.flatnonzero(data.language == "en")
    full = universal
    if english.size:
        full, stacked[english, 1] = _fit_trees(data, english, data.features.shape[1], recipe, seed)
    fusion: dict[str, Any] = {}
    heads: dict[str, LinearHead] = {}
    for tag in head_languages(data):
        rows = np.flatnonzero(data.language == tag)
        linear = _fit_head(data.take(rows), recipe, rng)
        stacked[rows, 0] = linear.held_out
        slopes = _fuse(stacked[rows], data.synthetic[rows], data.weights[rows])
        slopes[3] += slopes[0] * linear.bias
        fusion[tag] = tuple(slopes)
        heads[tag] = linear.head
    by = np.unique(data.language, return_inverse=True)[1]
    _, unseen = _fit_trees(data, everything, UNIVERSAL, recipe, seed, by)
    fusion["other"] = (0.0, 0.0, *_unseen_slope(data, unseen))
    weights = Weights({**facts, "recipe": recipe._asdict(), "seed": seed}, heads, full, universal, fusion)
    return weights, Stacked(stacked, unseen)


def refit_detector(
    data: Prepared, stacked: Stacked, tags: Sequence[str], recipe: Recipe, seed: int
) -> Weights:
    """Return a detector for the languages `tags` whose fusion comes from `stacked`, held-out scores made before.

    Each part is fitted once instead of once a fold and more: for benchmarks that leave much out in turn. `stacked`
    has the rows of `data`; its scores may come from parts fitted on texts that `data` no longer holds.
    """
    rng = np.random.default_rng(seed)
    columns = {"universal": UNIVERSAL, "full": data.features.shape[1]}
    trees: dict[str, Trees] = {}
    for name, width in columns.items():
        rows = np.flatnonzero(data.language == "en") if name == "full" else np.arange(data.synthetic.size)
        if name == "full" and ("en" not in tags or not rows.size):
            trees[name] = trees["universal"]
            continue
        table = np.ascontiguousarray(data.features[rows][:, :width])
        booster = fit_boosted(table, data.synthetic[rows], data.weights[rows], seed, recipe.rounds)
        trees[name] = to_trees(booster)
    fusion: dict[str, Any] = {"other": (0.0, 0.0, *_unseen_slope(data, stacked.unseen))}
    heads: dict[str, LinearHead] = {}
    for tag in set(head_languages(data)) & set(tags):
        rows = np.flatnonzero(data.language == tag)
        linear = _fit_head(data.take(rows), recipe, rng, cross_fitted=False)
        slopes = _fuse(stacked.columns[rows], data.synthetic[rows], data.weights[rows])
        slopes[3] += slopes[0] * linear.bias
        fusion[tag] = tuple(slopes)
        heads[tag] = linear.head
    return Weights({"version": "bench"}, heads, trees["full"], trees["universal"], fusion)


def _unseen_slope(data: Prepared, held_out: NDArray[np.float64]) -> list[float]:
    """Return slope and intercept of the universal trees for a language left out of training."""
    other = data.language != "en"
    if np.unique(data.synthetic[other]).size < 2 or np.unique(data.language).size < 2:
        return [0.5, 0.0]
    return _fuse(held_out[other, None], data.synthetic[other], data.weights[other])


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
        arrays[f"style_{tag}"] = np.stack(head.style)
    for name, trees in (("full", weights.full), ("universal", weights.universal)):
        arrays |= {f"{name}_{field}": values for field, values in trees._asdict().items()}
    np.savez_compressed(path, allow_pickle=False, **arrays)
