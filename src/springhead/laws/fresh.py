"""Loop with fresh real data: moments of the fitted normal law, exactly, in d dimensions.

Source of the protocol: Alemohammad et al. 2023, MAD (arXiv 2307.01850); the recursion is derived here: with
N = n_r + n_s pooled records and the biased estimator, m = E|mu|^2 and s = E tr S obey two linear equations.
"""

from __future__ import annotations

from dataclasses import dataclass

from springhead.laws.checks import share, whole


@dataclass(frozen=True, slots=True)
class FreshMoments:
    """E |mu_t|^2 and E tr S_t of a source N(0, I_d)."""

    mean_error: float
    trace: float


def fresh_step(
    state: FreshMoments, *, dimension: int, real: int, synthetic: int, variance_factor: float = 1.0
) -> FreshMoments:
    """Return the moments after one more fit to n_r fresh real and n_s own samples, drawn with variance lambda S."""
    d = whole("dimension", dimension, least=1)
    n_r, n_s = whole("real", real, least=0), whole("synthetic", synthetic, least=0)
    total = whole("real + synthetic", n_r + n_s, least=2)
    spread = share("variance_factor", variance_factor) * state.trace
    mean = (n_r * d + n_s * spread + n_s * n_s * state.mean_error) / total**2
    # Mean square of pooled records about the origin, less the square of their mean.
    square = (n_r * d + n_s * (spread + state.mean_error)) / total
    return FreshMoments(mean, square - mean)


def fresh_limit(
    *, dimension: int, real: int, synthetic: int, variance_factor: float = 1.0, tolerance: float = 1e-13
) -> FreshMoments:
    """Return the limit, the same from every start when real > 0 (MAD's fresh loop)."""
    whole("real", real, least=1)
    state = FreshMoments(0.0, float(dimension))
    while True:
        new = fresh_step(
            state, dimension=dimension, real=real, synthetic=synthetic, variance_factor=variance_factor
        )
        change = abs(new.mean_error - state.mean_error) + abs(new.trace - state.trace)
        if change <= tolerance * dimension:
            return new
        state = new
