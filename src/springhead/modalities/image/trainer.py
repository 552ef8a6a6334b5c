"""The domain head of images: fitted on a user's own references or on what a corpus declares, cross-fitted.

Five models are fitted, each without one fold; a reference is scored by the model that never saw it, a new image by
one of the five, chosen by its numbers: then it and the references are exchangeable.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Clusters, Columns, Floats
from springhead.errors import BadReference
from springhead.modalities.image.features import NUMBERS, VERSION
from springhead.modalities.image.leak import FormatLeak, probe
from springhead.modalities.image.ridge import Ridge, fit_ridge

FOLDS = 5
_BYTES = 2 * NUMBERS
FEWEST = 10
"""Fewest images of a class that a head is fitted on."""


def pack(features: NDArray[np.float32]) -> list[bytes]:
    """Return feature vectors (n, d) as float16 bytes, the payload that a head reads; empty where not finite."""
    whole: NDArray[np.bool_] = np.asarray(np.isfinite(features).all(axis=1))
    small = np.clip(np.where(whole[:, None], features, 0.0), -60_000, 60_000).astype("<f2")
    return [row.tobytes() if ok else b"" for row, ok in zip(small, whole, strict=True)]


def unpack(payload: Sequence[object]) -> NDArray[np.float32]:
    """Return what `pack` packed as float32 (n, NUMBERS); nan where a payload is shorter; what follows is not read."""
    out = np.full((len(payload), NUMBERS), np.nan, np.float32)
    for row, one in enumerate(payload):
        if isinstance(one, bytes) and len(one) >= _BYTES:
            out[row] = np.frombuffer(one[:_BYTES], "<f2")
    return out


class ImageHead:
    """A fitted head; `cross_fitted_human` and `cross_fitted_synthetic` are the references' scores, in order."""

    version = VERSION

    def __init__(self, models: Sequence[Ridge], human: Floats, synthetic: Floats) -> None:
        """Hold the fold models and the references' cross-fitted scores."""
        self._models = tuple(models)
        self.cross_fitted_human = human
        self.cross_fitted_synthetic = synthetic

    def score(self, columns: Columns, /) -> Floats:
        """Score images given as column payload (`pack`), float64 (n,), higher = more synthetic, nan = cannot say."""
        payload = columns["payload"]
        rows = unpack(payload)
        folds = np.array([fold_of(one) for one in payload], np.int64)
        out = np.full(len(payload), np.nan)
        for number, model in enumerate(self._models):
            chosen = np.flatnonzero(folds == number)
            out[chosen] = model.score(rows[chosen])
        return out

    def to_arrays(self) -> dict[str, Any]:
        """Return the head as plain arrays that `from_arrays` reads back to the same scores."""
        arrays: dict[str, Any] = {"human": self.cross_fitted_human, "synthetic": self.cross_fitted_synthetic}
        arrays["features"] = np.array(VERSION)
        for number, model in enumerate(self._models):
            arrays |= {f"{number}/{name}": value for name, value in model.to_arrays().items()}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: dict[str, Any]) -> ImageHead:
        """Return the head that `to_arrays` wrote; raises ValueError when it reads other features."""
        if str(arrays["features"]) != VERSION:
            raise ValueError(f"features of version {arrays['features']}, this is {VERSION}")
        models = [
            Ridge.from_arrays({name: arrays[f"{number}/{name}"] for name in Ridge._fields})
            for number in range(FOLDS)
        ]
        return cls(models, arrays["human"], arrays["synthetic"])


def fold_of(payload: object) -> int:
    """Fold of a new image: by its numbers, so that it is the same in every run."""
    return zlib.crc32(payload[:_BYTES] if isinstance(payload, bytes) else b"") % FOLDS


