"""The domain head: a linear classifier fitted on a user's own references, cross-fitted.

One regularised linear model (squared hinge) over hashed n-grams, standardised stylometry and the shipped
detector's score. The three blocks have fixed scales, so that about 100 texts of each class already help and
the shipped score keeps its say. Five models are fitted, each without one fold; a reference is scored by the
model that never saw it. A new text is scored by one of the five too, chosen by its content: then it and the
references are exchangeable, which the mean of five models, less noisy than one, would not be.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.errors import BadReference
from springhead.modalities.text.linear import fit_linear, predict_linear, with_columns
from springhead.modalities.text.ngrams import Counts, count_ngrams, slot_values
from springhead.modalities.text.stylometry import FEATURES, stylometry

FOLDS = 5
LARGEST = 2_000
"""References of a class that are fitted on; above, a random subsample of this size is (all are scored)."""
FEWEST = 10
_BITS = 17
_SLOTS = 1 << _BITS
_COST = 1.0
_STYLE = 2.0
_BASE = 1.0
_BATCH = 2_000


class _Model(NamedTuple):
    """One fold's model: weights of slots, style and base score; rarity; the training part's centre and spread."""

    weights: NDArray[np.float32]
    rarity: NDArray[np.uint8]
    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    bias: float


class _Described(NamedTuple):
    """Texts as n-gram counts and as dense columns: stylometry, then the base score."""

    counts: Counts
    dense: NDArray[np.float32]


def _describe(texts: Sequence[str], base: NDArray[np.float64]) -> _Described:
    filled = np.where(np.isfinite(base), base, 0.0)
    dense = np.column_stack([stylometry(texts), filled]).astype(np.float32)
    return _Described(count_ngrams(texts, _BITS), dense)


def _matrix(
    described: _Described, rarity: NDArray[np.uint8], centre: NDArray[np.float32], spread: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Return sparse rows: the n-gram block first, then the dense columns in slots of their own."""
    scaled = np.clip((described.dense - centre) / spread, -4.0, 4.0)
    scaled[:, :-1] *= _STYLE / np.sqrt(FEATURES)
    scaled[:, -1] *= _BASE
    return with_columns(described.counts, slot_values(described.counts, rarity), scaled, _SLOTS)


def _fit_fold(
    described: _Described, synthetic: NDArray[np.bool_], rows: NDArray[np.int64], rng: Generator
) -> _Model:
    inside = np.zeros(synthetic.size, np.bool_)
    inside[rows] = True
    kept = described.counts.indices[np.repeat(inside, np.diff(described.counts.indptr))]
    frequency = np.bincount(kept, minlength=_SLOTS)
    steps = np.clip(np.round(16.0 * np.log((rows.size + 1) / (frequency + 1)) + 1), 0, 255)
    rarity = np.where(frequency < 2, 0, steps).astype(np.uint8)
    dense = described.dense[rows]
    centre, spread = dense.mean(axis=0), dense.std(axis=0)
    spread = np.where(spread < 1e-6, 1e6, spread).astype(np.float32)
    share = synthetic[rows].mean()
    costs = _COST * np.where(synthetic, 0.5 / share, 0.5 / (1 - share))
    matrix = _matrix(described, rarity, centre, spread)
    slots = _SLOTS + described.dense.shape[1]
    weights, bias = fit_linear(matrix, synthetic, costs, rows, slots, rng)
    return _Model(weights.astype(np.float16).astype(np.float32), rarity, centre, spread, bias)


def _predict(model: _Model, described: _Described) -> NDArray[np.float64]:
    matrix = _matrix(described, model.rarity, model.centre, model.spread)
    rows = np.arange(described.dense.shape[0])
    return np.asarray(predict_linear(*matrix, model.weights, model.bias, rows), dtype=np.float64)


