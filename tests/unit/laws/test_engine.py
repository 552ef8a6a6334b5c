"""The law engine against loops over materialised samples, oracles and bad input.

Family-wise error rate 1 % (Bonferroni over the comparisons); every comparison has a control with a wrong n.
"""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from scipy import linalg, stats

from springhead.core import registry
from springhead.errors import BeyondMemory, LawNotExact, OutOfRange, UnknownName
from springhead.laws import averaging, contamination, fresh, normal
from springhead.laws.categories import CategoricalFamily, probabilities_of
from springhead.laws.engine import law_named, run_law
from springhead.laws.settings import (
    Accumulate,
    Anchored,
    Bernoulli,
    Categorical,
    Contaminated,
    Fresh,
    Growing,
    LawSettings,
    Location,
    Normal,
    Poisson,
    Regression,
    Replace,
    Subsample,
)

CHAINS, GENERATIONS = 3000, 8
ZIPF = Categorical(size=30, exponent=1.0, offset=2.7)


def chains(sampler, fit, start, schedule, n, rng):
    """Loop over real samples, one chain after another in array form: (replicates, records)."""
    parameters, pool = start, sampler(start, n, rng)
    parameters = fit(pool)
    for generation in range(2, GENERATIONS + 1):
        if isinstance(schedule, Growing):
            pool = sampler(parameters, n * generation, rng)
        elif isinstance(schedule, Accumulate | Subsample):
            share = round(getattr(schedule, "real_share", 0.0) * n)
            pool = np.concatenate([pool, sampler(start, share, rng), sampler(parameters, n - share, rng)], 1)
        elif isinstance(schedule, Fresh):
            pool = np.concatenate([sampler(start, schedule.real, rng), sampler(parameters, n, rng)], 1)
        elif isinstance(schedule, Anchored):
            kept = pool[:, : schedule.real]
            pool = np.concatenate([kept, sampler(parameters, n, rng)], 1)
        elif isinstance(schedule, Contaminated):
            real = rng.random((CHAINS, n)) < schedule.real_share
            pool = np.where(real, sampler(start, n, rng), sampler(parameters, n, rng))
        else:
            pool = sampler(parameters, n, rng)
        training = rng.permuted(pool, axis=1)[:, :n] if isinstance(schedule, Subsample) else pool
        parameters = fit(training)
    return parameters


def normal_samples(parameters, n, rng):
    mean, deviation = parameters
    return mean[:, None] + deviation[:, None] * rng.standard_normal((CHAINS, n))


def normal_fit(pool):
    return pool.mean(axis=1), pool.std(axis=1, ddof=1)


def location_fit(pool):
    return pool.mean(axis=1), np.ones(CHAINS)


def bernoulli_samples(parameters, n, rng):
    return (rng.random((CHAINS, n)) < parameters[0][:, None]).astype(float)


def poisson_samples(parameters, n, rng):
    return rng.poisson(np.broadcast_to(parameters[0][:, None], (CHAINS, n))).astype(float)


def categorical_samples(parameters, n, rng):
    cumulative = parameters[0].cumsum(axis=1)[:, None, :]
    return (rng.random((CHAINS, n))[:, :, None] > cumulative).sum(axis=2).clip(0, ZIPF.size - 1)


def categorical_fit(pool):
    return ((pool[:, :, None] == np.arange(ZIPF.size)).mean(axis=1),)


def doubled(schedule):
    real = getattr(schedule, "real", None)
    return schedule if real is None else replace(schedule, real=2 * real)


def ones(value=1.0):
    return np.full(CHAINS, value)


STANDARD = (ones(0.0), ones())
MEAN_ONLY = lambda pool: (pool.mean(axis=1),)  # noqa: E731
SHARES = (np.broadcast_to(probabilities_of(ZIPF), (CHAINS, ZIPF.size)),)

