"""What the page says, worked out from a result before any markup: rows, notes, sections, excerpts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl
from markupsafe import Markup

from springhead.errors import BadResult
from springhead.report import charts, words
from springhead.report.visible import Piece, pieces, plain
from springhead.results.folder import ResultFolder
from springhead.results.scan import GroupRow, Prevalence, ScanResult

ROWS_SHOWN: Final = 30
SENTENCES_SHOWN: Final = 9
EXAMPLES_SHOWN: Final = 12
EXCERPT_SHOWN: Final = 1200
WARN_RATIO: Final = 2.0
WEIGHT: Final = re.compile(r" \([+-][\d.]+\)$")
"""The weight at the end of a passage's note: shown at the passage, left out where notes are listed."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A drawn row: label, chart, values by records and by words, and marks."""

    label: str
    chart: Markup
    value: str
    by_words: str
    n: str
    verdict: str
    reason: str
    truth: str
    small: bool
    unknown: str


@dataclass(frozen=True, slots=True)
class Section:
    """The shares of one kind of group on one axis."""

    identity: str
    title: str
    rows: tuple[ShareRow, ...]
    hidden: int
    ticks: tuple[tuple[str, str], ...]
    has_bounded: bool
    has_truth: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One record as the page shows it."""

    key: str
    place: str
    language: str
    numbers: str
    pieces: tuple[Piece, ...]
    reasons: tuple[str, ...]
    marks: tuple[str, ...]
    cut: int


def sections(result: ScanResult, truth: Mapping[str, float]) -> list[Section]:
    """Lay out the shares by kind of group: whole corpus, language, source, host, date, the user's."""
    by_records: dict[tuple[str, ...], list[Prevalence]] = {}
    by_words: dict[str, Prevalence] = {}
    for one in result.prevalence:
        if one.unit == "words":
            by_words[words.group_key(one.group)] = one
        else:
            by_records.setdefault(tuple(one.group), []).append(one)
    unknown = {words.group_key(one.group): one.unknown / one.n for one in result.groups if one.n}
    order = {(): 0, ("language",): 1, ("source",): 2, ("host",): 3, ("year",): 4, ("date",): 4}
    kinds = sorted(by_records, key=lambda columns: (order.get(columns, 5), columns))
    return [
        replace(one, title=f"By {plain(result.words.language)}") if columns == ("language",) else one
        for columns, one in (
            (columns, _section(i, columns, by_records[columns], by_words, unknown, truth))
            for i, columns in enumerate(kinds)
        )
    ]


def _section(
    index: int,
    columns: tuple[str, ...],
    shares: list[Prevalence],
    by_words: Mapping[str, Prevalence],
    unknown: Mapping[str, float],
    truth: Mapping[str, float],
) -> Section:
    largest = sorted(shares, key=lambda one: (-one.n, words.group_key(one.group)))[:ROWS_SHOWN]
    if columns in (("year",), ("date",)):
        largest.sort(key=lambda one: words.group_key(one.group))
    true = [truth[key] for one in largest if (key := words.group_key(one.group)) in truth]
    scale = charts.scale_for(largest, true)
    rows = tuple(_row(one, by_words, unknown, truth, scale) for one in largest)
    return Section(
        f"shares-{index}", words.kind_name(columns), rows, len(shares) - len(rows),
        tuple(charts.ticks(scale)),
        any(one.verdict == "bounded" for one in largest), bool(true),
    )  # fmt: skip


def _row(
    one: Prevalence,
    by_words: Mapping[str, Prevalence],
    unknown: Mapping[str, float],
    truth: Mapping[str, float],
    scale: float,
) -> ShareRow:
    key = words.group_key(one.group)
    other, true, blank = by_words.get(key), truth.get(key), unknown.get(key)
    return ShareRow(
        label=words.group_name(one.group),
        chart=charts.interval(one, scale, true),
        value=words.share_words(one),
        by_words=words.share_words(other) if other is not None else "–",
        n=f"{words.count(one.n_scored)} / {words.count(one.n)}",
        verdict=one.verdict,
        reason=plain(one.reason) + words.what_if_words(one),
        truth=words.percent(true) if true is not None else "",
        small=one.small,
        unknown=words.percent(blank) if blank is not None else "–",
    )


