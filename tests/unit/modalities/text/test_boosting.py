"""Our scorer of trees gives what LightGBM predicts."""

import numpy as np
import pytest

from springhead.modalities.text.boosting import Trees, score_trees

pytest.importorskip("lightgbm")
from training.boosted import fit_boosted, to_trees


def test_scores_equal_lightgbm_also_on_the_thresholds():
    rng = np.random.default_rng(3)
    table = np.round(rng.normal(size=(2_000, 12)), 1).astype(np.float32)
    synthetic = table[:, 0] * table[:, 1] + rng.normal(size=2_000) > 0
    booster = fit_boosted(table, synthetic, np.ones(2_000), 1, 60)
    trees = to_trees(booster)
    assert trees.roots.size == 60
    new = np.round(rng.normal(size=(3_000, 12)), 1).astype(np.float32)
    ours, theirs = score_trees(trees, new), booster.predict(new, raw_score=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    inner = trees.feature >= 0
    edge = np.zeros((int(inner.sum()), 12), np.float32)
    edge[np.arange(len(edge)), trees.feature[inner]] = trees.threshold[inner]
    edge[np.abs(edge) < 1e-30] = 0.0  # LightGBM treats such values as zero
    np.testing.assert_allclose(score_trees(trees, edge), booster.predict(edge, raw_score=True), atol=1e-5)


def test_a_stump_by_hand():
    trees = Trees(
        np.array([1, -1, -1], np.int16),
        np.array([0.5, 0, 0], np.float32),
        np.array([1, -1, -1], np.int32),
        np.array([2, -1, -1], np.int32),
        np.array([0, -2.0, 3.0], np.float32),
        np.array([0, 0], np.int32),
    )
    table = np.array([[9, 0.5], [9, 0.6]], np.float32)
    assert score_trees(trees, table).tolist() == [-4.0, 6.0]
