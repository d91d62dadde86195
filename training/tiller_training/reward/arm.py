"""Stages `first-arm-<objective>`: autoregressive reward models, with GenARM's objective.

The reward of a response is b * log pi_r(y|x), summed over its tokens and the end of text. The loss compares two
responses to a prompt by the difference of their rewards. It is preference optimisation without the reference model
(Xu et al. 2024, arXiv 2410.08193): the model starts as a language model, but nothing keeps it close to one.

We add two things, because with this sum alone our models could compare texts but could not guide them
(`contributions`, docs/adr/0008). First, the votes also grade the sum of contributions, which is the part of the reward
that decoding uses. Second, a model that comes from language modelling starts with one reward per token, fitted in
seconds. The saved model has the form of the paper.

Here an ARM learns from texts of the policy. `arm_guided` then goes on with texts that it has guided.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.run.artefacts import save_model, write_json
from tiller_training.run.context import Context
from tiller_training.reward.contributions import (
    direction_for,
    contribution_sums,
    lexical_rewards,
)
from tiller_training.data.kept_distributions import KeptDistributions
from tiller_training.models.llama import Llama
from tiller_training.models.precision import low_precision
from tiller_training.objectives.template import KINDS
from tiller_training.reward.pairs import GroupBatch, Pairs, load_pairs
from tiller_training.reward.preference import Fit, Scores, figures, fit, held_out_margins, margins_of, post_hoc
from tiller_training.run.settings import PassPlan
from tiller_training.train.crossentropy import token_nll
from tiller_training.train.lm import hidden_function
from tiller_training.train.start import first_weights


CONTRIBUTIONS_WEIGHT = 3.0  # the paper's loss has weight 1
LEXICAL_GROUPS = 1_000  # each has a count for every token of the vocabulary in memory
DIRECTION_GROUPS = 96


def response_positions(lengths: Tensor, prompts: Tensor, width: int) -> Tensor:
    """(B,width-1) bool: True where positions 1, 2, ... hold a token of the response. lengths and prompts are (B,)."""
    positions = torch.arange(1, width, device=lengths.device)
    return (positions >= prompts[:, None]) & (positions < lengths[:, None])


def response_log_probs(states: Tensor, embedding: Tensor, ids: Tensor, lengths: Tensor, prompts: Tensor) -> Tensor:
    """Sum of log-probabilities of each response's tokens, (B,) float32.

    states (B,S,D) belong to ids (B,S). lengths and prompts (B,) count the tokens of row and prompt.
    """
    nats = token_nll(states[:, :-1], embedding, ids[:, 1:])
    return -(nats * response_positions(lengths, prompts, ids.shape[1])).sum(dim=1)


def load_distributions(context: Context) -> KeptDistributions:
    """The policy's distributions at every roll-out, in the order of `Pairs.rows`."""
    return KeptDistributions.merge([KeptDistributions.load(context.folder(f"rollouts-{kind}")) for kind in KINDS])


def arm_scores(context: Context, model: Llama, b: float, pairs: Pairs, distributions: KeptDistributions) -> Scores:
    """The two scores of an ARM, (G*r,2): b times the log-probability, and b times the sum of contributions."""
    hidden = hidden_function(model, context.compiled)

    def scores(batch: GroupBatch) -> Tensor:
        with low_precision(context.device):
            states = (hidden if torch.is_grad_enabled() else model.model)(batch.ids)
        embedding = model.model.embed_tokens.weight
        whole = response_log_probs(states, embedding, batch.ids, batch.lengths, batch.prompts)
        response = response_positions(batch.lengths, batch.prompts, batch.ids.shape[1])
        heads = distributions.padded(pairs.rows, batch.members, batch.ids.shape[1], context.device)
        steered = contribution_sums(
            states[:, :-1], embedding, batch.ids[:, 1:], (heads[0][:, 1:], heads[1][:, 1:]), response
        )
        return b * torch.stack((whole, steered), dim=1)

    return scores


