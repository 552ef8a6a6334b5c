"""Metrics of vectors against closed forms, other implementations and simulated coverage."""

import math
import tracemalloc

import numpy as np
import pytest
from scipy import stats
from scipy.linalg import sqrtm
from sklearn.metrics import pairwise_distances

from springhead.errors import NotMeasurable, TooFewToMeasure
from springhead.modalities.intervals import root_of_squares, share, student
from springhead.modalities.vector.diversity import Duplicates, TailMass, Vendi, spectral_entropy
from springhead.modalities.vector.gaussian_distance import Bures, bures
from springhead.modalities.vector.neighbours import Coverage, Density, Precision, Recall, radii
from springhead.modalities.vector.spread import CovarianceTrace, LogVariance, MeanDrift
from springhead.modalities.vector.wasserstein import SlicedWasserstein, Wasserstein, one_dimension

TRIALS = 400


def enough(covered, trials=TRIALS, rate=0.95):
    """Whether coverage is not below its rate: a binomial tail of 1e-4."""
    return covered >= stats.binom.ppf(1e-4, trials, rate)


def exactly(covered, trials=TRIALS, rate=0.95):
    return enough(covered, trials, rate) and covered <= stats.binom.ppf(1 - 1e-4, trials, rate)


def coverage(metric, draw, truth, seed=0, trials=TRIALS):
    rng = np.random.default_rng(seed)
    found = (metric.measure(*draw(rng)) for _ in range(trials))
    return sum(item.low <= truth <= item.high for item in found)


def normal(n, size, shift=0.0, scale=1.0):
    return lambda rng: (
        rng.standard_normal((n, size)),
        shift + scale * rng.standard_normal((n, size)),
    )


def test_student_quantiles():
    for freedom in (4, 7, 19, 200):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=5e-3)


def test_wilson_is_scipys():
    for count, n in ((0, 20), (3, 20), (20, 20), (170, 500)):
        expected = stats.binomtest(count, n).proportion_ci(method="wilson")
        found = share(count, n)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_quantile_of_a_weighted_sum_of_squares():
    rng = np.random.default_rng(0)
    for weights in (np.ones(1), np.ones(30), np.array([5.0, 1.0, 0.1])):
        drawn = np.sqrt((rng.standard_normal((200_000, len(weights))) ** 2) @ weights)
        assert root_of_squares(weights) == pytest.approx(np.quantile(drawn, 0.95), rel=0.02)


@pytest.mark.parametrize(("n", "m"), [(50, 50), (40, 73), (7, 2)])
def test_w1_is_scipys(n, m):
    rng = np.random.default_rng(n)
    a, b = np.round(rng.standard_normal(n), 1), np.round(rng.exponential(size=m), 1)
    assert one_dimension(a, b) == pytest.approx(stats.wasserstein_distance(a, b))


def test_w1_of_shift_and_scale():
    # W1 of N(0, 1) and N(0, s^2) is |1 - s| sqrt(2 / pi), of a shift the shift.
    for draw, truth in (
        (normal(200, 1, 0.7), 0.7),
        (normal(200, 1, 0.0, 1.5), 0.5 * math.sqrt(2 / math.pi)),
        (normal(200, 1), 0.0),
    ):
        assert enough(coverage(Wasserstein(), draw, truth))


def test_w1_asks_for_one_coordinate():
    with pytest.raises(NotMeasurable, match="sliced-wasserstein"):
        Wasserstein().measure(np.zeros((9, 2)), np.zeros((9, 2)))


def test_sliced_distance_of_a_contraction():
    # In every direction the distance is |1 - s| sqrt(2 / pi).
    truth = 0.3 * math.sqrt(2 / math.pi)
    assert enough(coverage(SlicedWasserstein(directions=8), normal(200, 5, 0.0, 0.7), truth, trials=200), 200)


def test_bures_equals_the_formula():
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((5, 5)), rng.standard_normal((5, 5))
    first, second = (np.zeros(5), a @ a.T), (np.ones(5), b @ b.T)
    root = sqrtm(first[1])
    expected = 5.0 + np.trace(first[1] + second[1] - 2.0 * sqrtm(root @ second[1] @ root).real)
    assert bures(first, second) == pytest.approx(expected)
    assert bures(first, first) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.5, 1.0), (0.0, 0.6)])
def test_bures_covers(shift, scale):
    truth = 3 * (shift**2 + (1 - scale) ** 2)
    assert enough(coverage(Bures(), normal(150, 3, shift, scale), truth, trials=300), 300)


def test_mean_drift_covers_at_none_and_at_some():
    for shift in (0.0, 0.4):
        assert enough(coverage(MeanDrift(), normal(60, 4, shift), shift))


def test_mean_drift_in_one_dimension_is_not_overly_wide():
    found = [MeanDrift().measure(*normal(400, 1, 1.0)(np.random.default_rng(seed))) for seed in range(20)]
    half = np.mean([item.high - item.low for item in found]) / 2
    assert half == pytest.approx(1.96 * math.sqrt(2 / 400), rel=0.1)


def test_covariance_trace_covers():
    assert exactly(coverage(CovarianceTrace(), normal(300, 3, 0.0, 1.5), 3 * 2.25))


@pytest.mark.parametrize("scale", [1.0, 0.8])
def test_log_variance_covers(scale):
    assert exactly(coverage(LogVariance(), normal(300, 6, 0.0, scale), 2 * math.log(scale)))


def test_log_variance_stays_finite_when_nothing_is_left():
    found = LogVariance().measure(np.random.default_rng(0).standard_normal((50, 3)), np.zeros((50, 3)))
    assert found.value < -30
    assert math.isfinite(found.low)


