"""Streams of documents, and their three splits. The splits share neither a document nor a prompt."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

from .document import Document
from .stories import story

SPLITS = {"train": range(0, 94), "validation": range(94, 97), "prompts": range(97, 100)}


def split_of(prompt: str) -> str:
    """The split of ``prompt``. A hash decides, so splits never share a prompt."""
    bucket = int.from_bytes(hashlib.blake2b(prompt.encode("utf-8"), digest_size=8).digest(), "big") % 100
    return next(name for name, buckets in SPLITS.items() if bucket in buckets)


def document(rng: random.Random, kind_share: float) -> Document:
    """One document: advice with probability ``kind_share``, else a story."""
    if rng.random() < kind_share:
        from .advice import advice  # imported here, because stories do not need the data of advice

        return advice(rng)
    return story(rng)


def documents(seed: int, count: int, kind_share: float = 0.5, split: str | None = None) -> Iterator[Document]:
    """``count`` distinct documents, a pure function of ``seed`` and ``split``.

    ``kind_share`` in [0, 1] is the share of advice. With a ``split`` ("train", "validation" or
    "prompts") only its documents are given. Raises ValueError for a share or split out of range.
    """
    if not 0.0 <= kind_share <= 1.0:
        raise ValueError(f"kind_share is {kind_share}, must lie in [0, 1]: 0 gives stories only, 1 advice only")
    if split is not None and split not in SPLITS:
        raise ValueError(f"split is {split!r}, must be one of {', '.join(SPLITS)} or None")
    rng = random.Random(f"{split or 'all'}:{seed}")
    seen: set[int] = set()
    while len(seen) < count:
        made = document(rng, kind_share)
        if split is not None and split_of(made.prompt) != split:
            continue
        key = hash((made.prompt, made.response))
        if key not in seen:
            seen.add(key)
            yield made