def notes(result: ScanResult, unknown: float | None = None) -> list[str]:
    """Say what must be read before any number: sampling, groups mostly unknown, the run's own warnings.

    `unknown` is the share of all kept records whose level is unknown, where the caller has counted it.
    """
    found = []
    if result.sampled is not None:
        found.append(
            f"Sampled: at most {words.plural(result.sampled, 'record')}, chosen by content hash; "
            f"{words.count(result.records.dropped)} others were not looked at."
        )
    blank = [one for one in result.groups if one.n and 2 * one.unknown > one.n]
    blank.sort(key=lambda one: (-one.n, words.group_key(one.group)))
    if unknown is not None and unknown > 0.5:
        found.append(f"{words.percent(unknown)} of all kept records are unknown: nothing could judge them.")
    if blank:
        named = [f"{words.group_words(one.group)} ({words.percent(one.unknown / one.n)})" for one in blank]
        rest = f" and {words.plural(len(blank) - 6, 'further group')}" if len(blank) > 6 else ""
        found.append(
            f"More than half unknown: {'; '.join(named[:6])}{rest}. "
            "Unknown is neither human nor machine-made."
        )
    return [*found, *(plain(text) for text in result.warnings)]


def group_sentences(result: ScanResult) -> tuple[list[str], int]:
    """One sentence for the corpus and each of the largest groups, and how many groups are left to the charts.

    Groups of one kind that cannot be told share a sentence where there are more than two.
    """
    shares = [one for one in result.prevalence if one.unit == "records"]
    order: dict[tuple[str, ...], int] = {(): -1, ("language",): 0, ("source",): 1, ("host",): 2}
    shares.sort(key=lambda one: (order.get(tuple(one.group), 3), -one.n, words.group_key(one.group)))
    untold: dict[tuple[str, ...], list[Prevalence]] = {}
    for one in shares:
        if words.share_words(one) == words.UNTOLD:
            untold.setdefault(tuple(one.group), []).append(one)
    said: list[tuple[str, int]] = []
    for one in shares:
        alike = untold.get(tuple(one.group), [])
        if len(alike) < 3 or one not in alike:
            said.append((words.sentence(one), 1))
        elif one is alike[0]:
            said.append((words.untold_sentence(alike), len(alike)))
    left = len(shares) - sum(n for _, n in said[:SENTENCES_SHOWN])
    return [text for text, _ in said[:SENTENCES_SHOWN]], left


def false_positives(result: ScanResult) -> tuple[list[dict[str, Any]], int]:
    """Rows of the false-positive table, warned groups first, and how many are not shown."""
    order = sorted(
        result.groups,
        key=lambda one: (not _warned(one), one.human_reference == 0, -one.n, words.group_key(one.group)),
    )
    return [_false_positive(one) for one in order[:ROWS_SHOWN]], max(0, len(order) - ROWS_SHOWN)


def _warned(one: GroupRow) -> bool:
    return bool(one.warning) or (one.ratio_lower_limit or 0.0) > WARN_RATIO


def _false_positive(one: GroupRow) -> dict[str, Any]:
    interval = "–"
    if one.false_positive_low is not None and one.false_positive_high is not None:
        interval = words.span(one.false_positive_low, one.false_positive_high)
    warning = plain(one.warning)
    if not warning and _warned(one):
        warning = "false positives are more than twice as common here as elsewhere"
    return {
        "group": words.group_words(one.group),
        "n": words.count(one.n),
        "human": words.count(one.human_reference),
        "rate": "–" if one.false_positive_rate is None else words.percent(one.false_positive_rate),
        "interval": interval,
        "nominal": words.percent(one.nominal),
        "ratio": words.number(one.ratio_lower_limit, 1),
        "abstained": words.count(one.abstained),
        "declared": words.count(one.declared_synthetic),
        "residue": words.count(one.residue),
        "procedural": words.count(one.procedural),
        "warning": warning,
    }


def power_rows(result: ScanResult) -> tuple[list[dict[str, str]], int]:
    """Rows of the power table, largest first, and how many are not shown."""
    rows = []
    for one in sorted(result.power, key=lambda one: (-one.n_scored, words.group_key(one.group)))[:ROWS_SHOWN]:
        told = one.smallest_share is not None
        name, n = words.group_words(one.group), words.plural(one.n_scored, "record")
        least = words.percent(one.smallest_share or 0.0)
        finding = (
            f"the smallest share you can tell from 0 is {least}" if told else "no share can be told from 0"
        )
        sentence = f"With {n} and this detector, {finding}."
        rate = "–"
        if one.detection_rate is not None:
            rate = words.percent(one.detection_rate)
            if one.detection_low is not None and one.detection_high is not None:
                rate += f" ({words.span(one.detection_low, one.detection_high)})"
        false = "–" if one.false_positive_rate is None else words.percent(one.false_positive_rate)
        rows.append({"group": name, "sentence": sentence, "rate": rate, "false": false})
    return rows, max(0, len(result.power) - ROWS_SHOWN)


