"""Judged claims in the terminal: a table a claim, one line a value, failures said by how much."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from springhead.results.lab import Reproduction


def print_reproductions(rows: Sequence[Reproduction], console: Console | None = None) -> None:
    """Print a table of judged values for each claim, and a sentence for each value that does not hold."""
    out = console or Console(width=None)
    for name in dict.fromkeys(row.id for row in rows):
        own = [row for row in rows if row.id == name]
        out.print(f"{name} ({own[0].by}): {own[0].claim}", highlight=False, markup=False)
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("quantity", overflow="fold", min_width=24)
        for title in ("expected", "observed", "tolerance", "control", ""):
            table.add_column(title, justify="right", no_wrap=True)
        for row in own:
            table.add_row(
                row.quantity, _short(row.expected), _short(row.observed), _short(row.tolerance),
                _short(row.control_observed), "[green]holds[/]" if row.passed else "[red]fails[/]",
            )  # fmt: skip
        out.print(table)
    for row in rows:
        if not row.passed:
            out.print(failure(row), highlight=False, markup=False)
    held = sum(row.passed for row in rows)
    claims = len({row.id for row in rows})
    out.print(
        f"{held} of {len(rows)} values of {claims} claims hold, and their negative controls fail as they must"
    )


def failure(row: Reproduction) -> str:
    """Say what failed and by how much."""
    if not row.holds:
        beyond = abs(row.observed - row.expected) - row.tolerance
        return (
            f"{row.id}, {row.quantity}: observed {_short(row.observed)}, expected {_short(row.expected)}; "
            f"{_short(beyond)} beyond the tolerance of {_short(row.tolerance)} ({row.tolerance_reason})"
        )
    return (
        f"{row.id}, {row.quantity}: the negative control ({row.control}) passes too, at {_short(row.control_observed)}: "
        "the measurement has no power"
    )


def _short(value: float) -> str:
    return f"{value:.4g}"
