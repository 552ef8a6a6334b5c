"""Verdicts, intervals and bounds on known score laws; pass rules are binomial bounds at stated rates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from springhead.evidence.bound import lower_bound
from springhead.evidence.combine import combine
from springhead.evidence.samples import make_sample
from springhead.evidence.verdict import PrevalenceEstimate, QuantifierName, prevalence

stats = pytest.importorskip("scipy.stats")
Floats = npt.NDArray[np.float64]


def mixture(rng: np.random.Generator, share: float, n: int, gap: float = 3.0) -> Floats:
    """Draw scores with a binomial number of synthetic records, `gap` standard deviations up."""
    synthetic = rng.random(n) < share
    return rng.normal(size=n) + gap * synthetic


def estimate(
    rng: np.random.Generator,
    share: float,
    n: int = 1000,
    references: int = 1000,
    gap: float = 3.0,
    shift: float = 0.0,
    covers_all: bool = True,
    quantifier: QuantifierName = "auto",
) -> PrevalenceEstimate:
    """Estimate one draw; `shift` moves the human reference away from the target's human text."""
    return prevalence(
        mixture(rng, share, n, gap),
        rng.normal(shift, 1, references),
        rng.normal(gap, 1, references),
        covers_all=covers_all,
        rng=rng,
        quantifier=quantifier,
    )


@pytest.mark.parametrize("share", [0.0, 0.02, 0.25])
def test_intervals_cover(share: float) -> None:
    """95 % intervals over 100 draws: not below 95 % by a one-sided binomial test at 1e-3."""
    rng = np.random.default_rng(int(share * 100))
    draws = [estimate(rng, share) for _ in range(100)]
    known = [d for d in draws if d.low is not None and d.high is not None]
    covered = sum(d.low <= share <= d.high for d in known if d.low is not None and d.high is not None)
    assert len(known) >= 88
    assert stats.binom.cdf(covered, len(known), 0.95) > 1e-3


@pytest.mark.parametrize("n", [500, 10_000])
def test_matched_targets_are_estimated_and_foreign_human_references_refused(n: int) -> None:
    """Over 40 draws: matched >= 90 %, foreign <= 5 % estimated, each not rejected at 1e-3."""
    rng = np.random.default_rng(n)
    matched = sum(estimate(rng, 0.1, n).verdict == "estimated" for _ in range(40))
    foreign = sum(estimate(rng, 0.1, n, shift=-0.8).verdict == "estimated" for _ in range(40))
    assert stats.binom.cdf(matched, 40, 0.9) > 1e-3
    assert stats.binom.sf(foreign - 1, 40, 0.05) > 1e-3


def test_shuffled_labels_have_no_power_and_are_never_estimated() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        pool = rng.permutation(mixture(rng, 0.5, 2000))
        result = prevalence(mixture(rng, 0.3, 1000), pool[:1000], pool[1000:], covers_all=True, rng=rng)
        assert result.verdict == "bounded"
        assert result.estimate is None and result.what_if is None and not result.power.sufficient


def test_a_generator_that_the_detector_cannot_see_is_never_estimated() -> None:
    rng = np.random.default_rng(4)
    assert all(estimate(rng, 0.5, gap=0.05).verdict == "bounded" for _ in range(20))


def test_without_the_users_word_an_estimate_is_only_a_what_if() -> None:
    result = estimate(np.random.default_rng(5), 0.2, covers_all=False)
    assert result.verdict == "bounded" and result.estimate is None
    assert result.what_if is not None and result.what_if.low <= 0.2 <= result.what_if.high
    assert "covers the generators" in result.reason


def test_missing_references_give_a_bound_or_nothing() -> None:
    rng = np.random.default_rng(6)
    target, human = mixture(rng, 0.3, 1000), rng.normal(size=500)
    only_human = prevalence(target, human, None, covers_all=False, rng=rng)
    assert only_human.verdict == "bounded" and 0.1 < (only_human.lower_bound or 0) <= 0.3
    neither = prevalence(target, None, rng.normal(3, 1, 500), covers_all=True, rng=rng)
    assert neither.verdict == "cannot tell" and neither.lower_bound is None
    empty = prevalence(np.full(5, np.nan), human, human, covers_all=True, rng=rng)
    assert empty.verdict == "cannot tell" and (empty.n, empty.n_scored) == (5, 0)
    saturated = prevalence(np.zeros(50), np.zeros(100), np.zeros(100), covers_all=True, rng=rng)
    assert saturated.verdict == "bounded" and saturated.estimate is None


def test_abstained_records_are_counted_apart() -> None:
    rng = np.random.default_rng(7)
    target = mixture(rng, 0.2, 1000)
    target[::4] = np.nan
    result = prevalence(target, rng.normal(size=500), rng.normal(3, 1, 500), covers_all=True, rng=rng)
    assert (result.n, result.n_scored) == (1000, 750)


