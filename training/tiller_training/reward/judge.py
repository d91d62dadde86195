"""Stage `judge`: a sequence reward model for all objectives, by Bradley-Terry on the same pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.models.heads import RewardModel
from tiller_training.models.llama import parameter_count
from tiller_training.models.precision import low_precision
from tiller_training.reward.judge_start import start_from_words
from tiller_training.reward.pairs import GroupBatch, Pairs, load_pairs
from tiller_training.reward.preference import Fit, figures, fit, held_out_margins
from tiller_training.run.artefacts import save_model, write_json
from tiller_training.run.context import Context
from tiller_training.train.lm import hidden_function
from tiller_training.train.start import first_weights

MEMBERS = 1


def run(context: Context) -> dict[str, Any]:
    config, weights = first_weights(context, "judge")
    torch.manual_seed(context.seed("judge"))
    model = RewardModel(config, len(OBJECTIVES), MEMBERS)
    model.load_state_dict(weights, strict=False)
    model = model.to(context.device)
    trunk = hidden_function(model, context.compiled)

    def scores(batch: GroupBatch) -> Tensor:
        with low_precision(context.device):
            states = (trunk if torch.is_grad_enabled() else model.model)(batch.ids)
        return model.read(states, batch.lengths)[:, :, 0]

    pairs = load_pairs(context)
    columns = list(range(len(OBJECTIVES)))
    task = Fit(model, scores, columns, pairs.chosen(None, False), pairs.chosen(None, True))
    words = {} if has_read_out(weights) else start_from_words(context, "judge", model, task, pairs)
    facts = fit(context, "judge", context.settings.judge, pairs, task) | {"nats_of_words": words}
    centre(context, model, pairs)
    held, votes = held_out_margins(context, pairs, task)
    gaps = pairs.gaps[task.held_out]
    facts["parameters"] = parameter_count(model)
    facts["objectives"] = {
        # Both responses of a pair answer one prompt, so this is the correlation within a prompt.
        name: figures(held[:, :, i].numpy(), votes[:, :, i].numpy(), gaps[:, :, i])
        for i, name in enumerate(OBJECTIVES)
    }
    save_model(context.folder("judge"), model, config)
    write_json(context.results / "judge.json", facts)
    return facts


def has_read_out(weights: dict[str, Tensor]) -> bool:
    """True for weights of an exported judge. Writing words into it a second time would make it worse (docs/adr/0016)."""
    return "reward_head.weight" in weights


@torch.no_grad()
def centre(context: Context, model: RewardModel, pairs: Pairs) -> None:
    """Shift each objective to mean score 0 over the held-out responses of its kind, which is the mean of their truth.

    Votes compare two answers to one prompt, so they do not fix the mean. The page shows scores beside truths.
    """
    for line, objective in enumerate(OBJECTIVES):
        model.reward_head.bias[line] -= held_out_scores(context, model, pairs, line, objective).mean()


def held_out_scores(context: Context, model: RewardModel, pairs: Pairs, line: int, objective: str) -> Tensor:
    """(N,) scores by row `line` of the read-out, for the held-out responses of the objective's kind."""
    groups = pairs.chosen(OBJECTIVES.index(objective), True)
    return torch.cat([
        model(batch.ids, batch.lengths)[:, line, 0]
        for _, batch in pairs.batches(groups, 32, np.random.default_rng(0), context.device)
    ])
