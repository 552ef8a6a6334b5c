"""Components of a run made from their tables in the settings; every mistake names file, line and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from springhead.core import registry
from springhead.core.config import decode, line_of
from springhead.core.protocols import Metric, Model, ModelMetric, Policy, Source
from springhead.errors import BadConfiguration, UnknownName, did_you_mean
from springhead.lab.settings import ArmSettings, LabSettings, Table, arms_of


@dataclass(frozen=True, slots=True)
class Components:
    """What a run's tables name."""

    source: Source[Any]
    model: Model[Any]
    metrics: dict[str, Metric[Any] | ModelMetric[Any]]
    policies: dict[str, Policy]


def make(kind: str, table: Table, file: str = "", at: Sequence[str] = ()) -> Any:
    """Make the component that a table names, its other keys decoded strictly into the component's struct."""
    where = file or "the settings"
    values = dict(table)
    name = values.pop("name", None)
    if not isinstance(name, str):
        raise BadConfiguration(
            where + line_of(file, at), f"a {kind} without a name", f'Write {kind} = {{name = "..."}}.'
        )
    try:
        component: Any = registry.load(kind, name)
    except UnknownName as error:
        raise BadConfiguration(
            where + line_of(file, [*at, "name"]), f"unknown {kind} {name!r}", did_you_mean(name, error.known)
        ) from error
    if isinstance(component, type) and issubclass(component, msgspec.Struct):
        return decode(values, component, where, at=at, file=file)
    if values:
        raise BadConfiguration(
            where + line_of(file, at), f"{kind} {name!r} takes no settings", f"Leave out {sorted(values)}."
        )
    return component()


def policy_of(arm: ArmSettings, file: str = "", at: Sequence[str] = ()) -> Policy:
    """Make the policy of an arm: one, or several composed in their order."""
    tables = arm.policies()
    made: list[Policy] = [make("policy", table, file, [*at, "policy"]) for table in tables]
    if len(made) == 1:
        return made[0]
    steps = [{"policy" if key == "name" else key: value for key, value in table.items()} for table in tables]
    composed: Policy = make("policy", {"name": "sequence", "steps": steps})
    return composed


def metric_table(entry: str | Table) -> Table:
    """Return a metric's table; a bare name is one without settings."""
    return {"name": entry} if isinstance(entry, str) else entry


def components(settings: LabSettings, file: str = "") -> Components:
    """Make everything that the settings name; raises BadConfiguration before anything runs."""
    metrics: dict[str, Metric[Any] | ModelMetric[Any]] = {}
    for entry in settings.metrics:
        table = metric_table(entry)
        metrics[label(table)] = make("metric", table, file, ["metrics"])
    for name in settings.by_group:
        if label({"name": name}) not in metrics:
            where = (file or "the settings") + line_of(file, ["by_group"])
            raise BadConfiguration(
                where, f"{name!r} of by_group is not among the metrics", did_you_mean(name, metrics)
            )
    return Components(
        make("source", settings.source, file, ["source"]),
        make("model", settings.model, file, ["model"]),
        metrics,
        {name: policy_of(arm, file, ["arms", name]) for name, arm in arms_of(settings).items()},
    )


def label(table: Table) -> str:
    """Name a metric in tables and plots: its registered name without the modality, and its settings."""
    fields = [f"{key}={value}" for key, value in table.items() if key != "name"]
    return str(table.get("name", "")).rpartition("/")[2] + (f"({', '.join(fields)})" if fields else "")


def modality_of(settings: LabSettings) -> str:
    """Return the modality of the run's source, "vector" for "vector/gaussian"."""
    return str(settings.source.get("name", "")).partition("/")[0]
