"""What the page of a lab run says: rows of its tables as plain words, from the result and its tables alone."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from springhead.report import words
from springhead.report.lab_curves import arm_styles, curves_of, legend, number, panel, strip
from springhead.report.visible import plain
from springhead.results.lab import BASELINE_ARM, EffectRow, LabResult, ProfileRow
from springhead.results.lab_folder import LabFolder

GROUPS_SHOWN: Final = 20
FRAMES: Final = 9
LATENTS: Final = 5
COLUMNS: Final = 4
TEXTS: Final = 3
PNG: Final = b"\x89PNG\r\n\x1a\n"
SHARE: Final = "group share"


def curve_panels(result: LabResult, series: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a drawing with its numbers for every metric of all records."""
    whole = series.filter(pl.col("group") == "")
    panels = []
    for metric in result.metrics:
        own = whole.filter(pl.col("metric") == metric.name)
        drawn = panel(result, metric.name, own)
        if drawn is not None:
            real = own.filter((pl.col("arm") == BASELINE_ARM) & pl.col("value").is_finite())[
                "value"
            ].to_numpy()
            panels.append(
                drawn
                | {
                    "name": plain(metric.name),
                    "worse": metric.worse,
                    "definition": plain(metric.definition),
                    "rows": [
                        {"arm": plain(one.name), "first": number(one.mean[0]), "last": number(one.mean[-1]),
                         "range": f"{number(one.low[-1])} to {number(one.high[-1])}"}
                        for one in curves_of(result, own)
                    ],
                    "baseline": number(float(real.mean())) if len(real) else "",
                }
            )  # fmt: skip
    return panels


def shown_generations(found: Sequence[int], most: int) -> list[int]:
    """Return at most `most` generations, first and last among them, evenly spread."""
    if len(found) <= most:
        return list(found)
    return [found[round(place * (len(found) - 1) / (most - 1))] for place in range(most)]


def filmstrips(result: LabResult, examples: pl.DataFrame) -> list[dict[str, Any]]:
    """Return per arm the same latents by generation, as pictures or as texts; none of other media."""
    strips = []
    first = (
        examples.filter(pl.col("replicate") == examples["replicate"].min()) if examples.height else examples
    )
    for arm in result.arms:
        own = first.filter(pl.col("arm") == arm.name)
        images = own.filter(pl.col("media_type") == "image/png")
        texts = own.filter((pl.col("media_type") == "text/plain") & (pl.col("text") != ""))
        if images.height:
            strips.append({"arm": plain(arm.name), "images": True} | _frames(images, FRAMES, LATENTS))
        elif texts.height and result.modality == "text":
            strips.append({"arm": plain(arm.name), "images": False} | _frames(texts, COLUMNS, TEXTS))
    return strips


def _frames(own: pl.DataFrame, most: int, latents: int) -> dict[str, Any]:
    generations = shown_generations(sorted(own["generation"].unique().to_list()), most)
    rows = sorted(own["index"].unique().to_list())[:latents]
    cells = {(row["index"], row["generation"]): row for row in own.iter_rows(named=True)}
    return {
        "generations": generations,
        "rows": [[_cell(cells.get((row, one))) for one in generations] for row in rows],
    }


def _cell(row: dict[str, Any] | None) -> dict[str, str]:
    if row is None:
        return {"text": "–", "address": "", "group": ""}
    data = bytes(row["data"] or b"")
    known = data.startswith(PNG)  # nothing else may stand in an address of a picture
    address = f"data:image/png;base64,{base64.b64encode(data).decode()}" if known else ""
    return {"text": plain(row["text"] or ""), "address": address, "group": plain(row["group"] or "")}


def profile_table(result: LabResult) -> dict[str, Any]:
    """Return the collapse profile: a row a definition, a verdict in words per arm, and every reason."""
    arms = list(dict.fromkeys(row.arm for row in result.profile))
    cells = {(row.definition, row.arm): row for row in result.profile}
    rows = []
    for definition in dict.fromkeys(row.definition for row in result.profile):
        found = [cells.get((definition, arm)) for arm in arms]
        known = next(one for one in found if one is not None)
        rows.append({"definition": plain(definition), "source": plain(known.source),
                     "cells": [_verdict(one) for one in found]})  # fmt: skip
    why = [
        {"name": f"{plain(row.definition)}, {plain(row.arm)}", "reason": plain(row.reason)}
        for row in result.profile if row.reason
    ]  # fmt: skip
    return {"arms": [plain(arm) for arm in arms], "rows": rows, "why": why}


