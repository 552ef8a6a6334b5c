"""T6: a categorical law fed by a mixture of real records and its own.

Bakshi and Chakraborty (2602.10531): R_t / R_0 follows R_t = R_0 + ((n-1)/n)(1-alpha)^2 R_(t-1) with a share alpha of
real records, and a filter with errors (e1, e2) changes alpha and n.
"""

from __future__ import annotations

import numpy as np

from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.laws.contamination import risk_ratio
from springhead.laws.engine import run_law
from springhead.laws.settings import Categorical, Contaminated, LawSettings
from springhead.laws.tails import zipf_probabilities
from springhead.results.lab import Reproduction

CLAIM = Claim(
    id="T6",
    claim="With a real share alpha the risk settles at R_0 / (1 - ((n-1)/n)(1-alpha)^2).",
    source="Bakshi and Chakraborty 2026, arXiv 2602.10531",
    protocol="50 Zipf categories, n = 100, 100 generations, alpha = .05, .1, .5",
    by="law",
)
SIZE, SAMPLES, GENERATIONS = 50, 100, 100


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Compare the risk after a hundred generations with the recurrence."""
    rows = []
    for alpha in (0.05, 0.1, 0.5):
        expected = float(risk_ratio(n=SAMPLES, real_share=alpha, generations=GENERATIONS - 1)[-1])
        rows.append(
            CLAIM.judge(
                f"R_t / R_0, alpha = {alpha:g}", expected, _risk(alpha, scale, seed), systematic=0.02 * expected,
                because="tolerance of the source", control=f"alpha = {alpha / 2:g}",
                control_observed=_risk(alpha / 2, scale, seed),
            )
        )  # fmt: skip
    return rows


def _risk(alpha: float, scale: Scale, seed: int) -> Estimate:
    settings = LawSettings(
        law=Categorical(size=SIZE, exponent=1.0), schedule=Contaminated(real_share=alpha, exact=False),
        samples=SAMPLES, generations=GENERATIONS, replicates=scale.pick(3_000, 20_000),
    )  # fmt: skip
    errors = run_law(settings, seed).series["error"][-1]
    law = zipf_probabilities(size=SIZE, exponent=1.0)
    single = (1.0 - float(law @ law)) / SAMPLES
    return mean_of(np.asarray(errors) / single)
