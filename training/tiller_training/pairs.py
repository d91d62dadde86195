"""Stage `pairs`: two responses to one prompt, and noisy votes on which one is better.

A vote for the first response is drawn with probability sigmoid(R_first - R_second), R the
standardised truth: what a Bradley-Terry annotator would say. Every pair has several independent
votes, one for each pass over the data; held-out figures use the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.artefacts import PipelineError, read_array, write_array
from tiller_training.context import Context
from tiller_training.dataset import TokenRows, length_batches
from tiller_training.truths import load_truth

UNDEFINED = -1


@dataclass(frozen=True)
class PairBatch:
    """B pairs: rows 0..B-1 are the first responses, B..2B-1 the second ones."""

    ids: Tensor  # (2B,S) int64
    lengths: Tensor  # (2B,)
    prompts: Tensor  # (2B,) tokens of the prompt
    votes: Tensor  # (B,O) float32: 1 the first is better, 0 the second, -1 not defined


@dataclass(frozen=True)
class Pairs:
    rows: TokenRows
    first: np.ndarray  # (P,) row of the first response
    second: np.ndarray  # (P,)
    votes: np.ndarray  # (passes,P,O) int8
    gaps: np.ndarray  # (P,O) float32, R_first - R_second, NaN where undefined
    held_out: np.ndarray  # (P,) bool

    @property
    def lengths(self) -> np.ndarray:
        lengths = self.rows.lengths
        return np.maximum(lengths[self.first], lengths[self.second])

    def chosen(self, objective: int | None, held_out: bool) -> np.ndarray:
        """Indices of training or held-out pairs, of one objective or of any."""
        defined = self.votes[0] != UNDEFINED
        fits = defined[:, objective] if objective is not None else defined.any(axis=1)
        return np.flatnonzero(fits & (self.held_out == held_out))

    def batches(
        self, chosen: np.ndarray, count: int, passing: int, generator: np.random.Generator, device: torch.device
    ) -> Iterator[tuple[np.ndarray, PairBatch]]:
        """One pass in batches of about `count` pairs of like length."""
        lengths = self.lengths[chosen]
        tokens = int(count * lengths.mean())
        for batch in length_batches(lengths, tokens, generator):
            index = chosen[batch]
            rows = np.concatenate((self.first[index], self.second[index]))
            votes = self.votes[passing % len(self.votes)][index]
            yield index, PairBatch(*self.rows.padded(rows, device), torch.from_numpy(votes).float().to(device))


def run(context: Context) -> dict[str, Any]:
    settings, folder = context.settings, context.folder("pairs")
    _, truth = load_truth(context)
    generator = np.random.default_rng(context.seed("pairs"))
    groups = np.arange(len(truth)).reshape(-1, settings.responses_per_prompt)
    # Neighbouring responses make the pairs, so that no response is in two of them.
    first = np.concatenate([groups[:, j] for j in range(0, groups.shape[1] - 1, 2)])
    second = np.concatenate([groups[:, j + 1] for j in range(0, groups.shape[1] - 1, 2)])
    gaps = truth[first] - truth[second]
    votes = draw_votes(gaps, settings.votes, generator)
    held_out = np.zeros(len(first), dtype=bool)
    is_story = np.isfinite(truth[first][:, 0])
    for kind in (True, False):
        candidates = np.flatnonzero((is_story == kind) & np.isfinite(gaps).any(axis=1))
        if len(candidates) <= settings.held_out_pairs:
            raise PipelineError(
                f"{len(candidates)} usable pairs of one kind, {settings.held_out_pairs} of them to "
                f"hold out: sample more prompts"
            )
        held_out[generator.choice(candidates, settings.held_out_pairs, replace=False)] = True
    for name, array in (("first", first), ("second", second), ("votes", votes), ("gaps", gaps), ("held_out", held_out)):
        write_array(folder / f"{name}.npy", array)
    defined = votes[0] != UNDEFINED
    return {
        name: {"train": int((defined[:, i] & ~held_out).sum()), "held_out": int((defined[:, i] & held_out).sum())}
        for i, name in enumerate(OBJECTIVES)
    }


def draw_votes(gaps: np.ndarray, passes: int, generator: np.random.Generator) -> np.ndarray:
    """(P,O) gaps -> (passes,P,O) int8 votes."""
    chance = 1 / (1 + np.exp(-np.nan_to_num(gaps)))
    votes = (generator.random((passes, *gaps.shape)) < chance).astype(np.int8)
    votes[:, ~np.isfinite(gaps)] = UNDEFINED
    return votes


def load_pairs(context: Context) -> Pairs:
    folder = context.folder("pairs")
    names = ("first", "second", "votes", "gaps", "held_out")
    return Pairs(TokenRows.load(context.folder("truth")), *(np.asarray(read_array(folder / f"{name}.npy")) for name in names))
