"""Rows of one trunk that advance together. They can also read candidates without keeping them."""

from __future__ import annotations

import torch
from torch import Tensor

from tiller_training.models.cache import KeyValueCache
from tiller_training.models.llama import Trunk
from tiller_training.run.settings import PAD


class Rows:
    """A ragged batch: `last` (B,D) is the hidden state at each row's latest token."""

    def __init__(self, trunk: Trunk, prompts: list[list[int]], capacity: int) -> None:
        config = trunk.config
        self._trunk = trunk
        self._cache = KeyValueCache(
            config.num_hidden_layers,
            len(prompts),
            config.num_key_value_heads,
            capacity,
            config.head_dim,
            device=trunk.cos.device,
        )
        ids, lengths = pad_right(prompts, trunk.cos.device)
        hidden = trunk(ids, self._cache)
        self._cache.set_lengths(lengths)
        self.last = hidden[torch.arange(len(prompts), device=ids.device), lengths - 1]

    def step(self, tokens: Tensor) -> None:
        """Append tokens (B,)."""
        self.last = self._trunk(tokens[:, None], self._cache)[:, 0]

    def peek(self, candidates: Tensor) -> Tensor:
        """Hidden states (B,k,D) after each candidate (B,k), as if it alone had been appended."""
        return self._trunk(candidates, _Peek(self._cache))

    def select(self, rows: Tensor) -> None:
        self._cache.select(rows)
        self.last = self.last.index_select(0, rows)


class _Peek(KeyValueCache):
    """A view of a cache in which all new tokens have the row's next position and do not see each other. So one forward
    equals k forwards with one candidate each, and nothing is stored."""

    def __init__(self, base: KeyValueCache) -> None:
        self._base = base
        self.longest = base.longest
        self._visible = torch.empty(0)

    def begin(self, count: int) -> Tensor:
        base = self._base
        columns = torch.arange(base.longest, device=base.lengths.device)
        prefix = (columns < base.lengths[:, None])[:, None].expand(-1, count, -1)
        itself = torch.eye(count, dtype=torch.bool, device=prefix.device)
        self._visible = torch.cat((prefix, itself.expand(len(prefix), -1, -1)), dim=-1)[:, None]
        return base.lengths[:, None].expand(-1, count)

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        stored = slice(None, self._base.longest)
        keys = torch.cat((self._base.keys[layer][:, :, stored].to(key.dtype), key), dim=2)
        values = torch.cat((self._base.values[layer][:, :, stored].to(value.dtype), value), dim=2)
        return keys, values, self._visible


def pad_right(prompts: list[list[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Ragged ids -> (B,S) padded with PAD, and lengths (B,)."""
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    if int(lengths.min()) == 0:
        raise ValueError("a prompt has no tokens: start every prompt with <s>")
    ids = torch.full((len(prompts), int(lengths.max())), PAD)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = torch.tensor(prompt)
    return ids.to(device), lengths.to(device)
