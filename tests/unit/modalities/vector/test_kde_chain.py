"""The fused loop over a kernel density estimate against the model in a plain loop, and against exact distances."""

import numpy as np
import pytest
from scipy import integrate, stats

from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.modalities.vector.kde import KdeModel
from springhead.modalities.vector.kde_chain import Chain, chain_distances, run_chain

GRID = np.linspace(-12.0, 12.0, 4096)


def rng(seed=0):
    return np.random.default_rng(seed)


def chain(seed, steps=6, real=20, fresh=5, synthetic=10, width=0.3, keep=True):
    draw = rng(seed)
    arrivals = draw.standard_normal((steps, fresh))
    return Chain(
        *run_chain(draw.standard_normal(real), arrivals, synthetic, np.full(steps, width), keep, draw)
    )


def test_pools_hold_what_the_schedule_says():
    kept, last = chain(1), chain(1, keep=False)
    assert kept.stop.tolist() == last.stop.tolist() == [25, 40, 55, 70, 85, 100]
    assert kept.first.tolist() == [0] * 6
    assert last.first.tolist() == [0, 25, 40, 55, 70, 85]
    assert len(kept.records) == 100
    again = chain(1)
    assert np.array_equal(again.records, kept.records)


def test_without_a_kernel_every_record_is_one_of_the_first():
    made = chain(2, fresh=0, width=0.0, keep=False)
    assert np.isin(made.records, made.records[:20]).all()


@pytest.mark.parametrize("keep", [True, False])
def test_it_is_the_model_in_a_plain_loop(keep):
    steps, runs = 5, 3000
    fused = np.array([made.records[made.first[-1] : made.stop[-1]].var() for made in
                      (chain(seed, steps, keep=keep) for seed in range(runs))])  # fmt: skip
    plain = np.empty(runs)
    for run in range(runs):
        draw = rng(10_000 + run)
        pool = draw.standard_normal((25, 1))
        for _ in range(steps - 1):
            fitted = KdeModel(bandwidth=0.3).fit(
                pool, np.ones(len(pool), np.int64), start=None, compute=Compute(), rng=draw
            )
            made = fitted.sample(Request(10), draw).batch
            arrivals = draw.standard_normal((5, 1))
            pool = np.concatenate([pool, made, arrivals] if keep else [made, arrivals])
        plain[run] = pool.var()
    # Equal laws fail at 1 % of seeds; a kernel that is 10 % too wide moves the mean by several errors.
    assert stats.ks_2samp(fused, plain).pvalue > 0.01


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("width", [0.0, 0.4])
def test_distances_are_those_of_the_exact_estimate(keep, width):
    made = chain(3, width=width, keep=keep)
    found = chain_distances(made, np.full(6, width), GRID, stats.norm.cdf(GRID))
    for step in range(6):
        pool = made.records[made.first[step] : made.stop[step]]
        if width == 0.0:
            exact = stats.wasserstein_distance(pool, stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000))
            assert found[step] == pytest.approx(exact, abs=1e-3)
        else:
            fine = np.linspace(-12, 12, 20_001)
            gap = np.abs(stats.norm.cdf((fine[:, None] - pool) / width).mean(axis=1) - stats.norm.cdf(fine))
            assert found[step] == pytest.approx(integrate.trapezoid(gap, fine), abs=1e-5)