def train_arm(
    context: Context, stage: str, objective: str, b: float, plan: PassPlan, pairs: Pairs, distributions: KeptDistributions
) -> tuple[Llama, dict[str, Any]]:
    """Train one ARM from the small language model or from an exported ARM. Returns it with its held-out figures."""
    model = Llama.of(*first_weights(context, f"arm-{objective}")).to(context.device)
    torch.manual_seed(context.seed(stage))
    scores = arm_scores(context, model, b, pairs, distributions)
    column = OBJECTIVES.index(objective)
    training, held_out = pairs.chosen(column, False), pairs.chosen(column, True)
    task = Fit(model, scores, [column, column], training, held_out, (1.0, CONTRIBUTIONS_WEIGHT))
    shift = start_from_tokens(context, task, b, pairs, distributions)
    facts = fit(context, stage, plan, pairs, task)
    return model, facts | {"objective": objective, "b": b, **arm_figures(context, pairs, task), "lexical_start": shift}


def arm_figures(context: Context, pairs: Pairs, task: Fit) -> dict[str, Any]:
    """How well each score of `arm_scores` compares held-out pairs."""
    held, votes = held_out_margins(context, pairs, task)
    gaps = pairs.gaps[task.held_out][:, :, task.columns[0]]
    # The correlation of contributions with the truth limits the gain per nat, see `contributions`.
    whole, steered = (figures(held[:, :, i].numpy(), votes[:, :, i].numpy(), gaps) for i in range(2))
    every_vote = pairs.votes[:, task.held_out][..., task.columns[0]].mean(axis=0)
    return {**whole, "contributions": steered, "post_hoc": post_hoc(held[:, :, 0].numpy(), every_vote)}


@torch.no_grad()
def start_from_tokens(context: Context, task: Fit, b: float, pairs: Pairs, distributions: KeptDistributions) -> dict[str, float]:
    """Add to every token's logit, in all states, the reward that the votes give it and the model does not know yet.

    The architecture has no bias on the logits. But every hidden state has nearly the same component along one
    direction u, so adding u * rewards / b to the tied embedding works like a bias.
    """
    model, column, groups = task.model, task.columns[0], np.sort(task.training[:LEXICAL_GROUPS])
    known = margins_of(context, pairs, task, groups)[:, :, 1]
    with torch.enable_grad():
        rewards = lexical_rewards(pairs, distributions, column, groups, known, model.config.vocab_size)
    states = []
    for _, batch in pairs.batches(groups[:DIRECTION_GROUPS], 8, np.random.default_rng(0), context.device):
        response = response_positions(batch.lengths, batch.prompts, batch.ids.shape[1])
        states.append(model.model(batch.ids)[:, :-1][response].float())
    found = torch.cat(states)
    direction = direction_for(found, torch.ones(len(found)))
    model.model.embed_tokens.weight += rewards.to(direction)[:, None] / b * direction
    return {
        "groups": len(groups),
        "lowest": float(rewards.min()),
        "highest": float(rewards.max()),
        "sd_of_constant": float((found @ direction).std()),
    }


def run(context: Context, objective: str) -> dict[str, Any]:
    stage = first_arm(objective)
    settings, pairs = context.settings, load_pairs(context)
    model, facts = train_arm(context, stage, objective, settings.b[objective], settings.arm, pairs, load_distributions(context))
    save_model(context.folder(stage), model, model.config)
    return facts


def first_arm(objective: str) -> str:
    """The name of its stage."""
    return f"first-arm-{objective}"


def run_sweep(context: Context) -> dict[str, Any]:
    """Stage `arm-sweep`: one pass over the pairs for every b, for one objective of each kind."""
    settings, pairs, distributions = context.settings, load_pairs(context), load_distributions(context)
    plan = replace(settings.arm, epochs=1)
    rows = []
    for objective in ("joy", "helpful"):
        for b in settings.b_sweep:
            stage = f"arm-sweep/{objective}-{b}"
            model, facts = train_arm(context, stage, objective, b, plan, pairs, distributions)
            save_model(context.folder(stage), model, model.config)
            rows.append(facts)
    write_json(context.results / "arm-sweep.json", rows)
    return {"rows": len(rows)}