def _verdict(row: ProfileRow | None) -> dict[str, str]:
    if row is None or (row.value is None and row.verdict == "cannot tell"):
        return {"word": "not measured", "style": "untold", "numbers": ""}
    limits = "" if row.low is None or row.high is None else f" ({number(row.low)} to {number(row.high)})"
    threshold = "" if row.threshold is None else f"; limit {number(row.threshold)}"
    numbers = "" if row.value is None else f"{number(row.value)}{limits}{threshold}"
    return {"word": row.verdict, "style": {"yes": "yes", "no": "no"}.get(row.verdict, "untold"),
            "numbers": numbers}  # fmt: skip


def group_table(result: LabResult, series: pl.DataFrame) -> dict[str, Any] | None:
    """Return who thinned out: share first and last and when it was gone, the most thinned first."""
    shares = series.filter((pl.col("metric") == SHARE) & (pl.col("group") != ""))
    if len(result.groups) < 2 or not shares.height:
        return None
    styles = arm_styles(result)
    means = shares.group_by("arm", "group", "generation").agg(pl.col("value").mean()).sort("generation")
    by_cell: dict[tuple[str, str], list[float]] = {}
    for arm, group, _, value in means.select("arm", "group", "generation", "value").iter_rows():
        by_cell.setdefault((arm, group), []).append(value if value is not None else math.nan)
    leading = result.arms[0].name
    gone = {(row.arm, row.group): row for row in result.extinction}

    def kept(group: str) -> float:
        values = by_cell.get((leading, group), [0.0])
        return values[-1] / values[0] if values[0] > 0.0 else math.inf

    present = {group for (_, group), values in by_cell.items() if any(one > 0.0 for one in values)}
    ranked = sorted(
        (group for group in result.groups if group in present and (leading, group) in by_cell), key=kept
    )
    rows = []
    for group in ranked[:GROUPS_SHOWN]:
        cells = []
        for arm, style in styles.items():
            values = by_cell.get((arm, group), [])
            row = gone.get((arm, group))
            ended = ""
            if row is not None and row.extinct:
                when = "" if row.median is None else f", half of them by generation {number(row.median)}"
                ended = f"gone in {row.extinct} of {row.replicates}{when}"
            last = words.percent(values[-1]) if values and math.isfinite(values[-1]) else "–"
            title = f"{plain(group)} under {plain(arm)}: share of samples by generation beside the first; last {last}"
            cells.append({"strip": strip(values, style, title), "last": last, "gone": ended})
        start = by_cell[(leading, group)][0]
        rows.append({"group": words.label(group), "first": words.percent(start), "cells": cells})
    return {"arms": legend(result), "rows": rows, "hidden": max(0, len(ranked) - GROUPS_SHOWN)}


def within_tables(result: LabResult, series: pl.DataFrame) -> list[dict[str, Any]]:
    """Return for every metric measured within groups its first and last mean by group and arm."""
    tables = []
    inside = series.filter(
        (pl.col("group") != "") & (pl.col("metric") != SHARE) & pl.col("value").is_finite()
    )
    for metric in result.metrics:
        own = inside.filter(pl.col("metric") == metric.name)
        if not own.height:
            continue
        means = own.group_by("arm", "group", "generation").agg(pl.col("value").mean()).sort("generation")
        cells: dict[tuple[str, str], list[float]] = {}
        for arm, group, value in means.select("arm", "group", "value").iter_rows():
            cells.setdefault((arm, group), []).append(value)
        groups = [group for group in result.groups if any((arm.name, group) in cells for arm in result.arms)]
        rows = [
            {"group": words.label(group), "cells": [_first_last(cells.get((arm.name, group))) for arm in result.arms]}
            for group in groups[:GROUPS_SHOWN]
        ]  # fmt: skip
        tables.append({"name": plain(metric.name), "worse": metric.worse, "rows": rows,
                       "arms": [plain(arm.name) for arm in result.arms],
                       "hidden": max(0, len(groups) - GROUPS_SHOWN)})  # fmt: skip
    return tables