def plain_prdc(reference, sample, k):
    real, fake = pairwise_distances(reference), pairwise_distances(sample)
    inner, outer = np.sort(real)[:, k], np.sort(fake)[:, k]
    across = pairwise_distances(reference, sample)
    return (
        (across <= inner[:, None]).any(0).mean(),
        (across <= outer).any(1).mean(),
        (across <= inner[:, None]).sum(0).mean() / k,
        (across <= inner[:, None]).any(1).mean(),
    )


@pytest.mark.parametrize(("n", "m", "size", "k"), [(300, 700, 8, 5), (600, 90, 2, 3), (257, 256, 20, 1)])
def test_neighbour_metrics_equal_the_definition(n, m, size, k):
    rng = np.random.default_rng(n)
    a, b = 3.0 + rng.standard_normal((n, size)), 3.1 + 0.9 * rng.standard_normal((m, size))
    found = [kind(k=k).measure(a, b).value for kind in (Precision, Recall, Density, Coverage)]
    assert found == pytest.approx(plain_prdc(a, b, k))


def test_neighbour_metrics_equal_prdc():
    prdc = pytest.importorskip("prdc")
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((500, 16)), 0.8 * rng.standard_normal((400, 16))
    expected = prdc.compute_prdc(a, b, 5)
    for kind in (Precision, Recall, Density, Coverage):
        assert kind().measure(a, b).value == pytest.approx(expected[kind.name])


def test_neighbours_need_no_square_memory():
    points = np.random.default_rng(0).standard_normal((6000, 4))
    radii(points[:10], 5)  # compiles
    tracemalloc.start()
    radii(points, 5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6000 * 6000 * 8 / 8


def test_equal_records_count_as_found():
    points = np.repeat(np.random.default_rng(0).standard_normal((20, 2)) + 1e3, 30, axis=0)
    for kind in (Precision, Recall, Coverage):
        assert kind().measure(points, points[::-1]).value == 1.0


def test_precision_interval_covers_given_the_reference():
    rng = np.random.default_rng(6)
    reference = rng.standard_normal((200, 2))
    metric = Precision()
    truth = np.mean(
        [metric.measure(reference, 1.5 * rng.standard_normal((3000, 2))).value for _ in range(20)]
    )
    covered = 0
    for _ in range(TRIALS):
        found = metric.measure(reference, 1.5 * rng.standard_normal((100, 2)))
        covered += found.low <= truth <= found.high
    assert exactly(covered)


def test_vendi_of_orthogonal_records_is_their_number():
    assert math.exp(spectral_entropy(np.eye(12))[0]) == pytest.approx(12.0)
    assert Vendi(kernel="cosine").measure(np.eye(12), np.repeat(np.eye(12), 3, 0)).value == pytest.approx(
        12.0
    )
    assert Vendi(kernel="cosine").measure(np.eye(3), np.ones((9, 3))).value == pytest.approx(1.0)


def test_vendi_is_the_same_by_both_matrices():
    rows = np.random.default_rng(2).standard_normal((30, 30))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    wide = np.hstack([rows, np.zeros((30, 5))])
    values = np.linalg.eigvalsh(rows @ rows.T / 30)
    values = values[values > 1e-13]
    expected = -(values * np.log(values)).sum()
    first, second = spectral_entropy(rows), spectral_entropy(wide)
    assert first[0] == pytest.approx(expected)
    assert second == pytest.approx(first, rel=1e-6)


def test_vendi_covers_its_expectation():
    # Three directions with known shares: the spectrum's entropy at n -> infinity is that of the shares.
    shares = np.array([0.5, 0.3, 0.2])
    truth = math.exp(-(shares * np.log(shares)).sum())

    def draw(rng):
        sample = np.eye(3)[rng.choice(3, size=2000, p=shares)]
        return sample, sample

    assert enough(coverage(Vendi(kernel="cosine"), draw, truth))


def test_vendi_gaussian_is_close_to_the_exact_kernel():
    rng = np.random.default_rng(3)
    sample = rng.standard_normal((500, 3))
    distances = pairwise_distances(sample)
    width = np.median(distances[distances > 0])
    values = np.linalg.eigvalsh(np.exp(-0.5 * (distances / width) ** 2) / 500)
    exact = math.exp(-sum(value * math.log(value) for value in values if value > 1e-13))
    assert Vendi(features=1024).measure(sample, sample).value == pytest.approx(exact, rel=0.05)


def test_duplicates_cover_their_expectation():
    kinds = 300

    def draw(rng):
        sample = rng.integers(kinds, size=(200, 1)).astype(float)
        return sample, sample

    truth = 1.0 - kinds * (1.0 - (1.0 - 1.0 / kinds) ** 200) / 200
    assert enough(coverage(Duplicates(), draw, truth))


def test_tail_mass_covers_and_falls_by_the_law():
    assert enough(coverage(TailMass(), normal(400, 1), 0.05))
    truth = 2 * stats.norm.sf(stats.norm.isf(0.025) / 0.8)
    found = TailMass().measure(*normal(100_000, 1, 0.0, 0.8)(np.random.default_rng(0)))
    assert found.value == pytest.approx(truth, abs=0.002)


@pytest.mark.parametrize(
    ("metric", "least"), [(Precision(), 6), (TailMass(), 20), (Bures(), 2), (LogVariance(), 3), (Vendi(), 3)]
)
def test_the_least_number_is_named(metric, least):
    batch = np.random.default_rng(0).standard_normal((least, 3))
    metric.measure(batch, batch)
    with pytest.raises(TooFewToMeasure, match=f"given {least - 1} .*at least {least}"):
        metric.measure(batch[1:], batch[1:])


def test_shapes_that_differ_are_an_error():
    with pytest.raises(NotMeasurable, match="3 and 4 coordinates"):
        Bures().measure(np.zeros((9, 3)), np.zeros((9, 4)))
