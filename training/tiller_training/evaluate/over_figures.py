"""The charts of over-optimisation: the truth, and dashed beside it the beliefs of judges."""

from __future__ import annotations

from typing import Any

from tiller_training.evaluate.chart import Series, line_chart

Row = dict[str, Any]
SHOWN = {"mean": "mean of five", "wco": "worst case", "uwo-0.5": "UWO, λ 0.5", "judge": "careful judge"}


def draw_over_optimisation(data: Row) -> dict[str, str]:
    pictures = {}
    for objective, found in data["objectives"].items():
        pictures[f"over-optimisation-{objective}-n"] = _by_n(objective, found["bestOfN"]["rules"])
        pictures[f"over-optimisation-{objective}-genarm"] = _by_strength(objective, found["genarm"])
    return pictures


def _by_n(objective: str, rules: Row) -> str:
    single, band = rules["single"]["curve"], rules["single"]["band"]
    x = [row["n"] for row in single]
    series = [
        Series("one judge", x, [row["truth"] for row in single], [tuple(row["truth"]) for row in band]),
        *(Series(title, x, [row["truth"]["mean"] for row in rules[name]["curve"]]) for name, title in SHOWN.items()),
        Series("belief of one judge", x, [row["proxy"] for row in single], dashed=True),
    ]
    title = f"{objective.capitalize()}: best-of-N by judges with few, partly wrong votes"
    return line_chart(title, "N, the number of samples", "gain in truth (sd of the base model)", series, doubling=True)


def _by_strength(objective: str, rows: list[Row]) -> str:
    x = [row["strength"] for row in rows]
    truth = [row["truth"] for row in rows]
    believed = [sum(row["single"]) / len(row["single"]) for row in rows]
    series = [
        Series("truth", x, [one["mean"] for one in truth], [tuple(one["ci95"]) for one in truth]),
        Series("reward by the ARM", x, [row["armReward"]["mean"] for row in rows], dashed=True),
        Series("belief of one judge", x, believed, dashed=True),
        Series("worst belief of five", x, [row["wco"]["mean"] for row in rows], dashed=True),
    ]
    return line_chart(f"{objective.capitalize()}: truth and belief at each strength of GenARM", "strength (1 / beta)", "gain (sd of the base model)", series)