CASES = [
    (Normal(), schedule, 12, "variance", normal_samples, normal_fit, STANDARD, lambda p: p[1] ** 2)
    for schedule in (
        Replace(),
        Growing(),
        Accumulate(),
        Accumulate(real_share=0.25),
        Fresh(real=5),
        Anchored(real=12),
        Contaminated(real_share=0.3),
    )
]
CASES += [
    (Normal(), schedule, 12, "mean", normal_samples, normal_fit, STANDARD, lambda p: p[0] ** 2)
    for schedule in (Replace(), Accumulate(), Contaminated(real_share=0.3))
]
CASES += [
    (Location(), Accumulate(), 12, "mean", normal_samples, location_fit, STANDARD, lambda p: p[0] ** 2),
    *(
        (law, s, n, "share", bernoulli_samples, MEAN_ONLY, (ones(0.3),), lambda p: p[0])
        for law, s, n in (
            (Bernoulli(probability=0.3), Replace(), 20),
            (Bernoulli(probability=0.3), Accumulate(), 20),
            (Bernoulli(probability=0.3), Subsample(), 20),
        )
    ),
    (Poisson(rate=1.0), Replace(), 10, "rate", poisson_samples, MEAN_ONLY, (ones(),), lambda p: p[0]),
    *(
        (ZIPF, s, 40, "error", categorical_samples, categorical_fit, SHARES,
         lambda p: ((p[0] - SHARES[0]) ** 2).sum(1))
        for s in (Replace(), Accumulate(), Subsample(), Contaminated(real_share=0.3))
    ),
    (ZIPF, Replace(), 400, "error", categorical_samples, categorical_fit, SHARES,
     lambda p: ((p[0] - SHARES[0]) ** 2).sum(1)),
]  # fmt: skip
LIMIT = 0.01 / len(CASES)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_statistics_have_the_law_of_samples(case):
    law, schedule, n, name, sampler, fit, start, look = CASES[case]
    rng = np.random.default_rng([11, case])
    plain = look(chains(sampler, fit, start, schedule, n, rng))
    settings = LawSettings(
        law=law, schedule=schedule, samples=n, generations=GENERATIONS, replicates=CHAINS, first=n
    )

    def last(settings, seed):
        series = run_law(settings, seed).series[name][-1]
        return series**2 if name == "mean" else series

    assert stats.ks_2samp(plain, last(settings, 100 + case)).pvalue > LIMIT
    wrong = replace(settings, schedule=doubled(schedule), samples=2 * n, first=2 * n)
    assert stats.ks_2samp(plain, last(wrong, 200 + case)).pvalue < LIMIT


@pytest.mark.parametrize(("d", "n"), [(3, 8), (5, 4), (3, 3)])
@pytest.mark.parametrize("schedule", [Replace(), Accumulate(), Fresh(real=4)])
def test_matrices_have_the_law_of_samples(d, n, schedule):
    rng = np.random.default_rng([d, n])
    runs, values, mean, factor = 800, [], np.zeros(d), np.eye(d)
    for _ in range(runs):
        pool = rng.standard_normal((n, d))
        for generation in range(1, 5):
            if generation > 1:
                own = mean + rng.standard_normal((n, d)) @ factor.T
                if isinstance(schedule, Accumulate):
                    pool = np.concatenate([pool, own])
                elif isinstance(schedule, Fresh):
                    pool = np.concatenate([rng.standard_normal((4, d)), own])
                else:
                    pool = own
            mean = pool.mean(axis=0)
            spread, vectors = np.linalg.eigh(np.cov(pool.T))
            factor = vectors * np.sqrt(np.maximum(spread, 0))
        values.append((factor**2).sum())
    settings = LawSettings(
        law=Normal(dimension=d), schedule=schedule, samples=n, generations=4, replicates=4000
    )
    limit = 0.01 / 9
    assert stats.ks_2samp(values, run_law(settings, 4).series["trace"][-1]).pvalue > limit
    wrong = replace(settings, schedule=doubled(schedule), samples=2 * n)
    assert stats.ks_2samp(values, run_law(wrong, 4).series["trace"][-1]).pvalue < limit


