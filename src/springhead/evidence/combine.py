"""The share in all: covered groups weighted by size, the rest counted as [0, 1].

Errors of groups that share references are taken as fully dependent (half widths add), those of others as
independent (squares add): conservative, since only the references' part of an error is shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import msgspec

from springhead.evidence.verdict import PrevalenceEstimate, Verdict

LARGEST_REST = 0.05


class Combined(msgspec.Struct, frozen=True):
    """The corpus share; `low` and `high` bound it when the rest is not empty; `covered` is the size share."""

    verdict: Verdict
    estimate: float | None
    low: float
    high: float
    lower_bound: float | None
    covered: float
    reason: str


def combine(
    sizes: Sequence[float],
    estimates: Sequence[PrevalenceEstimate],
    *,
    references: Sequence[Hashable] | None = None,
) -> Combined:
    """Combine groups of these sizes (records or words, of all that were kept, abstained ones included).

    `references` names what each group was judged with (all alike when not given); abstained records of a
    covered group belong to the rest. The estimate is that of the covered part; it is None unless *estimated*.
    """
    total = float(sum(sizes))
    if total <= 0.0:
        return Combined("cannot tell", None, 0.0, 1.0, None, 0.0, "no records")
    keys: Sequence[Hashable] = references if references is not None else [0] * len(estimates)
    covered, mean, proved, known_human = 0.0, 0.0, 0.0, False
    below: dict[Hashable, float] = defaultdict(float)
    above: dict[Hashable, float] = defaultdict(float)
    for size, group, key in zip(sizes, estimates, keys, strict=True):
        share = size / total * (group.n_scored / group.n if group.n else 0.0)
        proved += share * (group.lower_bound or 0.0)
        known_human = known_human or group.lower_bound is not None
        if group.verdict != "estimated" or group.estimate is None or group.low is None or group.high is None:
            continue
        covered += share
        mean += share * group.estimate
        below[key] += share * (group.estimate - group.low)
        above[key] += share * (group.high - group.estimate)
    rest = 1.0 - covered
    low = max(0.0, mean - sum(x * x for x in below.values()) ** 0.5)
    high = min(1.0, mean + sum(x * x for x in above.values()) ** 0.5 + rest)
    bound = proved if known_human else None
    if covered > 0.0 and rest <= LARGEST_REST + 1e-12:
        reason = f"groups with an estimate hold {covered:.1%} of the corpus"
        return Combined("estimated", mean / covered, low, high, bound, covered, reason)
    reason = (
        f"groups with an estimate hold only {covered:.1%} of the corpus; {1 - LARGEST_REST:.0%} are needed"
    )
    return Combined("bounded" if known_human else "cannot tell", None, low, high, bound, covered, reason)
