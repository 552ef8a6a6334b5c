"""Charts as inline SVG in percent coordinates: they stretch with their cell and hold no text to shrink.

Every function returns safe markup with a title for screen readers; labels and numbers stand beside the chart
as HTML. Colours are classes that the style sheet fills for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from springhead.report.words import UNIT, limits, lower_limit, percent, sentence
from springhead.results.scan import Prevalence, Temporal

SCALES: Final = (0.1, 0.25, 0.5, 1.0)
"""Where an axis of shares may end."""


def scale_for(shares: Sequence[Prevalence], truth: Sequence[float] = ()) -> float:
    """Return where the axis ends: the smallest scale that holds every interval and every true share.

    It ends at 1 where any share has no upper limit: a cut axis would make an arrow look like a limit.
    """
    return scale_of(
        [one.high if one.verdict == "estimated" or limits(one) else None for one in shares], truth
    )


def scale_of(highs: Sequence[float | None], others: Sequence[float] = ()) -> float:
    """Return the smallest scale that holds these upper limits; 1 where one is None or there is none."""
    ends = [high for high in highs if high is not None]
    if not ends or len(ends) < len(highs):
        return 1.0
    return next((scale for scale in SCALES if max(*ends, *others, 0.0) <= scale), 1.0)


def ticks(scale: float) -> list[tuple[str, str]]:
    """Return (left, label) of an axis's ticks at round shares; `left` is a CSS percentage."""
    steps = _steps(scale)
    return [(f"{100 * i // steps}%", f"{100 * scale * i / steps:g}{UNIT}") for i in range(steps + 1)]


def _steps(scale: float) -> int:
    return 4 if scale == 1.0 else 5


def interval(one: Prevalence, scale: float, truth: float | None = None) -> Markup:
    """Draw a share on an axis from 0 to `scale`: dot and whiskers, an arrow from a bound, or hatching."""
    title = sentence(one) + (f" True share: {percent(truth)}." if truth is not None else "")
    parts = [_grid(scale)]
    if (
        one.verdict == "estimated"
        and one.estimate is not None
        and one.low is not None
        and one.high is not None
    ):
        parts.append(_whisker(one.low, one.estimate, one.high, scale, "est"))
    elif (within := limits(one)) is not None:
        parts.append(_between(*within, scale))
    elif one.verdict == "bounded" and lower_limit(one) is not None:
        parts.append(_arrow(lower_limit(one) or 0.0, scale))
        if one.what_if is not None:
            parts.append(_whisker(one.what_if.low, one.what_if.estimate, one.what_if.high, scale, "whatif"))
    else:
        parts.append(_hatched(scale))
    if truth is not None:
        parts.append(_truth(truth, scale))
    return _svg(title, parts)


def period(one: Temporal, scale: float) -> Markup:
    """Draw the share of a period with its interval, or hatching where there is none."""
    parts = [_grid(scale)]
    if one.estimate is not None and one.low is not None and one.high is not None:
        title = f"{percent(one.estimate)}, interval {percent(one.low)} to {percent(one.high)}"
        parts.append(_whisker(one.low, one.estimate, one.high, scale, "control" if one.is_control else "est"))
    else:
        title = "cannot tell"
        parts.append(_hatched(scale))
    return _svg(title, parts)


def histogram(counts: Sequence[int], title: str, level: float | None = None) -> Markup:
    """Draw counts of equal bins as bars; `level` draws a dashed line at that count."""
    top = max([*counts, level or 0, 1])
    width = 100.0 / max(len(counts), 1)
    bars = [
        Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
            _at(i * width + 0.1 * width), _at(100 - 100 * n / top), _at(0.8 * width), _at(100 * n / top), n
        )
        for i, n in enumerate(counts)
        if n
    ]
    if level is not None:
        y = _at(100 - 100 * level / top)
        bars.append(Markup('<line class="expected" x1="0" x2="100%" y1="{}" y2="{}"/>').format(y, y))
    return _svg(title, bars, "histogram")


def stacked(parts: Sequence[tuple[str, int, str]], total: int, title: str) -> Markup:
    """Draw one bar cut into (label, count, class) parts of `total`."""
    left = 0.0
    drawn = []
    for label, n, style in parts:
        width = 100.0 * n / total if total else 0.0
        if n:
            drawn.append(
                Markup(
                    '<rect class="{}" x="{}" y="0" width="{}" height="100%"><title>{}</title></rect>'
                ).format(style, _at(left), _at(width), f"{label}: {n} ({percent(n / total)})")
            )
        left += width
    return _svg(title, drawn, "stack")


def _svg(title: str, parts: Sequence[Markup], style: str = "interval") -> Markup:
    return Markup('<svg class="{}" role="img" aria-label="{}" width="100%"><title>{}</title>{}</svg>').format(
        style, title, title, Markup("").join(parts)
    )


def _at(value: float) -> str:
    return f"{min(max(value, 0.0), 100.0):.2f}".rstrip("0").rstrip(".") + "%"


def _grid(scale: float) -> Markup:
    places = [left for left, _ in ticks(scale)]
    lines = (f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="100%"/>' for x in places)
    return Markup("".join(lines))  # noqa: S704 - nothing of the result is in it


def _whisker(low: float, middle: float, high: float, scale: float, style: str) -> Markup:
    left, centre, right = (_at(100 * value / scale) for value in (low, middle, high))
    return Markup(
        '<g class="{0}"><rect class="band" x="{1}" width="{4}" y="35%" height="30%" rx="2"/>'
        '<line x1="{1}" x2="{3}" y1="50%" y2="50%"/><line x1="{1}" x2="{1}" y1="28%" y2="72%"/>'
        '<line x1="{3}" x2="{3}" y1="28%" y2="72%"/><circle cx="{2}" cy="50%" r="4.5"/></g>'
    ).format(style, left, centre, right, _at(100 * (min(high, scale) - low) / scale))


def _arrow(low: float, scale: float) -> Markup:
    left = _at(100 * low / scale)
    return Markup(
        '<g class="bound"><line x1="{0}" x2="{0}" y1="22%" y2="78%"/>'
        '<line class="shaft" x1="{0}" x2="100%" y1="50%" y2="50%"/>'
        '<svg x="100%" y="50%" overflow="visible"><path d="M-9 -5 L0 0 L-9 5"/></svg></g>'
    ).format(left)


def _between(low: float, high: float, scale: float) -> Markup:
    left, right = _at(100 * low / scale), _at(100 * high / scale)
    return Markup(
        '<g class="bound"><line x1="{0}" x2="{0}" y1="22%" y2="78%"/>'
        '<line x1="{1}" x2="{1}" y1="22%" y2="78%"/>'
        '<line class="shaft" x1="{0}" x2="{1}" y1="50%" y2="50%"/></g>'
    ).format(left, right)


def _hatched(scale: float) -> Markup:
    return Markup(
        '<rect class="hatched" x="0%" width="{}" y="22%" height="56%" rx="2" fill="url(#hatch)"/>'
    ).format(_at(100 / scale))


def _truth(truth: float, scale: float) -> Markup:
    return Markup(
        '<svg class="truth" x="{}" y="50%" overflow="visible"><path d="M0 -8 L5 0 L0 8 L-5 0 Z"/></svg>'
    ).format(_at(100 * truth / scale))
