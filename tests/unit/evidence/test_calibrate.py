"""Nats: calibrated, monotone, bounded, storable; fusion of channels."""

from __future__ import annotations

import numpy as np
import pytest

from springhead.evidence.calibrate import LikelihoodRatio, LogisticFusion, pool_adjacent_violators

stats = pytest.importorskip("scipy.stats")


def test_nats_follow_the_true_log_ratio() -> None:
    """Two Gaussians two apart: log ratio 2 z - 2; within 0.35 nats on average where both classes are seen."""
    rng = np.random.default_rng(1)
    ratio = LikelihoodRatio.fit(rng.normal(0, 1, 4000), rng.normal(2, 1, 4000))
    z = np.linspace(-0.5, 2.5, 31)
    assert np.abs(ratio.nats(z) - (2 * z - 2)).mean() < 0.35


def test_nats_are_calibrated_on_fresh_records() -> None:
    """Posteriors in five bins hold the share of synthetic records (binomial, 1e-4, plus 2 points)."""
    rng = np.random.default_rng(2)
    ratio = LikelihoodRatio.fit(rng.normal(0, 1, 4000), rng.normal(1.5, 1, 4000))
    nats = ratio.nats(np.concatenate([rng.normal(0, 1, 5000), rng.normal(1.5, 1, 5000)]))
    truth = np.repeat([0, 1], 5000)
    posterior = 1 / (1 + np.exp(-nats))
    for low, high in [(0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0)]:
        inside = (posterior >= low) & (posterior < high)
        n, mean = int(inside.sum()), float(posterior[inside].mean())
        margin = 0.02 + 3.9 * np.sqrt(mean * (1 - mean) / n)
        assert abs(truth[inside].mean() - mean) < margin


def test_nats_are_monotone_bounded_and_pass_nan() -> None:
    rng = np.random.default_rng(3)
    ratio = LikelihoodRatio.fit(rng.normal(0, 1, 60), rng.normal(9, 1, 300))
    nats = ratio.nats(np.linspace(-20, 30, 500))
    assert (np.diff(nats) >= 0).all()
    assert np.abs(nats).max() <= np.log(61) + 1e-12
    assert np.isnan(ratio.nats([np.nan])).all()


def test_scores_that_say_nothing_give_no_nats() -> None:
    assert LikelihoodRatio.fit(np.zeros(100), np.zeros(100)).nats([0.0, 1.0]) == pytest.approx([0.0, 0.0])
    assert LikelihoodRatio.fit([], [1.0, 2.0]).nats([1.0]) == pytest.approx([0.0])
    rng = np.random.default_rng(4)
    blind = LikelihoodRatio.fit(rng.normal(size=2000), rng.normal(size=2000))
    assert np.abs(blind.nats(rng.normal(size=2000))).mean() < 0.15


def test_saturated_scores_get_the_ratio_of_their_atoms() -> None:
    """Atoms at 0 and 1 held by 90 % / 10 % of human and 20 % / 80 % of synthetic records."""
    human, synthetic = np.repeat([0.0, 1.0], [900, 100]), np.repeat([0.0, 1.0], [200, 800])
    nats = LikelihoodRatio.fit(human, synthetic).nats([0.0, 1.0])
    assert nats == pytest.approx([np.log(0.2 / 0.9), np.log(0.8 / 0.1)], abs=0.02)


def test_stored_arrays_give_the_same_nats() -> None:
    rng = np.random.default_rng(5)
    human, synthetic = rng.normal(size=(300, 2)), rng.normal(1, 1, size=(300, 2))
    ratio = LikelihoodRatio.fit(human[:, 0], synthetic[:, 0])
    fusion = LogisticFusion.fit(human, synthetic)
    z = rng.normal(size=(50, 2))
    assert (LikelihoodRatio.from_arrays(ratio.to_arrays()).nats(z[:, 0]) == ratio.nats(z[:, 0])).all()
    assert (LogisticFusion.from_arrays(fusion.to_arrays()).nats(z) == fusion.nats(z)).all()


def test_pooling_orders_the_ratios() -> None:
    block = pool_adjacent_violators(np.array([1.0, 3.0, 2.0, 5.0]), np.array([4.0, 1.0, 2.0, 0.0]))
    assert block.tolist() == [0, 1, 1, 2]


def test_fusion_weighs_channels_by_what_they_add() -> None:
    """A copy of a channel adds nothing (its weight is shared); an independent one adds separation."""
    rng = np.random.default_rng(6)

    def channels(mean: float) -> np.ndarray:
        first, second = rng.normal(mean, 1, (2, 4000))
        return np.stack([2 * first, 2 * first, 2 * second], axis=1)

    human, synthetic = channels(-0.5), channels(0.5)
    fusion = LogisticFusion.fit(human, synthetic)
    assert fusion.weights[0] == pytest.approx(fusion.weights[1], abs=1e-6)
    assert fusion.weights[0] + fusion.weights[1] == pytest.approx(fusion.weights[2], abs=0.06)
    alone = stats.mannwhitneyu(synthetic[:, 0], human[:, 0]).statistic
    fused = stats.mannwhitneyu(fusion.nats(synthetic), fusion.nats(human)).statistic
    assert fused > 1.05 * alone


def test_fusion_of_silent_channels_is_silent() -> None:
    rng = np.random.default_rng(7)
    fusion = LogisticFusion.fit(rng.normal(-1, 1, (200, 2)), rng.normal(1, 1, (200, 2)))
    nats = fusion.nats([[np.nan, np.nan], [1.0, np.nan]])
    assert np.isnan(nats[0]) and nats[1] > 0
