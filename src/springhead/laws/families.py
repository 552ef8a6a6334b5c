"""Scalar laws by sufficient statistics, vectorised over replicates: draw, combine, fit, look at.

A statistic is a tuple whose first part is the number of records, float64 (replicates,). Own samples and
real ones differ by the parameters they are drawn from. A fit to too few records returns the previous one.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.errors import LawNotExact
from springhead.laws.settings import Bernoulli, Location, Normal, Poisson

Parts = tuple[Floats, ...]
"""Parameters, or a statistic."""

RECORD_ENGINE = "Use the record engine (springhead lab run)."


class Family(Protocol):
    """What the engine asks of a law; arrays have the replicate first."""

    def source(self, replicates: int, rng: Generator) -> Parts:
        """Return the parameters of the real data."""
        ...

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:
        """Draw the statistic of `count` records, int64 (replicates,)."""
        ...

    def combine(self, one: Parts, other: Parts) -> Parts:
        """Return the statistic of both sets of records together."""
        ...

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Let every record count `factor` times, float64 (replicates,)."""
        ...

    def subsample(self, pool: Parts, count: int, rng: Generator) -> Parts:
        """Draw `count` of the pooled records without replacement; LawNotExact where that needs records."""
        ...

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit parameters."""
        ...

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return named numbers, float64 (replicates,)."""
        ...


def column(values: NDArray[Any], like: Floats) -> NDArray[Any]:
    """Give values (replicates,) as many axes as `like` has."""
    return values.reshape(values.shape + (1,) * (like.ndim - 1))


class NoSubsample:
    """Laws whose records are real numbers: a subsample of them needs the numbers."""

    def subsample(self, pool: Parts, count: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Refuse."""
        raise LawNotExact(type(self).__name__.removesuffix("Family").lower(), "subsample", RECORD_ENGINE)


class NormalFamily(NoSubsample):
    """Mean N(mu, v/n) and scatter v chi2(n-1), independent: exact. Statistics: count, mean, scatter."""

    def __init__(self, law: Normal) -> None:
        self.law = law
        self.factor = law.variance_factor**0.5

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return mean 0 and deviation 1."""
        return np.zeros(replicates), np.ones(replicates)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:
        """Draw mean and scatter."""
        mean, deviation = parameters
        if synthetic and self.factor != 1.0:
            deviation = deviation * self.factor
        drawn = mean + deviation * rng.standard_normal(len(mean)) / np.sqrt(np.maximum(count, 1))
        scatter = deviation**2 * 2.0 * rng.standard_gamma(0.5 * np.maximum(count - 1, 0))
        return count.astype(np.float64), drawn, scatter

    def combine(self, one: Parts, other: Parts) -> Parts:
        """Pool by Chan's formula, which does not cancel when the spread is far below the mean."""
        count = one[0] + other[0]
        kept = np.divide(other[0], count, out=np.zeros_like(count), where=count > 0)
        gap = other[1] - one[1]
        return count, one[1] + kept * gap, one[2] + other[2] + one[0] * kept * gap**2

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Scale count and scatter."""
        return statistic[0] * factor, statistic[1], statistic[2] * factor

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit mean and deviation."""
        count, mean, scatter = statistic
        divisor = count - 1.0 if self.law.estimator == "unbiased" else count
        enough = count > 1.0
        deviation = np.sqrt(scatter / np.where(enough, divisor, 1.0))
        return np.where(enough, mean, previous[0]), np.where(enough, deviation, previous[1])

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return mean, variance, its logarithm and the squared Wasserstein distance to the source."""
        mean, deviation = parameters
        with np.errstate(divide="ignore"):
            logarithm = 2.0 * np.log(deviation)
        return {
            "mean": mean,
            "variance": deviation**2,
            "log_variance": logarithm,
            "distance": mean**2 + (deviation - 1.0) ** 2,
        }


class LocationFamily(NoSubsample):
    """Mean of normal records of known variance 1; statistics: count and sum."""

    def __init__(self, law: Location) -> None:
        self.law = law

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return mean 0."""
        return (np.zeros(replicates),)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:  # noqa: ARG002
        """Draw the sum of the records."""
        number = count.astype(np.float64)
        return number, number * parameters[0] + np.sqrt(number) * rng.standard_normal(len(number))

    def combine(self, one: Parts, other: Parts) -> Parts:
        """Add."""
        return tuple(a + b for a, b in zip(one, other, strict=True))

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Multiply."""
        return tuple(part * factor for part in statistic)

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit the mean."""
        return (np.where(statistic[0] > 0, statistic[1] / np.maximum(statistic[0], 1e-300), previous[0]),)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return the mean."""
        return {"mean": parameters[0]}


class BernoulliFamily(LocationFamily):
    """Binomial counts; statistics: records and successes."""

    def __init__(self, law: Bernoulli) -> None:
        self.probability = law.probability

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return the real probability."""
        return (np.full(replicates, self.probability),)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:  # noqa: ARG002
        """Draw successes."""
        return count.astype(np.float64), rng.binomial(count, parameters[0]).astype(np.float64)

    def subsample(self, pool: Parts, count: int, rng: Generator) -> Parts:
        """Draw a hypergeometric number of successes."""
        good = pool[1].astype(np.int64)
        drawn = rng.hypergeometric(good, pool[0].astype(np.int64) - good, count)
        return np.full(len(good), float(count)), drawn.astype(np.float64)

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit the probability; rounding of weighted counts never leaves [0, 1]."""
        return (np.clip(super().fit(statistic, previous)[0], 0.0, 1.0),)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return the probability; the item is extinct where it is 0."""
        return {"share": parameters[0]}


class PoissonFamily(LocationFamily):
    """Poisson totals; statistics: records and total."""

    def __init__(self, law: Poisson) -> None:
        self.rate = law.rate

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return the real rate."""
        return (np.full(replicates, self.rate),)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:  # noqa: ARG002
        """Draw the total."""
        number = count.astype(np.float64)
        return number, rng.poisson(number * parameters[0]).astype(np.float64)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return the rate; extinct where it is 0."""
        return {"rate": parameters[0]}
