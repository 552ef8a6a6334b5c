"""Shares of two classes: human-leaning against synthetic-leaning records, even weights within each."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census, Weights
from springhead.policies.mixing import Pools, solve
from springhead.policies.promises import HUMAN_SHARE, evaluate, give, promise
from springhead.policies.reading import View, read, require, require_share, tally
from springhead.policies.settling import UNKNOWN_RIDES, carried, ride


def require_cap(policy: str, cap: float | None) -> None:
    """Raise BadPolicy unless a copy cap is None or a positive number."""
    fits = cap is None or 0.0 < cap < np.inf
    require(policy, fits, f"cap = {cap!r} copies", "Give a number of copies above 0, or leave it out.")


def mix(
    view: View, pool: NDArray[np.int64], human: float, *, budget: float | None, cap: float | None
) -> Weights:
    """Weigh pools of cells so that the human share in levels is as asked; `pool` int64 (m,), -1 = unknown.

    Shares are of records of known level; unknown records ride on the human-leaning ones of their group. A
    census without any record of known level is weighed evenly, and the share has bounds alone.
    """
    inside = pool >= 0
    if not np.any(view.sizes[inside] > 0.0):
        even = 1.0 if budget is None else budget / float(view.sizes.sum())
        even = even if cap is None else min(even, cap)
        share = promise(view.census, np.full(len(pool), even), HUMAN_SHARE, human, "every level is unknown")
        return give(view.census, np.full(len(pool), even), UNKNOWN_RIDES, share, budget=budget)
    count = int(pool.max()) + 1
    place = np.where(inside, pool, 0)
    sizes = tally(place, np.where(inside, view.sizes, 0.0), count)
    mass = tally(place, np.where(inside, view.sizes * np.nan_to_num(view.probability), 0.0), count)
    probability = np.divide(mass, sizes, out=np.zeros(count), where=sizes > 0.0)
    riding = tally(place, carried(view), count)
    weights, binding = solve(Pools(sizes, riding, probability), 1.0 - human, budget, cap)
    values = ride(view, np.where(inside, weights[place], 0.0))
    total = float(view.sizes @ values)
    short = budget is not None and total < budget * (1.0 - 1e-9)
    share = promise(view.census, values, HUMAN_SHARE, human, binding)
    return give(view.census, values, UNKNOWN_RIDES, share, budget=budget, binding=binding if short else "")


def by_leaning(view: View) -> NDArray[np.int64]:
    """Return the class of each cell: 0 human-leaning, 1 synthetic-leaning, -1 unknown."""
    return np.where(view.known, np.where(view.leaning, 0, 1), -1)


class FixedRealShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fixed share of human records, whatever the pool holds (Bertrand 2024, Kazdan 2025, and many).

    `human` is the share asked for, in levels: the mean of 1 - P(synthetic) over weighted records of known
    level. The two classes are the human- and the synthetic-leaning records. The total is the budget;
    without one, the class in excess is thinned and nothing is repeated. `cap` bounds copies per record.
    """

    human: float = 0.5
    cap: float | None = None

    def __post_init__(self) -> None:
        """Check the share and the cap."""
        require_share("fixed-real-share", "human", self.human)
        require_cap("fixed-real-share", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh the two classes to the share."""
        view = read(census, budget)
        return mix(view, by_leaning(view), self.human, budget=budget, cap=self.cap)


def golden(ratio: float) -> float:
    """Return the best share of real weight for k = n_real / n_synth: (sqrt(k^2 + 4k) - k) / 2 (He 2025)."""
    # For large k the difference cancels; this is the same number.
    return 2.0 / (1.0 + float(np.sqrt(1.0 + 4.0 / ratio))) if ratio > 0.0 else 0.0


class GoldenRatio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Golden-ratio weighting of a fresh loop: the share of real weight that minimises the limit variance.

    w* = (sqrt(k^2 + 4k) - k) / 2 with k = n_real / n_synth, 0.618 at k = 1 (He 2025, 2502.18049). k is read
    off the levels: sum of 1 - P(synthetic) over sum of P(synthetic), records of known level. The formula is
    for pools of one generation each: put "fresh" before it in a sequence.
    """

    cap: float | None = None

    def __post_init__(self) -> None:
        """Check the cap."""
        require_cap("golden-ratio", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh the two classes to the golden share."""
        view = read(census, budget)
        human = evaluate(census, view.sizes, HUMAN_SHARE)[0]
        share = 0.5 if np.isnan(human) else golden(human / (1.0 - human)) if human < 1.0 else 1.0
        return mix(view, by_leaning(view), share, budget=budget, cap=self.cap)