def _first_last(values: list[float] | None) -> str:
    if not values:
        return "–"
    return f"{number(values[0])} → {number(values[-1])}" if len(values) > 1 else number(values[0])


def effect_rows(result: LabResult) -> list[dict[str, Any]]:
    """Return paired differences at the last generation with the replicates they need."""
    return [_effect(row) for row in result.effects]


def _effect(row: EffectRow) -> dict[str, Any]:
    needed = "–" if row.replicates_needed is None else words.count(row.replicates_needed)
    return {"metric": plain(row.metric), "arm": plain(row.arm), "versus": plain(row.versus),
            "difference": number(row.difference), "limits": f"{number(row.low)} to {number(row.high)}",
            "apart": row.low > 0.0 or row.high < 0.0, "needed": needed, "replicates": row.replicates}  # fmt: skip


def draw_rows(result: LabResult, draws: pl.DataFrame) -> list[dict[str, str]]:
    """Return what each arm's draw was asked for, expected and gave: means over replicates and generations."""
    rows = []
    for arm in result.arms:
        own = draws.filter(pl.col("arm") == arm.name)
        for quantity in own["quantity"].unique(maintain_order=True):
            part = own.filter(pl.col("quantity") == quantity)
            mean = {
                name: _mean(part, name) for name in ("asked", "expected", "low", "high", "realised", "truth")
            }
            binding = ", ".join(plain(one) for one in part["binding"].unique(maintain_order=True) if one)
            rows.append({"arm": plain(arm.name), "quantity": plain(quantity), "binding": binding or "–",
                         "limits": f"{number(mean['low'])} to {number(mean['high'])}"}
                        | {name: number(mean[name]) for name in ("asked", "expected", "realised", "truth")})  # fmt: skip
    return rows


def _mean(part: pl.DataFrame, name: str) -> float:
    values = part[name].drop_nulls().drop_nans().to_numpy()
    return float(values.mean()) if len(values) else math.nan


def arm_rows(result: LabResult) -> list[dict[str, str]]:
    """Return each arm's policy, what it gives unknown records, and the settings that are not default."""
    rows = []
    for arm in result.arms:
        told = [
            f"{plain(key)} {_setting(value)}"
            for key, value in arm.settings.items()
            if key != "policy" and value
        ]
        policy = arm.settings.get("policy", arm.policy)
        rows.append({"name": plain(arm.name), "policy": _setting(policy), "settings": "; ".join(told) or "–",
                     "unknown": plain(arm.unknown) or "–"})  # fmt: skip
    return rows


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return plain(", ".join(str(one) if key == "name" else f"{key} {one}" for key, one in value.items()))
    if isinstance(value, list | tuple):
        return " then ".join(_setting(one) for one in value)
    return plain(str(value))


def assumptions(result: LabResult) -> list[str]:
    """Return what a reader must grant for the numbers of any run to mean what they seem to."""
    return [
        f"The real world is {plain(result.source)} and the generator is {plain(result.model)}: nothing here is "
        "measured on another model or on other data.",
        "Generation 0 are real records; the samples of a generation come from the model that was fitted before them.",
        "Arms share their random streams replicate by replicate, so differences between arms are of pairs.",
        "Bands are the middle 95 % of the replicates, not an interval of their mean; limits of differences are "
        "Student's and grant that differences are about normal.",
        "Tests are not corrected for their number: among twenty differences of nothing, one leaves 0 by chance.",
        "The control trains on fresh real records in every generation with the same compute: what it loses is the "
        "cost of fitting and sampling once, not of the loop.",
    ]


def whole_context(folder: LabFolder) -> dict[str, Any]:
    """Return what the shared section of curves and samples shows."""
    result, series = folder.result, folder.series()
    panels = curve_panels(result, series)
    opening, _, rest = plain(result.finding).partition(". ")
    return {
        "lab": result,
        "headline": f"{opening}." if rest and not opening.endswith(".") else opening,
        "rest": rest,
        "panels": panels,
        "legend": legend(result),
        "any_theory": any(one["theory"] for one in panels),
        "any_real": any(one["real"] for one in panels),
        "strips": filmstrips(result, folder.examples()),
    }