@pytest.mark.parametrize("shift", [-2.0, 0.0, 1.0, 6.0])
def test_lower_bound_holds_whatever_the_synthetic_class_is(shift: float) -> None:
    """300 draws at a share of 10 %: not below 97.5 % by a one-sided binomial test at 1e-3."""
    rng = np.random.default_rng(int(shift) + 10)
    valid = 0
    for _ in range(300):
        bound = lower_bound(make_sample(mixture(rng, 0.1, 1000, shift)), make_sample(rng.normal(size=500)))
        valid += bound is not None and bound <= 0.1
    assert stats.binom.cdf(valid, 300, 0.975) > 1e-3


def test_word_shares_use_word_weights() -> None:
    """Synthetic records four times as long: 20 % of records are half of the words."""
    rng = np.random.default_rng(8)
    synthetic = rng.random(4000) < 0.2
    scores = rng.normal(size=4000) + 3.0 * synthetic
    result = prevalence(
        scores,
        rng.normal(size=1000),
        rng.normal(3, 1, 1000),
        covers_all=True,
        rng=rng,
        weights=np.where(synthetic, 400.0, 100.0),
    )
    assert result.estimate == pytest.approx(0.5, abs=0.04)


def test_clusters_widen_the_interval() -> None:
    """Ten records per source with a shared offset: wider than if they were independent."""
    rng = np.random.default_rng(9)
    sources = np.repeat(np.arange(100), 10)
    target = mixture(rng, 0.2, 1000) + rng.normal(0, 0.7, 100)[sources]
    human = rng.normal(size=1000) + rng.normal(0, 0.7, 100)[sources]
    synthetic = rng.normal(3, 1, 1000) + rng.normal(0, 0.7, 100)[sources]
    plain = prevalence(target, human, synthetic, covers_all=True, rng=np.random.default_rng(1))
    clustered = prevalence(
        target,
        human,
        synthetic,
        covers_all=True,
        rng=np.random.default_rng(1),
        target_clusters=sources,
        human_clusters=sources + 1000,
        synthetic_clusters=sources + 2000,
    )
    assert clustered.high is not None and clustered.low is not None
    if plain.high is not None and plain.low is not None:
        assert clustered.high - clustered.low > 1.2 * (plain.high - plain.low)


@pytest.mark.parametrize("name", ["adjusted-count", "expectation-maximisation", "kde-mixture"])
def test_every_quantifier_reads_the_share(name: QuantifierName) -> None:
    result = estimate(np.random.default_rng(11), 0.1, n=4000, quantifier=name)
    assert result.estimate == pytest.approx(0.1, abs=0.025)
    assert result.low is not None and result.low <= 0.1 <= (result.high or 0.0)


def test_content_sketches_refuse_a_human_reference_of_another_topic() -> None:
    """Scores alike, human content one standard deviation away: refused in 20 of 20, matched in few."""
    rng = np.random.default_rng(12)
    verdicts = []
    for moved in [0.0] * 20 + [1.0] * 20:
        target, human, synthetic = mixture(rng, 0.1, 600), rng.normal(size=500), rng.normal(3, 1, 500)
        sketches = (rng.normal(size=(600, 16)), rng.normal(size=(500, 16)), rng.normal(size=(500, 16)))
        sketches[1][:, 0] += moved
        result = prevalence(target, human, synthetic, covers_all=True, rng=rng, sketches=sketches)
        verdicts.append(result.verdict == "estimated")
    assert not any(verdicts[20:])
    assert stats.binom.cdf(sum(verdicts[:20]), 20, 0.9) > 1e-3


def test_same_generator_state_gives_the_same_result() -> None:
    assert estimate(np.random.default_rng(13), 0.1) == estimate(np.random.default_rng(13), 0.1)


def test_combining_counts_the_rest_as_anything() -> None:
    rng = np.random.default_rng(14)
    good = estimate(rng, 0.1)
    blind = estimate(rng, 0.1, gap=0.05)
    most = combine([97, 3], [good, blind])
    assert most.verdict == "estimated" and most.estimate == pytest.approx(good.estimate)
    assert most.low <= 0.97 * (good.low or 0) + 1e-12 and most.high >= 0.97 * (good.high or 0) + 0.03 - 1e-12
    half = combine([50, 50], [good, blind])
    assert half.verdict == "bounded" and half.estimate is None and half.high >= 0.5
    alike, apart = combine([1, 1], [good, good]), combine([1, 1], [good, good], references=["a", "b"])
    assert apart.high - apart.low < alike.high - alike.low
    assert combine([0], [good]).verdict == "cannot tell"
