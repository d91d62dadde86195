"""Stage `corpus`: documents for training and validation, and prompts to hold out.

A hash of its text puts every prompt into one split. So the splits share neither a document nor a prompt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from tiller_training.run.artefacts import PipelineError, write_atomic
from tiller_training.run.context import Context, Progress
from tiller_training.run.parallel import spread
from tiller_training.world.document import Document
from tiller_training.world.generate import documents

# The name of a split here, and in the world.
SPLITS = {"train": "train", "valid": "validation", "prompts": "prompts"}
# Documents from one random stream. About one in thirty falls into a held-out split.
BLOCKS = {"train": 5_000, "valid": 125, "prompts": 125}


def run(context: Context) -> dict[str, Any]:
    settings, folder = context.settings, context.folder("corpus")
    sizes = {"train": settings.documents, "valid": settings.validation, "prompts": settings.prompts}
    for name, size in sizes.items():
        progress = Progress(f"corpus {name}", size, "documents")
        lines: list[str] = []
        for line in distinct_lines(context.seed("corpus"), SPLITS[name], size, BLOCKS[name]):
            lines.append(line)
            progress.update(len(lines))
        text = "\n".join(lines) + "\n"
        write_atomic(folder / f"{name}.jsonl", lambda handle: handle.write(text.encode()))
    return dict(sizes)


def block(number: int, seed: int, split: str, size: int) -> list[tuple[bytes, str]]:
    """Block `number` of a split: each document as JSON, with a digest of its text."""
    return [
        (hashlib.blake2b(f"{made.prompt}\n{made.response}".encode(), digest_size=12).digest(), json.dumps(asdict(made)))
        for made in documents(seed + number, size, split=split)
    ]


def distinct_lines(seed: int, split: str, count: int, size: int) -> Iterator[str]:
    """`count` documents as JSON, all with different texts. Blocks of `size` documents are made in parallel."""
    size = min(size, count)
    seen: set[bytes] = set()
    first, blocks = 0, -(-count // size)
    while True:
        made = spread(partial(block, seed=seed, split=split, size=size), range(first, first + blocks), few=2)
        for digest, line in (pair for pairs in made for pair in pairs):
            if digest not in seen:
                seen.add(digest)
                yield line
            if len(seen) == count:
                return
        first, blocks = first + blocks, 1


def read_lines(context: Context, split: str) -> Iterator[str]:
    path: Path = context.folder("corpus") / f"{split}.jsonl"
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run --stage corpus first")
    with path.open(encoding="utf-8") as handle:
        yield from handle


def parse(line: str) -> Document:
    return Document(**json.loads(line))


def stream_documents(context: Context, split: str) -> Iterator[Document]:
    return map(parse, read_lines(context, split))


def read_documents(context: Context, split: str) -> list[Document]:
    return list(stream_documents(context, split))
