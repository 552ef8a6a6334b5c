"""The collapse profile: eight published definitions of collapse, each tested on its own.

One run satisfies some and fails others (Schaeffer et al. 2025, who collected them), so there is no single flag. Each
test is of paired changes between the first and the last generation over independent replicates, by Student's
interval at 95 %: "yes" when the whole interval lies beyond the threshold, "no" when it lies on the other side, else
"cannot tell". Where nothing changes, a false "yes" has a probability of at most 2.5 % per definition.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.paired import mean_interval
from springhead.results.lab import ProfileRow

Floats = npt.NDArray[np.float64]
Verdict = Literal["yes", "no", "cannot tell"]
#: A divergence is read off the last third of a run against its first: shorter runs say nothing.
LEAST_GENERATIONS = 9
COLLECTED = "as collected by Schaeffer et al. 2025"


class Scaling(msgspec.Struct, frozen=True):
    """Error by training size: `sizes` (s,), `first` and `last` (replicates, s) of the two generations, > 0."""

    sizes: Floats
    first: Floats
    last: Floats


class Trajectories(msgspec.Struct, frozen=True):
    """What is known of one arm, each float64 (replicates, generations), generation 0 first; None = not measured.

    `error` is an error on real data, > 0 (a perplexity, a squared distance of the models); `variance` the total
    variance of samples, >= 0; `modes` the share of known modes present (or recall); `tail` the share of samples in
    the reference's tail; `outside` the share of samples outside the reference's support (1 - precision).
    """

    arm: str
    error: Floats | None = None
    variance: Floats | None = None
    modes: Floats | None = None
    tail: Floats | None = None
    outside: Floats | None = None
    scaling: Scaling | None = None


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where each definition begins; the papers give words, so these are choices, printed with every verdict.

    `catastrophe` and `rise` are ratios of errors (last to first); `variance` and `tail` are shares that remain;
    `modes` and `outside` are changes of a share; `exponent` is a change relative to the first exponent; `late` is
    the share of the early growth that must go on for a divergence.
    """

    catastrophe: float = 2.0
    rise: float = 1.0
    no_rise: float = 1.05
    late: float = 0.5
    variance: float = 0.5
    exponent: float = 0.1
    modes: float = 0.05
    tail: float = 0.5
    outside: float = 0.05


class _Finding(msgspec.Struct, frozen=True):
    """What one test says, before it is labelled."""

    verdict: Verdict
    reason: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    n: int = 0


def profile(runs: Trajectories, thresholds: Thresholds | None = None) -> tuple[ProfileRow, ...]:
    """Return the eight rows of one arm, in the order of the definitions; never raises for what is missing."""
    limits = thresholds or Thresholds()
    return tuple(
        ProfileRow(
            arm=runs.arm,
            definition=definition,
            source=f"{source}; {COLLECTED}",
            verdict=found.verdict,
            value=found.value,
            low=found.low,
            high=found.high,
            threshold=found.threshold,
            n=found.n,
            reason=found.reason,
        )
        for definition, source, test in DEFINITIONS
        for found in (test(runs, limits),)
    )


def _missing(what: str) -> _Finding:
    return _Finding("cannot tell", f"{what} was not measured")


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ends(table: Floats) -> tuple[Floats, Floats]:
    """First and last generation (r,), replicates that hold both."""
    both = np.atleast_2d(np.asarray(table, np.float64))
    kept = both[np.isfinite(both[:, 0]) & np.isfinite(both[:, -1])]
    return kept[:, 0], kept[:, -1]


def _judge(
    changes: Floats, yes_above: float, no_below: float, show: Callable[[float], float], sign: float, text: str
) -> _Finding:
    """Judge the mean of `changes` (r,), which `sign` turns so that larger is worse; `show` gives the unit shown."""
    n = int(changes.size)
    if n < 2:
        return _Finding("cannot tell", f"{n} replicates; an interval needs at least 2", n=n)
    mean, low, high = mean_interval(sign * changes)
    verdict: Verdict = "yes" if low > yes_above else "no" if high < no_below else "cannot tell"
    ends = sorted((show(sign * low), show(sign * high)))
    return _Finding(
        verdict,
        text,
        _number(show(sign * mean)),
        _number(ends[0]),
        _number(ends[1]),
        show(sign * yes_above),
        n,
    )


def _log_ratio(table: Floats, what: str) -> Floats | _Finding:
    first, last = _ends(table)
    if (first <= 0.0).any():
        return _Finding("cannot tell", f"{what} of generation 0 is not above 0", n=int(first.size))
    # A quantity that reached 0 counts as a millionth of what it was, so that its logarithm stays finite.
    return np.asarray(np.log(np.maximum(last / first, 1e-6)))


