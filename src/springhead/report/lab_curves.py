"""Curves by generation as inline SVG: mean and middle 95 % of replicates per arm, theory dashed.

The drawing stretches with its cell and holds no text; ticks stand beside it as HTML. Colours are classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from markupsafe import Markup

from springhead.report.visible import plain
from springhead.results.lab import BASELINE_ARM, CONTROL_ARM, LabResult

STYLES: Final = 8
MIDDLE: Final = (0.025, 0.975)
ABOUT_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm's values by generation: mean over replicates and the middle 95 % of them."""

    name: str
    style: str
    generations: tuple[int, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def arm_styles(result: LabResult) -> dict[str, str]:
    """Return the class of every arm; the control has its own."""
    styles: dict[str, str] = {}
    for arm in result.arms:
        styles[arm.name] = "arm-control" if arm.name == CONTROL_ARM else f"arm-{len(styles) % STYLES}"
    return styles


def curves_of(result: LabResult, own: pl.DataFrame) -> list[Curve]:
    """Return one curve per arm from the rows of one metric and group; arms without values are left out."""
    found: list[Curve] = []
    for arm, style in arm_styles(result).items():
        rows = (
            own.filter((pl.col("arm") == arm) & pl.col("value").is_finite())
            .group_by("generation")
            .agg(
                pl.col("value").mean().alias("mean"),
                pl.col("value").quantile(MIDDLE[0], "linear").alias("low"),
                pl.col("value").quantile(MIDDLE[1], "linear").alias("high"),
            )
            .sort("generation")
        )
        if rows.height:
            columns = (tuple(rows[name].to_list()) for name in ("generation", "mean", "low", "high"))
            found.append(Curve(arm, style, *columns))
    return found


def panel(result: LabResult, metric: str, own: pl.DataFrame) -> dict[str, Any] | None:
    """Return the drawing of one metric of all records with its ticks, or None where nothing was measured."""
    curves = curves_of(result, own)
    if not curves:
        return None
    theory = [value for value in result.theory.get(metric, ()) if math.isfinite(value)]
    real = own.filter((pl.col("arm") == BASELINE_ARM) & pl.col("value").is_finite())["value"].to_numpy()
    band = tuple(float(edge) for edge in np.quantile(real, MIDDLE)) if len(real) else ()
    values = [edge for one in curves for edge in (*one.low, *one.high, *one.mean)] + theory + list(band)
    scale = Scale.over(values, max(result.generations, 1))
    parts = [scale.grid()]
    if band:
        parts.append(scale.span(*band))
    parts += [scale.band(one) for one in curves] + [scale.line(one) for one in curves]
    if theory:
        parts.append(scale.path(list(enumerate(theory)), "theory"))
    title = f"{plain(metric)} by generation. " + "; ".join(
        f"{plain(one.name)} from {number(one.mean[0])} to {number(one.mean[-1])}" for one in curves
    )
    chart = Markup(
        '<svg class="curve" role="img" aria-label="{}" viewBox="0 0 100 100" preserveAspectRatio="none">'
        "<title>{}</title>{}</svg>"
    ).format(title, title, Markup("").join(parts))
    return {"chart": chart, "ticks": scale.marks(), "generations": scale.dates(), "log": scale.log,
            "theory": bool(theory), "real": bool(band)}  # fmt: skip


def strip(shares: Sequence[float], style: str, title: str) -> Markup:
    """Draw a group's share by generation beside its first one as bars of at most full height."""
    first = shares[0] if shares else 0.0
    width = 100.0 / max(len(shares), 1)
    bars = []
    for place, share in enumerate(shares):
        height = min(100.0, 100.0 * share / first) if first > 0.0 and math.isfinite(share) else 0.0
        if height > 0.0:
            bars.append(
                Markup('<rect x="{:.2f}%" width="{:.2f}%" y="{:.2f}%" height="{:.2f}%"/>').format(
                    place * width, 0.86 * width, 100.0 - height, height
                )
            )
    return Markup('<svg class="fade {}" role="img" aria-label="{}"><title>{}</title>{}</svg>').format(
        style, title, title, Markup("").join(bars)
    )


def number(value: float | None) -> str:
    """Write a value with three digits, or a dash for none."""
    return (
        "–"
        if value is None or not math.isfinite(value)
        else f"{value:.3g}".replace("-", "−").replace("+", "")
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Axes of one drawing: generations from left to right, values upward, on a log axis where they span much."""

    low: float
    high: float
    last: int
    log: bool

    @classmethod
    def over(cls, values: Sequence[float], last: int) -> Scale:
        """Return axes that hold all these values."""
        low, high = min(values), max(values)
        log = low > 0.0 and high / low > 100.0 and high > 2.0  # a share is read on a linear axis
        if log:
            return cls(math.log10(low) - 0.05, math.log10(high) + 0.05, last, log)
        room = (high - low) * 0.04 or max(abs(high), 1.0) * 0.05
        floor = 0.0 if low >= 0.0 and low < 0.4 * high else low - room
        return cls(floor, high + room, last, log)

    def point(self, generation: float, value: float) -> str:
        """Return "x,y" in the drawing's coordinates."""
        return f"{100.0 * generation / self.last:.2f},{self.y(value):.2f}"

    def y(self, value: float) -> float:
        """Return the height of a value, 0 = top, 100 = bottom."""
        placed = math.log10(max(value, 1e-300)) if self.log else value
        return min(max(100.0 - 100.0 * (placed - self.low) / (self.high - self.low), 0.0), 100.0)

    def steps(self) -> list[float]:
        """Return round values inside the axis."""
        if self.log:
            ends = range(math.floor(self.low), math.ceil(self.high) + 1)
            inside = [10.0**power for power in ends if self.low <= power <= self.high]
            if len(inside) > 1:
                return inside[:: max(1, len(inside) // ABOUT_TICKS)]
            return [10.0 ** (self.low + part * (self.high - self.low)) for part in (0.1, 0.5, 0.9)]
        raw = (self.high - self.low) / ABOUT_TICKS
        power = 10.0 ** math.floor(math.log10(raw))
        step = next((size * power for size in (1.0, 2.0, 2.5, 5.0) if size * power >= raw), 10.0 * power)
        first = math.ceil(self.low / step - 1e-9)
        return [step * count for count in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def marks(self) -> list[tuple[str, str]]:
        """Return (top, label) of the ticks of the values' axis."""
        return [(f"{self.y(one):.2f}%", number(0.0 if abs(one) < 1e-12 else one)) for one in self.steps()]

    def dates(self) -> list[tuple[str, str]]:
        """Return (left, label) of the ticks of the generations' axis; the last one is always there."""
        step = max(1, -(-self.last // 5))
        kept = [one for one in range(0, self.last + 1, step) if one == 0 or self.last - one >= 0.6 * step]
        return [(f"{100.0 * one / self.last:.2f}%", str(one)) for one in [*kept, self.last]]

    def grid(self) -> Markup:
        """Draw lines at the ticks of the values' axis."""
        lines = (
            f'<line class="grid" x1="0" x2="100" y1="{self.y(one):.2f}" y2="{self.y(one):.2f}"/>'
            for one in self.steps()
        )
        return Markup("".join(lines))  # noqa: S704 - nothing of the result is in it

    def span(self, low: float, high: float) -> Markup:
        """Draw the range of real versus real over the whole width."""
        top = self.y(high)
        return Markup('<rect class="real" x="0" width="100" y="{:.2f}" height="{:.2f}"/>').format(
            top, max(self.y(low) - top, 0.4)
        )

    def band(self, one: Curve) -> Markup:
        """Draw the middle 95 % of an arm's replicates."""
        upper = [self.point(*pair) for pair in zip(one.generations, one.high, strict=True)]
        lower = [self.point(*pair) for pair in zip(one.generations, one.low, strict=True)]
        return Markup('<polygon class="{}" points="{}"/>').format(one.style, " ".join(upper + lower[::-1]))

    def line(self, one: Curve) -> Markup:
        """Draw an arm's mean."""
        return self.path(list(zip(one.generations, one.mean, strict=True)), one.style)

    def path(self, points: Sequence[tuple[float, float]], style: str) -> Markup:
        """Draw a line through points (generation, value); a single point becomes a short dash."""
        drawn = [self.point(*pair) for pair in points]
        if len(drawn) == 1:
            drawn.append(self.point(min(points[0][0] + 0.02 * self.last, self.last), points[0][1]))
        return Markup('<polyline class="{}" points="{}"/>').format(style, " ".join(drawn))


def legend(result: LabResult) -> list[Mapping[str, str]]:
    """Return name and class of every arm, in order."""
    return [{"name": plain(arm), "style": style} for arm, style in arm_styles(result).items()]