@pytest.mark.parametrize("redraw", [False, True])
@pytest.mark.parametrize("schedule", [Replace(), Accumulate(), Growing()])
def test_regression_has_the_law_of_rows(redraw, schedule):
    rng = np.random.default_rng(8)
    n, d, errors = 12, 3, []
    for _ in range(1500):
        rows = rng.standard_normal((n, d))
        weights, pool = np.zeros(d), []
        for generation in range(1, 5):
            times = generation if isinstance(schedule, Growing) else 1
            new = [rng.standard_normal((n, d)) if redraw else rows for _ in range(times)]
            fresh_rows = [(x, x @ weights + rng.standard_normal(n)) for x in new]
            pool = pool + fresh_rows if isinstance(schedule, Accumulate) else fresh_rows
            stacked = np.concatenate([x for x, _ in pool]), np.concatenate([y for _, y in pool])
            weights = np.linalg.lstsq(*stacked, rcond=None)[0]
        errors.append((weights**2).sum())
    settings = LawSettings(
        law=Regression(dimension=d, redraw=redraw),
        schedule=schedule,
        samples=n,
        generations=4,
        replicates=6000,
    )
    assert stats.ks_2samp(errors, run_law(settings, 6).series["error"][-1]).pvalue > 0.01 / 6
    wrong = replace(settings, samples=2 * n)
    assert stats.ks_2samp(errors, run_law(wrong, 6).series["error"][-1]).pvalue < 0.01 / 6


def test_both_ways_of_drawing_categories_agree():
    settings = LawSettings(law=ZIPF, samples=200, generations=6, replicates=4000)
    fast = run_law(settings, 1).series
    # Contamination with no real share is replace by counts, not by the bootstrap.
    counted = run_law(replace(settings, schedule=Contaminated(real_share=0.0)), 2).series
    for name in ("support", "error"):
        assert stats.ks_2samp(fast[name][-1], counted[name][-1]).pvalue > 0.005
    family = CategoricalFamily(ZIPF)
    assert family.look(family.source(2, np.random.default_rng(0)))["error"].tolist() == [0.0, 0.0]


ORACLES = [
    (Normal(), 10, "variance", 0.01, {50: 0.37632, 100: 0.08185, 150: 0.01817, 200: 0.00396}, 48e-5),
    (Bernoulli(probability=0.01), 100, "share", 0.0, {1: 0.63412, 10: 0.16151, 50: 0.04102}, 5e-4),
    (Bernoulli(probability=0.001), 10_000, "share", 0.0, {1: 0.99997, 10: 0.82122, 50: 0.31827}, 1e-3),
    (Poisson(rate=1.0), 10, "rate", 0.0, {10: 0.82081, 50: 0.31799, 100: 0.17715, 500: 0.03891}, 5e-4),
]


@pytest.mark.parametrize("oracle", range(len(ORACLES)))
def test_probabilities_known_from_a_million_chains(oracle):
    law, n, name, threshold, known, error = ORACLES[oracle]
    runs = 20_000
    settings = LawSettings(law=law, samples=n, generations=max(known), replicates=runs)
    series = run_law(settings, 7).series[name]
    quantile = stats.norm.isf(0.01 / 2 / 14)
    for generation, value in known.items():
        allowed = quantile * np.hypot(error, np.sqrt(value * (1 - value) / runs)) + 1 / runs
        assert abs((series[generation] > threshold).mean() - value) <= allowed
    last = max(known)
    wrong = run_law(replace(settings, samples=2 * n), 7).series[name][last]
    value = known[last]
    assert abs((wrong > threshold).mean() - value) > quantile * np.sqrt(value * (1 - value) / runs)


