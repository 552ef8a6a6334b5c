"""The report page: one self-contained HTML file made from a result folder and nothing else.

The page holds no script and forbids any by its content security policy, so that even a mistake in escaping
could run nothing. The same result gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from springhead.report import charts, content, words
from springhead.report.lab_content import whole_context
from springhead.report.parts import cell_rows, sharing_sentences
from springhead.report.sheets import contact_sheets
from springhead.report.summary import BINS, Carried, EvidenceSummary, summarise
from springhead.report.visible import plain
from springhead.results.folder import (
    CLAIMS_FILE,
    EVIDENCE_FOLDER,
    EXAMPLES_FILE,
    QUARANTINE_FILE,
    REPORT_FILE,
    RESULT,
    RUN_FILE,
    ResultFolder,
)
from springhead.results.lab_folder import LabFolder
from springhead.results.scan import ScanResult

FILES = (
    (RESULT, "this result as data: every number on this page"),
    (
        f"{EVIDENCE_FOLDER}/*.parquet",
        "one row per kept record: scores, evidence, p-value, level, reasons, clusters",
    ),
    (CLAIMS_FILE, "claims found in or with the records"),
    (EXAMPLES_FILE, "the excerpts shown here"),
    (QUARANTINE_FILE, "what was set aside, with place and reason"),
    (RUN_FILE, "all settings of the run"),
)
CHANNEL_STYLES = 6
TEXT_CAP = 30


def build_report(
    folder: ResultFolder,
    truth: Mapping[str, float] | None = None,
    loop: LabFolder | None = None,
    said: str = "",
) -> str:
    """Build the page as HTML.

    `truth` maps `words.group_key` of a group ("" is the whole corpus, "language=en", "language=en, host=a.b")
    to its true share in [0, 1], which is then drawn beside the interval; no other number is from elsewhere
    than the result and its tables. A `loop` adds a section on what a model makes of such a corpus, opened by
    the sentence `said`.
    """
    context = _context(folder, dict(truth or {})) | {"loop": loop_section(loop, said)}
    return environment().get_template("page.html").render(context) + "\n"


def loop_section(loop: LabFolder | None, said: str) -> dict[str, Any] | None:
    """Return what the section of a loop shows, opened by the sentence `said`; None without a loop."""
    return None if loop is None else whole_context(loop) | {"said": plain(said)}


def write_report(
    folder: ResultFolder,
    truth: Mapping[str, float] | None = None,
    loop: LabFolder | None = None,
    said: str = "",
) -> Path:
    """Write the page into the result folder and return its path; a stopped write leaves the old page."""
    return save(folder.path / REPORT_FILE, build_report(folder, truth, loop, said))


def environment() -> Environment:
    """Return the templates' environment: everything is escaped, nothing undefined passes."""
    made = Environment(
        loader=PackageLoader("springhead.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"visible": plain, "count": words.count, "percent": words.percent}
    return made


def style_sheet(*names: str) -> Markup:
    """Return style sheets of the package as markup."""
    folder = files("springhead.report").joinpath("templates")
    return Markup("".join(folder.joinpath(name).read_text("utf-8") for name in names))  # noqa: S704


def save(path: Path, page: str) -> Path:
    """Write a page so that a stopped write leaves the old one; return its path."""
    fresh = path.with_name(f".{path.name}.part")
    fresh.write_text(page, encoding="utf-8", errors="backslashreplace")
    fresh.replace(path)
    return path


def _context(folder: ResultFolder, truth: dict[str, float]) -> dict[str, Any]:
    result = folder.result
    summary = summarise(folder)
    sentences, more_sentences = content.group_sentences(result)
    rates, more_rates = content.false_positives(result)
    power, more_power = content.power_rows(result)
    temporal, temporal_ticks = content.temporal_rows(result)
    return {
        "result": result,
        "style": style_sheet("page.css", "lab.css"),
        "headline": words.headline(result),
        "reach": words.detector_reach(result),
        "notes": content.notes(result, summary.unknown / summary.rows if summary and summary.rows else None),
        "sentences": sentences,
        "more_sentences": more_sentences,
        "sections": content.sections(result, truth),
        "rates": rates,
        "more_rates": more_rates,
        "power": power,
        "more_power": more_power,
        "temporal": temporal,
        "temporal_ticks": temporal_ticks,
        "examples": content.example_lists(folder),
        "sheets": contact_sheets(folder),
        "cells": cell_rows(result),
        "sharing": sharing_sentences(result),
        "evidence": _evidence(summary) if summary is not None and summary.rows else None,
        "accounting": _accounting(result),
        "definition": next((plain(one.definition) for one in result.prevalence), ""),
        "limits": content.limits(result),
        "span": words.span,
        "misfits": content.misfit_rows(result),
        "references": result.references[:TEXT_CAP],
        "more_references": max(0, len(result.references) - TEXT_CAP),
        "files": FILES,
    }


def _evidence(summary: EvidenceSummary) -> dict[str, Any]:
    style = {name: f"channel-{i % CHANNEL_STYLES}" for i, name in enumerate(summary.channels)}
    judged = sum(summary.p_values)
    return {
        "unknown": summary.unknown,
        "rows": summary.rows,
        "judged": judged,
        "bars": [_bar(one, style) for one in summary.carried],
        "table": _channels(summary.carried[0], style),
        "levels": charts.histogram(
            summary.levels, f"Histogram of P(machine-made) of {summary.rows - summary.unknown} records"
        ),
        "p_values": charts.histogram(
            summary.p_values, f"Histogram of p-values over {judged} judged records", judged / BINS
        ),
    }  # fmt: skip


def _bar(one: Carried, style: Mapping[str, str]) -> dict[str, Any]:
    parts = [
        (
            f"{plain(channel)}, speaks for {'machine' if side == 'machine' else 'human'}",
            n,
            f"{style[channel]} {side}",
        )
        for side in ("machine", "human")
        for channel, held, n in one.parts
        if held == side
    ]
    parts.append(("no evidence", one.silent, "hatched"))
    name = plain(one.name) if one.name else "whole corpus"
    title = f"Which evidence carries the records of {name}: " + "; ".join(
        f"{a} {b}" for a, b, _ in parts if b
    )
    return {"name": name, "n": words.count(one.total), "chart": charts.stacked(parts, one.total, title)}


def _channels(whole: Carried, style: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [
        {"name": plain(channel), "side": side, "n": words.count(n), "style": f"{style[channel]} {side}",
         "share": words.percent(n / whole.total)}
        for side in ("machine", "human") for channel, held, n in whole.parts if held == side
    ]  # fmt: skip
    if whole.silent:
        rows.append({"name": "no evidence", "side": "none", "n": words.count(whole.silent),
                     "style": "hatched",
                     "share": words.percent(whole.silent / whole.total)})  # fmt: skip
    return rows


def _accounting(result: ScanResult) -> dict[str, Any]:
    parts = content.accounting(result)
    styled = [(name, n, f"account-{i}") for i, (name, n) in enumerate(parts)]
    title = f"{result.records.read} records read: " + ", ".join(f"{name} {n}" for name, n in parts)
    return {"chart": charts.stacked(styled, result.records.read, title), "parts": styled}
