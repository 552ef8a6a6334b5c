"""What a lab run found, in the terminal: the finding, every metric per arm, the profile, who thinned out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from springhead.report.visible import plain
from springhead.results.lab import BASELINE_ARM, LabResult
from springhead.results.lab_folder import LabFolder

GROUPS_SHOWN: Final = 12
EXAMPLES_SHOWN: Final = 2
EXAMPLE_WIDTH: Final = 32


def print_lab(folder: LabFolder, console: Console) -> None:
    """Print the finding, first and last value per metric and arm, effects, profile, groups and examples."""
    result, series = folder.result, folder.series()
    console.print()
    console.print(Text(result.finding, style="bold"), soft_wrap=False)
    console.print(
        Text(
            f"{result.model} on {result.source}, n = {result.records:,}, {result.generations} generations, "
            f"{result.replicates} replicates, seed {result.seed}", style="dim",
        )
    )  # fmt: skip
    for note in result.notes:
        console.print(Text(f"! {note}", style="yellow"))
    console.print(_values(result, series))
    if result.effects:
        console.print(_effects(result))
    if result.profile:
        console.print(_profile(result))
    if result.extinction:
        console.print(_groups(result, series))
    examples = folder.examples().filter(pl.col("media_type") == "text/plain")
    if result.modality == "text" and examples.height:
        console.print(_examples(result, examples))
    console.print(Text(f"plots: {folder.path / 'plots'}"), soft_wrap=True)


def _values(result: LabResult, series: pl.DataFrame) -> Table:
    table = Table(title="Mean over replicates [middle 95 % of them]", title_justify="left", box=None)
    table.add_column("metric", min_width=14)
    table.add_column("arm")
    whole = series.filter(pl.col("group") == "")
    measured = sorted(whole.filter(pl.col("generation") > 0)["generation"].unique().to_list())
    first = measured[0] if measured else 1
    for name in (f"generation {first}", f"generation {result.generations}"):
        table.add_column(name, justify="right", no_wrap=True)
    for metric in result.metrics:
        own = whole.filter(pl.col("metric") == metric.name)
        if not own.height:
            continue
        labels = iter((metric.name, f"{metric.worse} is worse"))
        for arm in result.arms:
            ends = _cell(own, arm.name, first), _cell(own, arm.name, result.generations)
            table.add_row(next(labels, ""), plain(arm.name), *ends)
        real = _cell(own, BASELINE_ARM, 0)
        if real != "-":
            table.add_row(next(labels, ""), Text("real v. real", style="dim"), Text(real, style="dim"), "")
    return table


def _cell(own: pl.DataFrame, arm: str, generation: int) -> str:
    values = own.filter((pl.col("arm") == arm) & (pl.col("generation") == generation))["value"].drop_nans()
    if not len(values):
        return "-"
    mean = _number(float(values.to_numpy().mean()))
    low, high = (_number(values.quantile(edge, "linear")) for edge in (0.025, 0.975))
    return mean if low == high else f"{mean} [{low}, {high}]"


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.3g}"


def _effects(result: LabResult) -> Table:
    title = (
        f"Paired differences at generation {result.generations} with common random numbers; needs = replicates "
        "for power 0.8"
    )
    table = Table(title=title, title_justify="left", box=None)
    for name in ("metric", "arm", "minus"):
        table.add_column(name)
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("needs", justify="right")
    for row in result.effects:
        style = "bold" if row.low > 0.0 or row.high < 0.0 else ""
        limits = f"{_number(row.difference)} [{_number(row.low)}, {_number(row.high)}]"
        needed = "-" if row.replicates_needed is None else f"{row.replicates_needed:,}"
        table.add_row(row.metric, plain(row.arm), plain(row.versus), limits, needed, style=style)
    return table


def _profile(result: LabResult) -> Table:
    """One row a definition, one column an arm: yes, no or cannot tell, with the value where there is one."""
    table = Table(title="Collapse, by eight published definitions", title_justify="left", box=None)
    table.add_column("definition")
    arms = list(dict.fromkeys(row.arm for row in result.profile))
    for arm in arms:
        table.add_column(plain(arm))
    cells = {(row.definition, row.arm): row for row in result.profile}
    for definition in dict.fromkeys(row.definition for row in result.profile):
        rows = [cells[(definition, arm)] for arm in arms]
        table.add_row(definition, *(_verdict(row.verdict, row.value) for row in rows))
    return table


def _verdict(verdict: str, value: float | None) -> Text:
    if value is None:
        return Text("not measured" if verdict == "cannot tell" else verdict, style="dim")
    style = {"yes": "bold red", "no": "green"}.get(verdict, "yellow")
    return Text(f"{'?' if verdict == 'cannot tell' else verdict} ({_number(value)})", style=style)


def _groups(result: LabResult, series: pl.DataFrame) -> Table:
    """The groups that thinned out most under the first arm, in records of generation 0 and of the last."""
    table = Table(title="Who thinned out: mean share of records, and when half of the replicates had none left",
                  title_justify="left", box=None)  # fmt: skip
    table.add_column("group")
    table.add_column("generation 0", justify="right")
    arms = [arm.name for arm in result.arms]
    for arm in arms:
        table.add_column(plain(arm), justify="right")
    shares = series.filter(pl.col("metric") == "group share").group_by("arm", "generation", "group").agg(
        pl.col("value").mean()
    )  # fmt: skip
    at = {(arm, generation, group): value for arm, generation, group, value in shares.iter_rows()}
    medians = {(row.arm, row.group): row.median for row in result.extinction}
    groups = [group for group in result.groups if at.get((arms[0], 0, group), 0.0) > 0.0]

    def kept(group: str) -> float:
        left: float = at.get((arms[0], result.generations, group), 0.0) / at[(arms[0], 0, group)]
        return left

    for group in sorted(groups, key=kept)[:GROUPS_SHOWN]:
        cells = [_ended(at, medians, arm, group, result.generations) for arm in arms]
        table.add_row(plain(group), f"{at[(arms[0], 0, group)]:.2%}", *cells)
    return table


def _ended(
    at: dict[tuple[str, int, str], float], medians: dict[tuple[str, str], float | None], arm: str, group: str,
    generation: int,
) -> str:  # fmt: skip
    share, gone = at.get((arm, generation, group), math.nan), medians.get((arm, group))
    return f"{share:.2%}" + ("" if gone is None else f" (gone at {gone:.0f})")


def _examples(result: LabResult, examples: pl.DataFrame) -> Table:
    table = Table(
        title="The same latent in the first and the last generation", title_justify="left", box=None
    )
    generations: Sequence[int] = (1, result.generations)
    table.add_column("arm")
    for one in generations:
        table.add_column(f"generation {one}", width=EXAMPLE_WIDTH)
    for arm in result.arms:
        own = examples.filter(pl.col("arm") == arm.name)
        for index in range(EXAMPLES_SHOWN):
            texts = [
                own.filter((pl.col("index") == index) & (pl.col("generation") == one))["text"]
                for one in generations
            ]
            if all(len(text) for text in texts):
                table.add_row(plain(arm.name), *(plain(text[0])[: 3 * EXAMPLE_WIDTH] for text in texts))
    return table
