"""Published claims as contracts: what was expected, what came out, and a negative control that must fail.

A claim holds when the observed value lies within the tolerance of the expected one. The tolerance is the
family-wise 1 % bound at the replicates used (Bonferroni over `FAMILY` values, two-sided, on the standard error of
the observed value) plus a systematic part that the claim names: asymptotic formula, coarse grid, rounding. The
control is the same measurement with one thing wrong, judged by the same rule; it must fail, or the test has no
power and the claim counts as not reproduced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from springhead.core import registry
from springhead.errors import UnknownName
from springhead.evidence.rates import normal_quantile
from springhead.results.lab import Reproduction

FAMILY = 200
"""Values judged by all claims together; the error rate of 1 % is shared among them."""

FAMILY_ERROR = 0.01

By = Literal["loop", "law", "formula"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An observed value and its standard error (0 for exact sums); `replicates` behind it."""

    value: float
    error: float = 0.0
    replicates: int = 1


@dataclass(frozen=True, slots=True)
class Scale:
    """How much a claim may spend: `quick` for all claims in three minutes on two cores."""

    quick: bool = True

    def pick(self, quick: int, full: int) -> int:
        """Return the size for this scale."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Claim:
    """One published result: its id, the sentence claimed, its source, how it is run, by what."""

    id: str
    claim: str
    source: str
    protocol: str
    by: By

    def judge(
        self,
        quantity: str,
        expected: float,
        observed: Estimate,
        *,
        control: str,
        control_observed: Estimate,
        systematic: float = 0.0,
        because: str = "",
        side: Literal["both", "at least", "at most"] = "both",
    ) -> Reproduction:
        """Judge one value of the claim and its negative control by the same rule.

        `side` "at least" and "at most" make `expected` a bound. `systematic` is absolute, in units of the value.
        """
        holds, tolerance = _holds(observed, expected, systematic, side)
        control_holds, _ = _holds(control_observed, expected, systematic, side)
        width = critical() * observed.error
        return Reproduction(
            id=self.id, claim=self.claim, source=self.source, protocol=self.protocol, by=self.by,
            quantity=quantity if side == "both" else f"{quantity} ({side})",
            expected=float(expected), tolerance=float(tolerance),
            tolerance_reason=_reason(observed, systematic, because),
            observed=float(observed.value), low=float(observed.value - width), high=float(observed.value + width),
            replicates=observed.replicates, holds=holds, control=control,
            control_observed=float(control_observed.value), control_fails=not control_holds, seconds=0.0,
        )  # fmt: skip


def critical() -> float:
    """Return the normal quantile of the family-wise bound."""
    return normal_quantile(1.0 - FAMILY_ERROR / (2.0 * FAMILY))


def mean_of(values: ArrayLike) -> Estimate:
    """Return the mean of independent replicates (n,) with its standard error."""
    numbers = np.asarray(values, np.float64)
    spread = float(numbers.std(ddof=1)) if numbers.size > 1 else 0.0
    return Estimate(float(numbers.mean()), spread / np.sqrt(max(1, numbers.size)), numbers.size)


def ids() -> list[str]:
    """Return the ids of all registered claims in their order: T1, T2, ..., T10."""
    return sorted(registry.names("reproduction"), key=lambda name: (len(name), name))


def reproduce(
    chosen: Sequence[str], *, scale: Scale, seed: int, started: Callable[[str], None] | None = None
) -> Iterator[Reproduction]:
    """Run the claims of the given ids, all where none is given, and judge every value of each.

    Raises UnknownName for an id that is not registered, before anything runs.
    """
    known = ids()
    wanted = [name.upper() for name in chosen] or known
    for name in wanted:
        if name not in known:
            raise UnknownName("reproduction", name, known)
    for name in wanted:
        if started is not None:
            started(name)
        begin = time.process_time()
        rows: Sequence[Reproduction] = registry.load("reproduction", name)(scale, seed)
        seconds = time.process_time() - begin
        for row in rows:
            yield replace(row, seconds=round(seconds / len(rows), 3))


def _holds(observed: Estimate, expected: float, systematic: float, side: str) -> tuple[bool, float]:
    tolerance = critical() * observed.error + systematic
    gap = observed.value - expected
    if not np.isfinite(gap):
        return False, tolerance
    if side == "at least":
        return bool(gap >= -tolerance), tolerance
    if side == "at most":
        return bool(gap <= tolerance), tolerance
    return bool(abs(gap) <= tolerance), tolerance


def _reason(observed: Estimate, systematic: float, because: str) -> str:
    chance = critical() * observed.error
    parts = [f"{chance:.3g} for chance ({observed.replicates} replicates)"] if observed.error else []
    if systematic:
        parts.append(f"{systematic:.3g} {because or 'systematic'}")
    return " + ".join(parts) or "exact"
