"""Where a sample lies and how far it spreads: mean drift, covariance trace, log-variance.

Sources: Shumailov et al. 2024 (mean and variance over generations); the log of the variance is what decides,
since its expectation falls by psi((n-1)/2) - ln((n-1)/2) a generation while that of the variance stays.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.errors import NotMeasurable
from springhead.modalities.intervals import around, distance, root_of_squares, student
from springhead.modalities.vector.checks import checked

#: A variance below this share of the reference's is all rounding error: its logarithm stops there.
LEAST_RATIO = 1e-15


class MeanDrift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Distance between the means, in units of the reference's root total variance.

    The interval is the triangle inequality with the 95 % radius of the difference of two means (a weighted sum of
    squared normals, Wilson-Hilferty): at least 95 %, also where the drift is 0.
    """

    name: ClassVar[str] = "mean-drift"
    worse: ClassVar[Literal["higher"]] = "higher"

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure the drift between (n, d) and (m, d); raises NotMeasurable for a reference without spread."""
        reference, sample = checked(self.name, reference, sample, 2)
        first, second = np.cov(reference, rowvar=False), np.cov(sample, rowvar=False)
        scale = math.sqrt(float(np.trace(np.atleast_2d(first))))
        if scale == 0.0:
            raise NotMeasurable(
                self.name, "all records of the reference are equal", "a reference that spreads"
            )
        noise = np.linalg.eigvalsh(np.atleast_2d(first / len(reference) + second / len(sample)))
        value = float(np.linalg.norm(sample.mean(axis=0) - reference.mean(axis=0))) / scale
        few = student(min(len(reference), len(sample)) - 1) / student(math.inf)
        return distance(value, few * root_of_squares(np.maximum(noise, 0.0)) / scale, len(sample))


class CovarianceTrace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Trace of the sample's covariance (divisor n - 1): the total variance.

    The interval is Student's on the logarithm, from the spread of squared distances to the mean.
    """

    name: ClassVar[str] = "covariance-trace"
    worse: ClassVar[Literal["lower"]] = "lower"

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure the trace of (m, d) in squared units of the coordinates; the reference is not used."""
        _, sample = checked(self.name, reference, sample, 3)
        n = len(sample)
        squares = ((sample - sample.mean(axis=0)) ** 2).sum(axis=1)
        value = float(squares.sum()) / (n - 1)
        if value == 0.0:
            return Measurement(0.0, 0.0, 0.0, n)
        half = student(n - 1) * float(squares.std(ddof=1)) / math.sqrt(n) / value
        return Measurement(value, value * math.exp(-half), value * math.exp(half), n)


class LogVariance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mean over coordinates of ln(variance of the sample / variance of the reference).

    Coordinates on which the reference does not vary are left out; a ratio below 1e-15 counts as that. Principal
    axes of the reference would bias it by (d + 1) / 2n, so the coordinates stay as they are. The interval is
    Student's on the sum of what each record of both batches contributes (the delta method).
    """

    name: ClassVar[str] = "log-variance"
    worse: ClassVar[Literal["lower"]] = "lower"

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), in nats; 0 where the variances agree."""
        reference, sample = checked(self.name, reference, sample, 3)
        variances = reference.var(axis=0, ddof=1)
        kept = variances > float(variances.max()) * 1e-12
        if not kept.any():
            raise NotMeasurable(
                self.name, "all records of the reference are equal", "a reference that spreads"
            )
        floor = variances[kept] * LEAST_RATIO
        parts = [_log_variances(batch[:, kept], floor) for batch in (reference, sample)]
        value = parts[1][0] - parts[0][0]
        return around(value, math.hypot(parts[0][1], parts[1][1]), min(len(reference), len(sample)))


def _log_variances(scores: Floats, floor: Floats) -> tuple[float, float]:
    """Mean log-variance over axes and its standard error."""
    squares = (scores - scores.mean(axis=0)) ** 2
    variances = np.maximum(squares.sum(axis=0) / (len(scores) - 1), floor)
    each = (squares / variances).mean(axis=1)
    return float(np.log(variances).mean()), float(each.std(ddof=1)) / math.sqrt(len(scores))
