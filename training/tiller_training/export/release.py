"""Stage `export`: every trained model becomes a checked folder that the page loads.

It writes the folders, a report of parity and storage (`results/export.json`) and the numbers that
the engine's tests expect. The training facts of a card come from the manifest of the stage. Figures that were measured
later come from `metrics.json` in its folder.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tiller_training import OBJECTIVES
from tiller_training.run.artefacts import (
    MANIFEST,
    PipelineError,
    load_model_files,
    read_json,
    write_json,
)
from tiller_training.data.dataset import TokenRows
from tiller_training.export.facts import metrics, training_facts
from tiller_training.export.fixtures import fixture_rows, write_fixtures
from tiller_training.export.folder import export_model, graph_bytes
from tiller_training.export.parity import measure_parity
from tiller_training.export.exportable import Exportable
from tiller_training.export.storage import STORAGES, storage_cost
from tiller_training.reward.fallible import JUDGED
from tiller_training.run.context import Context, say

MODEL_IDS = ("policy", *(f"arm-{name}" for name in OBJECTIVES), "value", "judge", "fallible")
HELD_OUT_ROWS = 200
REPOSITORY = Path(__file__).resolve().parents[3]


def run(context: Context) -> dict[str, Any]:
    """Export all models."""
    return release(context, MODEL_IDS)


def release(context: Context, ids: Sequence[str]) -> dict[str, Any]:
    """Export the named models. Updates their part of the report, and the fixtures of all models."""
    report_path = context.results / "export.json"
    report = read_json(report_path) if report_path.is_file() else {}
    rows = held_out_rows(context)
    for name in ids:
        try:
            exportable = exportable_of(context, name)
            report[name] = publish(exportable, context.models)
        except ValueError as error:
            raise PipelineError(f"export of {name}: {error}") from error
        costs = [asdict(storage_cost(exportable, rows, storage)) for storage in STORAGES]
        report[name]["storage"] = [
            {key: value for key, value in cost.items() if value is not None} for cost in costs
        ]
        say("export", f"{name}: {report[name]['bytes']:,} bytes, parity {report[name]['parity']}")
    report = {name: report[name] for name in MODEL_IDS if name in report}
    write_json(report_path, report)
    exportables = [exportable_of(context, name) for name in report]
    write_fixtures(exportables, context.models, fixtures_path(context))
    return {"models": list(report), "bytes": sum(entry["bytes"] for entry in report.values())}


def publish(exportable: Exportable, models: Path) -> dict[str, Any]:
    """Compare the graph with PyTorch, then write the folder of the model. Raises if they differ."""
    rows = [prompt + steps for prompt, steps in fixture_rows(exportable.tokenizer)]
    parity = measure_parity(exportable, graph_bytes(exportable), rows)
    parity.check(exportable.id)
    folder = export_model(exportable, models)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"bytes": size, "parity": asdict(parity)}


def exportable_of(context: Context, name: str) -> Exportable:
    """The trained model of a stage, ready for the export."""
    folder = context.folder(name)
    config, weights = load_model_files(folder)
    manifest = read_json(folder / MANIFEST)
    kind = {"policy": "policy", "value": "value", "judge": "reward", "fallible": "reward"}.get(name, "arm")
    objective = name.removeprefix("arm-")
    if kind == "arm" and objective not in OBJECTIVES:
        raise ValueError(f"model {name!r} is unknown: use one of {', '.join(MODEL_IDS)}")
    extra = folder / "metrics.json"
    return Exportable(
        id=name,
        kind=kind,
        objectives={"policy": (), "fallible": JUDGED}.get(name, (objective,) if kind == "arm" else OBJECTIVES),
        b={objective: manifest["facts"]["b"]} if kind == "arm" else None,
        config=config,
        weights=weights,
        tokenizer=context.folder("tokenizer") / "tokenizer.json",
        training=training_facts(context, name, manifest, training_commit()),
        metrics=metrics(context, name) | (read_json(extra) if extra.is_file() else {}),
    )


def training_commit() -> str:
    """The last commit that changed the pipeline, or "unknown" outside a git checkout."""
    command = ["git", "log", "-1", "--format=%h", "--", "training/tiller_training"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip() or "unknown"


def held_out_rows(context: Context) -> list[list[int]]:
    """Whole documents that no model was trained on."""
    valid = TokenRows.load(context.folder("tokens") / "valid")
    return [valid.row(index).tolist() for index in range(min(HELD_OUT_ROWS, len(valid)))]


def fixtures_path(context: Context) -> Path:
    """The file for the numbers: with the tests for the bundled models, with the models for others."""
    bundled = context.models.resolve() == REPOSITORY / "public" / "models"
    return (REPOSITORY / "test" / "fixtures" if bundled else context.models) / "models.json"
