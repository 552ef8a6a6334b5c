"""Shares against closed forms, draws against their laws (5 standard deviations), and what is refused."""

import numpy as np
import pytest

from springhead.core.census import AXES, Census, count
from springhead.core.level import to_level
from springhead.errors import BadCensus, BadConfiguration, BadPolicy, DrawDiffers, UnknownName
from springhead.policies import check_draw, draw, locate, make
from springhead.policies.shares import golden


def soft_pool(n=40_000, seed=1):
    """Levels that are calibrated: P = level's probability, origins drawn from it."""
    rng = np.random.default_rng(seed)
    probability = rng.beta(0.7, 0.7, n)
    synthetic = rng.random(n) < probability
    level = to_level(np.log(probability / (1 - probability))).astype(np.int64)
    rows = np.stack([rng.integers(0, 3, n), synthetic * 1, level], 1)
    return count(["a", "b", "c"], rows, AXES), rows, synthetic


def drawn(kind, weights, rows, seed=0, keys=None, **more):
    keys = np.arange(len(rows)).astype(np.uint64) if keys is None else keys
    rng = np.random.default_rng(seed)
    cell = locate(weights.census, rows)
    return draw(kind, weights, cell, keys, seed=seed, stage="t", generation=0, rng=rng, **more)


def test_asking_80_percent_human_gives_80_where_weighting_mass_does_not():
    census, rows, synthetic = soft_pool()
    weights = make("exact-mix", {"human": 0.8}).weigh(census, budget=10_000)
    share = next(one for one in weights.promises if one.quantity == "human share")
    assert share.expected == pytest.approx(0.8, abs=1e-9)
    copies = drawn("fixed", weights, rows)
    # Calibrated levels: origins are Bernoulli given levels, so 5 binomial deviations of the true share.
    assert 1 - (copies @ synthetic) / copies.sum() == pytest.approx(0.8, abs=5 * np.sqrt(0.25 / 10_000))
    p = np.nan_to_num(1 / (1 + np.exp(10 - (census.cells[:, 2] - 1) * 20 / 254)))
    mass = 0.8 * (1 - p) + 0.2 * p
    assert (census.sizes * mass) @ (1 - p) / (census.sizes @ mass) < 0.72


def test_two_certain_levels_have_the_closed_form():
    census = Census(np.array([[0, 0, 1], [0, 1, 255]]), np.array([300.0, 700.0]), ("a",))
    weights = make("exact-mix", {"human": 0.6, "pool": 1.0, "cap": None}).weigh(census, budget=500)
    p = 1 / (1 + np.exp(10))
    human = 500 * (0.6 - p) / (1 - 2 * p)
    assert weights.values == pytest.approx([human / 300, (500 - human) / 700], rel=1e-9)
    other = make("fixed-real-share", {"human": 0.6}).weigh(census, budget=500)
    assert other.values == pytest.approx(weights.values)


@pytest.mark.parametrize(("k", "share"), [(1.0, 0.618034), (0.25, 0.390388), (4.0, 0.828427)])
def test_golden_ratio(k, share):
    assert golden(k) == pytest.approx(share, abs=1e-6)


def test_impossible_share_names_the_nearest_and_what_binds():
    census = Census(np.array([[0, 0, 1], [0, 1, 255]]), np.array([10.0, 990.0]), ("a",))
    weights = make("exact-mix", {"human": 0.9, "pool": 1.0, "cap": 4.0}).weigh(census, budget=500)
    share = next(one for one in weights.promises if one.quantity == "human share")
    assert share.nearest == pytest.approx(40 / 500, abs=1e-3)
    assert "copy cap of 4" in share.binding


def test_fixed_keeps_cells_and_groups_within_one_and_is_right_on_average():
    rng = np.random.default_rng(3)
    rows = np.stack([rng.integers(0, 5, 400), rng.integers(0, 4, 400), rng.integers(1, 256, 400)], 1)
    census = count(list("abcde"), rows)
    weights = make("accumulate-subsample", {"size": 100.0}).weigh(census, budget=None)
    runs = 600
    sums = np.zeros(400)
    for seed in range(runs):
        copies = drawn("fixed", weights, rows, seed)
        assert copies.sum() == 100
        check_draw("fixed", weights, locate(census, rows), copies)
        sums += copies
    # 400 binomial counts at 5.5 deviations: false alarm below 2e-5.
    assert np.all(np.abs(sums - runs * 0.25) < 5.5 * np.sqrt(runs * 0.25 * 0.75))


