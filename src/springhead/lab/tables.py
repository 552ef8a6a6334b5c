"""What replicates found as Arrow tables, in the schemas that `results.lab` states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from springhead.lab.loop import ArmState, Replicate
from springhead.lab.measure import Value
from springhead.results.lab import BASELINE_ARM, DRAWS, EXAMPLES, SERIES


def series_table(found: Replicate, with_baseline: bool) -> Any:
    """Return all measured values of a replicate; the baseline goes with one of the items only."""
    rows = [(BASELINE_ARM, value) for value in found.baseline] if with_baseline else []
    rows += [(arm.name, value) for arm in found.arms for value in arm.values]
    return _series(rows, found.replicate)


def _series(rows: Sequence[tuple[str, Value]], replicate: int) -> Any:
    columns: list[list[Any]] = [
        [arm for arm, _ in rows], [replicate] * len(rows), [one.generation for _, one in rows],
        [one.metric for _, one in rows], [one.group for _, one in rows], [one.value for _, one in rows],
        [one.low for _, one in rows], [one.high for _, one in rows], [one.n for _, one in rows],
    ]  # fmt: skip
    return _table(columns, SERIES)


def draws_table(found: Replicate) -> Any:
    """Return what every draw of a replicate was asked for, expected to give and gave."""
    rows = [(arm.name, row) for arm in found.arms for row in arm.draws]
    ones = [row.found for _, row in rows]
    columns: list[list[Any]] = [
        [arm for arm, _ in rows], [found.replicate] * len(rows), [row.generation for _, row in rows],
        [row.pool for _, row in rows], [one.quantity for one in ones], [one.asked for one in ones],
        [one.expected for one in ones], [one.low for one in ones], [one.high for one in ones],
        [one.realised for one in ones], [row.truth for _, row in rows], [one.binding for one in ones],
    ]  # fmt: skip
    return _table(columns, DRAWS)


def examples_table(found: Replicate) -> Any:
    """Return the examples of a replicate."""
    rows = [(arm.name, *example) for arm in found.arms for example in arm.examples]
    shown = [one for *_, one in rows]
    columns: list[list[Any]] = [
        [row[0] for row in rows], [found.replicate] * len(rows), [row[1] for row in rows],
        [row[2] for row in rows], ["" for _ in rows], [one.media_type for one in shown],
        [one.text for one in shown], [one.data for one in shown],
    ]  # fmt: skip
    return _table(columns, EXAMPLES)


def _table(columns: Sequence[Sequence[Any]], schema: Any) -> Any:
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def in_order(tables: Iterable[Any], arms: Sequence[str]) -> Any:
    """Join the tables of all items, sorted by arm as given, replicate and generation, else as they came."""
    import polars as pl

    joined = pa.concat_tables(tables)
    order = pl.DataFrame(
        {"arm": list(arms), "_order": list(range(len(arms)))}, schema_overrides={"arm": pl.String}
    )
    frame = pl.DataFrame(joined).join(order, on="arm", how="left", maintain_order="left")
    frame = frame.sort(["_order", "replicate", "generation"], maintain_order=True).drop("_order")
    return frame.to_arrow().select(joined.schema.names).cast(joined.schema)


def unknowns(arms: Iterable[ArmState]) -> dict[str, str]:
    """Return what each arm's policy says that unknown records get."""
    return {arm.name: arm.unknown for arm in arms}
