"""The share solver: tilt pools of cells so that a share of P(synthetic) comes out exactly, within a copy cap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from springhead.policies.reading import Array
from springhead.policies.settling import fill

_STEPS = 80


@dataclass(frozen=True, slots=True)
class Pools:
    """Pools of cells: records of known level, records including the unknown that ride on them, mean P(synthetic)."""

    sizes: Array
    carried: Array
    probability: Array

    def share(self, weights: Array) -> float:
        """Synthetic share of weighted records of known level."""
        mass = self.sizes * weights
        total = float(mass.sum())
        return float(mass @ self.probability) / total if total > 0.0 else float("nan")


def solve(pools: Pools, synthetic: float, total: float | None, cap: float | None) -> tuple[Array, str]:
    """Return weights per pool whose synthetic share is as asked, and what keeps it from that ("" for nothing).

    Among all weights with that share these are closest to equal ones in Kullback-Leibler divergence:
    proportional to exp(lambda * P(synthetic)) (calibration weighting, Deville and Sarndal 1992), cut at the
    cap. Without a total the largest weight is 1. Where total, cap and share contradict, the total is kept
    and the share is the nearest reachable one.
    """
    weights, binding = _tilt(pools, synthetic)
    if total is None:
        largest = float(weights.max())
        return weights / largest, binding
    values = fill(weights, pools.carried, total, None)
    if cap is None or float(values.max()) <= cap * (1.0 + 1e-12):
        return values, binding
    return _tilt_capped(pools, synthetic, total, cap)


def _extreme(pools: Pools, highest: bool) -> Array:
    occupied = pools.sizes > 0.0
    best = pools.probability[occupied].max() if highest else pools.probability[occupied].min()
    at_best: Array = (occupied & (pools.probability == best)).astype(np.float64)
    return at_best


def _tilt(pools: Pools, synthetic: float) -> tuple[Array, str]:
    for highest in (False, True):
        edge = _extreme(pools, highest)
        reach = pools.share(edge)
        if (synthetic >= reach) if highest else (synthetic <= reach):
            exact = abs(synthetic - reach) <= 1e-12
            side = "synthetic" if highest else "human"
            return edge, "" if exact else f"no cell is more {side} than {_percent(reach, highest)}"
    return _bisect(pools, synthetic, lambda tilt: _powers(pools, tilt)), ""


def _tilt_capped(pools: Pools, synthetic: float, total: float, cap: float) -> tuple[Array, str]:
    occupied = (pools.sizes > 0.0).astype(np.float64)
    if total >= cap * float(pools.carried.sum()):
        return cap * occupied, f"copy cap of {cap:g} on all records"
    for highest in (False, True):
        edge = _greedy(pools, total, cap, highest)
        reach = pools.share(edge)
        if (synthetic >= reach) if highest else (synthetic <= reach):
            return edge, f"copy cap of {cap:g}"
    values = _bisect(pools, synthetic, lambda tilt: fill(_powers(pools, tilt), pools.carried, total, cap))
    missed = abs(pools.share(values) - synthetic) > 1e-9
    return values, f"copy cap of {cap:g}" if missed else ""


def _greedy(pools: Pools, total: float, cap: float, highest: bool) -> Array:
    # The most extreme share within cap and total: pools at the cap, one after the other.
    order = np.argsort(-pools.probability if highest else pools.probability, kind="stable")
    room = cap * pools.carried[order]
    taken = np.clip(total - (np.cumsum(room) - room), 0.0, room)
    values = np.zeros_like(room)
    values[order] = np.divide(taken, pools.carried[order], out=np.zeros_like(room), where=room > 0.0)
    return values


def _bisect(pools: Pools, synthetic: float, weigh: Callable[[float], Array]) -> Array:
    # The share rises with the tilt; the arcsinh scale reaches tilts from 1e-3 to 1e9 in few steps.
    end = _end(pools)
    low, high = -end, end
    values = weigh(0.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        values = weigh(float(np.sinh(middle)))
        share = pools.share(values)
        if abs(share - synthetic) <= 1e-14 or middle in (low, high):
            break
        low, high = (middle, high) if share < synthetic else (low, middle)
    return values


def _percent(synthetic: float, highest: bool) -> str:
    return f"{100.0 * (synthetic if highest else 1.0 - synthetic):.4g} %"


def _powers(pools: Pools, tilt: float) -> Array:
    exponent = tilt * pools.probability
    occupied = (pools.sizes > 0.0).astype(np.float64)
    powers: Array = np.exp(np.clip(exponent - exponent[pools.sizes > 0.0].max(), -700.0, 0.0)) * occupied
    return powers


def _end(pools: Pools) -> float:
    gaps = np.diff(np.unique(pools.probability[pools.sizes > 0.0]))
    return float(np.arcsinh(700.0 / gaps.min())) if len(gaps) else 1.0
