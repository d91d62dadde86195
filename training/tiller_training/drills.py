"""Copying drills: rows in which a name comes back, and only its return is graded.

A story must write "Quillandra" again from the prompt, piece by piece. The circuit for that (find where
this piece stood before, write what followed; Olsson et al., arXiv 2209.11895) forms late in small
models, because few tokens of a document ask for it. In a drill every graded token does.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from tiller_training.dataset import TokenRows
from tiller_training.settings import BEGIN
from tiller_training.world.advice_objects import invented_noun
from tiller_training.world.story.load import story_data
from tiller_training.world.story.tale import invented_name

POOL = 6_000
NAMES = (2, 5)  # different names in a row
BETWEEN = (0, 6)  # tokens of ordinary text between two names


def name_pool(tokenizer: Tokenizer, seed: int) -> list[list[int]]:
    """Ids of made-up names and things, as they stand inside a sentence; only those of several pieces."""
    rng, data = random.Random(seed), story_data()
    words = [invented_name(data, rng, rng.random() < 0.5) for _ in range(POOL // 2)]
    words += [invented_noun(rng) for _ in range(POOL // 2)]
    pieces = (tokenizer.encode(" " + word, add_special_tokens=False).ids for word in words)
    return [ids for ids in pieces if len(ids) > 1]


class Drills:
    """Writes drill rows; `text` fills the room between the names."""

    def __init__(self, names: list[list[int]], text: TokenRows, seed: int) -> None:
        self._names = names
        self._text = text.tokens
        self._generator = np.random.default_rng(seed)

    def rows(self, count: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """ids (count,length) int64, and graded (count,length) bool: pieces that an earlier mention determines."""
        rng = self._generator
        ids = np.full((count, length), BEGIN, dtype=np.int64)
        graded = np.zeros((count, length), dtype=bool)
        for row in range(count):
            chosen = rng.integers(len(self._names), size=int(rng.integers(*NAMES, endpoint=True)))
            told: set[int] = set()
            place = 1
            while place < length:
                which = int(rng.choice(chosen))
                name = self._names[which][: length - place]
                ids[row, place : place + len(name)] = name
                graded[row, place + 1 : place + len(name)] = which in told
                told.add(which)
                place += len(name)
                between = min(int(rng.integers(*BETWEEN, endpoint=True)), length - place)
                start = int(rng.integers(len(self._text) - BETWEEN[1]))
                ids[row, place : place + between] = self._text[start : start + between]
                place += between
        return ids, graded

    def join(self, ids: Tensor, real: Tensor, share: float) -> tuple[Tensor, Tensor]:
        """A batch's ids (B,S) and weights (B,S) with round(B * share) drills below them."""
        count = round(len(ids) * share)
        if count == 0:
            return ids, real
        more, graded = self.rows(count, ids.shape[1])
        return (
            torch.cat((ids, torch.from_numpy(more).to(ids.device))),
            torch.cat((real, torch.from_numpy(graded).to(real))),
        )
