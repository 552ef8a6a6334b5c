"""T8: an accumulating corpus whose newcomers are partly synthetic and unlabelled.

Amin, Bie, Kong, Syed and Vassilvitskii (2601.15468): Var(Y_t) = ((t-1+alpha)/t)^2 Var(Y_(t-1)) + Sigma/t^2.
"""

from __future__ import annotations

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.averaging import partial_contamination
from springhead.laws.engine import run_law
from springhead.laws.settings import Accumulate, LawSettings, Location
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T8",
    claim="Accumulating with a synthetic share alpha, variance falls as 1/t below 1/2 and as t^(-2(1-alpha)) above.",
    source="Amin et al. 2026, arXiv 2601.15468",
    protocol="mean of a Gaussian, n = 100 records a generation, 400 generations, alpha = 0, .5, .8, 1",
    by="law",
)
GENERATIONS, SAMPLES = 400, 100


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the variance after 400 generations with the recursion."""
    shares = (0.0, 0.5, 0.8, 1.0)
    ends = {alpha: _variance(alpha, scale, seed) for alpha in shares}
    other = {0.0: 0.5, 0.5: 0.8, 0.8: 0.5, 1.0: 0.8}
    return [
        CLAIM.judge(
            f"n Var / Sigma after {GENERATIONS}, alpha = {alpha:g}",
            float(partial_contamination(synthetic_share=alpha, generations=GENERATIONS)[-1]), ends[alpha],
            control=f"alpha = {other[alpha]:g}", control_observed=ends[other[alpha]],
        )
        for alpha in shares
    ]  # fmt: skip


def _variance(alpha: float, scale: Scale, seed: int) -> Estimate:
    settings = LawSettings(
        law=Location(), schedule=Accumulate(real_share=1.0 - alpha), samples=SAMPLES, generations=GENERATIONS,
        replicates=scale.pick(10_000, 40_000),
    )  # fmt: skip
    return mean_of(run_law(settings, seed).series["mean"][-1] ** 2 * SAMPLES)
