"""Scores to nats: monotone, bounded log-likelihood ratios from reference scores; logistic fusion.

The ratio is the isotonic (maximum-likelihood monotone) estimate over bins of equal reference mass (Ayer et
al. 1955, pool adjacent violators; Zadrozny and Elkan 2002), with Jeffreys' half count in each block,
interpolated linearly, and capped at log(n + 1) of the smaller reference: n records of a class cannot support
more.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.samples import cut_points, make_sample, shares

Floats = npt.NDArray[np.float64]


def pool_adjacent_violators(success: Floats, failure: Floats) -> npt.NDArray[np.int64]:
    """Return the block of each bin, (k,), such that success / (success + failure) rises over blocks."""
    blocks: list[list[float]] = []
    for one, other in zip(success.tolist(), failure.tolist(), strict=True):
        blocks.append([one, other, 1.0])
        # Cross-multiplied comparison: empty bins join their neighbour, equal ratios pool.
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return np.repeat(np.arange(len(blocks)), [int(block[2]) for block in blocks])


def isotonic_log_ratio(synthetic: Floats, human: Floats) -> Floats:
    """Return a monotone log ratio per bin, (k,), of counts of both classes, at most log(n + 1) in size.

    Within a run of blocks the values are interpolated between block centres, so that the curve has no steps.
    """
    block = pool_adjacent_violators(synthetic, human)
    one, other = np.bincount(block, synthetic), np.bincount(block, human)
    total_one, total_other = synthetic.sum(), human.sum()
    value = np.log((one + 0.5) / (total_one + 1.0)) - np.log((other + 0.5) / (total_other + 1.0))
    value = np.maximum.accumulate(value)
    mass = np.maximum(synthetic / total_one + human / total_other, 1e-12)
    position = np.cumsum(mass) - 0.5 * mass
    centre = np.bincount(block, position * mass) / np.bincount(block, mass)
    cap = np.log(min(total_one, total_other) + 1.0)
    return np.asarray(np.clip(np.interp(position, centre, value), -cap, cap), dtype=np.float64)


class LikelihoodRatio(msgspec.Struct, frozen=True):
    """A fitted monotone map of scores to nats: `knots` (k,) rising scores, `values` (k,) nats at them."""

    knots: Floats
    values: Floats

    @classmethod
    def fit(cls, human: npt.ArrayLike, synthetic: npt.ArrayLike) -> LikelihoodRatio:
        """Fit on reference scores of both classes; nan scores are left out.

        Without scores of one class, or with one single value, every score says nothing: 0 nats.
        """
        first, second = make_sample(human), make_sample(synthetic)
        if first.size == 0 or second.size == 0:
            return cls(np.zeros(1), np.zeros(1))
        cuts = cut_points(first, second)
        if cuts.size == 0:
            return cls(np.zeros(1), np.zeros(1))
        bins = np.searchsorted(cuts, np.concatenate([first.scores, second.scores]))
        mean = np.bincount(bins, np.concatenate([first.scores, second.scores]), minlength=cuts.size + 1)
        filled = np.bincount(bins, minlength=cuts.size + 1)
        values = isotonic_log_ratio(shares(second, cuts) * second.size, shares(first, cuts) * first.size)
        return cls((mean / np.maximum(filled, 1))[filled > 0], values[filled > 0])

    def nats(self, scores: npt.ArrayLike) -> Floats:
        """Return the log-likelihood ratio of each score, positive for synthetic; nan stays nan."""
        return np.asarray(
            np.interp(np.asarray(scores, dtype=np.float64), self.knots, self.values), dtype=np.float64
        )

    def to_arrays(self) -> dict[str, Floats]:
        """Return the fitted arrays by name, for storage in any plain format."""
        return {"knots": self.knots, "values": self.values}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats]) -> LikelihoodRatio:
        """Rebuild from what `to_arrays` gave."""
        knots, values = (np.asarray(arrays[name], dtype=np.float64) for name in ("knots", "values"))
        return cls(knots, values)


class LogisticFusion(msgspec.Struct, frozen=True):
    """Fused nats of several channels: nats = clip(intercept + nats_per_channel @ weights), (c,) weights.

    Channels go in as nats of their own `LikelihoodRatio`; a missing channel (nan) counts as 0, it says
    nothing. The fit balances the classes, so the sum is a log-likelihood ratio and not a posterior log-odds.
    """

    weights: Floats
    intercept: float
    cap: float

    @classmethod
    def fit(cls, human: npt.ArrayLike, synthetic: npt.ArrayLike, *, ridge: float = 1.0) -> LogisticFusion:
        """Fit on (n, c) nats of both classes by Newton's method; `ridge` pulls the weights to 1 / c each."""
        first = np.nan_to_num(np.asarray(human, dtype=np.float64), nan=0.0)
        second = np.nan_to_num(np.asarray(synthetic, dtype=np.float64), nan=0.0)
        channels = first.shape[1]
        smaller = min(len(first), len(second))
        features = np.vstack([first, second])
        design = np.hstack([np.ones((len(features), 1)), features])
        label = np.repeat([0.0, 1.0], [len(first), len(second)])
        balance = np.repeat(
            [smaller / max(len(first), 1), smaller / max(len(second), 1)], [len(first), len(second)]
        )
        start = np.concatenate([[0.0], np.full(channels, 1.0 / channels)])
        penalty = np.concatenate([[1e-9], np.full(channels, ridge)])
        beta = start.copy()
        for _ in range(50 if smaller else 0):
            probability = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -35, 35)))
            gradient = design.T @ (balance * (label - probability)) - penalty * (beta - start)
            curvature = balance * probability * (1 - probability)
            step = np.linalg.solve(design.T @ (curvature[:, None] * design) + np.diag(penalty), gradient)
            beta = beta + step / max(1.0, float(np.abs(step).max()))
            if np.abs(step).max() < 1e-9:
                break
        return cls(beta[1:], float(beta[0]), float(np.log(smaller + 1.0)))

    def nats(self, channels: npt.ArrayLike) -> Floats:
        """Return fused nats (n,) of (n, c) channel nats; a row with no channel at all is nan."""
        values = np.asarray(channels, dtype=np.float64)
        fused = self.intercept + np.nan_to_num(values, nan=0.0) @ self.weights
        silent = np.isnan(values).all(axis=1)
        return np.asarray(np.where(silent, np.nan, np.clip(fused, -self.cap, self.cap)), dtype=np.float64)

    def to_arrays(self) -> dict[str, Floats]:
        """Return the fitted arrays by name."""
        return {"weights": self.weights, "constants": np.array([self.intercept, self.cap])}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats]) -> LogisticFusion:
        """Rebuild from what `to_arrays` gave."""
        intercept, cap = np.asarray(arrays["constants"], dtype=np.float64)
        return cls(np.asarray(arrays["weights"], dtype=np.float64), float(intercept), float(cap))
