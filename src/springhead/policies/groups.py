"""Protection of groups: floors and quotas for shares of groups, quotas raked with a human share."""

from __future__ import annotations

import msgspec
import numpy as np

from springhead.core.census import Census, Weights
from springhead.policies.mixing import Pools, solve
from springhead.policies.promises import GROUP_SHARE, HUMAN_SHARE, give, promise
from springhead.policies.reading import Array, View, indices, read, require, require_share, tally
from springhead.policies.settling import UNKNOWN_ALIKE, UNKNOWN_RIDES, ride
from springhead.policies.shares import by_leaning

_ROUNDS = 200


def _require_shares(policy: str, shares: dict[str, float]) -> None:
    for name, value in shares.items():
        require_share(policy, f"share of {name!r}", value)
    fits = sum(shares.values()) <= 1.0 + 1e-9
    require(policy, fits, "the shares add up to more than 1", "Lower some of them.")


class GroupFloors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Raise groups to a least share of the total; the others shrink in proportion. Levels are not looked at.

    The total is the budget, else the size of the census; groups below their floor are repeated.
    """

    floors: dict[str, float] = {}

    def __post_init__(self) -> None:
        """Check the shares."""
        _require_shares("group-floors", self.floors)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh groups to their floors."""
        view = read(census, budget)
        chosen, asked = indices(view, self.floors), np.array(list(self.floors.values()))
        floor = np.zeros(len(census.groups))
        floor[chosen] = asked
        held = view.group_total(view.sizes)
        _require_records("group-floors", view, held, floor)
        share, raised = held / held.sum(), np.zeros(len(held), np.bool_)
        while True:
            free = float(held[~raised].sum())
            if free > 0.0:
                share = np.where(raised, floor, held * ((1.0 - floor[raised].sum()) / free))
            below = ~raised & (share < floor - 1e-15)
            if not below.any():
                break
            raised |= below
        values = _to_shares(view, held, share / share.sum(), census.total if budget is None else budget)
        made = [promise(census, values, GROUP_SHARE + name) for name in self.floors]
        return give(census, values, UNKNOWN_ALIKE, *made, budget=budget)


class GroupQuotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give groups stated shares of the total; groups not named share the rest in proportion to size.

    With `human`, group shares and the human share in levels are raked (iterative proportional fitting,
    Deming and Stephan 1940): the two classes are human- and synthetic-leaning records. Group shares hold exactly;
    the human share is the nearest that the raking reached, and said to be so where it differs.
    """

    shares: dict[str, float] = {}
    human: float | None = None

    def __post_init__(self) -> None:
        """Check the shares."""
        _require_shares("group-quotas", self.shares)
        if self.human is not None:
            require_share("group-quotas", "human", self.human)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh groups to their quotas, and to the human share."""
        view = read(census, budget)
        chosen = indices(view, self.shares)
        held = view.group_total(view.sizes)
        named = np.zeros(len(held), np.bool_)
        named[chosen] = True
        rest = float(held[~named].sum())
        left = 1.0 - sum(self.shares.values())
        share = held * (left / rest) if rest > 0.0 else np.zeros_like(held)
        share[chosen] = list(self.shares.values())
        exact = rest > 0.0 or abs(left) < 1e-9
        require("group-quotas", exact, "all groups are named but the shares do not add up to 1", "Make it 1.")
        _require_records("group-quotas", view, held, share)
        total = census.total if budget is None else budget
        values = _to_shares(view, held, share, total)
        made = []
        if self.human is not None:
            values = self._rake(view, values, share, total, self.human)
            made.append(promise(census, values, HUMAN_SHARE, self.human, "raking with the shares of groups"))
        made += [promise(census, values, GROUP_SHARE + name, asked) for name, asked in self.shares.items()]
        unknown = UNKNOWN_ALIKE if self.human is None else UNKNOWN_RIDES
        return give(census, values, unknown, *made, budget=budget)

    def _rake(self, view: View, values: Array, share: Array, total: float, human: float) -> Array:
        known = np.where(view.known, view.sizes, 0.0)
        if not known.any():
            return values
        side = np.maximum(by_leaning(view), 0)
        synthetic = np.nan_to_num(view.probability)
        for _ in range(_ROUNDS):
            before = values
            mass = known * values
            sizes = tally(side, mass, 2)
            mean = tally(side, mass * synthetic, 2)
            mean = np.divide(mean, sizes, out=np.zeros(2), where=sizes > 0.0)
            tilt, _ = solve(Pools(sizes, sizes, mean), 1.0 - human, None, None)
            values = ride(view, values * np.maximum(tilt, 1e-9)[side])
            held = view.group_total(view.sizes * values)
            values = _to_shares(view, held, share, total) * values
            if np.allclose(values, before, rtol=1e-12, atol=0.0):
                break
        return values


def _require_records(policy: str, view: View, held: Array, share: Array) -> None:
    for index in np.flatnonzero((held <= 0.0) & (share > 0.0)).tolist():
        name = view.census.groups[index]
        require(policy, False, f"group {name!r} has no records left", "Leave it out, or keep some of it.")


def _to_shares(view: View, held: Array, share: Array, total: float) -> Array:
    per_record = np.divide(share * total, held, out=np.zeros_like(held), where=held > 0.0)
    return per_record[view.group]
