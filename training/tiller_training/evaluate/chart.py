"""A small line chart as SVG: axes with units, whiskers for 95 % intervals, a legend in words.

Drawn by hand rather than by a plotting package, because the pipeline may only need torch and numpy.
Colours are safe for colour-blind readers and readable on white and on dark paper; each series also
has its own marker, so colour is never the only sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 62, 150, 44, 52
COLOURS = ("#c2571a", "#2f6db3", "#2e9e6b", "#8a6fb0", "#667085", "#b8860b")
MARKERS = ("circle", "square", "diamond", "cross", "circle", "square")


@dataclass(frozen=True)
class Series:
    """Points (x, y) with optional (low, high) whiskers of y; `dashed` marks theory, not runs."""

    name: str
    x: list[float]
    y: list[float]
    whiskers: list[tuple[float, float]] | None = None
    dashed: bool = False


def line_chart(title: str, x_label: str, y_label: str, series: list[Series]) -> str:
    """The SVG text; x and y start at 0 or below, ticks are round numbers."""
    xs = [value for one in series for value in one.x]
    ys = [value for one in series for value in one.y]
    ys += [bound for one in series for pair in one.whiskers or [] for bound in pair]
    x_ticks, y_ticks = ticks(min(0.0, *xs), max(xs)), ticks(min(0.0, *ys), max(ys))
    plane = _Plane(x_ticks[0], x_ticks[-1], y_ticks[0], y_ticks[-1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf7"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="600" fill="#1d2330">{escape(title)}</text>',
        *_axes(plane, x_ticks, y_ticks, x_label, y_label),
    ]
    for index, one in enumerate(series):
        parts += _draw(plane, one, index)
    return "\n".join([*parts, "</svg>"]) + "\n"


@dataclass(frozen=True)
class _Plane:
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        return LEFT + (value - self.x_low) / (self.x_high - self.x_low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self.y_low) / (self.y_high - self.y_low) * (HEIGHT - TOP - BOTTOM)


def ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round numbers that cover [low, high]."""
    span = max(high - low, 1e-9)
    step = 10 ** math.floor(math.log10(span / wanted))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= wanted)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(first, last + 1)]


def _axes(
    plane: _Plane, x_ticks: list[float], y_ticks: list[float], x_label: str, y_label: str
) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for tick in y_ticks:
        y = plane.y(tick)
        parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e6e2d8"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#667085">{tick:g}</text>')
    for tick in x_ticks:
        x = plane.x(tick)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}" stroke="#667085"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 19}" text-anchor="middle" fill="#667085">{tick:g}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle" fill="#1d2330">{escape(x_label)}</text>')
    height = (TOP + bottom) / 2
    parts.append(
        f'<text transform="translate(16 {height}) rotate(-90)" text-anchor="middle" '
        f'fill="#1d2330">{escape(y_label)}</text>'
    )
    return parts


def _draw(plane: _Plane, series: Series, index: int) -> list[str]:
    colour = COLOURS[index % len(COLOURS)]
    points = [(plane.x(x), plane.y(y)) for x, y in zip(series.x, series.y)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="6 4"' if series.dashed else ""
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>']
    for (x, _), (low, high) in zip(points, series.whiskers or []):
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{plane.y(low):.1f}" y2="{plane.y(high):.1f}" stroke="{colour}"/>'
        )
    if not series.dashed:
        parts += [_marker(x, y, MARKERS[index % len(MARKERS)], colour) for x, y in points]
    y = TOP + 12 + 22 * index
    x = WIDTH - RIGHT + 16
    parts.append(f'<line x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"{dash}/>')
    if not series.dashed:
        parts.append(_marker(x + 11, y, MARKERS[index % len(MARKERS)], colour))
    parts.append(f'<text x="{x + 28}" y="{y + 4}" fill="#1d2330">{escape(series.name)}</text>')
    return parts


def _marker(x: float, y: float, shape: str, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4" fill="{colour}"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="{colour}"/>'
    return f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" stroke="{colour}" stroke-width="2"/>'
