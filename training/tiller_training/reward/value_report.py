"""The share of the variance of the truth that a value model explains, by the share of the response that it has read."""

from __future__ import annotations

import numpy as np
import torch

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows, length_batches
from tiller_training.models.heads import ValueModel
from tiller_training.models.precision import low_precision
from tiller_training.reward.truths import labelled

FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)  # shares of the response; 1 is its end


@torch.no_grad()
def explained_variance(
    model: ValueModel, rows: TokenRows, truth: np.ndarray, chosen: np.ndarray, tokens: int, device: torch.device
) -> dict[str, list[float]]:
    """1 - E[(R - V)^2] / var(R) over the states in each fifth of the response, and at its end."""
    columns: list[np.ndarray] = []  # per batch (states, 1 + 2 O): bin, rewards, values
    for batch in length_batches(rows.lengths[chosen], tokens, np.random.default_rng(0)):
        ids, lengths, prompts, reward, defined = labelled(rows, truth, chosen[batch], device)
        with low_precision(device):
            states = model.model(ids)
        values = model.value_head(states.float())
        reward = torch.where(defined, reward, torch.nan)[:, None].expand_as(values)
        positions = torch.arange(ids.shape[1], device=device)
        done = (positions - prompts[:, None] + 1) / (lengths - prompts)[:, None]
        bins = torch.bucketize(done, torch.tensor(FIFTHS, device=device), right=True)
        real = (done >= 0) & (positions < lengths[:, None])
        columns.append(torch.cat((bins[:, :, None].float(), reward, values), dim=-1)[real].cpu().numpy())
    table = np.concatenate(columns)
    count = len(OBJECTIVES)
    return {
        name: [
            _explained(part[:, 1 + index], part[:, 1 + count + index])
            for part in (table[table[:, 0] == bin_] for bin_ in range(len(FIFTHS) + 1))
        ]
        for index, name in enumerate(OBJECTIVES)
    }


def _explained(reward: np.ndarray, value: np.ndarray) -> float:
    known = np.isfinite(reward)
    error = np.mean((reward[known] - value[known]) ** 2)
    return round(1 - float(error / np.var(reward[known])), 4)
