"""The finding in the terminal: the same content as the page's first screen, drawn with characters."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from springhead.report import charts, words
from springhead.report.content import limits, notes, power_rows
from springhead.report.visible import plain
from springhead.results.scan import Prevalence, ScanResult

BAR: Final = 26
WIDTH: Final = 100
ROWS_SHOWN: Final = 12
LIST_SHOWN: Final = 6
FANCY: Final[Mapping[str, str]] = {
    "axis": "·", "line": "━", "left": "├", "right": "┤", "dot": "●", "arrow": "▶", "dash": "╌", "fill": "░",
    "truth": "◆", "bar": "█", "point": "•",
}  # fmt: skip
ASCII: Final[Mapping[str, str]] = {
    "axis": ".", "line": "=", "left": "[", "right": "]", "dot": "o", "arrow": ">", "dash": "-", "fill": "/",
    "truth": "X", "bar": "#", "point": "*",
}  # fmt: skip
PLAIN: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "–": "-", "−": "-", "×": "x", "…": "."})
"""What a terminal without Unicode gets in place of the signs used here; each is one column wide."""


def print_summary(result: ScanResult, console: Console, truth: Mapping[str, float] | None = None) -> None:
    """Print the finding, the shares per kind of group with their intervals, power, accounts and limits.

    `truth` maps `words.group_key` of a group to its true share, which is drawn as a diamond. Nothing is wider
    than 100 columns or the console; names from the corpus are printed with unseen characters made visible.
    """
    width = min(console.width, WIDTH)
    encoding = console.encoding or "ascii"
    if encoding.lower().startswith("utf"):
        _summary(result, console, dict(truth or {}), FANCY, width)
        return
    held = StringIO()
    drawn = Console(file=held, width=width, force_terminal=False, color_system=None)
    _summary(result, drawn, dict(truth or {}), ASCII, width)
    text = held.getvalue().translate(PLAIN).encode(encoding, "replace").decode(encoding)
    console.print(Text(text.rstrip("\n")), width=width)


def _summary(
    result: ScanResult, console: Console, known: dict[str, float], signs: Mapping[str, str], width: int
) -> None:
    _say(console, Text(words.headline(result), style="bold"), width, top=1)
    _say(console, Text(words.detector_reach(result), style="dim"), width)
    for note in notes(result)[:LIST_SHOWN]:
        _say(console, Text(f"! {note}", style="yellow"), width)
    for columns, shares in _kinds(result).items():
        _shares(console, columns, shares, known, signs, width)
    _legend(console, signs, bool(known), width)
    _warnings(console, result, width)
    rows, _ = power_rows(result)
    if rows:
        _heading(console, "Power", width)
        for row in rows[:3]:
            _say(console, Text(f"{row['group']}: {row['sentence']}"), width)
    _accounts(console, result, width)
    _heading(console, "Cannot tell", width)
    for text in limits(result)[: LIST_SHOWN + 1]:
        _say(console, Text(f"{signs['point']} {text}"), width)
    console.print()


def _kinds(result: ScanResult) -> dict[tuple[str, ...], list[Prevalence]]:
    kinds: dict[tuple[str, ...], list[Prevalence]] = {}
    for one in result.prevalence:
        if one.unit == "records":
            kinds.setdefault(tuple(one.group), []).append(one)
    order = {(): 0, ("language",): 1, ("source",): 2, ("host",): 3, ("year",): 4}
    return {name: kinds[name] for name in sorted(kinds, key=lambda name: (order.get(name, 5), name))}


def _shares(
    console: Console,
    columns: tuple[str, ...],
    shares: list[Prevalence],
    truth: Mapping[str, float],
    signs: Mapping[str, str],
    width: int,
) -> None:
    shown = sorted(shares, key=lambda one: (-one.n, words.group_key(one.group)))[:ROWS_SHOWN]
    if columns == ("year",):
        shown.sort(key=lambda one: words.group_key(one.group))
    true = [truth[key] for one in shown if (key := words.group_key(one.group)) in truth]
    scale = charts.scale_for(shown, true)
    _heading(console, words.kind_name(columns), width)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim", pad_edge=False)
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=22)
    table.add_column(f"0 %{f'{100 * scale:g} %':>{BAR - 3}}", no_wrap=True, width=BAR)
    table.add_column("share of records", no_wrap=True, overflow="ellipsis", max_width=27)
    if true:
        table.add_column("true", no_wrap=True, justify="right")
    table.add_column("judged", justify="right", no_wrap=True)
    for one in shown:
        known = truth.get(words.group_key(one.group))
        style = {"estimated": "", "bounded": "", "cannot tell": "dim"}[one.verdict]
        cells = [
            Text(words.group_name(one.group) + (" (small)" if one.small else "")),
            bar(one, scale, known, signs),
            Text(words.share_words(one), style=style),
        ]
        if true:
            cells.append(Text(words.percent(known) if known is not None else ""))
        table.add_row(*cells, Text(words.count(one.n_scored)))
    console.print(Padding(table, (0, 0, 0, 2)), width=width)
    if len(shares) > len(shown):
        _say(
            console,
            Text(f"and {words.count(len(shares) - len(shown))} more, in the report", style="dim"),
            width,
        )


def bar(one: Prevalence, scale: float, truth: float | None, signs: Mapping[str, str]) -> Text:
    """Draw a share in `BAR` characters from 0 to `scale`: interval, arrow from a lower bound, or filling."""

    def at(value: float) -> int:
        return min(max(round(value / scale * (BAR - 1)), 0), BAR - 1)

    cells, style = [signs["axis"]] * BAR, "red"
    lower, within = words.lower_limit(one), words.limits(one)
    if (
        one.verdict == "estimated"
        and one.estimate is not None
        and one.low is not None
        and one.high is not None
    ):
        left, right = at(one.low), at(one.high)
        cells[left : right + 1] = [signs["line"]] * (right - left + 1)
        cells[left], cells[right], cells[at(one.estimate)] = signs["left"], signs["right"], signs["dot"]
    elif within is not None:
        left, right = at(within[0]), at(within[1])
        cells[left : right + 1] = [signs["dash"]] * (right - left + 1)
        cells[left], cells[right] = signs["left"], signs["right"]
    elif one.verdict == "bounded" and lower is not None:
        left = at(lower)
        cells[left:] = [signs["dash"]] * (BAR - left)
        cells[left], cells[-1] = signs["left"], signs["arrow"]
    else:
        cells, style = [signs["fill"]] * BAR, "dim"
    text = Text()
    mark = at(truth) if truth is not None else -1
    for i, sign in enumerate(cells):
        if i == mark:
            text.append(signs["truth"], style="bold")
        else:
            text.append(sign, style="dim" if sign == signs["axis"] else style)
    return text


def _legend(console: Console, signs: Mapping[str, str], has_truth: bool, width: int) -> None:
    parts = [
        f"{signs['left']}{signs['dot']}{signs['right']} estimate and interval",
        f"{signs['left']}{signs['dash']}{signs['right']} between",
        f"{signs['left']}{signs['dash']}{signs['arrow']} at least",
        f"{signs['fill'] * 3} cannot tell",
    ]
    if has_truth:
        parts.append(f"{signs['truth']} truth")
    _say(console, Text("   ".join(parts), style="dim"), width, top=1)


def _warnings(console: Console, result: ScanResult, width: int) -> None:
    warned = [one for one in result.groups if one.warning]
    if warned:
        _heading(console, "False positives", width)
    for one in warned[:LIST_SHOWN]:
        _say(console, Text(f"! {words.group_words(one.group)}: {plain(one.warning)}", style="yellow"), width)
    if len(warned) > LIST_SHOWN:
        _say(
            console,
            Text(f"and {words.count(len(warned) - LIST_SHOWN)} more, in the report", style="dim"),
            width,
        )


def _accounts(console: Console, result: ScanResult, width: int) -> None:
    records, copies = result.records, result.duplicates
    _heading(console, "Records", width)
    sampled = " (sampled)" if result.sampled is not None else ""
    _say(
        console,
        Text(
            f"{words.count(records.read)} read = {words.count(records.kept)} kept + "
            f"{words.count(records.dropped)} not sampled + "
            f"{words.count(records.quarantined)} set aside{sampled}; "
            f"{words.count(records.abstained)} of those kept were not judged."
        ),
        width,
    )
    _say(
        console,
        Text(
            f"{words.plural(copies.exact_copies, 'exact copy', 'exact copies')}, "
            f"{words.plural(copies.near_records, 'record')} in "
            f"{words.plural(copies.near_clusters, 'near cluster')}; "
            f"procedural {words.percent(copies.procedural_share)}."
        ),
        width,
    )


def _heading(console: Console, text: str, width: int) -> None:
    console.print(Padding(Text(text, style="bold cyan"), (1, 0, 0, 2)), width=width)


def _say(console: Console, text: Text, width: int, top: int = 0) -> None:
    console.print(Padding(text, (top, 0, 0, 2)), width=width)
