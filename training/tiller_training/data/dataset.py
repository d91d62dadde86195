"""Token rows on disk and batches of rows of about equal length.

One row is one document from `<s>` to `</s>`, so that training uses the same positions as decoding. The rows of a batch
have similar lengths, so padding costs only a few per cent.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from tiller_training.data.corpus import parse, read_lines
from tiller_training.data.strangers import pieces_of, with_strangers
from tiller_training.data.vocabulary import prompt_ids, response_ids
from tiller_training.run.artefacts import read_array, write_array
from tiller_training.run.context import Context, Progress
from tiller_training.run.parallel import spread
from tiller_training.run.settings import PAD

ENCODE_AT_ONCE = 2_000
# Batches are taken from pools of this many rows, sorted by length. So the order stays random.
POOL_ROWS = 4_096


@dataclass(frozen=True)
class TokenRows:
    """Ragged rows: row i is `tokens[starts[i]:starts[i+1]]`, its prompt `prompt_lengths[i]` long."""

    tokens: np.ndarray  # (T,) uint16
    starts: np.ndarray  # (R+1,) int64
    prompt_lengths: np.ndarray  # (R,) int32

    def __len__(self) -> int:
        return len(self.prompt_lengths)

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)

    def row(self, index: int) -> np.ndarray:
        return self.tokens[self.starts[index] : self.starts[index + 1]]

    def padded(self, rows: np.ndarray, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """ids (B,S) padded on the right, lengths (B,), prompt lengths (B,), all int64."""
        lengths = self.lengths[rows]
        columns = np.arange(int(lengths.max()))
        places = (self.starts[rows][:, None] + columns).clip(max=len(self.tokens) - 1)
        ids = np.where(columns < lengths[:, None], self.tokens[places], PAD).astype(np.int64)
        prompts = self.prompt_lengths[rows].astype(np.int64)
        return to_device(ids, device), to_device(lengths, device), to_device(prompts, device)

    def save(self, folder: Path) -> None:
        for name in ("tokens", "starts", "prompt_lengths"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> TokenRows:
        tokens, starts, prompts = (
            read_array(folder / f"{name}.npy") for name in ("tokens", "starts", "prompt_lengths")
        )
        return cls(tokens, np.asarray(starts), np.asarray(prompts))

    @classmethod
    def from_lists(cls, rows: list[list[int]], prompt_lengths: list[int]) -> TokenRows:
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        flat = np.fromiter((token for row in rows for token in row), np.uint16, int(starts[-1]))
        return cls(flat, starts, np.asarray(prompt_lengths, dtype=np.int32))

    @classmethod
    def merge(cls, parts: list[TokenRows]) -> TokenRows:
        """The rows of all parts, one after the other."""
        starts = [np.zeros(1, dtype=np.int64)]
        for part in parts:
            starts.append(part.starts[1:] + starts[-1][-1])
        return cls(
            np.concatenate([part.tokens for part in parts]),
            np.concatenate(starts),
            np.concatenate([part.prompt_lengths for part in parts]),
        )


def run(context: Context) -> dict[str, Any]:
    """Stage `tokens`: the corpus as token ids. A share of the training documents is about strangers."""
    facts = {}
    for split in ("train", "valid"):
        lines = list(read_lines(context, split))
        blocks = [(start, lines[start : start + ENCODE_AT_ONCE]) for start in range(0, len(lines), ENCODE_AT_ONCE)]
        tokenizer = str(context.folder("tokenizer") / "tokenizer.json")
        share = context.settings.strangers if split == "train" else 0.0
        progress, parts = Progress(f"tokens {split}", len(lines), "documents"), []
        for part in spread(partial(encoded, tokenizer=tokenizer, share=share, seed=context.seed("tokens")), blocks, few=4):
            parts.append(part)
            progress.update(min(len(parts) * ENCODE_AT_ONCE, len(lines)))
        data = TokenRows.merge(parts)
        data.save(context.folder("tokens") / split)
        facts[split] = {"rows": len(data), "tokens": int(data.starts[-1]), "longest": int(data.lengths.max())}
    return facts


def encoded(block: tuple[int, list[str]], tokenizer: str, share: float, seed: int) -> TokenRows:
    """Token rows of JSON documents, a `share` of them about strangers. The place of the first one seeds the choice."""
    start, lines = block
    reader, rng = _tokenizer(tokenizer), random.Random(f"{seed}:{start}")
    pieces, rows, prompt_lengths = pieces_of(reader), [], []
    for document in map(parse, lines):
        if rng.random() < share:
            document = with_strangers(document, rng, pieces)
        prompt = prompt_ids(reader, document.kind, document.prompt)
        rows.append(prompt + response_ids(reader, document.response))
        prompt_lengths.append(len(prompt))
    return TokenRows.from_lists(rows, prompt_lengths)


@lru_cache(maxsize=1)
def _tokenizer(path: str) -> Tokenizer:
    return Tokenizer.from_file(path)


def to_device(array: np.ndarray, device: torch.device) -> Tensor:
    """Copies without waiting for the work that the device is doing."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


def length_batches(lengths: np.ndarray, tokens: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """One epoch of row indices in batches of about `tokens` padded tokens, in random order."""
    order = generator.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), POOL_ROWS):
        pool = order[start : start + POOL_ROWS]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        begin = 0
        while begin < len(pool):
            end = begin + 1
            while end < len(pool) and lengths[pool[end]] * (end + 1 - begin) <= tokens:
                end += 1
            batches.append(pool[begin:end])
            begin = end
    for index in generator.permutation(len(batches)):
        yield batches[index]
