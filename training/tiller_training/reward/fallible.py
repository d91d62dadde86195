"""Stage `fallible`: five judges that were taught too little, and partly wrong, for two objectives.

Reward models that people optimise against are learned from few, noisy labels; this ensemble is made
like that on purpose, so that over-optimisation can be watched (Coste et al., arXiv 2310.02743: five
members, 25 % of the labels flipped). Most of the wrong labels are those of raters in a hurry, who take the
shorter text. Labels turned round by chance alone make judges that are merely unsure, whose best of N is
no worse for a larger N (docs/over-optimisation.md).
Nothing is shared by the members but the sizes and the wrong labels: each has a language-model leg of
its own, and sees a sample of prompts of its own.

Every member is shifted and scaled to mean 0 and sd 1 over responses of the policy, as there: only
then does the least of five scores mean anything.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.models.model import RewardEnsemble, RewardModel
from tiller_training.models.precision import low_precision
from tiller_training.reward.judge import held_out_scores
from tiller_training.reward.pairs import UNDEFINED, GroupBatch, Pairs, load_pairs, pair_columns
from tiller_training.reward.preference import Fit, figures, fit, margins_of
from tiller_training.run.artefacts import load_model_files, save_model, write_json
from tiller_training.run.context import Context
from tiller_training.train.lm import hidden_function, train

LM_BATCH = 4_096  # tokens a step: so few tokens make no large steps
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
    """One vote a pair instead of a panel, and a share `flipped` of an objective's votes turned round, for every reader alike.

    Of these a share `hurried` is drawn from the votes that went to the longer text, so that the shorter one wins;
    the rest from all other votes.
    """
    votes = np.array(pairs.votes[0])
    first, second = pair_columns(pairs.responses)
    lengths = pairs.rows.lengths[pairs.groups]
    longer = (lengths[:, first] - lengths[:, second]).ravel()  # in tokens; both answer one prompt
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
    """So many training prompts of each kind, drawn without putting back."""
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
    """Mean 0 and sd 1 over the held-out responses of an objective's kind."""
    for line, objective in enumerate(JUDGED):
        scores = held_out_scores(context, model, pairs, line, objective)
        model.reward_head.weight[line] /= scores.std()
        model.reward_head.bias[line] = (model.reward_head.bias[line] - scores.mean()) / scores.std()


def error_correlations(margins: list[np.ndarray], gaps: np.ndarray) -> dict[str, Any]:
    """Pearson correlation of two members' errors, for every two of them.

    An error is what a straight line in the true difference leaves of a member's difference: no member
    is blamed for its scale.
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
