"""Plots of every metric by generation: arms with bands over replicates, real versus real, theory beside them.

The same tables give the same bytes: no dates, a fixed salt for SVG identifiers.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from springhead.io.files import replacing
from springhead.lab.summaries import Measured, mean_of
from springhead.results.lab import BASELINE_ARM, CONTROL_ARM

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#999999")
"""Okabe and Ito's palette, told apart by people who see few colours."""

CONTROL_COLOUR = "#333333"
GROUPS_SHOWN = 12
SETTINGS: dict[Any, Any] = {"svg.hashsalt": "springhead", "svg.fonttype": "path", "font.size": 10.0}


def plot_metric(
    measured: Measured, metric: str, arms: Sequence[str], theory: Mapping[str, Sequence[float]],
    confidence: float, folder: Path,
) -> None:  # fmt: skip
    """Draw one metric of all records as PNG and SVG."""
    figure, axes = _figure(1)
    for number, arm in enumerate(arms):
        _line(axes[0], measured, metric, arm, "", confidence, colour(arm, number), arm)
    real = measured.at(BASELINE_ARM, metric, 0)
    if len(real):
        low, high = np.nanquantile(real, [0.025, 0.975]) if len(real) > 1 else (real[0], real[0])
        axes[0].axhspan(low, high, color="#bbbbbb", alpha=0.35, lw=0, label=BASELINE_ARM)
    if metric in theory:
        expected = theory[metric]
        axes[0].plot(range(len(expected)), expected, "k--", lw=1.2, label=f"theory, {arms[0]}")
    _finish(figure, axes, metric, folder, metric)


def plot_groups(
    measured: Measured,
    metric: str,
    arms: Sequence[str],
    groups: Sequence[str],
    confidence: float,
    folder: Path,
) -> None:
    """Draw one metric by group, one panel an arm; the largest 12 groups, which the title says."""
    figure, axes = _figure(len(arms))
    shown = groups[:GROUPS_SHOWN]
    for panel, arm in zip(axes, arms, strict=True):
        panel.set_title(arm)
        for number, group in enumerate(shown):
            tint = COLOURS[number % len(COLOURS)]
            _line(panel, measured, metric, arm, group, confidence, tint, group)
    more = f" ({len(shown)} of {len(groups)} groups)" if len(shown) < len(groups) else ""
    _finish(figure, axes, metric + more, folder, f"{metric} by group")


def colour(arm: str, number: int) -> str:
    """Colour of an arm in every plot."""
    return CONTROL_COLOUR if arm == CONTROL_ARM else COLOURS[number % len(COLOURS)]


def _line(
    panel: Any,
    measured: Measured,
    metric: str,
    arm: str,
    group: str,
    confidence: float,
    tint: str,
    label: str,
) -> None:
    generations = measured.generations(arm, metric, group)
    if not generations:
        return
    means = [mean_of(measured.at(arm, metric, one, group), confidence) for one in generations]
    style = {"color": tint, "ls": ":" if arm == CONTROL_ARM and label == arm else "-"}
    panel.plot(generations, [one.value for one in means], lw=1.6, label=label, **style)
    low, high = [one.low for one in means], [one.high for one in means]
    panel.fill_between(generations, low, high, color=tint, alpha=0.2, lw=0)


def _figure(panels: int) -> tuple[Any, list[Any]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(panels, 3)
    lines = -(-panels // columns)
    figure = Figure(figsize=(6.4 if panels == 1 else 4.0 * columns, 4.0 if panels == 1 else 3.2 * lines))
    FigureCanvasAgg(figure)
    drawn = figure.subplots(lines, columns, squeeze=False, sharey=True).flat
    axes = list(drawn)
    for spare in axes[panels:]:
        spare.remove()
    return figure, axes[:panels]


def _finish(figure: Any, axes: Sequence[Any], label: str, folder: Path, name: str) -> None:
    import matplotlib as mpl

    for panel in axes:
        panel.set_xlabel("generation")
        panel.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel(label)
    axes[0].legend(frameon=False, fontsize=8)
    figure.set_layout_engine("tight")
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    with mpl.rc_context(SETTINGS):
        for suffix, about in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
            held = io.BytesIO()
            figure.savefig(held, format=suffix, dpi=120, metadata=about)
            with replacing(folder / f"{stem}.{suffix}") as file:
                file.write(held.getvalue())
