"""Stages `arm-<objective>`: autoregressive reward models, with GenARM's objective.

The reward of a response is b * log pi_r(y|x), the sum over its tokens and the end of text; two
responses to a prompt are compared by its difference. This is preference optimisation with the
reference model left out (Xu et al. 2024, arXiv 2410.08193): the model starts as a language model,
but nothing holds it there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.artefacts import save_model, write_json
from tiller_training.context import Context
from tiller_training.crossentropy import token_nll
from tiller_training.lm import hidden_function
from tiller_training.model import Llama
from tiller_training.pairs import GroupBatch, Pairs, load_pairs
from tiller_training.precision import low_precision
from tiller_training.preference import Fit, figures, fit, held_out_margins
from tiller_training.settings import PassPlan
from tiller_training.start import first_weights


def response_log_probs(states: Tensor, embedding: Tensor, ids: Tensor, lengths: Tensor, prompts: Tensor) -> Tensor:
    """Sum of log-probabilities of each response's tokens, (B,) float32.

    states (B,S,D) of ids (B,S); lengths and prompts (B,) count the tokens of row and prompt.
    """
    positions = torch.arange(1, ids.shape[1], device=ids.device)
    response = (positions >= prompts[:, None]) & (positions < lengths[:, None])
    nats = token_nll(states[:, :-1], embedding, ids[:, 1:])
    return -(nats * response).sum(dim=1)


def train_arm(
    context: Context, stage: str, objective: str, b: float, plan: PassPlan, pairs: Pairs
) -> tuple[Llama, dict[str, Any]]:
    """One ARM from the small language model or from an exported ARM; returns it with its held-out figures."""
    config, weights = first_weights(context, f"arm-{objective}")
    model = Llama(config)
    model.load_state_dict(weights)
    model = model.to(context.device)
    torch.manual_seed(context.seed(stage))
    hidden = hidden_function(model, context.compiled)

    def scores(batch: GroupBatch) -> Tensor:
        with low_precision(context.device):
            states = (hidden if torch.is_grad_enabled() else model.model)(batch.ids)
        embedding = model.model.embed_tokens.weight
        return b * response_log_probs(states, embedding, batch.ids, batch.lengths, batch.prompts)[:, None]

    column = OBJECTIVES.index(objective)
    task = Fit(model, scores, [column], pairs.chosen(column, False), pairs.chosen(column, True))
    facts = fit(context, stage, plan, pairs, task)
    held, votes = held_out_margins(context, pairs, task)
    gaps = pairs.gaps[task.held_out][:, :, column]
    facts |= {"objective": objective, "b": b, **figures(held[:, :, 0].numpy(), votes[:, :, 0].numpy(), gaps)}
    return model, facts


def run(context: Context, objective: str) -> dict[str, Any]:
    stage = f"arm-{objective}"
    settings, pairs = context.settings, load_pairs(context)
    model, facts = train_arm(context, stage, objective, settings.b[objective], settings.arm, pairs)
    save_model(context.folder(stage), model, model.config)
    write_json(context.results / f"{stage}.json", facts)
    return facts


def run_sweep(context: Context) -> dict[str, Any]:
    """Stage `arm-sweep`: one pass over the pairs for every b, for one objective of each kind."""
    settings, pairs = context.settings, load_pairs(context)
    plan = replace(settings.arm, epochs=1)
    rows = []
    for objective in ("joy", "helpful"):
        for b in settings.b_sweep:
            stage = f"arm-sweep/{objective}-{b}"
            model, facts = train_arm(context, stage, objective, b, plan, pairs)
            save_model(context.folder(stage), model, model.config)
            rows.append(facts)
    write_json(context.results / "arm-sweep.json", rows)
    return {"rows": len(rows)}
