"""T7: how to weigh fresh real data against the model's own samples.

He, Xu and Cheng (2502.18049): with weight w on real data and k = n_real / n_synthetic the limit of n_real V / sigma^2 is
(w^2 + k (1-w)^2) / (w (2-w)), least at w* = (sqrt(k^2 + 4k) - k) / 2: the golden ratio at k = 1.
"""

from __future__ import annotations

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.averaging import golden_ratio, weighted_error
from springhead.laws.engine import run_law
from springhead.laws.settings import Fresh, LawSettings, Location
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T7",
    claim="The best weight on real data is the golden ratio's inverse at k = 1, worth 1.618 times the real data alone.",
    source="He, Xu and Cheng 2025, arXiv 2502.18049",
    protocol="mean of a Gaussian, fresh real data every generation, weight w, k = .25, 1, 4, 60 generations",
    by="law",
)
GENERATIONS, REAL = 60, 100


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the error at the best weight, and at equal weights of records, with the curve."""
    rows = []
    for ratio in (0.25, 1.0, 4.0):
        best = golden_ratio(ratio=ratio)
        pooled = ratio / (1.0 + ratio)
        at_best, at_pooled, alone = (
            _error(weight, ratio, scale, seed) for weight in (best.weight, pooled, 1.0)
        )
        rows += [
            CLAIM.judge(f"n V / sigma^2 at w* = {best.weight:.3f}, k = {ratio:g}", best.error, at_best,
                        control="real data alone", control_observed=alone),
            CLAIM.judge(f"n V / sigma^2 pooled, k = {ratio:g}", weighted_error(weight=pooled, ratio=ratio), at_pooled,
                        control="real data alone", control_observed=alone),
        ]  # fmt: skip
    return rows


def _error(weight: float, ratio: float, scale: Scale, seed: int) -> Estimate:
    settings = LawSettings(
        law=Location(), schedule=Fresh(real=REAL, weight=weight), samples=round(REAL / ratio),
        generations=GENERATIONS, replicates=scale.pick(100_000, 400_000),
    )  # fmt: skip
    return mean_of(run_law(settings, seed).series["mean"][-1] ** 2 * REAL)
