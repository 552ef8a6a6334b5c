"""Normal law refitted to its own samples: what mean, variance and log-variance do, in closed form.

All are for a source of variance 1, n samples a generation; generation 0 is the source itself.
Sources: Shumailov et al. 2024 (arXiv 2305.17493), Suresh et al. 2024 (2412.17646), Kazdan et al. 2024
(2410.16713), Alemohammad et al. 2023 (2307.01850).
"""

from __future__ import annotations

import math
from typing import Literal

from springhead.laws.checks import positive, whole
from springhead.laws.special import digamma, trigamma

Estimator = Literal["unbiased", "biased"]


def expected_log_variance(*, n: int, generations: int, estimator: Estimator = "unbiased") -> float:
    """Return E log v_k = k (psi((n-1)/2) - ln(d/2)), d = n - 1 unbiased or n biased, under replace."""
    n, k = whole("n", n, least=2), whole("generations", generations, least=0)
    divisor = n - 1 if estimator == "unbiased" else n
    return k * (digamma((n - 1) / 2) - math.log(divisor / 2))


def deviation_log_variance(*, n: int, generations: int) -> float:
    """Return the standard deviation of log v_k: sqrt(k psi'((n-1)/2)), for either estimator."""
    n, k = whole("n", n, least=2), whole("generations", generations, least=0)
    return math.sqrt(k * trigamma((n - 1) / 2))


def expected_variance(*, n: int, generations: int, estimator: Estimator = "biased") -> float:
    """Return E v_k under replace: ((n-1)/n)^k for the biased estimator, 1 for the unbiased one.

    Never test it by simulation for k >> n: the law is so heavy-tailed that averages miss it.
    """
    n, k = whole("n", n, least=2), whole("generations", generations, least=0)
    return (1.0 - 1.0 / n) ** k if estimator == "biased" else 1.0


def expected_distance(*, n: int, generations: int) -> float:
    """Return the first-order E W2^2 = 1.5 k / n under replace (Shumailov); good for k << n only."""
    return 1.5 * whole("generations", generations, least=0) / whole("n", n, least=2)


def accumulate_variance(*, n: int, generations: int | None = None) -> float:
    """Return E v_k under accumulate with the biased estimator: prod_(j<=k) (1 - 1/(n j^2)).

    Its limit (generations = None) is sin(x)/x with x = pi / sqrt(n) (Kazdan, theorem for d = 1).
    """
    n = whole("n", n, least=2)
    if generations is None:
        x = math.pi / math.sqrt(n)
        return math.sin(x) / x
    product = 1.0
    for j in range(1, whole("generations", generations, least=0) + 1):
        product *= 1.0 - 1.0 / (n * j * j)
    return product


def accumulate_mean_error(*, n: int, generations: int | None = None) -> float:
    """Return E (mu_k - mu_0)^2 under accumulate: 1 minus `accumulate_variance` (Kazdan)."""
    return 1.0 - accumulate_variance(n=n, generations=generations)


def spread_bound(*, n: int, generations: int, threshold: float) -> float:
    """Return Suresh's bound on P(sigma_k > threshold) under replace: exp(-k/(4n-1)) / threshold, at most 1."""
    k, n = whole("generations", generations, least=0), whole("n", n, least=2)
    return min(1.0, math.exp(-k / (4 * n - 1)) / positive("threshold", threshold))