def temporal_rows(result: ScanResult) -> tuple[list[dict[str, Any]], tuple[tuple[str, str], ...]]:
    """Rows of the temporal table with their charts, controls first, and the ticks of its axis."""
    scale = charts.scale_of([one.high if one.estimate is not None else None for one in result.temporal])
    order = sorted(result.temporal, key=lambda one: (not one.is_control, one.period))[: 2 * ROWS_SHOWN]
    rows = []
    for one in order:
        told = one.estimate is not None and one.low is not None and one.high is not None
        shown = f"{words.percent(one.estimate or 0)} ({words.span(one.low or 0, one.high or 0)})"
        rows.append({
            "period": plain(one.period), "chart": charts.period(one, scale),
            "value": shown if told else "cannot tell",
            "n": words.count(one.n_scored), "control": one.is_control,
            "alarm": one.is_control and (one.low or 0.0) > 0.0,
        })  # fmt: skip
    return rows, tuple(charts.ticks(scale))


def example_lists(folder: ResultFolder) -> list[tuple[str, list[Example], int]]:
    """The lists of excerpts as (name, shown, not shown); empty when the folder holds none."""
    try:
        table = folder.examples()
    except BadResult:
        return []
    if "group" in table.columns:
        table = table.filter(pl.col("group").fill_null("") == "")
    result = []
    for name in ("most suspicious", "least suspicious"):
        rows = _mixed(table.filter(pl.col("list") == name))
        result.append((name, [_example(row) for row in rows.head(EXAMPLES_SHOWN).iter_rows(named=True)],
                       max(0, rows.height - EXAMPLES_SHOWN)))  # fmt: skip
    return result


def _mixed(rows: pl.DataFrame) -> pl.DataFrame:
    """Take the first of every language, then the second of each; records without evidence come last."""
    turn = pl.int_range(pl.len()).over("language").alias("turn")
    return rows.with_columns(turn).sort(pl.col("nats").is_null(), "turn", maintain_order=True).drop("turn")


def _example(row: dict[str, Any]) -> Example:
    text: str = row["text"] or ""
    spans = [(one["start"] or 0, one["end"] or 0, one["text"] or "") for one in row["spans"] or ()]
    shown = text[:EXCERPT_SHOWN]
    numbers = [
        f"{name} {words.number(row[column], digits)}"
        for name, column, digits in (("evidence", "nats", 1), ("p", "p_value", 3), ("score", "score", 2))
        if row[column] is not None
    ]
    reasons = tuple(plain(reason) for reason in row["reasons"] or ())
    marks = dict.fromkeys(
        WEIGHT.sub("", plain(reason)) for start, end, reason in spans if end > start and reason
    )
    return Example(
        key=words.label(row["key"] or ""),
        place=words.label(f"{row['source'] or ''} {row['position'] or ''}".strip() or "place unknown"),
        language=plain(row["language"] or "unknown"),
        numbers=" · ".join(numbers),
        pieces=tuple(pieces(shown, [one for one in spans if one[1] > one[0]])),
        reasons=reasons,
        marks=tuple(mark for mark in marks if mark not in reasons),
        cut=len(text) - len(shown),
    )


def accounting(result: ScanResult) -> list[tuple[str, int]]:
    """The parts that every record read falls into."""
    records = result.records
    return [("kept", records.kept), ("not sampled", records.dropped), ("set aside", records.quarantined)]


def limits(result: ScanResult) -> list[str]:
    """What the tool cannot tell: first that unlike generators are not counted, then the result's list."""
    first = "Generators unlike the reference are not counted."
    rest = [plain(text) for text in result.cannot_tell]
    named = any("unlike the reference" in text for text in rest)
    return rest if named else [first, *rest]


def misfit_rows(result: ScanResult) -> list[dict[str, str]]:
    """How far the largest groups lie from any mixture of the references, and what that could do."""
    held = [one for one in result.prevalence if one.misfit is not None and one.unit == "records"]
    held.sort(key=lambda one: (-one.n, words.group_key(one.group)))
    return [
        {
            "group": words.group_words(one.group), "statistic": words.number(one.misfit.statistic, 2),
            "effect": words.percent(one.misfit.worst_effect), "allowed": words.percent(one.misfit.allowed),
        }
        for one in held[:10] if one.misfit is not None
    ]  # fmt: skip
