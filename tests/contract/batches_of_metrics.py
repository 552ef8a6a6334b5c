"""A reference, another real sample and a collapsed one, for the metrics of each modality."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from springhead.core import registry
from springhead.core.batch import length, take
from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.modalities.text.documents import from_rows

N = 400


class Pictures(NamedTuple):
    pixels: np.ndarray
    labels: np.ndarray


def vectors(rng, size, scale):
    return scale * rng.standard_normal((N, size))


def pictures(rng, scale):
    base = np.random.default_rng(0).standard_normal((6, 36))
    pixels = 0.5 + 0.05 * scale * (rng.standard_normal((N, 6)) @ base + 0.1 * rng.standard_normal((N, 36)))
    return Pictures(pixels.astype(np.float32), np.arange(N) % 3)


def documents(rng, words, skew=1.0):
    vocabulary = ("<|a|>", "<|b|>", *(f"w{i}" for i in range(words)))
    weights = np.arange(1.0, words + 1) ** -skew
    rows = [
        [row % 2, *(2 + rng.choice(words, size=rng.integers(9, 16), p=weights / weights.sum())).tolist()]
        for row in range(N)
    ]
    return from_rows(rows, [row % 2 for row in range(N)], vocabulary)


@lru_cache
def batches(name):
    modality, _, short = name.partition("/")
    rng = np.random.default_rng(7)
    if modality == "vector":
        size = 1 if short == "wasserstein" else 4
        reference, sample = vectors(rng, size, 1.0), vectors(rng, size, 1.0)
        worse = vectors(rng, size, 0.5) + (0.6 if short == "mean-drift" else 0.0)
        if short == "duplicates":
            worse = np.repeat(worse[: N // 2], 2, axis=0)
        return reference, sample, worse
    if modality == "image":
        reference, sample, worse = pictures(rng, 1.0), pictures(rng, 1.0), pictures(rng, 0.5)
        if short == "mean-drift":
            worse = worse._replace(pixels=worse.pixels + 0.1)
        if short == "duplicates":
            worse = take(worse, np.repeat(np.arange(N // 2), 2))
        return reference, sample, worse
    reference, sample = documents(rng, 2000), documents(rng, 2000)
    worse = take(documents(rng, 2000, 1.8), np.repeat(np.arange(N // 2), 2))
    if short == "copies":
        worse = take(reference, np.repeat(np.arange(N // 2), 2))
    return reference, sample, worse


def shuffled(batch, seed):
    return take(batch, np.random.default_rng(seed).permutation(length(batch)))


def least_needed(error):
    return getattr(error, "least", 0)


@lru_cache
def fitted_pair():
    model = registry.load("model", "text/kneser-ney")()
    reference, held_out, _ = batches("text/zipf")
    rng = np.random.default_rng(1)
    copies = np.ones(len(reference), np.int64)
    first = model.fit(reference, copies, start=None, compute=Compute(), rng=rng)
    sample = first.sample(Request(N), rng).batch
    fitted = model.fit(sample, copies, start=None, compute=Compute(), rng=rng)
    return first, fitted, held_out, sample
