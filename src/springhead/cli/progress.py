"""Progress on the terminal: one bar per stage with rate and time left; silent when asked or not a terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class TerminalProgress:
    """Implements the `Progress` protocol of scan on a terminal; on pipes it prints one line per stage."""

    def __init__(self, quiet: bool) -> None:
        """Write to standard error, so that `--json` output stays clean."""
        self.console = Console(stderr=True, quiet=quiet)
        self.live = self.console.is_terminal and not quiet
        self.bars = Progress(
            TextColumn("{task.description:<28}"), BarColumn(bar_width=30), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
            console=self.console, disable=not self.live,
        )  # fmt: skip
        self.tasks: dict[str, TaskID] = {}
        self.records: dict[str, int] = {}

    def __enter__(self) -> TerminalProgress:
        """Start drawing."""
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing."""
        self.bars.stop()

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` shards or steps."""
        self.tasks[stage] = self.bars.add_task(stage, total=total, rate="")
        self.records[stage] = 0
        if not self.live:
            self.console.print(f"{stage}: {total} to do", highlight=False)

    def advance(self, stage: str, records: int = 0) -> None:
        """One shard or step of the stage is done, with that many records."""
        task = self.tasks[stage]
        self.records[stage] += records
        elapsed = self.bars.tasks[self.bars.task_ids.index(task)].elapsed or 0.0
        rate = f"{self.records[stage] / elapsed:,.0f} records/s" if records and elapsed > 0.2 else ""
        self.bars.update(task, advance=1, rate=rate)

    def note(self, text: str) -> None:
        """Print a line above the bars."""
        self.console.print(text, highlight=False, markup=False)
