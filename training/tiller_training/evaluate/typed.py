"""Prompts as people might type them: forty hand-written prompts that the generator cannot write, and twenty later ones.

We used the forty while we made the world. We wrote and measured the twenty when it was finished.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tiller_training.evaluate.bench import Bench, Trained
from tiller_training.polish.wellformed import form_of, keeps_subject

TYPED_FILE = Path(__file__).with_name("typed_prompts.jsonl")
LATER_FILE = Path(__file__).with_name("typed_later.jsonl")
SAMPLES = 10


def typed_prompts(trained: Trained, seed: int) -> dict[str, Any]:
    """The report of the forty prompts. The report of the twenty is under `later`."""
    return {**report_of(TYPED_FILE, trained, seed), "later": report_of(LATER_FILE, trained, seed)}


def report_of(file: Path, trained: Trained, seed: int) -> dict[str, Any]:
    """Share of continuations that are well-formed and stay on the subject, by kind and prompt."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    report: dict[str, Any] = {"samplesPerPrompt": SAMPLES, "prompts": []}
    for kind in ("story", "advice"):
        chosen = [row for row in rows if row["kind"] == kind]
        repeated = [row for row in chosen for _ in range(SAMPLES)]
        outcome = Bench(trained, kind, [row["prompt"] for row in repeated], seed).run()
        good = [
            bool(well) and keeps_subject(kind, row["prompt"], row["subject"], text)
            for row, well, text in zip(repeated, outcome.well_formed, outcome.texts)
        ]
        form = [form_of(row["prompt"], text) for row, text in zip(repeated, outcome.texts)]
        report[kind] = {
            "goodShare": sum(good) / len(good),
            "wellFormedShare": float(outcome.well_formed.mean()),
            "onSubjectShare": sum(
                keeps_subject(kind, row["prompt"], row["subject"], text) for row, text in zip(repeated, outcome.texts)
            ) / len(good),
            "knownWordsShare": sum(verdict.words for verdict in form) / len(form),
        }
        for index, row in enumerate(chosen):
            window = slice(index * SAMPLES, (index + 1) * SAMPLES)
            report["prompts"].append({
                **row,
                "goodShare": sum(good[window]) / SAMPLES,
                "sample": outcome.texts[index * SAMPLES],
            })
    report["goodShare"] = (report["story"]["goodShare"] + report["advice"]["goodShare"]) / 2
    return report
