"""T3: the Gaussian that is refitted to all that was ever drawn.

Kazdan et al., "Collapse or Thrive?" (2410.16713): with the biased estimator E v tends to sin(x)/x, x = pi/sqrt(n), and
the mean's squared error to one minus that.
"""

from __future__ import annotations

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.engine import run_law
from springhead.laws.normal import accumulate_variance
from springhead.laws.settings import Accumulate, LawSettings, Normal, Replace
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T3",
    claim="Under accumulate the variance tends to sin(x)/x with x = pi / sqrt(n): it does not collapse.",
    source="Kazdan et al. 2024, Collapse or Thrive?, arXiv 2410.16713",
    protocol="one-dimensional Gaussian, maximum likelihood, accumulate, 100 fits, n = 10, 32, 100",
    by="law",
)
FITS = 100


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare variance and mean error after 100 fits with the limit."""
    rows = []
    for n in (10, 32, 100):
        limit = accumulate_variance(n=n)
        short = abs(accumulate_variance(n=n, generations=FITS) - limit)
        variance, error = _ends(n, True, scale, seed)
        replaced = _ends(n, False, scale, seed)
        pairs = (
            (f"E v, n = {n}", limit, variance, replaced[0]),
            (f"E mean^2, n = {n}", 1.0 - limit, error, replaced[1]),
        )
        rows += [
            CLAIM.judge(
                quantity, expected, observed, systematic=short, because="100 fits short of the limit",
                control="replace", control_observed=control,
            )
            for quantity, expected, observed, control in pairs
        ]  # fmt: skip
    return rows


def _ends(n: int, accumulate: bool, scale: Scale, seed: int) -> tuple[Estimate, Estimate]:
    settings = LawSettings(
        law=Normal(estimator="biased"), schedule=Accumulate() if accumulate else Replace(), samples=n,
        generations=FITS, replicates=scale.pick(4_000, 40_000),
    )  # fmt: skip
    series = run_law(settings, seed).series
    return mean_of(series["variance"][-1]), mean_of(series["mean"][-1] ** 2)
