"""A small line chart as SVG: axes with units, bars for 95 % intervals, and a legend in words.

Colours are safe for colour-blind readers and readable on white and on dark paper. Each series also has its own
marker, so colour is never the only sign. The same input gives the same bytes on every machine.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiller_training.run.artefacts import PipelineError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#c2571a", "#2f6db3", "#2e9e6b", "#8a6fb0", "#667085", "#b8860b")
MARKERS = ("o", "s", "D", "X", "o", "s")
INK, QUIET, GRID, ZERO, PAPER = "#1d2330", "#667085", "#e6e2d8", "#b9b3a5", "#fbfaf7"
SIZE = (640 / 72, 420 / 72)  # inches, at 72 points an inch
MARGIN = 10 / 72
STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],  # the first one comes with matplotlib
    "font.size": 12,
    "axes.edgecolor": GRID,
    "axes.facecolor": PAPER,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.autolimit_mode": "round_numbers",
    "axes.xmargin": 0,
    "axes.ymargin": 0,
    "figure.facecolor": PAPER,
    "grid.color": GRID,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "ytick.left": False,
    "svg.fonttype": "none",  # texts stay texts, which are small and can be searched
    "svg.hashsalt": "tiller",
}


@dataclass(frozen=True)
class Series:
    """Points (x, y) with optional (low, high) intervals of y; `dashed` marks beliefs and theory, not measurements."""

    name: str
    x: list[float]
    y: list[float]
    intervals: list[tuple[float, float]] | None = None
    dashed: bool = False


def check_can_draw() -> None:
    """Studies take hours, and `TILLER_PYTHON` may lack matplotlib. So this check comes before them."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PipelineError("this Python has no matplotlib, which draws the charts: install training/requirements.lock")


def line_chart(title: str, x_label: str, y_label: str, series: list[Series], doubling: bool = False) -> str:
    """The text of an SVG. With `doubling`, the x axis is logarithmic, and every x has a tick."""
    # Imported here, because most stages draw nothing and need not wait for it.
    import matplotlib

    with matplotlib.rc_context(STYLE):
        buffer = io.StringIO()
        figure = chart_figure(title, x_label, y_label, series, doubling)
        figure.savefig(buffer, format="svg", metadata={"Title": title, "Creator": None, "Date": None})
    return buffer.getvalue()


def chart_figure(title: str, x_label: str, y_label: str, series: list[Series], doubling: bool = False) -> Figure:
    """The chart in the current style. The y axis includes 0, and so does the x axis unless it is logarithmic."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=SIZE, layout=ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN))
    figure.suptitle(title, x=0.016, horizontalalignment="left", fontsize=15, fontweight="bold")
    axes = figure.add_subplot(xlabel=x_label, ylabel=y_label)
    for index, one in enumerate(series):
        _draw(axes, one, COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)])
    axes.update_datalim([(axes.dataLim.x0, 0.0)] if doubling else [(0.0, 0.0)])
    axes.autoscale_view()
    if axes.get_ylim()[0] < 0:
        axes.axhline(0, color=ZERO, linewidth=1, zorder=0.9)
    if doubling:
        axes.set_xscale("log", base=2)
        axes.set_xticks(sorted({x for one in series for x in one.x}))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, labelspacing=0.7, handlelength=1.8)
    return figure


def _draw(axes: Axes, series: Series, colour: str, marker: str) -> None:
    look = {"dashes": (3, 2)} if series.dashed else {"marker": marker, "markersize": 7, "markeredgewidth": 0}
    # A marker on the edge of the axes is drawn whole.
    axes.plot(series.x, series.y, color=colour, linewidth=2, label=series.name, clip_on=False, **look)
    if series.intervals is not None:
        lows, highs = zip(*series.intervals, strict=True)
        axes.vlines(series.x, lows, highs, color=colour, linewidth=1, clip_on=False)
