"""Stage `pairs`: responses to one prompt, two by two, and noisy votes on which one is better.

A vote for the first response has probability sigmoid(R_first - R_second), where R is the standardised truth. This is a
Bradley-Terry annotator. Every pair has a panel of independent votes. Training uses the share of votes for the first
response. Held-out figures use the first vote alone.

All responses to a prompt form a group. A model reads each response once, and every pair in the group counts. For four
responses this costs a third of reading all six pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows, length_batches
from tiller_training.reward.truths import by_prompt, load_truth
from tiller_training.run.artefacts import PipelineError, read_array, write_array
from tiller_training.run.context import Context

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
        """One pass in batches of about `count` groups of similar length."""
        lengths = self.rows.lengths[self.groups[chosen]].max(axis=1)
        for batch in length_batches(lengths, int(count * lengths.mean()), generator):
            index = chosen[batch]
            # A pair is undefined for the whole panel, so the mean of -1 is -1.
            share = torch.from_numpy(self.votes[:, index].mean(axis=0)).float()
            members = self.groups[index].ravel()
            yield index, GroupBatch(*self.rows.padded(members, device), share.to(device), members)

    def save(self, folder: Path) -> None:
        """Saves everything but the rows, which are beside it or in the folder of stage `truth`."""
        for name in ("groups", "votes", "gaps", "held_out"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path, rows: TokenRows) -> Pairs:
        arrays = [np.asarray(read_array(folder / f"{name}.npy")) for name in ("groups", "votes", "gaps", "held_out")]
        return cls(rows, *arrays)

    @classmethod
    def merge(cls, parts: Sequence[Pairs]) -> Pairs:
        """The groups of all parts, one after the other."""
        before = np.cumsum([0, *(len(part.rows) for part in parts)])
        return cls(
            TokenRows.merge([part.rows for part in parts]),
            np.concatenate([part.groups + start for part, start in zip(parts, before)]),
            np.concatenate([part.votes for part in parts], axis=1),
            np.concatenate([part.gaps for part in parts]),
            np.concatenate([part.held_out for part in parts]),
        )


def voted(rows: TokenRows, truth: np.ndarray, responses: int, panel: int, generator: np.random.Generator) -> Pairs:
    """Pairs of rows with new votes by their truth (R,O). Each prompt has `responses` rows, and none is held out."""
    grouped = by_prompt(truth, responses)
    first, second = pair_columns(responses)
    gaps = grouped[:, first] - grouped[:, second]
    groups = np.arange(len(truth)).reshape(-1, responses)
    return Pairs(rows, groups, draw_votes(gaps, panel, generator), gaps, np.zeros(len(groups), dtype=bool))


def run(context: Context) -> dict[str, Any]:
    settings = context.settings
    rows, truth = load_truth(context)
    generator = np.random.default_rng(context.seed("pairs"))
    pairs = voted(rows, truth, settings.responses_per_prompt, settings.votes, generator)
    grouped, gaps, held_out = by_prompt(truth, settings.responses_per_prompt), pairs.gaps, pairs.held_out
    is_story = np.isfinite(grouped[:, :, OBJECTIVES.index("joy")]).any(axis=1)
    for story in (True, False):
        candidates = np.flatnonzero((is_story == story) & np.isfinite(gaps).any(axis=(1, 2)))
        if len(candidates) <= settings.held_out_prompts:
            raise PipelineError(
                f"one kind has {len(candidates)} usable prompts, and {settings.held_out_prompts} must be held "
                f"out: sample more prompts"
            )
        held_out[generator.choice(candidates, settings.held_out_prompts, replace=False)] = True
    pairs.save(context.folder("pairs"))
    defined = pairs.votes[0] != UNDEFINED
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
    return Pairs.load(context.folder("pairs"), TokenRows.load(context.folder("truth")))
