"""Plain words for a result: numbers with sensible digits, names of groups, one sentence per share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from springhead.report.visible import plain
from springhead.results.scan import Prevalence, ScanResult

WHOLE: Final = "the whole corpus"
UNIT: Final = "\u00a0%"
LABEL_CAP: Final = 80
NAMES_SHOWN: Final = 8
UNTOLD: Final = "cannot tell"

KINDS: Final[Mapping[str, str]] = {
    "": "Whole corpus",
    "language": "By language",
    "source": "By source",
    "host": "By host",
    "year": "By date",
    "date": "By date",
}


def percent(share: float) -> str:
    """Write a share as a percentage: whole numbers in the middle, a decimal or two near 0 and 100."""
    value = 100.0 * share
    distance = min(abs(value), abs(100.0 - value))
    if distance >= 10.0:
        return f"{value:.0f}\u00a0%"
    if distance >= 1.0:
        return f"{value:.1f}\u00a0%"
    if distance < 1e-9:
        return f"{round(value)}\u00a0%"
    if distance >= 0.01:
        return f"{value:.2f}{UNIT}"
    return f"{'below 0.01' if value < 50 else 'above 99.99'}{UNIT}"


def level_words(confidence: float) -> str:
    """Write a confidence level without needless decimals: "95 %", "99.5 %"."""
    return f"{100 * confidence:g}{UNIT}"


def label(text: str) -> str:
    """Make a name from the corpus safe for a line: unseen characters visible, long names cut."""
    shown = plain(text) if text else "(none)"
    return shown if len(shown) <= LABEL_CAP else f"{shown[: LABEL_CAP - 21]} … {shown[-18:]}"


def span(low: float, high: float) -> str:
    """Write an interval of shares: "3.1 to 5.4 %"."""
    if low <= 0.0 and high >= 1.0:
        return f"0\u00a0to\u00a0100{UNIT}"
    if low == high:
        return percent(low)
    return f"{percent(low).removesuffix(UNIT)}\u00a0to\u00a0{percent(high)}"


def count(number: int) -> str:
    """Write a whole number with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with that many decimals, or a dash for none."""
    return "–" if value is None else f"{value:z.{digits}f}".replace("-", "−")


def plural(n: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun."""
    return f"{count(n)} {one if n == 1 else (many or one + 's')}"


def group_key(group: Mapping[str, str]) -> str:
    """Return the stable key of a group, as used by truth tables: "" or "language=en, host=a.org"."""
    return ", ".join(f"{name}={value}" for name, value in group.items())


def group_name(group: Mapping[str, str]) -> str:
    """Return a short label with hostile characters made visible: the values, or "whole corpus"."""
    return " × ".join(label(value) for value in group.values()) or "whole corpus"


def group_words(group: Mapping[str, str]) -> str:
    """Return a group as words in a sentence: "language en, host a.org"."""
    parts = [f"{label(name)} {label(value)}" for name, value in group.items()]
    return ", ".join(parts) or WHOLE


def kind_name(columns: tuple[str, ...]) -> str:
    """Return the heading over groups of these columns."""
    named = KINDS.get(columns[0] if columns else "")
    return named if named and len(columns) <= 1 else "By " + " × ".join(label(name) for name in columns)


def share_words(one: Prevalence) -> str:
    """Say a share in a few words, for a table's cell."""
    if (
        one.verdict == "estimated"
        and one.estimate is not None
        and one.low is not None
        and one.high is not None
    ):
        return f"{percent(one.estimate)} ({span(one.low, one.high)})"
    within = limits(one)
    if within is not None:
        return span(*within)
    lower = lower_limit(one)
    if one.verdict == "bounded" and lower is not None:
        return f"at least {percent(lower)}"
    return UNTOLD


def limits(one: Prevalence) -> tuple[float, float] | None:
    """Return the limits of a share that is not estimated but bounded on both sides, else None.

    Such limits come from a combined group: the estimated part has its interval, the rest counts as [0, 1].
    """
    if one.verdict == "estimated" or one.low is None or one.high is None or one.high - one.low >= 1.0:
        return None
    return (one.low, one.high) if one.high < 1.0 else None


def lower_limit(one: Prevalence) -> float | None:
    """Return what is surely machine-made: the lower bound, else the interval's lower end."""
    return one.lower_bound if one.lower_bound is not None else one.low


def sentence(one: Prevalence) -> str:
    """Say a group's finding in one plain sentence."""
    subject = group_words(one.group)
    opening = f"In {subject}"
    confidence = level_words(one.confidence)
    if (
        one.verdict == "estimated"
        and one.estimate is not None
        and one.low is not None
        and one.high is not None
    ):
        return (
            f"{opening}, {percent(one.estimate)} of {one.unit} are machine-made "
            f"({confidence} interval {span(one.low, one.high)}; n\u00a0=\u00a0{count(one.n_scored)})."
        )
    within, lower = limits(one), lower_limit(one)
    if within is not None:
        judged = f"{confidence} confidence; n\u00a0=\u00a0{count(one.n_scored)}"
        return (
            f"{opening}, {span(*within)} of {one.unit} are machine-made, the part that cannot be judged "
            f"counted both ways ({judged}){what_if_words(one)}."
        )
    if one.verdict == "bounded" and lower is not None:
        return (
            f"{opening}, at least {percent(lower)} of {one.unit} are machine-made "
            f"({confidence} confidence; n\u00a0=\u00a0{count(one.n_scored)}){what_if_words(one)}."
        )
    reason = f": {plain(one.reason)}" if one.reason else ""
    return f"Cannot tell for {subject}{reason}."


def untold_sentence(shares: Sequence[Prevalence]) -> str:
    """Name the groups of one kind that cannot be told in one sentence; the first few by name."""
    kind = " × ".join(label(name) for name in shares[0].group)
    names = [group_name(one.group) for one in shares[:NAMES_SHOWN]]
    rest = len(shares) - len(names)
    last = names.pop() if not rest else f"{count(rest)} more"
    reasons = {plain(one.reason) for one in shares}
    why = f": {reasons.pop()}" if len(reasons) == 1 and shares[0].reason else ""
    return f"Cannot tell for {kind} {', '.join(names)} and {last}{why}."


def what_if_words(one: Prevalence) -> str:
    """Say the share that holds only if machine text looks like the named reference, or nothing."""
    if one.what_if is None:
        return ""
    found = one.what_if
    return (
        f"; {percent(found.estimate)} ({span(found.low, found.high)}) if all machine text is like "
        f"{plain(found.reference)}"
    )


def headline(result: ScanResult) -> str:
    """Return the finding of a result, or a sentence made from the whole corpus's share when it has none."""
    if result.finding:
        return plain(result.finding).replace(" %", UNIT)
    for one in result.prevalence:
        if not one.group and one.unit == "records":
            return sentence(one)
    return "There is nothing to tell: no record was judged."


def detector_reach(result: ScanResult) -> str:
    """Say what every share is about: text like the reference, and nothing else."""
    names = list(dict.fromkeys(plain(one.reference) for one in result.prevalence if one.reference))
    if not names:
        return "No reference texts were given, so nothing is said about machine text without hard evidence."
    return (
        f"Shares speak of machine text like the reference ({'; '.join(names[:3])}); "
        "generators unlike the reference are not counted."
    )
