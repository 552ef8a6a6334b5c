"""Records of several parts on the page: shares of the origins together, and what is shared between records."""

from __future__ import annotations

from springhead.report import words
from springhead.report.visible import plain
from springhead.results.scan import ScanResult

TEMPLATES_SHOWN = 5


def cell_rows(result: ScanResult) -> list[dict[str, str]]:
    """Rows of the table of origins: their names, the share or its limits, and the records that are known."""
    return [
        {
            "name": ", ".join(f"{plain(part)} {plain(origin)}" for part, origin in one.parts.items()),
            "share": words.percent(one.estimate)
            if one.estimate is not None
            else f"{words.percent(one.low)} to {words.percent(one.high)}",
            "known": f"{words.count(one.known)} of {words.count(one.n)}",
        }
        for one in result.cells
    ]


def sharing_sentences(result: ScanResult) -> list[str]:
    """How values of one part are shared, in sentences; nothing where none is."""
    said = []
    for one in result.sharing:
        part, other = plain(one.part), plain(one.other)
        if one.shared:
            said.append(
                f"{words.count(one.shared)} of {words.plural(one.distinct, f'distinct {part}')} stand with more than one "
                f"{other}, in {words.plural(one.records, 'record')}; one of them with {words.count(one.largest)}."
            )
        for opening, n in list(one.templates.items())[:TEMPLATES_SHOWN]:
            said.append(f"A template: {words.plural(n, f'{part}')} open with “{plain(opening)}”.")
    return said
