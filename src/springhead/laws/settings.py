"""What the law engine runs: a law, a schedule and sizes; and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from springhead.core.nouns import Floats
from springhead.laws.checks import non_negative, positive, share, weights, whole
from springhead.laws.normal import Estimator


class _Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="name"):
    """Base of laws and schedules: frozen, strict, named by a tag."""


class Normal(_Struct, frozen=True, tag="normal"):
    """Normal law N(0, I_d); own samples have `variance_factor` times the fitted covariance.

    By affine equivariance any other mean and covariance gives the same, moved and scaled. `distances` adds the
    squared Wasserstein distance for d > 1, at the price of a singular value decomposition a generation.
    """

    dimension: int = 1
    estimator: Estimator = "unbiased"
    variance_factor: float = 1.0
    distances: bool = False

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        whole("dimension", self.dimension, least=1)
        positive("variance_factor", self.variance_factor)
        whole("samples", samples, least=2)


class Location(_Struct, frozen=True, tag="location"):
    """Normal law of known variance 1, whose mean alone is fitted."""

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        whole("samples", samples, least=1)


class Bernoulli(_Struct, frozen=True, tag="bernoulli"):
    """One item against all others, present with `probability` in the real data."""

    probability: float

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        share("probability", self.probability)
        whole("samples", samples, least=1)


class Poisson(_Struct, frozen=True, tag="poisson"):
    """Counts with mean `rate` per sample in the real data."""

    rate: float

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        non_negative("rate", self.rate)
        whole("samples", samples, least=1)


class Categorical(_Struct, frozen=True, tag="categorical"):
    """Categories with given weights, or `size` of them under (rank + offset)^-exponent."""

    weights: tuple[float, ...] | None = None
    size: int = 1000
    exponent: float = 1.0
    offset: float = 0.0

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        whole("samples", samples, least=1)
        if self.weights is not None:
            weights("weights", self.weights)
            return
        whole("size", self.size, least=1)
        non_negative("exponent", self.exponent)
        non_negative("offset", self.offset)


class Regression(_Struct, frozen=True, tag="regression"):
    """Least squares on standard normal rows with label noise; `samples` counts rows.

    Rows stay the same in every generation (Gerstgrasser) unless `redraw`.
    """

    dimension: int
    noise: float = 1.0
    redraw: bool = False

    def check(self, samples: int) -> None:
        """Raise OutOfRange on what cannot be fitted."""
        non_negative("noise", self.noise)
        whole("samples", samples, least=whole("dimension", self.dimension, least=1) + 2)


Law = Normal | Location | Bernoulli | Poisson | Categorical | Regression


class Replace(_Struct, frozen=True, tag="replace"):
    """Train on n samples of the previous model alone."""


class Growing(_Struct, frozen=True, tag="growing"):
    """Train on t n samples of the previous model in generation t."""


class Accumulate(_Struct, frozen=True, tag="accumulate"):
    """Train on everything so far; of the n records that arrive, `real_share` are real (exact, rounded)."""

    real_share: float = 0.0


class Subsample(_Struct, frozen=True, tag="subsample"):
    """Everything accumulates, n records are drawn from it without replacement (counts only)."""


class Fresh(_Struct, frozen=True, tag="fresh"):
    """Each generation trains on `real` new real records and n own samples; `weight` on the real part, None = pooled."""

    real: int
    weight: float | None = None


class Anchored(_Struct, frozen=True, tag="anchored"):
    """The same `real` records stay in every training set, with n own samples."""

    real: int


class Contaminated(_Struct, frozen=True, tag="contaminated"):
    """n records arrive, each real with probability `real_share`; a filter that errs may drop some.

    `exact` fixes the number of real ones instead. `drop_real` is the share of real records dropped,
    `keep_synthetic` that of synthetic ones kept; `backfill` refills to n records. A generation that keeps too
    few records to fit keeps its model.
    """

    real_share: float
    exact: bool = False
    drop_real: float = 0.0
    keep_synthetic: float = 1.0
    backfill: bool = False


Schedule = Replace | Growing | Accumulate | Subsample | Fresh | Anchored | Contaminated


class LawSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One run: law, schedule, samples a generation, generations, replicates.

    `first` is the number of real records of generation 1 (None = `samples`, or the anchor); `memory` is a
    limit in bytes on what is returned.
    """

    law: Law
    schedule: Schedule = msgspec.field(default_factory=Replace)
    samples: int = 100
    generations: int = 100
    replicates: int = 100
    first: int | None = None
    memory: float = 4e9

    def check(self) -> None:
        """Raise OutOfRange where a size or a share is impossible."""
        self.law.check(self.samples)
        if self.first is not None:
            self.law.check(self.first)
        whole("generations", self.generations, least=1)
        whole("replicates", self.replicates, least=1)
        for name in ("real_share", "drop_real", "keep_synthetic", "weight"):
            value = getattr(self.schedule, name, None)
            if value is not None:
                share(name, value)
        if isinstance(self.schedule, Fresh | Anchored):
            whole("real", self.schedule.real, least=1)


@dataclass(frozen=True, slots=True)
class LawTrajectory:
    """What a run gave: `series` by name, float64 (generations + 1, replicates), row 0 = the source law.

    normal d = 1: mean, variance, log_variance, distance (squared Wasserstein); d > 1: mean_error, trace and,
    if asked, distance; location: mean; bernoulli: share; poisson: rate; categorical: support (types left)
    and error (squared); regression: error. `final` holds the last parameters, (replicates, ...).
    """

    settings: LawSettings
    series: Mapping[str, Floats]
    final: Mapping[str, Floats]
