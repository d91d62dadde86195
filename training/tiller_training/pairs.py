"""Stage `pairs`: responses to one prompt, two by two, and noisy votes on which one is better.

A vote for the first response is drawn with probability sigmoid(R_first - R_second), R the
standardised truth: what a Bradley-Terry annotator would say. Every pair has a panel of independent
votes, and training sees the share that the first response won; held-out figures use the first vote
alone.

All responses to a prompt form a group. A model reads each of them once and every pair within the
group counts, which costs a third of reading four responses' six pairs one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.artefacts import PipelineError, read_array, write_array
from tiller_training.context import Context
from tiller_training.dataset import TokenRows, length_batches
from tiller_training.truths import by_prompt, load_truth

UNDEFINED = -1


def within_groups(scores: Tensor, responses: int) -> Tensor:
    """Scores (G*r,K) of rows, group by group -> differences first - second, (G, r(r-1)/2, K)."""
    first, second = pair_columns(responses)
    grouped = scores.view(-1, responses, scores.shape[-1])
    return grouped[:, first] - grouped[:, second]


def pair_columns(responses: int) -> tuple[list[int], list[int]]:
    """Which of a group's responses each pair compares: 0-1, 0-2, ..., 1-2, ..."""
    columns = list(combinations(range(responses), 2))
    return [first for first, _ in columns], [second for _, second in columns]


@dataclass(frozen=True)
class GroupBatch:
    """G groups of r responses: rows 0..r-1 answer the first prompt, and so on."""

    ids: Tensor  # (G*r,S) int64
    lengths: Tensor  # (G*r,)
    prompts: Tensor  # (G*r,) tokens of the prompt
    votes: Tensor  # (G,pairs,O) float32: share of votes for the first, -1 not defined
    members: np.ndarray  # (G*r,) which rows of `Pairs.rows` these are


@dataclass(frozen=True)
class Pairs:
    rows: TokenRows
    groups: np.ndarray  # (P,r) rows of the responses to each prompt
    votes: np.ndarray  # (panel,P,pairs,O) int8: 1 the first is better, 0 the second, -1 not defined
    gaps: np.ndarray  # (P,pairs,O) float32, R_first - R_second, NaN where undefined
    held_out: np.ndarray  # (P,) bool

    @property
    def responses(self) -> int:
        return int(self.groups.shape[1])

    def chosen(self, objective: int | None, held_out: bool) -> np.ndarray:
        """Indices of training or held-out groups, of one objective or of any."""
        defined = (self.votes[0] != UNDEFINED).any(axis=1)
        fits = defined[:, objective] if objective is not None else defined.any(axis=1)
        return np.flatnonzero(fits & (self.held_out == held_out))

    def batches(
        self, chosen: np.ndarray, count: int, generator: np.random.Generator, device: torch.device
    ) -> Iterator[tuple[np.ndarray, GroupBatch]]:
        """One pass in batches of about `count` groups of like length."""
        lengths = self.rows.lengths[self.groups[chosen]].max(axis=1)
        for batch in length_batches(lengths, int(count * lengths.mean()), generator):
            index = chosen[batch]
            # -1 stays -1 in the mean: what is undefined is undefined for the whole panel.
            share = torch.from_numpy(self.votes[:, index].mean(axis=0)).float()
            members = self.groups[index].ravel()
            yield index, GroupBatch(*self.rows.padded(members, device), share.to(device), members)


def run(context: Context) -> dict[str, Any]:
    settings, folder = context.settings, context.folder("pairs")
    _, truth = load_truth(context)
    generator = np.random.default_rng(context.seed("pairs"))
    groups = np.arange(len(truth)).reshape(-1, settings.responses_per_prompt)
    grouped = by_prompt(truth, settings.responses_per_prompt)
    first, second = pair_columns(settings.responses_per_prompt)
    gaps = grouped[:, first] - grouped[:, second]
    votes = draw_votes(gaps, settings.votes, generator)
    held_out = np.zeros(len(groups), dtype=bool)
    is_story = np.isfinite(grouped[:, :, OBJECTIVES.index("joy")]).any(axis=1)
    for story in (True, False):
        candidates = np.flatnonzero((is_story == story) & np.isfinite(gaps).any(axis=(1, 2)))
        if len(candidates) <= settings.held_out_prompts:
            raise PipelineError(
                f"{len(candidates)} usable prompts of one kind, {settings.held_out_prompts} of them "
                f"to hold out: sample more prompts"
            )
        held_out[generator.choice(candidates, settings.held_out_prompts, replace=False)] = True
    arrays = {"groups": groups, "votes": votes, "gaps": gaps, "held_out": held_out}
    for name, array in arrays.items():
        write_array(folder / f"{name}.npy", array)
    defined = votes[0] != UNDEFINED
    return {
        name: {
            "train": int(defined[~held_out, :, index].sum()),
            "held_out": int(defined[held_out, :, index].sum()),
        }
        for index, name in enumerate(OBJECTIVES)
    }


def draw_votes(gaps: np.ndarray, panel: int, generator: np.random.Generator) -> np.ndarray:
    """Gaps of any shape -> (panel, *shape) int8 votes."""
    chance = 1 / (1 + np.exp(-np.nan_to_num(gaps)))
    votes = (generator.random((panel, *gaps.shape)) < chance).astype(np.int8)
    votes[:, ~np.isfinite(gaps)] = UNDEFINED
    return votes


def load_pairs(context: Context) -> Pairs:
    folder = context.folder("pairs")
    arrays = [np.asarray(read_array(folder / f"{name}.npy")) for name in ("groups", "votes", "gaps", "held_out")]
    return Pairs(TokenRows.load(context.folder("truth")), *arrays)
