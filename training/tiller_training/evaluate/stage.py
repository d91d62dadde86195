"""Stage `evaluate`: the studies as part of the pipeline, with the sizes of its settings."""

from __future__ import annotations

from typing import Any

from tiller_training.evaluate.__main__ import STUDIES, TRAINING, main
from tiller_training.run.artefacts import PipelineError
from tiller_training.run.context import Context


def run(context: Context) -> dict[str, Any]:
    """All studies. The charts of the bundled models go to docs/results, others beside their results."""
    sizes = context.settings.studies
    bundled = context.results.resolve() == TRAINING / "results"
    pictures = TRAINING.parent / "docs" / "results" if bundled else context.results / "pictures"
    status = main([
        "--work", str(context.work),
        "--results", str(context.results),
        "--device", str(context.device),
        "--pictures", str(pictures),
        "--prompts", str(sizes.prompts),
        "--pool", *map(str, sizes.pool),
        "--wide", *map(str, sizes.wide),
        "--max-tokens", str(context.settings.max_new_tokens),
        "--ceiling", *map(str, sizes.ceiling),
    ])  # fmt: skip
    if status != 0:
        raise PipelineError("the studies stopped for the reason above: fix it and run the stage again")
    return {"studies": list(STUDIES)}
