"""Charts: what they show, and that the pictures of docs/ are those of the results."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import matplotlib
import pytest
from matplotlib.axes import Axes

import tiller_training.evaluate.__main__ as studies_of
from tiller_training.evaluate.chart import COLOURS, STYLE, Series, chart_figure, line_chart
from tiller_training.evaluate.figures import draw_all

ROOT = Path(__file__).resolve().parents[2]


def axes_of(*series: Series, doubling: bool = False) -> Axes:
    with matplotlib.rc_context(STYLE):
        figure = chart_figure("title", "x", "y", list(series), doubling)
        figure.draw_without_rendering()
    return figure.axes[0]


def test_ticks_are_round_and_cover_the_range() -> None:
    axes = axes_of(Series("one", [1.0, 5.8], [-0.3, 2.7]))
    assert axes.get_xticks().tolist() == pytest.approx([0, 1, 2, 3, 4, 5, 6])
    low, high = axes.get_yticks()[[0, -1]]
    assert low <= -0.3 and high >= 2.7 and axes.get_ylim() == pytest.approx((low, high))


def test_the_axes_hold_zero_and_every_interval() -> None:
    axes = axes_of(Series("one", [2.0, 3.0], [4.0, 5.0], [(3.0, 5.0), (4.5, 9.5)]))
    assert axes.get_xlim()[0] == 0 and axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] >= 9.5


def test_an_axis_that_doubles_has_its_own_values_as_ticks() -> None:
    axes = axes_of(Series("one", [1, 2, 4, 256], [0.0, 1.0, 2.0, 3.0]), doubling=True)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "4", "256"]
    places = axes.transData.transform([(x, 0) for x in (1, 2, 4)])[:, 0]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1])


def test_a_chart_is_well_formed_and_plots_every_point() -> None:
    one = Series("a < b", [0.0, 1.0, 2.0], [0.0, 1.0, 4.0], [(0, 0.1), (0.9, 1.1), (3.9, 4.1)])
    theory = Series("limit", [0.0, 2.0], [0.0, 5.0], dashed=True)
    root = ElementTree.fromstring(line_chart("t & u", "KL, nats", "gain, sd", [one, theory]))
    svg = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in root.iter(f"{svg}text")]
    assert {"t & u", "KL, nats", "gain, sd", "a < b", "limit"} <= set(texts)
    lines = [path for path in root.iter(f"{svg}path") if "fill: none; stroke: #" in path.attrib.get("style", "")]
    drawn = {colour: [line.attrib["d"].split() for line in lines if colour in line.attrib["style"]] for colour in COLOURS[:2]}
    heights = [[float(height) for height in line[2::3]] for line in drawn[COLOURS[0]] if len(line) == 9]  # letter, x, y
    assert len([places for places in heights if places[0] > places[1] > places[2]]) == 1
    assert all("dasharray" in line.attrib["style"] for line in lines if COLOURS[1] in line.attrib["style"])
    markers = [use for use in root.iter(f"{svg}use") if f"fill: {COLOURS[0]}" in use.attrib["style"]]
    assert len(markers) == 4  # three points, and one in the legend


def test_a_python_without_matplotlib_is_refused_before_any_study(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert studies_of.main([]) == 2
    assert "no matplotlib" in capsys.readouterr().err


def test_a_chart_has_the_same_bytes_each_time_and_no_date() -> None:
    one = Series("one", [0.0, 1.0], [0.0, 1.0], [(0, 0.1), (0.9, 1.1)])
    first, second = (line_chart("title", "x", "y", [one]) for _ in range(2))
    assert first == second and "<dc:date>" not in first


def content(svg: str) -> tuple[list[str | None], list[float]]:
    """The texts of a chart, and all its coordinates."""
    elements = list(ElementTree.fromstring(svg).iter())
    places = " ".join(element.attrib.get(name, "") for element in elements for name in ("x", "y", "d"))
    texts = [element.text for element in elements if element.tag.endswith("}text")]
    return texts, [float(number) for number in re.findall(r"-?[0-9.]+", places)]


def test_the_pictures_of_the_docs_are_drawn_from_the_committed_results(tmp_path: Path) -> None:
    pictures = ROOT / "docs" / "results"
    drawn = draw_all(ROOT / "training" / "results", tmp_path)
    assert {path.name for path in drawn} == {path.name for path in pictures.glob("*.svg")}
    for path in drawn:
        texts, places = content(path.read_text(encoding="utf-8"))
        kept_texts, kept_places = content((pictures / path.name).read_text(encoding="utf-8"))
        assert texts == kept_texts
        # Other processors may round the last digits of a place elsewhere.
        assert places == pytest.approx(kept_places, abs=0.2)


def test_the_pictures_of_the_docs_are_small() -> None:
    assert all(path.stat().st_size < 150_000 for path in (ROOT / "docs" / "results").glob("*.svg"))
