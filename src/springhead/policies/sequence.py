"""Ordered composition: a policy whose steps each see the census as weighted by the steps before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from springhead.core.census import Census, Promise, Weights
from springhead.errors import BadPolicy
from springhead.policies.making import make
from springhead.policies.promises import EFFECTIVE, evaluate, give
from springhead.policies.reading import read


class Sequence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Steps in order; the weight of a cell is the product of what the steps give it.

    Step i sees the same cells with sizes n * w1 * ... * w(i-1). All steps but the last get no budget and say
    what they keep; the last gets the budget. So the last step's promises hold; those of earlier steps are stated
    as the final weights give them, with "a later step" as binding where they no longer hold. A
    copy cap of a step counts copies of what it sees. A step that is left without records is an error.
    Each step is a table with `policy` and that policy's parameters.
    """

    steps: tuple[dict[str, Any], ...] = ()

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh by every step in turn."""
        read(census, budget)
        values, seen = np.ones(len(census.sizes)), census
        earlier, unknown = list[Promise](), list[str]()
        last: Weights | None = None
        for number, step in enumerate(self.steps, 1):
            settings = dict(step)
            name = str(settings.pop("policy", ""))
            final = number == len(self.steps)
            if not np.any(seen.sizes > 0.0):
                raise BadPolicy(
                    "sequence", f"step {number} ({name}) has no records left", "Loosen a step before."
                )
            last = make(name, settings, f"step {number}").weigh(seen, budget=budget if final else None)
            values = values * last.values
            seen = replace(seen, sizes=census.sizes * values)
            unknown.append(f"{name}: {last.unknown}")
            if not final:
                earlier += [one for one in last.promises if one.asked is not None]
        if last is None:
            raise BadPolicy("sequence", "it has no steps", "Give at least one step.")
        base = give(census, values, "; ".join(unknown))
        stated = {one.quantity: one for one in base.promises}
        for one in earlier:
            now, low, high = evaluate(census, census.sizes * values, one.quantity)
            held = one.asked is not None and abs(now - one.asked) <= 1e-9 * max(1.0, abs(one.asked))
            stated[one.quantity] = Promise(
                one.quantity, one.asked, now, low, high, None if held else now, "" if held else "a later step"
            )
        for one in last.promises:
            if one.quantity != EFFECTIVE and (one.asked is not None or one.quantity not in stated):
                stated[one.quantity] = one
        return Weights(census, values, tuple(stated.values()), base.unknown)
