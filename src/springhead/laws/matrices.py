"""Laws with matrices: normal in d dimensions and linear regression, by Bartlett's decomposition.

Source: Bartlett 1933; a Wishart matrix of m degrees of freedom is A A' with A lower triangular, A_ii^2 chi2(m - i)
and normal numbers below. A covariance is carried as a factor F (S = F F'), so that a loop that collapses to
1e-300 needs no Cholesky decomposition of what has collapsed.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats, Integers
from springhead.errors import LawNotExact
from springhead.laws.families import NoSubsample, Parts, column
from springhead.laws.settings import Normal, Regression


def wishart_factor(dimension: int, degrees: Integers, rng: Generator) -> Floats:
    """Return A with A A' ~ Wishart(I, degrees), float64 (replicates, dimension, columns).

    With fewer degrees than dimensions the matrix is singular and A holds the normal records themselves.
    """
    replicates, least, most = len(degrees), int(degrees.min()), int(degrees.max())
    if least >= dimension:
        factor = np.tril(rng.standard_normal((replicates, dimension, dimension)), -1)
        shape = 0.5 * (degrees[:, None] - np.arange(dimension))
        diagonal = np.arange(dimension)
        factor[:, diagonal, diagonal] = np.sqrt(2.0 * rng.standard_gamma(shape))
        return factor
    factor = rng.standard_normal((replicates, dimension, max(1, most)))
    factor *= (np.arange(factor.shape[2]) < degrees[:, None])[:, None, :]
    return factor


def root(matrix: Floats) -> Floats:
    """Return F with F F' = matrix, positive semi-definite, (replicates, d, d)."""
    try:
        return np.asarray(np.linalg.cholesky(matrix), np.float64)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :], np.float64)


class NormalsFamily(NoSubsample):
    """Normal law in d dimensions; statistics: count, mean, factor of the scatter."""

    def __init__(self, law: Normal) -> None:
        self.law = law
        self.spread = law.variance_factor**0.5

    def source(self, replicates: int, rng: Generator) -> Parts:  # noqa: ARG002
        """Return mean 0 and the identity."""
        d = self.law.dimension
        return np.zeros((replicates, d)), np.broadcast_to(np.eye(d), (replicates, d, d))

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:
        """Draw mean and factor of the scatter."""
        mean, factor = parameters
        if synthetic and self.spread != 1.0:
            factor = factor * self.spread
        noise = rng.standard_normal((len(mean), factor.shape[2], 1)) / np.sqrt(
            np.maximum(count, 1)[:, None, None]
        )
        scatter = wishart_factor(factor.shape[2], np.maximum(count - 1, 0), rng)
        return count.astype(np.float64), mean + (factor @ noise)[:, :, 0], factor @ scatter

    def combine(self, one: Parts, other: Parts) -> Parts:
        """Pool by Chan's formula."""
        count = one[0] + other[0]
        kept = np.divide(other[0], count, out=np.zeros_like(count), where=count > 0)
        gap = other[1] - one[1]
        scatter = one[2] @ one[2].transpose(0, 2, 1) + other[2] @ other[2].transpose(0, 2, 1)
        scatter += (one[0] * kept)[:, None, None] * gap[:, :, None] * gap[:, None, :]
        return count, one[1] + kept[:, None] * gap, root(scatter)

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Scale count and scatter."""
        return statistic[0] * factor, statistic[1], statistic[2] * np.sqrt(factor)[:, None, None]

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Fit mean and factor of the covariance."""
        count, mean, factor = statistic
        enough = count > 1.0
        divisor = count - 1.0 if self.law.estimator == "unbiased" else count
        fitted = factor / np.sqrt(np.where(enough, divisor, 1.0))[:, None, None]
        if fitted.shape[2] > fitted.shape[1]:
            # More columns than rows say nothing more than a square factor does.
            fitted = root(fitted @ fitted.transpose(0, 2, 1))
        if enough.all():
            return mean, fitted
        old = previous[1]
        width = max(old.shape[2], fitted.shape[2])
        padded = [np.pad(part, ((0, 0), (0, 0), (0, width - part.shape[2]))) for part in (fitted, old)]
        return np.where(enough[:, None], mean, previous[0]), np.where(column(enough, old), *padded)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return |mean|^2, trace and, if asked, the squared Wasserstein distance to N(0, I)."""
        mean, factor = parameters
        found = {"mean_error": (mean**2).sum(axis=1), "trace": (factor**2).sum(axis=(1, 2))}
        if self.law.distances:
            nuclear = np.linalg.svd(factor, compute_uv=False).sum(axis=1)
            found["distance"] = found["mean_error"] + found["trace"] + self.law.dimension - 2.0 * nuclear
        return found


class RegressionFamily(NoSubsample):
    """Least squares; statistics: batches, Gram matrix, X'y of labels less the true ones."""

    def __init__(self, law: Regression, rows: int) -> None:
        self.law, self.rows = law, rows
        self.design: Floats | None = None

    def source(self, replicates: int, rng: Generator) -> Parts:
        """Return zero error, and draw the rows that stay."""
        d = self.law.dimension
        if not self.law.redraw:
            self.design = wishart_factor(d, np.full(replicates, self.rows), rng)
        return (np.zeros((replicates, d)),)

    def draw(self, parameters: Parts, count: Integers, rng: Generator, *, synthetic: bool) -> Parts:  # noqa: ARG002
        """Draw X'X and X'y: A A' and A A' w + noise A z."""
        weights = parameters[0]
        if self.design is None:
            factor = wishart_factor(self.law.dimension, count, rng)
        else:
            if (count % self.rows).any():
                raise LawNotExact("regression on fixed rows", "a part of the rows", "Set redraw = true.")
            factor = self.design * np.sqrt(count / self.rows)[:, None, None]
        noise = self.law.noise * rng.standard_normal((len(weights), factor.shape[2], 1))
        gram = factor @ factor.transpose(0, 2, 1)
        right = gram @ weights[:, :, None] + factor @ noise
        return count.astype(np.float64), gram, right[:, :, 0]

    def combine(self, one: Parts, other: Parts) -> Parts:
        """Add."""
        return tuple(a + b for a, b in zip(one, other, strict=True))

    def scale(self, statistic: Parts, factor: Floats) -> Parts:
        """Multiply."""
        return tuple(part * column(factor, part) for part in statistic)

    def fit(self, statistic: Parts, previous: Parts) -> Parts:
        """Solve the normal equations, or keep the weights where rows are too few."""
        enough = statistic[0] >= self.law.dimension
        gram = np.where(column(enough, statistic[1]), statistic[1], np.eye(self.law.dimension))
        solved = np.linalg.solve(gram, statistic[2][:, :, None])[:, :, 0]
        return (np.where(enough[:, None], solved, previous[0]),)

    def look(self, parameters: Parts) -> dict[str, Floats]:
        """Return |w - w*|^2, the excess error on standard normal rows."""
        return {"error": (parameters[0] ** 2).sum(axis=1)}
