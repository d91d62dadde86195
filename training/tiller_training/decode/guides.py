"""The guides of a batch of rows: none, autoregressive reward models, or a value model.

A caller opens a guide with the prompts, asks it for the distribution of the next token, tells it the token of every
row, and selects the rows that go on. The guide counts the token positions that each model has read since then.
"""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import torch
from torch import Tensor

from tiller_training.decode.distributions import genarm_distribution, vas_distribution
from tiller_training.decode.rows import Rows
from tiller_training.models.heads import ValueModel
from tiller_training.models.llama import Llama


class Guide(Protocol):
    positions: Counter[str]

    def open(self, prompts: list[list[int]], capacity: int) -> None: ...

    def distribution(self, base: Tensor) -> Tensor:
        """(B,V) base log-probabilities -> (B,V) guided log-probabilities."""

    def advance(self, tokens: Tensor) -> None: ...

    def select(self, rows: Tensor) -> None: ...


class Unguided:
    """The base model itself."""

    def __init__(self) -> None:
        self.positions: Counter[str] = Counter()

    def open(self, prompts: list[list[int]], capacity: int) -> None:
        pass

    def distribution(self, base: Tensor) -> Tensor:
        return base

    def advance(self, tokens: Tensor) -> None:
        pass

    def select(self, rows: Tensor) -> None:
        pass


class Genarm:
    """arms = {name: (weight * b, model)}: the distribution of `distributions.genarm_distribution`."""

    def __init__(self, arms: dict[str, tuple[float, Llama]], beta: float) -> None:
        self.arms = arms
        self.beta = beta
        self.positions: Counter[str] = Counter()
        self._rows: dict[str, Rows] = {}

    def open(self, prompts: list[list[int]], capacity: int) -> None:
        self.positions.clear()
        for name, (_, model) in self.arms.items():
            self._rows[name] = Rows(model.model, prompts, capacity)
            self.positions[name] += sum(map(len, prompts))

    def distribution(self, base: Tensor) -> Tensor:
        terms = [
            (coefficient, torch.log_softmax(model.logits(self._rows[name].last), dim=-1))
            for name, (coefficient, model) in self.arms.items()
        ]
        return genarm_distribution(base, terms, self.beta)

    def advance(self, tokens: Tensor) -> None:
        for name, rows in self._rows.items():
            rows.step(tokens)
            self.positions[name] += len(tokens)

    def select(self, rows: Tensor) -> None:
        for batch in self._rows.values():
            batch.select(rows)


class Vas:
    """weights (O,) over the value model's objectives: the distribution of `distributions.vas_distribution` on the top k."""

    def __init__(self, model: ValueModel, weights: Tensor, beta: float, k: int) -> None:
        self.model, self.weights, self.beta, self.k = model, weights, beta, k
        self.positions: Counter[str] = Counter()
        self._rows: Rows | None = None

    def open(self, prompts: list[list[int]], capacity: int) -> None:
        self.positions.clear()
        self._rows = Rows(self.model.model, prompts, capacity)
        self.positions["value"] += sum(map(len, prompts))

    def distribution(self, base: Tensor) -> Tensor:
        candidates = base.topk(self.k, dim=-1).indices
        hidden = self._opened.peek(candidates)
        self.positions["value"] += candidates.numel()
        values = self.model.value_head(hidden) @ self.weights
        return vas_distribution(base, candidates, values, self.beta)

    def advance(self, tokens: Tensor) -> None:
        self._opened.step(tokens)
        self.positions["value"] += len(tokens)

    def select(self, rows: Tensor) -> None:
        self._opened.select(rows)

    @property
    def _opened(self) -> Rows:
        if self._rows is None:
            raise RuntimeError("the guide has no rows yet: call open(prompts, capacity) first")
        return self._rows
