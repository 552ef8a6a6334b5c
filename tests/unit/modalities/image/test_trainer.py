import io

import numpy as np
import pytest
from tests.unit.modalities.image.pictures import camera, generated

from springhead.errors import BadReference
from springhead.modalities.image.features import NUMBERS, features
from springhead.modalities.image.ridge import Ridge, fit_ridge
from springhead.modalities.image.trainer import DomainTrainer, fold_of, pack, unpack


def area(human, synthetic):
    return float((np.asarray(synthetic)[:, None] > np.asarray(human)[None]).mean())


@pytest.fixture(scope="module")
def described():
    rng = np.random.default_rng(7)
    return [pack(features([make(40, rng) for _ in range(90)])) for make in (camera, generated)]


def fit(human, synthetic, seed=0, **columns):
    return DomainTrainer().fit(
        {"payload": human}, {"payload": synthetic}, clusters=None, rng=np.random.default_rng(seed)
    )


def test_head_tells_the_makes_apart_and_new_images_score_as_references_do(described):
    head = fit(described[0][:60], described[1][:60])
    assert area(head.cross_fitted_human, head.cross_fitted_synthetic) > 0.95
    new = [head.score({"payload": side[60:]}) for side in described]
    assert area(*new) > 0.95


def test_shuffled_labels_give_chance(described):
    mixed = described[0][:60] + described[1][:60]
    areas = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(mixed))
        halves = [[mixed[i] for i in part] for part in (order[:60], order[60:])]
        head = fit(*halves, seed=seed)
        areas.append(area(head.cross_fitted_human, head.cross_fitted_synthetic))
    # Eight areas of 60 against 60 have a standard error of 0.053 each: the mean is within 3.3 of its own.
    assert abs(np.mean(areas) - 0.5) < 3.3 * 0.053 / np.sqrt(8)


def test_saved_head_gives_the_same_scores_without_pickle(described):
    head = fit(*described)
    file = io.BytesIO()
    np.savez(file, **head.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as saved:
        again = DomainTrainer.from_arrays({name: saved[name] for name in saved.files})
    columns = {"payload": described[0] + [b""]}
    assert np.array_equal(head.score(columns), again.score(columns), equal_nan=True)
    assert np.isnan(again.score(columns)[-1])


def test_other_features_are_refused(described):
    arrays = fit(*described).to_arrays() | {"features": np.array("0")}
    with pytest.raises(ValueError, match="version 0"):
        DomainTrainer.from_arrays(arrays)


def test_fit_repeats_exactly(described):
    first, second = fit(*described), fit(*described)
    assert np.array_equal(first.cross_fitted_human, second.cross_fitted_human)


def test_copies_stay_in_one_fold(described):
    """One image of each class copied 30 times has no training half of itself: fits on the rest stay possible."""
    human = described[0][:40] + [described[0][50]] * 30
    head = fit(human, described[1][:40])
    assert np.unique(head.cross_fitted_human[40:]).size == 1


def test_too_few_or_one_cluster_are_refused(described):
    with pytest.raises(BadReference, match="9 images"):
        fit(described[0][:9], described[1])
    with pytest.raises(BadReference, match="one cluster"):
        fit([described[0][0]] * 20, described[1])


def test_pack_keeps_numbers_and_marks_what_is_missing():
    rows = np.random.default_rng(8).normal(0, 5, (4, NUMBERS)).astype(np.float32)
    rows[2, 5] = np.nan
    packed = pack(rows)
    assert packed[2] == b""
    assert np.allclose(unpack(packed)[[0, 1, 3]], rows[[0, 1, 3]], atol=0.02)
    assert 0 <= fold_of(packed[0]) < 5


def test_landmarks_are_capped_and_unequal_classes_weigh_alike(monkeypatch):
    monkeypatch.setattr("springhead.modalities.image.ridge.LANDMARKS", 50)
    rng = np.random.default_rng(9)
    rows = rng.normal(size=(600, 6)).astype(np.float32)
    synthetic = np.arange(600) < 30
    rows[synthetic] += 1.2
    model = fit_ridge(rows, synthetic, rng)
    assert len(model.landmarks) == 50
    scores = model.score(rows)
    assert area(scores[~synthetic], scores[synthetic]) > 0.9
    assert abs((scores[synthetic] > 0).mean() - (scores[~synthetic] < 0).mean()) < 0.25
    assert isinstance(Ridge.from_arrays(model.to_arrays()), Ridge)