def _ratio_test(table: Floats | None, what: str, yes: float, no: float, sign: float) -> _Finding:
    if table is None:
        return _missing(what)
    ratios = _log_ratio(table, what)
    if isinstance(ratios, _Finding):
        return ratios
    text = f"{what}, last generation over first (geometric mean)"
    return _judge(ratios, sign * math.log(yes), sign * math.log(no), math.exp, sign, text)


def _catastrophe(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _ratio_test(runs.error, "error on real data", limits.catastrophe, limits.catastrophe, 1.0)


def _rise(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _ratio_test(runs.error, "error on real data", limits.rise, limits.no_rise, 1.0)


def _variance(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _ratio_test(runs.variance, "variance of samples", limits.variance, limits.variance, -1.0)


def _tail(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _ratio_test(runs.tail, "share of samples in the tail", limits.tail, limits.tail, -1.0)


def _share_test(table: Floats | None, what: str, threshold: float, sign: float) -> _Finding:
    if table is None:
        return _missing(what)
    first, last = _ends(table)
    return _judge(last - first, threshold, threshold, float, sign, f"{what}, last generation minus first")


def _modes(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _share_test(runs.modes, "share of modes present", limits.modes, -1.0)


def _outside(runs: Trajectories, limits: Thresholds) -> _Finding:
    return _share_test(runs.outside, "share of samples outside the real support", limits.outside, 1.0)


def _divergence(runs: Trajectories, limits: Thresholds) -> _Finding:
    """Error still grows in the last third, by at least a share of its growth in the first third.

    "No" when growth slowed to less than half that share, or is within what counts as no rise.
    """
    if runs.error is None:
        return _missing("error on real data")
    table = np.atleast_2d(np.asarray(runs.error, np.float64))
    table = table[np.isfinite(table).all(axis=1)]
    n, length = table.shape
    if length - 1 < LEAST_GENERATIONS:
        return _Finding("cannot tell", f"{length - 1} generations; at least {LEAST_GENERATIONS} needed", n=n)
    if n < 2:
        return _Finding("cannot tell", f"{n} replicates; an interval needs at least 2", n=n)
    third = (length - 1) // 3
    early, late = table[:, third] - table[:, 0], table[:, -1] - table[:, -1 - third]
    value, low, high = mean_interval(late / third)
    excess = mean_interval(late - limits.late * early)[1]
    slower = mean_interval(late - 0.5 * limits.late * early)[2]
    grows = low > 0.0 and excess > 0.0
    flat = high * third < (limits.no_rise - 1.0) * float(table[:, 0].mean())
    stops = slower < 0.0 or flat
    verdict: Verdict = "yes" if grows else "no" if stops else "cannot tell"
    text = "growth of the error per generation in the last third; no finite run proves a divergence"
    return _Finding(verdict, text, _number(value), _number(low), _number(high), 0.0, n)


def _exponents(sizes: Floats, errors: Floats) -> Floats:
    x = np.log(np.asarray(sizes, np.float64))
    x = x - x.mean()
    return np.asarray(np.log(np.atleast_2d(errors)) @ x / (x @ x))


def _scaling(runs: Trajectories, limits: Thresholds) -> _Finding:
    """The exponent of error by training size differs between the generations."""
    given = runs.scaling
    if given is None:
        return _missing("error at several training sizes")
    if len(given.sizes) < 3:
        return _Finding("cannot tell", f"{len(given.sizes)} training sizes; at least 3 needed")
    first, last = _exponents(given.sizes, given.first), _exponents(given.sizes, given.last)
    n = int(first.size)
    if n < 2:
        return _Finding("cannot tell", f"{n} replicates; an interval needs at least 2", n=n)
    value, low, high = mean_interval(last - first)
    margin = limits.exponent * abs(float(first.mean()))
    away, near = low > margin or high < -margin, -margin < low and high < margin
    verdict: Verdict = "yes" if away else "no" if near else "cannot tell"
    text = "change of the exponent of error by training size; the threshold holds on both sides"
    return _Finding(verdict, text, value, low, high, margin, n)


DEFINITIONS: tuple[tuple[str, str, Callable[[Trajectories, Thresholds], _Finding]], ...] = (
    ("catastrophic rise of the error", "Shumailov et al. 2024", _catastrophe),
    ("any rise of the error", "Alemohammad et al. 2023; Dohmatob et al. 2024", _rise),
    ("error diverges", "Gerstgrasser et al. 2024; Kazdan et al. 2024", _divergence),
    ("variance collapses", "Shumailov et al. 2024; Alemohammad et al. 2023", _variance),
    ("scaling law changes", "Dohmatob et al. 2024 (A Tale of Tails)", _scaling),
    ("modes are lost or merge", "Shumailov et al. 2024; Alemohammad et al. 2023", _modes),
    ("tails are lost", "Shumailov et al. 2024; Wyllie et al. 2024", _tail),
    ("samples outside the real support appear", "Shumailov et al. 2024", _outside),
)
"""Name, source and test of each definition."""