def test_fixed_without_strata_is_a_simple_random_sample():
    rows = np.array([[0, 0, 1]] * 50 + [[0, 1, 255]] * 50)
    weights = make("accumulate-subsample", {"size": 20.0}).weigh(count(["a"], rows), budget=None)
    halves = np.array([drawn("fixed", weights, rows, s, strata="total")[:50].sum() for s in range(2000)])
    variance = 20 * 0.25 * 80 / 99  # hypergeometric
    assert abs(halves.mean() - 10) < 5 * np.sqrt(variance / 2000)
    assert abs(halves.var() / variance - 1) < 5 * np.sqrt(2 / 2000)


def test_hash_draws_the_same_contents_for_any_order_and_sharding():
    census, rows, _ = soft_pool(5000)
    weights = make("soft-weights").weigh(census, budget=None)
    keys = np.random.default_rng(0).integers(0, 2**63, 5000).astype(np.uint64)
    whole = drawn("hash", weights, rows, keys=keys)
    order = np.random.default_rng(5).permutation(5000)
    parts = [drawn("hash", weights, rows[p], keys=keys[p]) for p in np.array_split(order, 7)]
    assert np.array_equal(np.concatenate(parts), whole[order])
    assert not np.array_equal(whole, drawn("hash", weights, rows, 1, keys=keys))


def test_hash_rounds_independently_with_the_right_probability():
    rows = np.tile([0, 0, 1], (200_000, 1))
    weights = make("replace", {"backfill": True}).weigh(count(["a"], rows), budget=260_000)
    copies = drawn("hash", weights, rows)
    assert set(np.unique(copies)) == {1, 2}
    up = copies == 2
    deviation = np.sqrt(0.3 * 0.7 / 200_000)
    assert abs(up.mean() - 0.3) < 5 * deviation
    assert abs((up[1:] & up[:-1]).mean() - 0.09) < 5 * np.sqrt(0.09 / 200_000) * 1.5


def test_multinomial_has_poisson_like_counts_and_an_exact_total():
    rows = np.tile([0, 0, 1], (100_000, 1))
    weights = make("replace").weigh(count(["a"], rows), budget=None)
    copies = drawn("multinomial", weights, rows)
    assert copies.sum() == 100_000
    assert abs((copies == 0).mean() - np.exp(-1)) < 5 * np.sqrt(0.2325 / 100_000)


def test_a_wrong_draw_is_stopped():
    census, rows, _ = soft_pool(2000)
    weights = make("accumulate").weigh(census, budget=None)
    copies = drawn("fixed", weights, rows)
    copies[:5] = 0
    with pytest.raises(DrawDiffers):
        check_draw("fixed", weights, locate(census, rows), copies)


def test_what_cannot_be_weighed_is_refused():
    census, _, _ = soft_pool(100)
    with pytest.raises(UnknownName, match="Did you mean 'replace'"):
        make("replac")
    with pytest.raises(BadConfiguration, match="Did you mean 'human'"):
        make("exact-mix", {"humans": 0.5})
    for name, bad in [
        ("exact-mix", {"human": 1.2}),
        ("filter", {"threshold": -1.0}),
        ("group-floors", {"floors": {"a": 2.0}}),
    ]:
        with pytest.raises(BadPolicy):
            make(name, bad)
    with pytest.raises(UnknownName, match="group of the census"):
        make("group-floors", {"floors": {"zz": 0.1}}).weigh(census, budget=None)
    with pytest.raises(BadCensus, match="axis 'age'"):
        make("fresh").weigh(census, budget=None)
    for sizes in (np.zeros(1), np.array([-1.0]), np.array([np.nan])):
        with pytest.raises(BadCensus):
            make("replace").weigh(Census(np.array([[0, 0, 1]]), sizes, ("a",)), budget=None)
    steps = [{"policy": "filter", "threshold": 0.0}, {"policy": "replace"}]
    with pytest.raises(BadPolicy, match="no records left"):
        make("sequence", {"steps": steps}).weigh(census, budget=None)
