"""Models that read scores from a trunk: the value model, the judge and an ensemble of judges.

Their linear read-outs have a bias. Shapes are those of `llama.py`, with O objectives and M members.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tiller_training.models.cache import KeyValueCache
from tiller_training.models.llama import LlamaConfig, Trunk, initialise


class ValueModel(nn.Module):
    """The expected final reward of each objective, read after every token: (B,S) -> (B,S,O)."""

    def __init__(self, config: LlamaConfig, objectives: int) -> None:
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        self.value_head = nn.Linear(config.hidden_size, objectives)
        initialise(self, config)
        # The public VAS code starts the head at zero, so the first targets are the plain returns.
        nn.init.zeros_(self.value_head.weight)

    def forward(self, ids: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        return self.value_head(self.model(ids, cache))


# The sum of a text's states is divided by this number of tokens, so that a new read-out is of order 1.
POOLED_TOKENS = 64


class RewardModel(nn.Module):
    """Judge: one score per objective and member, read from the sum of all states: (B,S) -> (B,O,M).

    The sum gives every word a gradient at once. The last state would first have to learn to attend to the words.
    The prompt counts too, by the same amount for all its answers.
    """

    def __init__(self, config: LlamaConfig, objectives: int, members: int = 1) -> None:
        super().__init__()
        self.config = config
        self.objectives = objectives
        self.members = members
        self.model = Trunk(config)
        self.reward_head = nn.Linear(config.hidden_size, objectives * members)
        initialise(self, config)
        nn.init.zeros_(self.reward_head.weight)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """lengths (B,) counts the real tokens of each row, at least 1."""
        return self.read(self.model(ids), lengths)

    def read(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        """States (B,S,D) of rows of `lengths` (B,) -> scores (B,O,M) float32."""
        return self.reward_head(pool(hidden, lengths)).view(-1, self.objectives, self.members)


class RewardEnsemble(nn.Module):
    """Several judges of one size: (B,S) -> (B,O,M). Member m has its own trunk."""

    def __init__(self, config: LlamaConfig, objectives: int, members: int) -> None:
        super().__init__()
        self.config = config
        self.members = nn.ModuleList(RewardModel(config, objectives) for _ in range(members))

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """lengths (B,) counts the real tokens of each row, at least 1."""
        return torch.cat([member(ids, lengths) for member in self.members], dim=-1)


def pool(hidden: Tensor, lengths: Tensor) -> Tensor:
    """Sum of the real states of rows (B,S,D), in units of `POOLED_TOKENS`: (B,D) float32."""
    real = torch.arange(hidden.shape[1], device=hidden.device) < lengths[:, None]
    return (hidden.float() * real[:, :, None]).sum(dim=1) / POOLED_TOKENS
