"""Raw weights of known cells become weights of all cells: budget, copy cap, and what unknown records get."""

from __future__ import annotations

import numpy as np

from springhead.policies.reading import Array, View

UNKNOWN_RIDES = "unknown records get the mean weight of the human-leaning records of their group"
UNKNOWN_DEFAULT = UNKNOWN_RIDES + ", 1 when no budget binds"
UNKNOWN_ALIKE = "levels are not looked at: unknown records are treated like all others"


def carried(view: View) -> Array:
    """Sizes of known cells with the unknown records that ride on them, float64 (m,), 0 in unknown cells.

    An unknown record rides on the human-leaning records of its group; where there are none, on those of all
    groups; where there are none either, on all known records. So a total of weights times these sizes is
    the total with unknown records at their mean weight.
    """
    shares = np.where(view.known, view.sizes, 0.0)
    unknown = view.group_total(view.sizes - shares)
    if not unknown.any() or not shares.any():
        return shares
    bearing = np.where(view.leaning, view.sizes, 0.0)
    if not bearing.any():
        bearing = shares
    inside = view.group_total(bearing)
    own = np.divide(unknown, inside, out=np.zeros_like(unknown), where=inside > 0.0)
    rest = float(unknown[inside <= 0.0].sum()) / float(bearing.sum())
    return shares + bearing * (own[view.group] + rest)


def ride(view: View, values: Array) -> Array:
    """Give unknown cells the mean weight of the records that they ride on; `values` float64 (m,)."""
    if view.known.all():
        return values
    known = np.where(view.known, view.sizes, 0.0)
    bearing = np.where(view.leaning, view.sizes, 0.0)
    if not bearing.any():
        bearing = known
    total = float(bearing.sum())
    overall = float(bearing @ np.where(view.known, values, 0.0)) / total if total > 0.0 else 1.0
    inside = view.group_total(bearing)
    weighed = view.group_total(bearing * np.where(view.known, values, 0.0))
    mean = np.divide(weighed, inside, out=np.full_like(inside, overall), where=inside > 0.0)
    return np.where(view.known, values, mean[view.group])


def fill(raw: Array, sizes: Array, total: float, cap: float | None) -> Array:
    """Scale raw weights to a total and cap them: min(cap, s * raw) with s such that sizes @ weights = total.

    Where even all cells at the cap fall short, cells with a raw weight above 0 stand at the cap.
    """
    free, values = raw > 0.0, np.zeros_like(raw)
    left = total
    while True:
        mass = float(sizes[free] @ raw[free])
        if mass <= 0.0 or left <= 0.0:
            return values
        values[free] = raw[free] * (left / mass)
        over = free & (values > (np.inf if cap is None else cap))
        if cap is None or not over.any():
            return values
        values[over] = cap
        left -= cap * float(sizes[over].sum())
        free &= ~over
        values[free] = 0.0


def settle(
    view: View, raw: Array, *, budget: float | None, backfill: bool, cap: float | None = None
) -> tuple[Array, str]:
    """Return weights of all cells and what keeps the total from the budget, in words ("" for nothing).

    `raw` float64 (m,) is what the policy gives a record; entries of unknown cells are not looked at. Without a
    binding budget the raw weights stand and unknown records get 1. With one, unknown records ride (see
    `carried`) and everything is scaled: to the budget with `backfill`, never above the raw weights without.
    """
    if not view.known.any():
        natural = np.ones_like(raw)
        sizes = view.sizes
        raw = natural
    else:
        natural = np.where(view.known, raw, 1.0)
        sizes = carried(view)
        raw = np.where(view.known, raw, 0.0)
    if cap is not None:
        natural = np.minimum(natural, cap)
    kept = float(view.sizes @ natural)
    if budget is None or (not backfill and kept <= budget):
        return (
            natural,
            "" if budget is None or kept >= budget else "no more is kept and nothing is backfilled",
        )
    if not backfill:
        target = min(budget, float(sizes @ raw))
        values = fill(raw, sizes, target, cap)
        return ride(view, values) if view.known.any() else values, ""
    values = fill(raw, sizes, budget, cap)
    reached = float(sizes @ values)
    binding = ""
    if reached < budget * (1.0 - 1e-12):
        binding = (
            f"copy cap of {cap:g}" if cap is not None and reached > 0.0 else "no record has a weight above 0"
        )
    return ride(view, values) if view.known.any() else values, binding
