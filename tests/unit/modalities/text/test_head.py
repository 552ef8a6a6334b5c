"""The domain head: learns, is chance on shuffled labels, keeps clusters apart, is exchangeable."""

import numpy as np
import pytest

from springhead.errors import BadReference
from springhead.modalities.text.head import FOLDS, DomainHead, _folds, _groups, fit_head

COMMON = """
the river moved past old stones while people spoke of rain and bread and of a road that
led away from here into hills where nobody had walked since winter
""".split()  # noqa: SIM905
MACHINE = ["moreover", "essential", "landscape", "foster", "overall", "valuable"]


def documents(count, rng, extra=0.0):
    out = []
    for _ in range(count):
        words = [COMMON[i] for i in rng.integers(0, len(COMMON), 110)]
        for place in np.flatnonzero(rng.random(110) < extra):
            words[place] = MACHINE[int(rng.integers(0, len(MACHINE)))]
        out.append(" ".join(words) + ".")
    return out


def below(synthetic, human):
    """Return AUROC: the share of pairs in which the synthetic text scores higher, ties half."""
    difference = synthetic[:, None] - human[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def spread(n, m):
    """Return the standard deviation of AUROC under chance (Mann-Whitney U)."""
    return np.sqrt((n + m + 1) / (12 * n * m))


def test_a_head_tells_what_the_base_score_does_not():
    rng = np.random.default_rng(0)
    human, synthetic = documents(100, rng), documents(100, rng, 0.05)
    noise = rng.normal(size=(2, 100))
    head = fit_head(human, synthetic, *noise, clusters=None, rng=rng)
    assert below(head.cross_fitted_synthetic, head.cross_fitted_human) > 0.9
    new_human, new_synthetic = documents(100, rng), documents(100, rng, 0.05)
    fresh = rng.normal(size=(2, 100))
    scores = [head.score(t, ["en"] * 100, b) for t, b in zip((new_human, new_synthetic), fresh, strict=True)]
    assert below(scores[1], scores[0]) > 0.9


def test_a_good_base_score_is_kept():
    rng = np.random.default_rng(1)
    human, synthetic = documents(100, rng), documents(100, rng)
    base = rng.normal(size=100), rng.normal(size=100) + 2.5
    head = fit_head(human, synthetic, *base, clusters=None, rng=rng)
    assert below(head.cross_fitted_synthetic, head.cross_fitted_human) > below(base[1], base[0]) - 0.06


def test_shuffled_labels_give_chance():
    """Negative control: the mean AUROC of 6 independent shuffles stays within 3.3 standard errors (1 in 1,000)."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(6):
        texts = np.array(documents(80, rng) + documents(80, rng, 0.05), dtype=object)
        texts = texts[rng.permutation(160)].tolist()
        base = rng.normal(size=160)
        head = fit_head(texts[:80], texts[80:], base[:80], base[80:], clusters=None, rng=rng)
        found.append(below(head.cross_fitted_synthetic, head.cross_fitted_human))
    assert abs(np.mean(found) - 0.5) < 3.3 * spread(80, 80) / np.sqrt(6) + 0.02


def test_equal_texts_under_both_labels_cannot_be_learned():
    rng = np.random.default_rng(3)
    texts = documents(60, rng)
    base = np.zeros(60)
    head = fit_head(texts, texts, base, base, clusters=None, rng=rng)
    assert below(head.cross_fitted_synthetic, head.cross_fitted_human) == pytest.approx(0.5, abs=1e-9)


def test_cross_fitted_and_new_scores_are_exchangeable():
    """Both halves come from one law; over 12 draws the two-sample rank test rejects at 1 % at most twice.

    P(more than 2 of 12 rejections at 1 %) = 0.0002 when the scores are exchangeable.
    """
    rejected = 0
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        human, synthetic = documents(60, rng), documents(60, rng, 0.04)
        base = rng.normal(size=60), rng.normal(size=60)
        head = fit_head(human, synthetic, *base, clusters=None, rng=rng)
        new = head.score(documents(150, rng), ["en"] * 150, rng.normal(size=150))
        distance = abs(below(new, head.cross_fitted_human) - 0.5) / spread(150, 60)
        rejected += distance > 2.576
    assert rejected <= 2


def test_clusters_and_equal_texts_stay_in_one_fold():
    rng = np.random.default_rng(4)
    texts = [f"text {i % 50}" for i in range(120)]
    clusters = np.arange(120) // 2
    groups = _groups(texts, clusters)
    folds = _folds(groups, np.arange(120) >= 60, rng)
    for one in range(120):
        for other in range(one):
            if texts[one] == texts[other] or clusters[one] == clusters[other]:
                assert folds[one] == folds[other]
    apart = _folds(np.arange(200), np.arange(200) >= 100, rng)
    assert np.bincount(apart, minlength=FOLDS).tolist() == [40] * FOLDS


def test_the_same_seed_gives_the_same_head_and_arrays_bring_it_back():
    rng = np.random.default_rng(5)
    human, synthetic = documents(40, rng), documents(40, rng, 0.05)
    base = rng.normal(size=(2, 40))
    one, two = (
        fit_head(human, synthetic, *base, clusters=None, rng=np.random.default_rng(9)) for _ in range(2)
    )
    back = DomainHead.from_arrays(one.to_arrays())
    new = documents(20, rng)
    scores = [head.score(new, ["en"] * 20, np.zeros(20)) for head in (one, two, back)]
    assert np.array_equal(scores[0], scores[1])
    assert np.array_equal(scores[0], scores[2])
    assert np.array_equal(one.cross_fitted_human, back.cross_fitted_human)


def test_no_base_score_gives_no_score_and_too_few_references_are_refused():
    rng = np.random.default_rng(6)
    human, synthetic = documents(20, rng), documents(20, rng, 0.1)
    head = fit_head(human, synthetic, np.zeros(20), np.zeros(20), clusters=None, rng=rng)
    assert np.isnan(head.score(human[:2], ["en", "en"], np.array([np.nan, 0.0]))).tolist() == [True, False]
    with pytest.raises(BadReference, match="synthetic reference"):
        fit_head(human, synthetic[:5], np.zeros(20), np.zeros(5), clusters=None, rng=rng)
