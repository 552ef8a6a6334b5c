"""Categorical law: multinomial counts, and a bootstrap of the records where those are cheaper.

Drawing n of n records with replacement and counting is exactly multinomial, at a few nanoseconds a record and
without a binomial per category: the faster way when n is not far above the number of categories.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers
from springhead.laws.families import LocationFamily, Parts
from springhead.laws.settings import Categorical
from springhead.laws.tails import zipf_probabilities

BOOTSTRAP_RATIO = 8
"""Records per category up to which the bootstrap is used."""


def probabilities_of(law: Categorical) -> Floats:
    """Return the probabilities of a categorical law, float64 (categories,)."""
    if law.weights is not None:
        values = np.asarray(law.weights, np.float64)
        return np.asarray(values / values.sum(), np.float64)
    if law.exponent == 0.0:
        return np.full(law.size, 1.0 / law.size)
    return zipf_probabilities(size=law.size, exponent=law.exponent, offset=law.offset)


class CategoricalFamily(LocationFamily):
    """Multinomial counts; statistics: records and counts (replicates, categories)."""

    def __init__(self, law: Categorical) -> None:
        self.probabilities = probabilities_of(law)

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return the real probabilities."""
        return (np.broadcast_to(self.probabilities, (replicates, len(self.probabilities))),)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:  # noqa: ARG002
        """Draw counts."""
        drawn = rng.multinomial(count, parameters[0])
        return count.astype(np.float64), drawn.astype(np.float64)

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Multiply."""
        return statistic[0] * factor, statistic[1] * factor[:, None]

    def subsample(self, pool: Parts, count: int, rng: Generator) -> Parts:
        """Draw multivariate hypergeometric counts, one category after another."""
        left = pool[0].astype(np.int64)
        wanted = np.full(len(left), count)
        drawn = np.empty_like(pool[1])
        for index in range(pool[1].shape[1]):
            good = pool[1][:, index].astype(np.int64)
            taken = rng.hypergeometric(good, left - good, wanted)
            drawn[:, index] = taken
            left -= good
            wanted = wanted - taken
        return np.full(len(left), float(count)), drawn

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit shares, renormalised so that rounding never leaves the simplex."""
        total = statistic[1].sum(axis=1, keepdims=True)
        shares = statistic[1] / np.where(total > 0, total, 1.0)
        return (np.where(total > 0, shares, previous[0]),)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return the number of categories left and the squared error of their shares."""
        shares = parameters[0]
        return {
            "support": (shares > 0).sum(axis=1).astype(np.float64),
            "error": ((shares - self.probabilities) ** 2).sum(axis=1),
        }


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def bootstrap(
    rng: Generator, probabilities: Floats, first: int, n: int, support: Floats, error: Floats, final: Floats
) -> None:
    """Run replace by resampling records; fills support and error (generations + 1, replicates) and final shares."""
    categories = len(probabilities)
    cumulative = np.cumsum(probabilities)
    cumulative[-1] = 1.0
    model = np.empty(max(first, n), np.int32)
    records = np.empty(max(first, n), np.int32)
    counts = np.empty(categories, np.int64)
    for replicate in range(support.shape[1]):
        held = 0
        for generation in range(1, support.shape[0]):
            size = first if generation == 1 else n
            counts[:] = 0
            for index in range(size):
                if generation == 1:
                    record = np.int32(np.searchsorted(cumulative, rng.random(), side="right"))
                else:
                    record = model[int(rng.random() * held)]
                records[index] = record
                counts[record] += 1
            model, records, held = records, model, size
            left, distance = 0, 0.0
            for category in range(categories):
                if counts[category] > 0:
                    left += 1
                distance += (counts[category] / size - probabilities[category]) ** 2
            support[generation, replicate] = left
            error[generation, replicate] = distance
        for category in range(categories):
            final[replicate, category] = counts[category] / held
