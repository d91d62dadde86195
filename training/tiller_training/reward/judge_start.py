"""The start of a judge: words that the votes favour are written into its embedding.

In the states of a language model, "laughed" and "wept" look alike, because they occur in the same places. With noisy
votes on whole texts, a judge can train for a whole pass without separating them. A convex problem that takes seconds
finds the words that the votes favour (`contributions.lexical_rewards`). Each objective gets one direction in the
embedding for these rewards. Then the read-out is fitted to the votes, which is also convex.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.models.heads import RewardModel, pool
from tiller_training.reward.contributions import lexical_rewards, token_counts
from tiller_training.reward.pairs import UNDEFINED, Pairs, within_groups
from tiller_training.reward.preference import Fit, margins_of, preference_loss
from tiller_training.run.context import Context, say

GROUPS = 1_000  # of each kind; each response has a count for every token of the vocabulary
WORTH_WRITING = 0.01  # nats per pair; below this, the model already knows the words of the objective
SHIFT = 2.0  # size of a typical reward, in sd of the last layer's input along one direction
HEAD_PENALTY = 1.0
ITERATIONS = 80


def start_from_words(context: Context, name: str, model: RewardModel, task: Fit, pairs: Pairs) -> dict[str, float]:
    """Prepare a judge for the objectives in task.columns. Returns the nats per pair that the words of each add.

    The objectives come one after the other, because the words of one disturb the scores of the next. The margins of
    the model are measured again for each.
    """
    vocabulary, found = model.config.vocab_size, dict[str, float]()
    directions = torch.linalg.qr(torch.randn(model.config.hidden_size, len(task.columns)))[0].T
    for line, column in enumerate(task.columns):
        defined = task.training[(pairs.votes[0][task.training][:, :, column] != UNDEFINED).any(axis=1)]
        groups = np.sort(defined[:GROUPS])
        known = margins_of(context, pairs, task, groups)[:, :, line]
        votes = torch.from_numpy(pairs.votes[:, groups][..., column].mean(axis=0)).float()
        rewards = lexical_rewards(pairs, None, column, groups, known, vocabulary)
        counts = torch.from_numpy(token_counts(pairs, None, groups, vocabulary))
        margins = within_groups((counts @ rewards).reshape(-1, 1), pairs.responses)[..., 0]
        gained = float(preference_loss(known, votes) - preference_loss(known + margins, votes))
        found[OBJECTIVES[column]] = round(gained, 4)
        if gained > WORTH_WRITING:
            frequency = counts.sum(dim=(0, 1))
            spread = ((frequency * rewards.square()).sum() / frequency.sum()).sqrt()
            scale = SHIFT * residual_rms(context, model, pairs, groups) / spread
            with torch.no_grad():
                embedding = model.model.embed_tokens.weight
                embedding += (scale * rewards[:, None] * directions[line]).to(embedding)
    say(name, f"nats per pair that words add: {found}")
    fit_read_out(context, model, task, pairs)
    return found


@torch.no_grad()
def residual_rms(context: Context, model: RewardModel, pairs: Pairs, groups: np.ndarray) -> float:
    """Root mean square of the input of the final norm."""
    seen: list[float] = []
    handle = model.model.norm.register_forward_pre_hook(
        lambda _, inputs: seen.append(float(inputs[0].float().square().mean().sqrt()))
    )
    try:
        for _, batch in pairs.batches(groups[:32], 8, np.random.default_rng(0), context.device):
            model.model(batch.ids)
    finally:
        handle.remove()
    return float(np.mean(seen))


def fit_read_out(context: Context, model: RewardModel, task: Fit, pairs: Pairs) -> None:
    """Bradley-Terry for the read-out alone. The trunk does not change."""
    gaps, votes = pooled_gaps(context, model, task, pairs)
    weight = model.reward_head.weight.detach().clone().requires_grad_(True)
    solver = torch.optim.LBFGS([weight], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        total = preference_loss(gaps @ weight.T, votes) + HEAD_PENALTY / len(gaps) * weight.square().sum()
        total.backward()
        return total

    solver.step(loss)
    with torch.no_grad():
        model.reward_head.weight.copy_(weight)


@torch.no_grad()
def pooled_gaps(context: Context, model: RewardModel, task: Fit, pairs: Pairs) -> tuple[Tensor, Tensor]:
    """Differences of pooled states (N,D) and votes (N,K) of all training pairs."""
    gaps, votes = [], []
    for _, batch in pairs.batches(task.training, 32, np.random.default_rng(0), context.device):
        pooled = pool(model.model(batch.ids), batch.lengths)
        gaps.append(within_groups(pooled, pairs.responses).flatten(0, 1))
        votes.append(batch.votes[:, :, task.columns].flatten(0, 1))
    return torch.cat(gaps), torch.cat(votes)