@pytest.mark.parametrize(("n", "generations"), [(100, 2500), (10, 200), (1000, 1000)])
def test_log_variance_is_the_closed_form(n, generations):
    settings = LawSettings(law=Normal(), samples=n, generations=generations, replicates=2000)
    found = run_law(settings, 3).series["log_variance"][-1]
    expected = normal.expected_log_variance(n=n, generations=generations)
    deviation = normal.deviation_log_variance(n=n, generations=generations)
    quantile = stats.norm.isf(0.01 / 2 / 3) * deviation / np.sqrt(2000)
    assert abs(found.mean() - expected) < quantile
    assert abs(found.mean() - normal.expected_log_variance(n=n + n // 10, generations=generations)) > quantile


def test_contamination_follows_its_recurrence_with_and_without_a_filter():
    schedule = Contaminated(real_share=0.2, drop_real=0.05, keep_synthetic=0.05, backfill=True)
    single = run_law(LawSettings(law=ZIPF, samples=100, generations=1, replicates=20_000), 1).series["error"][
        -1
    ]
    for case, expected in (
        (Contaminated(real_share=0.2), contamination.steady_risk(n=100, real_share=0.2)),
        (schedule, contamination.steady_risk(
            n=100, real_share=0.2, drop_real=0.05, keep_synthetic=0.05, backfill=True)),
    ):  # fmt: skip
        settings = LawSettings(law=ZIPF, schedule=case, samples=100, generations=40, replicates=4000)
        error = run_law(settings, 2).series["error"][-1]
        ratio = error.mean() / single.mean()
        relative = np.hypot(stats.sem(error) / error.mean(), stats.sem(single) / single.mean())
        assert abs(ratio / expected - 1) < stats.norm.isf(0.01 / 4) * relative


def test_fresh_loop_reaches_its_moments():
    settings = LawSettings(
        law=Normal(dimension=20, estimator="biased", variance_factor=0.8),
        schedule=Fresh(real=20),
        samples=80,
        first=100,
        generations=40,
        replicates=3000,
    )
    found = run_law(settings, 5).series
    limit = fresh.fresh_limit(dimension=20, real=20, synthetic=80, variance_factor=0.8)
    for name, expected in (("mean_error", limit.mean_error), ("trace", limit.trace)):
        last = found[name][-1]
        assert abs(last.mean() - expected) < stats.norm.isf(0.01 / 4) * stats.sem(last)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    settings = LawSettings(law=Normal(dimension=60), samples=90, generations=3, replicates=700)
    one, two, other = (run_law(settings, seed).series["trace"] for seed in (1, 1, 2))
    assert one.tobytes() == two.tobytes()
    assert not (one[-1] == other[-1]).any()
    assert len(np.unique(one[-1])) == 700  # blocks of replicates do not share a stream


def test_a_loop_that_keeps_nothing_keeps_its_model():
    schedule = Contaminated(real_share=0.0, keep_synthetic=0.0)
    for law in (Normal(), Location(), ZIPF, Normal(dimension=3), Regression(dimension=2, redraw=True)):
        final = run_law(
            LawSettings(law=law, schedule=schedule, samples=9, generations=5, replicates=4)
        ).series
        for values in final.values():
            np.testing.assert_allclose(values[5], values[1])


@pytest.mark.parametrize(
    ("law", "changes"),
    [
        (Normal(), {"samples": 1}),
        (Normal(dimension=0), {}),
        (Normal(), {"generations": 0}),
        (Normal(), {"replicates": 0}),
        (Normal(), {"first": 1}),
        (Normal(variance_factor=float("nan")), {}),
        (Bernoulli(probability=1.5), {}),
        (Poisson(rate=float("inf")), {}),
        (Categorical(weights=(0.5, float("nan"))), {}),
        (Normal(), {"schedule": Contaminated(real_share=float("nan"))}),
        (Normal(), {"schedule": Accumulate(real_share=-0.1)}),
        (Normal(), {"schedule": Fresh(real=0)}),
        (Regression(dimension=5), {"samples": 6}),
    ],
)
def test_impossible_settings_are_named(law, changes):
    with pytest.raises(OutOfRange, match="expected"):
        run_law(LawSettings(law=law, **changes))


def test_sizes_beyond_memory_are_refused_before_anything_is_drawn():
    with pytest.raises(BeyondMemory, match="GB"):
        run_law(LawSettings(law=Normal(), generations=10**7, replicates=10**7))


@pytest.mark.parametrize("law", [Normal(), Location(), Poisson(rate=1.0), Regression(dimension=2)])
def test_a_subsample_of_numbers_is_refused(law):
    with pytest.raises(LawNotExact, match="single records"):
        run_law(LawSettings(law=law, schedule=Subsample(), generations=3))


def test_laws_are_registered():
    assert {law_named(name) for name in registry.names("law")} >= {Normal, Bernoulli, Poisson, Categorical}
    with pytest.raises(UnknownName, match="normal"):
        law_named("norml")


@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0])
def test_weights_on_fresh_real_data_have_the_closed_form(ratio):
    weight, real = 0.6, 100
    settings = LawSettings(
        law=Location(),
        schedule=Fresh(real=real, weight=weight),
        samples=round(real / ratio),
        generations=60,
        replicates=20_000,
    )
    squares = real * run_law(settings, 9).series["mean"][-1] ** 2
    allowed = stats.norm.isf(0.01 / 2 / 3) * stats.sem(squares)
    assert abs(squares.mean() - averaging.weighted_error(weight=weight, ratio=ratio)) < allowed
    assert abs(squares.mean() - averaging.weighted_error(weight=weight + 0.1, ratio=ratio)) > allowed