class DomainHead:
    """A fitted head; `cross_fitted_human` and `cross_fitted_synthetic` are the references' scores, in order."""

    def __init__(
        self, models: Sequence[_Model], human: NDArray[np.float64], synthetic: NDArray[np.float64]
    ) -> None:
        """Hold the fold models and the references' cross-fitted scores."""
        self._models = tuple(models)
        self.cross_fitted_human = human
        self.cross_fitted_synthetic = synthetic

    def score(
        self, texts: Sequence[str], languages: Sequence[str], base_scores: NDArray[np.float64], /
    ) -> NDArray[np.float64]:
        """Return a score (n,) per text; nan where `base_scores` (the shipped detector's) is nan.

        `languages` is part of the interface; the head serves the one language of its references.
        """
        del languages
        out = np.full(len(texts), np.nan)
        fold = np.array(
            [zlib.crc32(text.encode("utf-8", "surrogatepass")) % FOLDS for text in texts], np.int64
        )
        for number, model in enumerate(self._models):
            rows = np.flatnonzero((fold == number) & np.isfinite(base_scores))
            for begin in range(0, rows.size, _BATCH):
                part = rows[begin : begin + _BATCH]
                out[part] = _predict(model, _describe([texts[row] for row in part], base_scores[part]))
        return out

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the head as plain arrays that `from_arrays` reads back to the same scores."""
        fields = list(zip(*self._models, strict=True))
        return {
            "weights": np.stack(fields[0]).astype(np.float16),
            "rarity": np.stack(fields[1]),
            "centre": np.stack(fields[2]),
            "spread": np.stack(fields[3]),
            "bias": np.array(fields[4]),
            "human": self.cross_fitted_human,
            "synthetic": self.cross_fitted_synthetic,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> DomainHead:
        """Return the head that `to_arrays` wrote."""
        stacked = (arrays["weights"].astype(np.float32), arrays["rarity"], arrays["centre"], arrays["spread"])
        models = [
            _Model(weights, rarity, centre, spread, float(bias))
            for weights, rarity, centre, spread, bias in zip(*stacked, arrays["bias"], strict=True)
        ]
        return cls(models, arrays["human"], arrays["synthetic"])


def _groups(texts: Sequence[str], clusters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return group numbers: texts of one cluster, or equal texts, are together."""
    parent = {int(cluster): int(cluster) for cluster in clusters}

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    seen: dict[str, int] = {}
    for text, cluster in zip(texts, clusters.tolist(), strict=True):
        other = seen.setdefault(text, cluster)
        parent[root(cluster)] = root(other)
    return np.array([root(cluster) for cluster in clusters.tolist()], dtype=np.int64)


def _folds(groups: NDArray[np.int64], synthetic: NDArray[np.bool_], rng: Generator) -> NDArray[np.int64]:
    """Return a fold per text: groups in random order, largest first, each to the fold that lacks its class most."""
    names, member = np.unique(groups, return_inverse=True)
    sizes = np.bincount(member)
    machine = np.bincount(member, weights=synthetic.astype(np.float64))
    order = rng.permutation(names.size)
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros((FOLDS, 2))
    totals = np.array([max(float((~synthetic).sum()), 1.0), max(float(synthetic.sum()), 1.0)])
    place = np.zeros(names.size, np.int64)
    for group in order:
        held = np.array([sizes[group] - machine[group], machine[group]])
        place[group] = int(np.argmin(((filled + held) / totals * (held > 0)).sum(axis=1)))
        filled[place[group]] += held
    return place[member]


def fit_head(
    human_texts: Sequence[str],
    synthetic_texts: Sequence[str],
    human_base: NDArray[np.float64],
    synthetic_base: NDArray[np.float64],
    /,
    *,
    clusters: tuple[NDArray[np.int64], NDArray[np.int64]] | None,
    rng: Generator,
) -> DomainHead:
    """Fit a head on references of both classes with their shipped scores.

    `clusters` holds a number per human and per synthetic text (source, author or near-duplicate cluster; one
    numbering over both): a cluster stays in one fold, as do equal texts. Raises `BadReference` below 10 texts
    of a class, or when fewer than five clusters leave a fold without training text of a class.
    """
    texts = [*human_texts, *synthetic_texts]
    synthetic = np.arange(len(texts)) >= len(human_texts)
    _check(len(human_texts), len(synthetic_texts))
    numbers = np.arange(len(texts)) if clusters is None else np.concatenate(clusters).astype(np.int64)
    folds = _folds(_groups(texts, numbers), synthetic, rng)
    described = _describe(texts, np.concatenate([human_base, synthetic_base]).astype(np.float64))
    used = _subsample(synthetic, rng)
    scores = np.zeros(len(texts))
    models = []
    for fold in range(FOLDS):
        rows = np.flatnonzero((folds != fold) & used)
        if synthetic[rows].all() or not synthetic[rows].any():
            raise BadReference(
                "references", "all texts of a class are one cluster", "Add texts of other clusters."
            )
        models.append(_fit_fold(described, synthetic, rows, rng))
        outside = folds == fold
        scores[outside] = _predict(models[-1], described)[outside]
    return DomainHead(models, scores[~synthetic], scores[synthetic])


def _check(human: int, synthetic: int) -> None:
    for name, size in (("human reference", human), ("synthetic reference", synthetic)):
        if size < FEWEST:
            raise BadReference(
                name, f"{size} texts, a domain head needs {FEWEST}", "Add texts; 100 or more help."
            )


def _subsample(synthetic: NDArray[np.bool_], rng: Generator) -> NDArray[np.bool_]:
    """Return which texts are fitted on: at most `LARGEST` of each class."""
    used = np.zeros(synthetic.size, np.bool_)
    for side in (False, True):
        rows = np.flatnonzero(synthetic == side)
        used[rng.permutation(rows)[:LARGEST]] = True
    return used
