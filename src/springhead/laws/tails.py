"""Scaling laws of a memorising learner on Zipf data whose tail was cut: exact sums.

Source: Dohmatob et al. 2024, "A tale of tails" (arXiv 2402.07043): the Hutter learner errs on what it never saw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from springhead.core.nouns import Floats
from springhead.errors import OutOfRange
from springhead.laws.checks import positive, share, weights, whole


def zipf_probabilities(*, size: int, exponent: float, offset: float = 0.0) -> Floats:
    """Return p_i ~ (i + offset)^-exponent, i = 1..size, float64 (size,) (Zipf, Mandelbrot)."""
    ranks = np.arange(1, whole("size", size, least=1) + 1, dtype=np.float64)
    mass = (ranks + offset) ** -positive("exponent", exponent)
    return np.asarray(mass / mass.sum(), np.float64)


def unseen_mass(
    probabilities: Floats, samples: ArrayLike, *, cut: int | None = None, real_share: float = 0.0
) -> Floats:
    """Return sum_i p_i (1 - q_i)^T for every T in `samples`, float64 (samples,).

    q = share p + (1 - share) p cut after rank `cut` and renormalised (None = no cut): the test error of a
    learner trained on T draws of q. At share 0 its plateau is the cut mass, about k^-(beta-1); with a real
    share pi the descent starts again at T about k^beta / pi.
    """
    p = weights("probabilities", probabilities)
    p = p / p.sum()
    q = p
    if cut is not None:
        kept = np.where(np.arange(len(p)) < whole("cut", cut, least=1), p, 0.0)
        q = share("real_share", real_share) * p + (1.0 - real_share) * kept / kept.sum()
    rest = np.log1p(-np.minimum(q, 1.0 - 1e-16))
    sizes = np.atleast_1d(np.asarray(samples, np.float64))
    if not np.isfinite(sizes).all() or (sizes < 0).any():
        raise OutOfRange("samples", str(samples), "finite and at least 0")
    return np.array([float(p @ np.exp(size * rest)) for size in sizes])


def cut_mass(probabilities: Floats, *, cut: int) -> float:
    """Return the probability beyond rank `cut`: the plateau of the error."""
    p = weights("probabilities", probabilities)
    return float(p[whole("cut", cut, least=1) :].sum() / p.sum())


def clean_slope(*, exponent: float) -> float:
    """Return the exponent of error in T on clean Zipf data: -(1 - 1/beta)."""
    if not exponent > 1.0:
        raise OutOfRange("exponent", str(exponent), "above 1")
    return -(1.0 - 1.0 / exponent)


def new_descent(*, cut: int, exponent: float, real_share: float) -> float:
    """Return about where error falls again when a real share is mixed in: k^beta / pi."""
    return float(
        whole("cut", cut, least=1) ** exponent / positive("real_share", share("real_share", real_share))
    )


def log_slope(samples: ArrayLike, errors: ArrayLike) -> float:
    """Return the least-squares slope of log error on log samples."""
    x, y = np.log(np.asarray(samples, np.float64)), np.log(np.asarray(errors, np.float64))
    x = x - x.mean()
    return float(x @ y / (x @ x))
