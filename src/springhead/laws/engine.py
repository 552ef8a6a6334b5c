"""The law engine: loops by sufficient statistics, exact in law, block by block of replicates.

The cost of a generation does not depend on the number of samples (but for the bootstrap of categories); a run is
linear in generations and replicates, and in samples never more than linear.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from springhead.core import registry
from springhead.core.nouns import Floats, Integers
from springhead.core.seeds import stream
from springhead.errors import BeyondMemory
from springhead.laws.categories import BOOTSTRAP_RATIO, CategoricalFamily, bootstrap, probabilities_of
from springhead.laws.families import (
    BernoulliFamily,
    Family,
    LocationFamily,
    NormalFamily,
    Parts,
    PoissonFamily,
)
from springhead.laws.matrices import NormalsFamily, RegressionFamily
from springhead.laws.settings import (
    Accumulate,
    Anchored,
    Bernoulli,
    Categorical,
    Contaminated,
    Fresh,
    Growing,
    LawSettings,
    LawTrajectory,
    Location,
    Normal,
    Poisson,
    Regression,
    Replace,
    Subsample,
)

BLOCK = 2_000_000
"""Numbers per array of a block of replicates: 16 MB."""


def law_named(name: str) -> type:
    """Return the settings class of a registered law; UnknownName suggests the closest."""
    found: type = registry.load("law", name)
    return found


def run_law(settings: LawSettings, seed: int = 0) -> LawTrajectory:
    """Run a law under a schedule; see `LawTrajectory` for what is returned.

    Blocks of replicates have a random stream each, and their size depends on the settings alone, so that the
    same settings and seed give the same numbers. Raises OutOfRange, BeyondMemory or LawNotExact.
    """
    settings.check()
    width = _numbers_per_replicate(settings)
    needed = 8.0 * settings.replicates * (4 * (settings.generations + 1) + width)
    if needed > settings.memory:
        raise BeyondMemory(int(needed), int(settings.memory))
    # Loops that keep a table of draws by generation need that much a replicate.
    size = max(1, BLOCK // (max(width, settings.generations) if _walks(settings) else width))
    blocks = []
    for number, start in enumerate(range(0, settings.replicates, size)):
        replicates = min(size, settings.replicates - start)
        blocks.append(_run_block(settings, replicates, stream(seed, f"laws/{number}")))
    series = {name: np.concatenate([block[0][name] for block in blocks], axis=1) for name in blocks[0][0]}
    final = {name: np.concatenate([block[1][name] for block in blocks]) for name in blocks[0][1]}
    return LawTrajectory(settings, series, final)


def _numbers_per_replicate(settings: LawSettings) -> int:
    law = settings.law
    if isinstance(law, Normal | Regression):
        return law.dimension**2
    if isinstance(law, Categorical):
        return law.size if law.weights is None else len(law.weights)
    return 1


def _walks(settings: LawSettings) -> bool:
    return (
        isinstance(settings.law, Normal)
        and settings.law.dimension == 1
        and isinstance(settings.schedule, Replace | Growing)
    )


Block = tuple[dict[str, Floats], dict[str, Floats]]


def _run_block(settings: LawSettings, replicates: int, rng: Generator) -> Block:
    law, schedule = settings.law, settings.schedule
    if _walks(settings):
        return _walk(settings, replicates, rng)
    if isinstance(law, Categorical) and isinstance(schedule, Replace):
        probabilities = probabilities_of(law)
        if settings.samples <= BOOTSTRAP_RATIO * len(probabilities):
            return _bootstrap(settings, probabilities, replicates, rng)
    return _generations(settings, replicates, rng)


def _walk(settings: LawSettings, replicates: int, rng: Generator) -> Block:
    """Run a normal law in one dimension without a pool: its log deviation is a random walk."""
    law = settings.law
    assert isinstance(law, Normal)
    shape = (settings.generations, replicates)
    counts = np.full(settings.generations, settings.samples, np.float64)
    if isinstance(settings.schedule, Growing):
        counts *= np.arange(1, settings.generations + 1)
    factors = np.full(settings.generations, law.variance_factor)
    factors[0] = 1.0
    if settings.first is not None:
        counts[0] = settings.first
    divisors = counts - 1.0 if law.estimator == "unbiased" else counts
    squares = 2.0 * rng.standard_gamma(0.5 * (counts - 1.0)[:, None], size=shape)
    log_variance = np.zeros((shape[0] + 1, replicates))
    np.cumsum(np.log(squares * (factors / divisors)[:, None]), axis=0, out=log_variance[1:])
    deviation = np.exp(0.5 * log_variance)
    mean = np.zeros_like(log_variance)
    steps = rng.standard_normal(shape)
    steps *= deviation[:-1]
    steps *= np.sqrt(factors / counts)[:, None]
    np.cumsum(steps, axis=0, out=mean[1:])
    series = {
        "mean": mean,
        "variance": deviation**2,
        "log_variance": log_variance,
        "distance": mean**2 + (deviation - 1.0) ** 2,
    }
    return series, {"0": mean[-1], "1": deviation[-1]}


def _bootstrap(settings: LawSettings, probabilities: Floats, replicates: int, rng: Generator) -> Block:
    support = np.zeros((settings.generations + 1, replicates))
    error = np.zeros_like(support)
    support[0] = (probabilities > 0).sum()
    final = np.empty((replicates, len(probabilities)))
    first = settings.first or settings.samples
    bootstrap(rng, probabilities, first, settings.samples, support, error, final)
    return {"support": support, "error": error}, {"0": final}


def _family(settings: LawSettings) -> Family:
    law = settings.law
    if isinstance(law, Normal):
        return NormalFamily(law) if law.dimension == 1 else NormalsFamily(law)
    if isinstance(law, Location):
        return LocationFamily(law)
    if isinstance(law, Bernoulli):
        return BernoulliFamily(law)
    if isinstance(law, Poisson):
        return PoissonFamily(law)
    if isinstance(law, Categorical):
        return CategoricalFamily(law)
    return RegressionFamily(law, settings.samples)


def _generations(settings: LawSettings, replicates: int, rng: Generator) -> Block:
    family = _family(settings)
    real = family.source(replicates, rng)
    looked = family.look(real)
    series = {name: np.empty((settings.generations + 1, replicates)) for name in looked}
    loop = _Loop(settings, family, real, rng)
    parameters = real
    for generation in range(settings.generations + 1):
        if generation:
            parameters = family.fit(loop.records(generation, parameters), parameters)
            looked = family.look(parameters)
        for name, values in looked.items():
            series[name][generation] = values
    return series, {str(index): np.array(part) for index, part in enumerate(parameters)}


class _Loop:
    """What a schedule trains on, generation by generation."""

    def __init__(self, settings: LawSettings, family: Family, real: Parts, rng: Generator) -> None:
        self.settings, self.family, self.real, self.rng = settings, family, real, rng
        self.replicates = len(real[0])
        self.pool: Parts | None = None

    def records(self, generation: int, parameters: Parts) -> Parts:
        """Return the statistic of the training set of a generation."""
        schedule, n = self.settings.schedule, self.settings.samples
        if generation == 1:
            default = schedule.real if isinstance(schedule, Anchored) else n
            drawn = self._real(default if self.settings.first is None else self.settings.first)
            self.pool = drawn
            return drawn
        assert self.pool is not None
        if isinstance(schedule, Accumulate | Subsample):
            return self._accumulated(schedule, parameters)
        if isinstance(schedule, Anchored):
            return self.family.combine(self.pool, self._own(parameters, n))
        if isinstance(schedule, Fresh):
            return self._fresh(schedule, parameters)
        if isinstance(schedule, Contaminated):
            return self._contaminated(schedule, parameters)
        return self._own(parameters, n * generation if isinstance(schedule, Growing) else n)

    def _accumulated(self, schedule: Accumulate | Subsample, parameters: Parts) -> Parts:
        assert self.pool is not None
        n = self.settings.samples
        share = schedule.real_share if isinstance(schedule, Accumulate) else 0.0
        self.pool = self.family.combine(self.pool, self._mixed(parameters, round(share * n)))
        if isinstance(schedule, Subsample):
            return self.family.subsample(self.pool, n, self.rng)
        return self.pool

    def _real(self, count: int | Integers) -> Parts:
        return self.family.draw(self.real, self._each(count), self.rng, synthetic=False)

    def _own(self, parameters: Parts, count: int | Integers) -> Parts:
        return self.family.draw(parameters, self._each(count), self.rng, synthetic=True)

    def _each(self, count: int | Integers) -> Integers:
        return np.broadcast_to(np.asarray(count, np.int64), (self.replicates,))

    def _mixed(self, parameters: Parts, real: int) -> Parts:
        n = self.settings.samples
        if real == 0:
            return self._own(parameters, n)
        if real == n:
            return self._real(n)
        return self.family.combine(self._real(real), self._own(parameters, n - real))

    def _fresh(self, schedule: Fresh, parameters: Parts) -> Parts:
        n = self.settings.samples
        real, own = self._real(schedule.real), self._own(parameters, n)
        if schedule.weight is not None:
            total = schedule.real + n
            ones = np.ones(self.replicates)
            real = self.family.scale(real, ones * (schedule.weight * total / schedule.real))
            own = self.family.scale(own, ones * ((1.0 - schedule.weight) * total / n))
        return self.family.combine(real, own)

    def _contaminated(self, schedule: Contaminated, parameters: Parts) -> Parts:
        n, share = self.settings.samples, schedule.real_share
        keep = share * (1.0 - schedule.drop_real), (1.0 - share) * schedule.keep_synthetic
        if schedule.backfill and sum(keep) > 0.0:
            # Records arrive until n are kept: each kept one is real with the filtered share.
            share, keep = keep[0] / sum(keep), (1.0, 1.0)
        else:
            keep = 1.0 - schedule.drop_real, schedule.keep_synthetic
        real = (
            self._each(round(share * n)) if schedule.exact else self.rng.binomial(n, share, self.replicates)
        )
        own = n - real
        if keep != (1.0, 1.0):
            real, own = self.rng.binomial(real, keep[0]), self.rng.binomial(own, keep[1])
        return self.family.combine(self._real(real), self._own(parameters, own))
