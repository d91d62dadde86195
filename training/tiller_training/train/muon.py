"""Muon: every update of a matrix is its momentum, orthogonalised.

K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024). With the
momentum M of a matrix [m, n], the update is the nearest orthogonal matrix, reached by five
Newton-Schulz steps X <- a X + (b A + c A^2) X with A = X X^T, and scaled by 0.2 sqrt(max(m, n)), so
that its entries are as large as those of Adam (Liu et al., arXiv 2502.16982).

`torch.optim.Muon` always uses bfloat16. On a processor without bfloat16 instructions that takes a hundred times as long
as the model itself. Here the caller chooses the arithmetic, and matrices of one shape are orthogonalised together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5


def orthogonalised(matrices: Tensor, dtype: torch.dtype) -> Tensor:
    """(K,m,n) -> (K,m,n) with singular values between about 0.7 and 1.2, in the given arithmetic."""
    a, b, c = COEFFICIENTS
    x = matrices.to(dtype)
    is_tall = x.shape[-2] > x.shape[-1]
    if is_tall:
        x = x.mT
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp_min(1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if is_tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """For matrices alone: Nesterov momentum, decoupled weight decay."""

    def __init__(
        self, parameters: Iterable[Tensor], lr: float, weight_decay: float, dtype: torch.dtype, momentum: float = 0.95
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.dim() != 2:
                    raise ValueError(f"Muon takes matrices, got shape {tuple(parameter.shape)}: leave it to AdamW")
        self._dtype = dtype

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            lr, momentum = group["lr"], group["momentum"]
            shapes: dict[torch.Size, list[tuple[Tensor, Tensor]]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                average = state.setdefault("momentum_buffer", torch.zeros_like(parameter))
                average.lerp_(parameter.grad, 1 - momentum)
                ahead = parameter.grad.lerp(average, momentum)
                shapes.setdefault(parameter.shape, []).append((parameter, ahead))
            for shape, members in shapes.items():
                updates = orthogonalised(torch.stack([ahead for _, ahead in members]), self._dtype)
                size = 0.2 * max(shape) ** 0.5
                for (parameter, _), update in zip(members, updates):
                    parameter.mul_(1 - lr * group["weight_decay"])
                    parameter.add_(update, alpha=-lr * size)
