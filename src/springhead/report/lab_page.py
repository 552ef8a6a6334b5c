"""The page of a lab run: one self-contained HTML file made from its folder and nothing else.

Like the scan page it holds no script and forbids any; the same result gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from springhead.report import lab_content as content
from springhead.report.page import environment, save, style_sheet
from springhead.results.folder import REPORT_FILE
from springhead.results.lab_folder import (
    DRAWS_FILE,
    EXAMPLES_FILE,
    PLOTS_FOLDER,
    RESULT,
    RUN_FILE,
    SERIES_FILE,
    LabFolder,
)

FILES: Final = (
    (RESULT, "this result as data"),
    (SERIES_FILE, "every measured value: arm, replicate, generation, metric, group"),
    (DRAWS_FILE, "what policies were asked for, what was expected and what the draws gave"),
    (EXAMPLES_FILE, "the samples shown here, and more"),
    (f"{PLOTS_FOLDER}/*", "every metric by generation as PNG and SVG"),
    (RUN_FILE, "all settings of the run; `springhead lab run` takes it again"),
)


def build_lab_report(folder: LabFolder) -> str:
    """Build the page as HTML; raises BadResult where a table beside the result cannot be read."""
    return environment().get_template("lab.html").render(_context(folder)) + "\n"


def write_lab_report(folder: LabFolder) -> Path:
    """Write the page into the result folder and return its path; a stopped write leaves the old page."""
    return save(folder.path / REPORT_FILE, build_lab_report(folder))


def _context(folder: LabFolder) -> dict[str, Any]:
    result, series = folder.result, folder.series()
    return content.whole_context(folder) | {
        "style": style_sheet("page.css", "lab.css"),
        "profile": content.profile_table(result),
        "groups": content.group_table(result, series),
        "within": content.within_tables(result, series),
        "effects": content.effect_rows(result),
        "draws": content.draw_rows(result, folder.draws()),
        "arms": content.arm_rows(result),
        "assumptions": content.assumptions(result),
        "files": FILES,
    }
