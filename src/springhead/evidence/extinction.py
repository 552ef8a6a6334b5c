"""When a group dies out: median over replicates, with runs that ended before it did (right censoring).

Sources: Kaplan and Meier 1958 (the survival curve); Greenwood 1926 (its variance); Brookmeyer and Crowley 1982 (the
median's limits are where the curve's limits cross one half).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from springhead.evidence.rates import clopper_pearson
from springhead.results.lab import ExtinctionRow

Floats = npt.NDArray[np.float64]


def extinction_times(counts: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the first generation without a record, and whether there was one, of counts (replicates, generations).

    Where there was none the time is the last generation seen: the group outlived it. Nan counts end a run.
    """
    table = np.atleast_2d(np.asarray(counts, np.float64))
    seen = np.cumprod(~np.isnan(table), axis=1).astype(bool)
    gone = seen & (np.nan_to_num(table) == 0.0)
    extinct = gone.any(axis=1)
    last = np.maximum(seen.sum(axis=1) - 1, 0)
    return np.where(extinct, gone.argmax(axis=1), last).astype(np.float64), extinct


def survival(times: npt.ArrayLike, extinct: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the event times and there the Kaplan-Meier curve with exact-style 95 % limits, each (k,).

    A run censored at a time was at risk at it. The limits are Clopper and Pearson's at Greenwood's effective
    number of runs; without earlier censoring they are exact.
    """
    at, died = np.asarray(times, np.float64), np.asarray(extinct, np.bool_)
    events = np.unique(at[died])
    curve, greenwood = 1.0, 0.0
    values, sizes = np.empty(events.size), np.empty(events.size)
    size = float(at.size)
    for index, time in enumerate(events):
        risk, deaths = int((at >= time).sum()), int((died & (at == time)).sum())
        curve *= 1.0 - deaths / risk
        greenwood += deaths / (risk * (risk - deaths)) if risk > deaths else 0.0
        values[index] = curve
        if curve > 0.0 and greenwood > 0.0:
            size = min(size, (1.0 - curve) / (curve * greenwood))
        sizes[index] = size
    low, high = clopper_pearson(values * sizes, sizes)
    return events, values, low, high


def extinction(arm: str, group: str, times: npt.ArrayLike, extinct: npt.ArrayLike) -> ExtinctionRow:
    """Return the median extinction time of a group over replicates, in generations, with 95 % limits.

    The median is the first time by which half of the runs lost the group. None stands for "beyond the run": as the
    median when most outlived it, as the upper limit when that cannot be excluded, as the lower limit when even
    the least plausible median lies there.
    """
    at, died = np.asarray(times, np.float64), np.asarray(extinct, np.bool_)
    events, curve, lower, upper = survival(at, died)
    return ExtinctionRow(
        arm=arm,
        group=group,
        median=_first(events, curve),
        low=_first(events, lower),
        high=_first(events, upper),
        extinct=int(died.sum()),
        replicates=int(died.size),
    )


def _first(events: Floats, curve: Floats) -> float | None:
    """First time at which a curve is at most one half."""
    below = curve <= 0.5 + 1e-12
    return float(events[int(np.argmax(below))]) if below.any() else None
