"""ARMs and judge on pairs of the policy's own responses.

A policy that went on after its reward models were trained writes other responses than they have seen. The
stages' reports tell how well they fit what they learned from; this tells how well they fit what they steer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.arm import arm_figures, arm_scores, load_laws
from tiller_training.context import Context, say
from tiller_training.evaluate.bench import Trained
from tiller_training.pairs import GroupBatch, Pairs, load_pairs
from tiller_training.preference import Fit, figures, held_out_margins
from tiller_training.settings import FULL


def own_pairs(work: Path, trained: Trained) -> dict[str, Any]:
    """The figures of `arm-<objective>.json` and `judge.json` on all pairs of the work folder that training holds out."""
    context = Context(FULL, work, work, work, torch.device("cpu"), compiled=False)
    pairs, laws = load_pairs(context), load_laws(context)
    arms = {}
    for column, objective in enumerate(OBJECTIVES):
        b, model = trained.arms[objective]
        scores = arm_scores(context, model, b, pairs, laws)
        arms[objective] = arm_figures(context, pairs, _task(scores, model, [column, column], pairs, column))
        say("own-pairs", f"{objective}: {arms[objective]['contributions']}")

    def judged(batch: GroupBatch) -> Tensor:
        return trained.judge(batch.ids, batch.lengths).mean(dim=-1)

    task = _task(judged, trained.judge, list(range(len(OBJECTIVES))), pairs, None)
    held, votes = held_out_margins(context, pairs, task)
    gaps = pairs.gaps[task.held_out]
    judge = {
        objective: figures(held[:, :, i].numpy(), votes[:, :, i].numpy(), gaps[:, :, i])
        for i, objective in enumerate(OBJECTIVES)
    }
    return {"arms": arms, "judge": judge}


def _task(scores: Any, model: torch.nn.Module, columns: list[int], pairs: Pairs, of: int | None) -> Fit:
    return Fit(model, scores, columns, pairs.chosen(of, False), pairs.chosen(of, True))
