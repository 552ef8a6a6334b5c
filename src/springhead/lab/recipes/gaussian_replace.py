"""T2: the Gaussian that is refitted to its own samples.

Shumailov et al., "AI models collapse when trained on recursively generated data" (2305.17493); the exact law of the
log-variance is a sum of independent log chi-squares (Suresh et al., 2412.17646).
"""

from __future__ import annotations

from springhead.lab.reproduction import Claim, Scale, mean_of
from springhead.laws.engine import run_law
from springhead.laws.normal import expected_distance, expected_log_variance, expected_variance
from springhead.laws.settings import LawSettings, LawTrajectory, Normal
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T2",
    claim="Under replace log-variance falls by psi((n-1)/2) - log((n-1)/2) a generation, and W2^2 is 1.5 k/n.",
    source="Shumailov et al. 2024, arXiv 2305.17493; Suresh et al. 2024, arXiv 2412.17646",
    protocol="one-dimensional Gaussian, replace, n = 10 and 100, 100 generations, unbiased and maximum likelihood",
    by="law",
)


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare log-variance, variance and distance with their closed forms."""
    replicates = scale.pick(4_000, 40_000)
    rows = []
    for n in (10, 100):
        right, wrong = _run(n, replicates, seed, "unbiased"), _run(2 * n, replicates, seed, "unbiased")
        rows.append(
            CLAIM.judge(
                f"E log v after 100, n = {n}", expected_log_variance(n=n, generations=100),
                mean_of(right.series["log_variance"][100]), control=f"n = {2 * n}",
                control_observed=mean_of(wrong.series["log_variance"][100]),
            )
        )  # fmt: skip
    half = 50
    biased, unbiased = _run(100, replicates, seed, "biased"), _run(100, replicates, seed, "unbiased")
    rows.append(
        CLAIM.judge(
            f"E v after {half}, n = 100, maximum likelihood", expected_variance(n=100, generations=half),
            mean_of(biased.series["variance"][half]), control="unbiased estimator",
            control_observed=mean_of(unbiased.series["variance"][half]),
        )
    )  # fmt: skip
    expected = expected_distance(n=100, generations=half)
    rows.append(
        CLAIM.judge(
            f"E W2^2 after {half}, n = 100", expected, mean_of(unbiased.series["distance"][half]),
            systematic=0.04 * expected, because="first order in k/n", control="n = 200",
            control_observed=mean_of(_run(200, replicates, seed, "unbiased").series["distance"][half]),
        )
    )  # fmt: skip
    return rows


def _run(n: int, replicates: int, seed: int, estimator: str) -> LawTrajectory:
    law = Normal(estimator="biased" if estimator == "biased" else "unbiased")
    return run_law(LawSettings(law=law, samples=n, generations=100, replicates=replicates), seed)
