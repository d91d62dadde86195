"""Stage `fallible`: five judges for two objectives. They learn from few votes, and some of the votes are wrong.

Real reward models learn from few, noisy labels. This ensemble does so on purpose, so that people can watch
over-optimisation (Coste et al., arXiv 2310.02743: five members, 25 % of the labels flipped). Most wrong votes imitate
raters in a hurry, who choose the shorter text. If all wrong votes were random, the judges would only be unsure, and a
larger N would not make best-of-N worse (docs/over-optimisation.md).
The members share only their sizes and the wrong votes. Each has its own language-model training and its own sample of
prompts.

Every member is shifted and scaled to mean 0 and sd 1 over responses of the policy, as in that paper. Otherwise the
lowest of five scores would have no meaning.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.models.heads import RewardEnsemble, RewardModel
from tiller_training.models.precision import low_precision
from tiller_training.reward.judge import held_out_scores
from tiller_training.reward.pairs import UNDEFINED, GroupBatch, Pairs, load_pairs, pair_columns
from tiller_training.reward.preference import Fit, figures, fit, margins_of
from tiller_training.run.artefacts import load_model_files, save_model, write_json
from tiller_training.run.context import Context
from tiller_training.train.lm import hidden_function, train

LM_BATCH = 4_096  # tokens per step: with so few tokens, steps must be small
JUDGED = ("adventure", "helpful")  # one of each kind of text


def run(context: Context) -> dict[str, Any]:
    plan = context.settings.fallible
    clean = load_pairs(context)
    generator = np.random.default_rng(context.seed("fallible"))
    pairs = with_wrong_votes(clean, plan.flipped, plan.hurried, generator)
    ensemble = RewardEnsemble(context.settings.small.model, len(JUDGED), plan.members)
    margins, taught = [], 0
    for member, model in enumerate(ensemble.members):
        assert isinstance(model, RewardModel)
        task = _train_member(context, f"fallible/member-{member}", model, pairs)
        standardise(context, model, clean)
        margins.append(margins_of(context, clean, task, task.held_out).numpy())
        taught += len(task.training) * clean.gaps.shape[1]
    held_out = clean.chosen(None, True)
    columns = [OBJECTIVES.index(name) for name in JUDGED]
    votes, gaps = clean.votes[0][held_out][:, :, columns], clean.gaps[held_out][:, :, columns]
    facts: dict[str, Any] = {
        "members": plan.members,
        "flipped": plan.flipped,
        "training_pairs": taught // plan.members,
        "objectives": {
            name: {
                "members": [figures(own[:, :, i], votes[:, :, i], gaps[:, :, i]) for own in margins],
                "mean": figures(np.mean(margins, axis=0)[:, :, i], votes[:, :, i], gaps[:, :, i]),
                "error_correlation": error_correlations([own[:, :, i] for own in margins], gaps[:, :, i]),
            }
            for i, name in enumerate(JUDGED)
        },
    }
    save_model(context.folder("fallible"), ensemble, ensemble.config)
    write_json(context.results / "fallible.json", facts)
    return facts


def with_wrong_votes(pairs: Pairs, flipped: float, hurried: float, generator: np.random.Generator) -> Pairs:
    """One vote per pair, with a share `flipped` of each objective's votes reversed. All members get the same votes.

    A share `hurried` of the reversed votes is drawn from votes for the longer text, so that the shorter text wins. The
    rest is drawn from all other votes.
    """
    votes = np.array(pairs.votes[0])
    first, second = pair_columns(pairs.responses)
    lengths = pairs.rows.lengths[pairs.groups]
    longer = (lengths[:, first] - lengths[:, second]).ravel()  # in tokens, because both answer one prompt
    for column in range(votes.shape[2]):
        own = votes[:, :, column].ravel()  # a copy: 1 the first is better, 0 the second
        known = own != UNDEFINED
        count = flipped * int(known.sum())
        to_longer = np.flatnonzero(known & (np.where(own == 1, longer, -longer) > 0))
        hasty = generator.permutation(to_longer)[: round(hurried * count)]
        others = np.setdiff1d(np.flatnonzero(known), hasty)
        chance = generator.permutation(others)[: round(count) - len(hasty)]
        own[np.concatenate((hasty, chance))] ^= 1
        votes[:, :, column] = own.reshape(votes.shape[:2])
    return replace(pairs, votes=votes[None])


def sample_of_groups(pairs: Pairs, prompts: int, generator: np.random.Generator) -> np.ndarray:
    """`prompts` training groups of each kind, drawn without replacement."""
    chosen = [
        generator.choice(groups, min(prompts, len(groups)), replace=False)
        for groups in (pairs.chosen(OBJECTIVES.index(name), False) for name in JUDGED)
    ]
    return np.sort(np.concatenate(chosen))


def _train_member(context: Context, name: str, model: RewardModel, pairs: Pairs) -> Fit:
    settings = context.settings
    if not (context.folder(f"{name}-lm") / "weights.pt").is_file():
        train(context, f"{name}-lm", replace(settings.small, legs=(settings.fallible.tokens,), batch=LM_BATCH))
    _, weights = load_model_files(context.folder(f"{name}-lm"))
    model.load_state_dict(weights, strict=False)
    model.to(context.device)
    trunk = hidden_function(model, context.compiled)

    def scores(batch: GroupBatch) -> Tensor:
        with low_precision(context.device):
            states = (trunk if torch.is_grad_enabled() else model.model)(batch.ids)
        return model.read(states, batch.lengths)[:, :, 0]

    groups = sample_of_groups(pairs, settings.fallible.prompts, np.random.default_rng(context.seed(name)))
    columns = [OBJECTIVES.index(objective) for objective in JUDGED]
    task = Fit(model, scores, columns, groups, pairs.chosen(None, True))
    fit(context, name, settings.fallible.passes, pairs, task)
    return task


@torch.no_grad()
def standardise(context: Context, model: RewardModel, pairs: Pairs) -> None:
    """Scale the scores to mean 0 and sd 1 over the held-out responses of the objective's kind."""
    for line, objective in enumerate(JUDGED):
        scores = held_out_scores(context, model, pairs, line, objective)
        model.reward_head.weight[line] /= scores.std()
        model.reward_head.bias[line] = (model.reward_head.bias[line] - scores.mean()) / scores.std()


def error_correlations(margins: list[np.ndarray], gaps: np.ndarray) -> dict[str, Any]:
    """Pearson correlation of the errors of two members, for every two of them.

    An error is the residual of a linear regression of a member's differences on the true differences. So the scale of
    a member does not matter.
    """
    known = np.isfinite(gaps)
    gap = gaps[known]
    errors = []
    for own in margins:
        margin = own[known]
        slope = float((margin * gap).sum() / (gap * gap).sum())
        errors.append(margin - slope * gap)
    pairwise = [float(np.corrcoef(errors[i], errors[j])[0, 1]) for i, j in combinations(range(len(errors)), 2)]
    return {"pairwise": pairwise, "mean": float(np.mean(pairwise))}
