"""The contribution of each token of a response to guidance, and a first estimate of it.

GenARM's loss grades `b log pi_r(y)`, a sum over the text. It splits in two:

    log pi_r(y) = sum_t ( log pi_r(y_t) - E_{u ~ pi_ref} log pi_r(u) )  +  sum_t E_{u ~ pi_ref} log pi_r(u)

Only the first part, the contributions, changes the guided distribution. The second part is the same for every
candidate of a step. The loss does not prefer one part. With this loss alone, our models put most of the reward into
the second part, which guides nothing (docs/adr/0008).

Let A be the sum of contributions, and R the reward. To first order, guidance with coefficient c gains c Cov(A, R) and
costs c^2 Var(A) / 2 nats. So the gain is sqrt(2 KL) times the correlation of A and R. This correlation within a
prompt tells how good an autoregressive reward model is.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from tiller_training.data.kept_distributions import KeptDistributions
from tiller_training.reward.pairs import UNDEFINED, Pairs, pair_columns
from tiller_training.reward.preference import preference_loss

LEXICAL_PENALTY = 30.0  # of squared weights, against the summed nats of all pairs
ITERATIONS = 60


def contribution_sums(states: Tensor, embedding: Tensor, targets: Tensor, distributions: tuple[Tensor, Tensor], response: Tensor) -> Tensor:
    """Sum over each response of log pi_r(y_t) - E_{u ~ pi_ref} log pi_r(u), (B,) nats.

    states (B,S,D) predict targets (B,S). Only targets where `response` (B,S) is True count. distributions are the
    policy's likeliest tokens there and their probabilities, (B,S,K). The normaliser of pi_r cancels.
    """
    tokens, chances = (part[response] for part in distributions)
    mean = F.embedding_bag(tokens, embedding, per_sample_weights=chances.to(embedding.dtype), mode="sum")
    each = (states[response].to(embedding.dtype) * (embedding[targets[response]] - mean)).sum(dim=-1)
    return torch.zeros(len(states), dtype=each.dtype, device=each.device).index_add(0, response.nonzero()[:, 0], each)


def token_counts(pairs: Pairs, distributions: KeptDistributions | None, groups: np.ndarray, vocabulary: int) -> np.ndarray:
    """How often each response holds each token, (G,r,V) float32. With distributions, less the expected count."""
    members = pairs.groups[groups].ravel()
    counts = np.zeros((len(members), vocabulary), dtype=np.float32)
    for line, row in enumerate(members):
        start = pairs.rows.starts[row] + pairs.rows.prompt_lengths[row]
        part = slice(start, pairs.rows.starts[row + 1])
        np.add.at(counts[line], pairs.rows.tokens[part], 1.0)
        if distributions is not None:
            chances = np.asarray(distributions.chances[part], dtype=np.float32)
            np.add.at(counts[line], distributions.tokens[part].ravel(), -(chances / chances.sum(axis=1, keepdims=True)).ravel())
    return counts.reshape(len(groups), pairs.responses, vocabulary)


def lexical_rewards(
    pairs: Pairs, distributions: KeptDistributions | None, objective: int, groups: np.ndarray, known: Tensor, vocabulary: int
) -> Tensor:
    """One reward per token, (V,). Together with the margins `known` (G,pairs) of the model, they explain the votes best.

    Bradley-Terry on counts with a squared penalty. A token has the same reward everywhere. The problem is convex and
    takes seconds. With distributions, counts are differences from the expected counts, as in guidance.
    """
    first, second = pair_columns(pairs.responses)
    counts = token_counts(pairs, distributions, groups, vocabulary)
    gaps = torch.from_numpy((counts[:, first] - counts[:, second]).reshape(-1, vocabulary))
    votes = torch.from_numpy(pairs.votes[:, groups][..., objective].mean(axis=0)).float().reshape(-1)
    defined, known = int((votes != UNDEFINED).sum()), known.reshape(-1).float()
    rewards = torch.zeros(vocabulary, requires_grad=True)
    solver = torch.optim.LBFGS([rewards], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        total = preference_loss(known + gaps @ rewards, votes) * defined + LEXICAL_PENALTY / 2 * rewards.square().sum()
        total.backward()
        return total

    solver.step(loss)
    return rewards.detach()


def direction_for(states: Tensor, wanted: Tensor) -> Tensor:
    """The u (D,) for which u . h is closest to `wanted` (N,) for states h (N,D): damped least squares."""
    second = states.T @ states / len(states)
    damping = 1e-3 * second.diagonal().mean() * torch.eye(len(second), device=states.device)
    return torch.linalg.solve(second + damping, states.T @ wanted.to(states.device) / len(states))
