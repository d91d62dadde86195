"""Stage `corpus`: documents for training and validation, and prompts to hold out.

The world gives every prompt to one split by a hash of its text, so the splits share neither a
document nor a prompt.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tiller_training.artefacts import PipelineError, write_atomic
from tiller_training.context import Context, Progress
from tiller_training.world.document import Document
from tiller_training.world.generate import documents

# Our name of a split, and the world's.
SPLITS = {"train": "train", "valid": "validation", "prompts": "prompts"}


def run(context: Context) -> dict[str, Any]:
    settings, folder = context.settings, context.folder("corpus")
    sizes = {"train": settings.documents, "valid": settings.validation, "prompts": settings.prompts}
    for name, size in sizes.items():
        progress = Progress(f"corpus {name}", size, "documents")
        lines = []
        for document in documents(context.seed("corpus"), size, split=SPLITS[name]):
            lines.append(json.dumps(asdict(document)))
            progress.update(len(lines))
        text = "\n".join(lines) + "\n"
        write_atomic(folder / f"{name}.jsonl", lambda handle: handle.write(text.encode()))
    return dict(sizes)


def read_documents(context: Context, split: str) -> list[Document]:
    path: Path = context.folder("corpus") / f"{split}.jsonl"
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run --stage corpus first")
    with path.open(encoding="utf-8") as handle:
        return [Document(**json.loads(line)) for line in handle]
