"""Held-out prompts. They come from the split `prompts` of the world, which no training stage reads."""

from __future__ import annotations

import json
from pathlib import Path

from tiller_training.run.artefacts import PipelineError


def held_out_prompts(work: Path, kind: str, count: int) -> list[str]:
    """The first `count` different prompts of one kind, in the corpus's seeded order."""
    path = work / "corpus" / "prompts.jsonl"
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run --stage corpus first")
    found: dict[str, None] = {}
    with path.open(encoding="utf-8") as handle:
        for line in handle:
            document = json.loads(line)
            if document["kind"] == kind:
                found[document["prompt"]] = None
    if len(found) < count:
        raise PipelineError(
            f"{path} holds {len(found)} {kind} prompts, {count} were asked for: "
            f"lower --prompts or raise `prompts` in the settings"
        )
    return list(found)[:count]
