"""Copying drills: rows in which a name occurs again. Only the second and later occurrences are graded.

A story must copy "Quillandra" from the prompt, piece by piece. To do so, a model finds the earlier place of a piece and
writes the piece that followed there (Olsson et al., arXiv 2209.11895). Small models learn this late, because few
tokens of a document need it. In a drill every graded token needs it.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from tiller_training.data.dataset import TokenRows, to_device
from tiller_training.run.settings import BEGIN
from tiller_training.world.advice_objects import invented_noun
from tiller_training.world.story.load import story_data
from tiller_training.world.story.tale import invented_name

POOL = 6_000
NAMES = (2, 5)  # different names in a row
BETWEEN = (0, 6)  # tokens of ordinary text between two names


def name_pool(tokenizer: Tokenizer, seed: int) -> list[list[int]]:
    """Token ids of made-up names and things inside a sentence. Each has at least two pieces."""
    rng, data = random.Random(seed), story_data()
    words = [invented_name(data, rng, rng.random() < 0.5) for _ in range(POOL // 2)]
    words += [invented_noun(rng) for _ in range(POOL // 2)]
    pieces = (tokenizer.encode(" " + word, add_special_tokens=False).ids for word in words)
    return [ids for ids in pieces if len(ids) > 1]


class Drills:
    """Writes drill rows. `text` fills the space between the names."""

    def __init__(self, names: list[list[int]], text: TokenRows, seed: int) -> None:
        self._name_lengths = np.array([len(name) for name in names])
        self._name_starts = self._name_lengths.cumsum() - self._name_lengths
        self._text_start = int(self._name_lengths.sum())
        self._material = np.concatenate([np.concatenate(names).astype(np.uint16), text.tokens])
        self._generator = np.random.default_rng(seed)

    def rows(self, count: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """ids (count,length) int64, and graded (count,length) bool. A graded piece follows from an earlier occurrence."""
        rng = self._generator
        turns = length // 2 + 1  # a name has at least two pieces, so this many turns fill a row
        # Each turn is one of the row's few names and then some text.
        several = rng.integers(*NAMES, endpoint=True, size=count)
        known = rng.integers(len(self._name_starts), size=(count, NAMES[1]))
        which = np.take_along_axis(known, rng.integers(several[:, None], size=(count, turns)), axis=1)
        text_starts = rng.integers(self._text_start, len(self._material) - BETWEEN[1], size=(count, turns))
        between = rng.integers(*BETWEEN, endpoint=True, size=(count, turns))
        told = np.tril(which[:, :, None] == which[:, None, :], k=-1).any(axis=2)
        # Names and texts are slices of one array. They alternate: (count, turns, 2), flat from here on.
        starts = np.stack((self._name_starts[which], text_starts), axis=2).ravel()
        lengths = np.stack((self._name_lengths[which], between), axis=2)
        begins = 1 + lengths.reshape(count, -1).cumsum(axis=1).ravel() - lengths.ravel()
        is_graded = np.stack((told, np.zeros_like(told)), axis=2).ravel()
        stretch = np.repeat(np.arange(lengths.size), lengths.ravel())
        offset = np.arange(len(stretch)) - np.repeat(lengths.ravel().cumsum() - lengths.ravel(), lengths.ravel())
        column, row = begins[stretch] + offset, stretch // (2 * turns)
        inside = column < length
        stretch, offset, place = stretch[inside], offset[inside], (row[inside], column[inside])
        ids = np.full((count, length), BEGIN, dtype=np.int64)
        graded = np.zeros((count, length), dtype=bool)
        ids[place] = self._material[starts[stretch] + offset]
        graded[place] = is_graded[stretch] & (offset > 0)
        return ids, graded

    def join(self, ids: Tensor, real: Tensor, share: float) -> tuple[Tensor, Tensor]:
        """A batch's ids (B,S) and weights (B,S) with round(B * share) drills below them."""
        count = round(len(ids) * share)
        if count == 0:
            return ids, real
        more, graded = self.rows(count, ids.shape[1])
        return (
            torch.cat((ids, to_device(more, ids.device))),
            torch.cat((real, to_device(graded, ids.device).to(real.dtype))),
        )
