"""The finding of a run in sentences: what the first metric says of every arm, and what was noted."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from springhead.lab.measure import GROUP_SHARE
from springhead.lab.settings import LabSettings
from springhead.lab.summaries import Mean, Measured, mean_of
from springhead.results.lab import BASELINE_ARM, CONTROL_ARM, EffectRow, ExtinctionRow


def finding(
    settings: LabSettings, measured: Measured, metrics: Sequence[str], found: Sequence[EffectRow]
) -> str:
    """Say where the first metric ended in every arm, and which arms differ from the first one."""
    arms = list(settings.arms)
    named = [metric for metric in metrics if metric != GROUP_SHARE]
    if not named:
        return (
            f"{settings.generations} generations, {settings.replicates} replicates; no metric was asked for."
        )
    metric, last = named[0], settings.generations
    ends = [f"{arm} {_written(mean_of(measured.at(arm, metric, last), settings.confidence))}" for arm in arms]
    real = mean_of(measured.at(BASELINE_ARM, metric, 0), settings.confidence)
    text = f"After {last} generations {metric} is at {'; '.join(ends)}; real versus real {real.value:.3g}"
    if settings.control:
        control = mean_of(measured.at(CONTROL_ARM, metric, last), settings.confidence)
        text += f", control on fresh real data {control.value:.3g}"
    rows = [row for row in found if row.metric == metric and row.arm != CONTROL_ARM]
    told = [_difference(row) for row in rows]
    return text + ". " + (" ".join(told) if told else "").strip()


def _written(mean: Mean) -> str:
    if mean.low != mean.low:
        return f"{mean.value:.3g} (one replicate, no interval)" if mean.replicates else "unmeasured"
    return f"{mean.value:.3g} [{mean.low:.3g}, {mean.high:.3g}]"


def _difference(row: EffectRow) -> str:
    apart = row.low > 0.0 or row.high < 0.0
    limits = f"{row.difference:+.3g} [{row.low:.3g}, {row.high:.3g}]"
    if apart:
        return f"{row.arm} differs from {row.versus} by {limits}."
    more = (
        f"; {row.replicates_needed} replicates would show a difference of this size"
        if row.replicates_needed
        else ""
    )
    return f"{row.arm} cannot be told from {row.versus} ({limits}{more})."


def notes(
    settings: LabSettings, series: pl.DataFrame, reused: bool, vanished: Sequence[ExtinctionRow]
) -> tuple[str, ...]:
    """Say what a reader must know beside the finding."""
    said: list[str] = []
    if settings.replicates < 2:
        said.append(
            "One replicate: no interval over replicates, and no difference between arms can be shown."
        )
    if reused:
        said.append(
            "The corpus has fewer real records than all generations ask for: fresh real records, the control's "
            "among them, start again from its first ones."
        )
    missing = series.filter(pl.col("value").is_nan() & (pl.col("group") == ""))
    for name, count in missing.group_by("metric", maintain_order=True).len().iter_rows():
        said.append(f"{name} could not be computed {count} times; those values are left out.")
    gone = {row.arm: 0 for row in vanished}
    for row in vanished:
        gone[row.arm] += row.median is not None
    said += [
        f"In arm {arm} {count} groups vanish in most replicates." for arm, count in gone.items() if count
    ]
    return tuple(said)