def test_mean_errors_of_partial_contamination_have_the_closed_form():
    settings = LawSettings(
        law=Location(), schedule=Accumulate(real_share=0.2), samples=10, generations=100, replicates=20_000
    )
    squares = 10 * run_law(settings, 9).series["mean"][-1] ** 2
    expected, wrong = (
        averaging.partial_contamination(synthetic_share=share, generations=100)[-1] for share in (0.8, 0.7)
    )
    allowed = stats.norm.isf(0.01 / 2) * stats.sem(squares)
    assert abs(squares.mean() - expected) < allowed < abs(squares.mean() - wrong)


def test_a_filter_without_backfill_has_the_law_of_filtered_samples():
    rng, n = np.random.default_rng(4), 40
    schedule = Contaminated(real_share=0.3, drop_real=0.2, keep_synthetic=0.5)
    values = []
    for _ in range(3000):
        pool = rng.standard_normal(n)
        for _ in range(3):
            real = rng.random(n) < 0.3
            new = np.where(
                real, rng.standard_normal(n), pool.mean() + pool.std(ddof=1) * rng.standard_normal(n)
            )
            pool = new[rng.random(n) < np.where(real, 0.8, 0.5)]
        values.append(pool.var(ddof=1))
    settings = LawSettings(law=Normal(), schedule=schedule, samples=n, generations=4, replicates=6000)
    assert stats.ks_2samp(values, run_law(settings, 4).series["variance"][-1]).pvalue > 0.01
    backfilled = replace(settings, schedule=replace(schedule, backfill=True))
    assert stats.ks_2samp(values, run_law(backfilled, 4).series["variance"][-1]).pvalue < 0.01


def test_the_distance_is_that_of_bures():
    law = Normal(dimension=4, distances=True)
    run = run_law(LawSettings(law=law, samples=9, generations=5, replicates=6), 3)
    for index, (mean, factor) in enumerate(zip(run.final["0"], run.final["1"], strict=True)):
        covariance = factor @ factor.T
        bures = np.trace(covariance) + 4 - 2 * np.trace(linalg.sqrtm(covariance).real)
        assert run.series["distance"][-1, index] == pytest.approx(mean @ mean + bures, rel=1e-9)