class DomainTrainer:
    """Fits a head to the references of one domain and format."""

    name = "domain"

    def fit(
        self, human: Columns, synthetic: Columns, /, *, clusters: Clusters | None, rng: Generator
    ) -> ImageHead:
        """Fit on column payload of both classes; images of one cluster, and equal ones, stay in one fold.

        `clusters` runs over the human images first; without it, a column "cluster" of both classes counts where
        there is one. Raises BadReference below 10 images of a class.
        """
        sides = [list(human["payload"]), list(synthetic["payload"])]
        payload = sides[0] + sides[1]
        is_synthetic = np.arange(len(payload)) >= len(sides[0])
        rows = unpack(payload)
        whole = np.isfinite(rows).all(axis=1)
        for name, side in (("human reference", False), ("synthetic reference", True)):
            size = int((whole & (is_synthetic == side)).sum())
            if size < FEWEST:
                raise BadReference(
                    name, f"{size} images, a head needs {FEWEST}", "Add images; 100 or more help."
                )
        folds = _folds(_labels(human, synthetic, clusters, payload), is_synthetic, rng)
        scores = np.full(len(payload), np.nan)
        models = []
        for fold in range(FOLDS):
            inside = np.flatnonzero((folds != fold) & whole)
            if is_synthetic[inside].all() or not is_synthetic[inside].any():
                raise BadReference("references", "all images of a class are one cluster", "Add other images.")
            models.append(fit_ridge(rows[inside], is_synthetic[inside], rng))
            scores[folds == fold] = models[-1].score(rows[folds == fold])
        return ImageHead(models, scores[~is_synthetic], scores[is_synthetic])

    @staticmethod
    def leak(human: Columns, synthetic: Columns, /, *, rng: Generator) -> FormatLeak | None:
        """How well the files' format alone tells the classes apart; None with too few images."""
        return probe(list(human["payload"]), list(synthetic["payload"]), rng)

    @staticmethod
    def from_arrays(arrays: dict[str, Any]) -> ImageHead:
        """A head saved with a calibration."""
        return ImageHead.from_arrays(arrays)


def _labels(
    human: Columns, synthetic: Columns, clusters: Clusters | None, payload: Sequence[object]
) -> NDArray[np.int64]:
    """Cluster of every image, int64 (n,); equal payloads are one cluster, by the smallest label among them."""
    labels = np.arange(len(payload), dtype=np.int64)
    if clusters is not None:
        labels = clusters.near.astype(np.int64)
    elif "cluster" in human and "cluster" in synthetic:
        labels = np.concatenate([np.asarray(one["cluster"], np.int64) for one in (human, synthetic)])
    first: dict[object, int] = {}
    parent: dict[int, int] = {}

    def root(label: int) -> int:
        while parent.setdefault(label, label) != label:
            label = parent[label]
        return label

    for whole, label in zip(payload, labels.tolist(), strict=True):
        one = whole[:_BYTES] if isinstance(whole, bytes) else whole
        other = first.setdefault(one, label)
        low, high = sorted((root(label), root(other)))
        parent[high] = low
    return np.array([root(label) for label in labels.tolist()], np.int64)


def _folds(labels: NDArray[np.int64], synthetic: NDArray[np.bool_], rng: Generator) -> NDArray[np.int64]:
    """A fold per image: clusters in random order, each to the fold that lacks its class most."""
    names, member = np.unique(labels, return_inverse=True)
    held = np.zeros((names.size, 2))
    np.add.at(held, (member, synthetic.astype(np.int64)), 1.0)
    totals = np.maximum(held.sum(axis=0), 1.0)
    order = rng.permutation(names.size)
    order = order[np.argsort(-held[order].sum(axis=1), kind="stable")]
    filled = np.zeros((FOLDS, 2))
    place = np.zeros(names.size, np.int64)
    for one in order:
        place[one] = int(np.argmin(((filled + held[one]) / totals * (held[one] > 0)).sum(axis=1)))
        filled[place[one]] += held[one]
    return np.asarray(place[member], np.int64)
