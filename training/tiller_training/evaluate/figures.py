"""`python -m tiller_training.evaluate.figures`: draws docs/results/ from training/results/. It runs no model."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tiller_training.evaluate.chart import Series, check_can_draw, line_chart
from tiller_training.evaluate.over_figures import draw_over_optimisation
from tiller_training.evaluate.tables import STRATEGIES
from tiller_training.run.artefacts import PipelineError

TRAINING = Path(__file__).resolve().parents[2]
Row = dict[str, Any]
MIN_EFFECTIVE_SAMPLES = 30


def draw_all(results: Path, pictures: Path) -> list[Path]:
    """Write every chart that has a result. Returns the files."""
    pictures.mkdir(parents=True, exist_ok=True)
    written = []
    for name, draw in DRAWINGS.items():
        file = results / f"{name}.json"
        if file.exists():
            data = json.loads(file.read_text(encoding="utf-8"))
            for stem, svg in draw(data).items():
                written.append(pictures / f"{stem}.svg")
                written[-1].write_text(svg, encoding="utf-8")
    return written


def draw_reward_kl(data: dict[str, Any]) -> dict[str, str]:
    pictures = {}
    for objective, curves in data["objectives"].items():
        guided = curves["guided"]
        series = [
            _curve("GenARM", guided["genarm"], "kl"),
            _curve("VAS", guided["vas"], "kl"),
            _curve("best-of-N by truth", curves["bestOfN"]["truth"], "klUpperBound"),
            _curve("best-of-N by judge", curves["bestOfN"]["judge"], "klUpperBound"),
            *([_curve("neutral ARM", guided["neutral"], "kl")] if "neutral" in guided else []),
            _ceiling(curves["ceiling"]),
        ]
        pictures[f"reward-kl-{objective}"] = line_chart(
            f"{objective.capitalize()}: gain in truth at each KL",
            "KL to the base model (nats per response; for best-of-N its upper bound)",
            "gain in truth (sd of the base model)",
            series,
        )
    return pictures


def _curve(name: str, rows: list[Row], price: str) -> Series:
    kls = [row[price] if price == "klUpperBound" else row[price]["mean"] for row in rows]
    shown = [i for i, kl in enumerate(kls) if kl <= 14]
    return Series(
        name,
        [kls[i] for i in shown],
        [rows[i]["gain"]["mean"] for i in shown],
        [(rows[i]["gain"]["ci95"][0], rows[i]["gain"]["ci95"][1]) for i in shown],
    )


def _ceiling(rows: list[Row]) -> Series:
    """Only points with enough effective samples for a reliable estimate."""
    kept = [row for row in rows if row["effectiveSamples"] >= MIN_EFFECTIVE_SAMPLES]
    return Series("exact target (ceiling)", [r["kl"] for r in kept], [r["gain"] for r in kept], dashed=True)


def draw_front(data: dict[str, Any]) -> dict[str, str]:
    series = [
        Series(
            f"{STRATEGIES[name]} ({data['hypervolume'][name]:.1f})",
            [row["cautious"]["mean"] for row in rows],
            [row["helpful"]["mean"] for row in rows],
            [(row["helpful"]["ci95"][0], row["helpful"]["ci95"][1]) for row in rows],
        )
        for name, rows in data["curves"].items()
    ]
    return {
        "helpful-cautious": line_chart(
            "Helpful against cautious, with the hypervolume in brackets",
            "mean truth of cautious (sd of the base model)",
            "mean truth of helpful (sd of the base model)",
            series,
        )
    }


def draw_monotone(data: dict[str, Any]) -> dict[str, str]:
    pictures = {}
    for strategy in ("genarm", "vas"):
        series = [
            Series(row["objective"], row["weights"], row["truth"])
            for row in data["rows"]
            if row["strategy"] == strategy
        ]
        pictures[f"monotone-{strategy}"] = line_chart(
            f"{STRATEGIES[strategy]}: mean truth at each slider weight", "slider weight", "mean truth (sd of the base model)", series
        )
    return pictures


DRAWINGS = {
    "reward-kl": draw_reward_kl,
    "helpful-cautious": draw_front,
    "monotone": draw_monotone,
    "over-optimisation": draw_over_optimisation,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tiller_training.evaluate.figures", description=__doc__)
    parser.add_argument("--results", type=Path, default=TRAINING / "results")
    parser.add_argument("--pictures", type=Path, default=TRAINING.parent / "docs" / "results")
    options = parser.parse_args(arguments)
    try:
        check_can_draw()
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in draw_all(options.results, options.pictures):
        print(f"drew {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
