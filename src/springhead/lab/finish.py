"""After the last replicate: tables, effects, plots, the result and run.toml; the result is written last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import tomli_w

from springhead.io.files import replacing
from springhead.io.running import Progress, code_version
from springhead.io.tables import read_table, write_table
from springhead.lab.components import components, modality_of
from springhead.lab.filmstrip import draw_filmstrips
from springhead.lab.finding import finding, notes
from springhead.lab.item import Outcome
from springhead.lab.measure import ANCESTRY, DEPTH, GROUP_SHARE
from springhead.lab.plots import plot_groups, plot_metric
from springhead.lab.profile import profiles
from springhead.lab.settings import LabSettings, arms_of
from springhead.lab.summaries import Measured, effects, extinctions
from springhead.lab.tables import in_order
from springhead.lab.theory import expected
from springhead.results.lab import (
    BASELINE_ARM,
    SCHEMA,
    VERSION,
    ArmInfo,
    ExtinctionRow,
    LabResult,
    MetricInfo,
)
from springhead.results.lab_folder import (
    DRAWS_FILE,
    EXAMPLES_FILE,
    PLOTS_FOLDER,
    RESULT,
    RUN_FILE,
    SERIES_FILE,
    encode,
)

OWN_METRICS = {
    GROUP_SHARE: "share of the samples that belong to a group",
    DEPTH: "generation of the samples: 1 + the highest of what their model was trained on",
    ANCESTRY: "share of synthetic records in the mass that the samples' model was trained on",
}


def finish(settings: LabSettings, outcomes: Sequence[Outcome], out: Path, progress: Progress) -> LabResult:
    """Write the result folder of finished items and return the result."""
    progress.start("tables and plots", 1)
    arms = [BASELINE_ARM, *arms_of(settings)]
    tables = {
        name: in_order([read_table(Path(one.folder) / name) for one in outcomes], arms)
        for name in (SERIES_FILE, DRAWS_FILE, EXAMPLES_FILE)
    }
    for name, table in tables.items():
        write_table(table, out / name)
    series = _frame(tables[SERIES_FILE])
    result = _result(settings, outcomes, series)
    _draw(settings, result, series, _frame(tables[EXAMPLES_FILE]), out / PLOTS_FOLDER)
    _write_run(settings, out / RUN_FILE)
    with replacing(out / RESULT) as file:
        file.write(encode(result))
    progress.advance("tables and plots")
    return result


def _frame(table: Any) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _result(settings: LabSettings, outcomes: Sequence[Outcome], series: pl.DataFrame) -> LabResult:
    parts = components(settings)
    first = outcomes[0]
    records = first.records
    unknown = {arm: said for one in outcomes for arm, said in one.unknown.items()}
    last, names = settings.generations, list(arms_of(settings))
    measured, metrics = Measured(series), list(parts.metrics)
    compared = effects(measured, names, metrics, last)
    vanished: list[ExtinctionRow] = []
    if len(first.groups) > 1:
        vanished = extinctions(measured, names, first.groups)
    present = set(series["metric"].unique().to_list())
    return LabResult(
        schema=SCHEMA,
        version=VERSION,
        name=settings.name,
        finding=finding(settings, measured, metrics, compared),
        modality=modality_of(settings),
        source=str(settings.source["name"]),
        model=str(settings.model["name"]),
        generations=last,
        replicates=settings.replicates,
        records=records,
        seed=settings.seed,
        digest=settings.digest(),
        groups=first.groups,
        group_sizes=first.group_sizes,
        arms=_arms(settings, unknown),
        metrics=tuple(
            [MetricInfo(name, metric.worse, _definition(metric)) for name, metric in parts.metrics.items()]
            + [MetricInfo(name, "higher", text) for name, text in OWN_METRICS.items() if name in present]
        ),
        profile=tuple(profiles(measured, names, first.groups)),
        extinction=tuple(vanished),
        effects=tuple(compared),
        theory=expected(settings, records, settings.reference or records),
        notes=notes(settings, series, any(one.reused for one in outcomes), vanished),
    )


def _arms(settings: LabSettings, unknown: dict[str, str]) -> tuple[ArmInfo, ...]:
    rows: list[ArmInfo] = []
    for name, arm in arms_of(settings).items():
        policy = " then ".join(str(table.get("name")) for table in arm.policies())
        values: dict[str, Any] = msgspec.to_builtins(arm)
        rows.append(ArmInfo(name, policy, unknown.get(name, ""), values))
    return tuple(rows)


def _definition(metric: object) -> str:
    return (type(metric).__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")


def _draw(
    settings: LabSettings, result: LabResult, series: pl.DataFrame, examples: pl.DataFrame, folder: Path
) -> None:
    arms = [arm.name for arm in result.arms]
    order = sorted(range(len(result.groups)), key=lambda index: (-result.group_sizes[index], index))
    groups = [result.groups[index] for index in order]
    measured = Measured(series)
    for metric in result.metrics:
        own = series.filter(pl.col("metric") == metric.name)
        if own.filter(pl.col("group") == "").height:
            plot_metric(measured, metric.name, arms, result.theory, settings.confidence, folder)
        if own.filter(pl.col("group") != "").height:
            plot_groups(measured, metric.name, arms, groups, settings.confidence, folder)
    draw_filmstrips(examples, folder)


def _write_run(settings: LabSettings, path: Path) -> None:
    """run.toml: resolved settings, which `lab run` takes again, and above them hash, seed and version."""
    facts = {"settings_digest": settings.digest(), "code": code_version(), "seed": settings.seed}
    heading = "".join(f"# {name}: {value}\n" for name, value in facts.items())
    with replacing(path) as file:
        file.write((heading + tomli_w.dumps(_plain(msgspec.to_builtins(settings)))).encode())


def _plain(values: Any) -> Any:
    """Leave out what is not set: TOML has no null."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items() if value is not None}
    return [_plain(value) for value in values] if isinstance(values, list | tuple) else values
