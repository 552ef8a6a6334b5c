"""Cluster bootstrap of binned samples: target and both references redrawn together, all at once.

A replicate gives each cluster a multinomial count; its binned shares are counts @ (cluster by bin) mass. A
cluster that has records in several samples is redrawn as one. Source: Field and Welsh 2007 (cluster
bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from springhead.evidence.interval import Interval
from springhead.evidence.samples import Sample, shares

Floats = npt.NDArray[np.float64]
Quantify = Callable[[Floats, Floats, Floats], Floats]


def replicates(samples: list[Sample], cuts: Floats, count: int, rng: np.random.Generator) -> list[Floats]:
    """Return redrawn binned shares (count, k) of each sample.

    Samples without clusters are redrawn record by record (a multinomial over bins); samples with clusters
    share their draws where labels are shared. An empty redraw falls back to the sample itself.
    """
    width = cuts.size + 1
    together = [sample for sample in samples if sample.clustered]
    labels = np.unique(np.concatenate([s.clusters for s in together])) if together else np.zeros(0, np.int64)
    draws = (
        rng.multinomial(labels.size, np.full(labels.size, 1.0 / labels.size), size=count).astype(np.float64)
        if labels.size
        else np.zeros((count, 0))
    )
    result = []
    for sample in samples:
        bins = np.searchsorted(cuts, sample.scores)
        plain = np.bincount(bins, sample.weights, minlength=width)
        if sample.clustered:
            mass = np.zeros((labels.size, width))
            np.add.at(mass, (np.searchsorted(labels, sample.clusters), bins), sample.weights)
            drawn = draws @ mass
        else:
            total = max(1, round(sample.effective))
            drawn = rng.multinomial(total, plain / plain.sum(), size=count) / total
        sums = drawn.sum(axis=1, keepdims=True)
        result.append(np.where(sums > 0, drawn / np.where(sums > 0, sums, 1.0), plain))
    return result


def bootstrap_interval(
    samples: list[Sample],
    cuts: Floats,
    quantify: Quantify,
    *,
    confidence: float,
    rng: np.random.Generator,
    count: int = 400,
) -> Interval:
    """Return estimate and percentile interval of a quantifier of three binned shares (b, k)."""
    plain = [shares(sample, cuts)[None] for sample in samples]
    estimate = float(quantify(plain[0], plain[1], plain[2])[0])
    drawn = replicates(samples, cuts, count, rng)
    values = quantify(drawn[0], drawn[1], drawn[2])
    tail = 0.5 * (1.0 - confidence)
    low, high = np.quantile(values, [tail, 1.0 - tail])
    return Interval(estimate, float(min(low, estimate)), float(max(high, estimate)))
