"""Next-token distributions of the three routes, and the distance to the base distribution.

Shapes: B rows, V vocabulary, k candidates, all natural logarithms, float32 or float64.
`beta` is the KL coefficient (> 0): rewards enter as r / beta.
"""

from __future__ import annotations

import torch
from torch import Tensor


def genarm_distribution(base: Tensor, arms: list[tuple[float, Tensor]], beta: float) -> Tensor:
    """log pi(v) = log pi_ref(v) + sum_i (w_i b_i / beta) log pi_i(v) - log Z.

    base (B,V) log-probabilities; arms = [(w_i * b_i, (B,V) log-probabilities)]; returns (B,V).
    Paper: Xu et al., GenARM, arXiv:2410.08193; their code calls w b / beta alpha.
    """
    _check_beta(beta)
    scores = base
    for coefficient, logprobs in arms:
        if coefficient != 0:  # 0 * -inf would be NaN
            scores = scores + (coefficient / beta) * logprobs
    return torch.log_softmax(scores, dim=-1)


def vas_distribution(base: Tensor, candidates: Tensor, values: Tensor, beta: float) -> Tensor:
    """log pi(a) = log pi_ref(a) + (1/beta)(V(a) - mean over C of V) for a in C, 0 elsewhere, - log Z.

    base (B,V); candidates (B,k) ids, the top-k of the base distribution; values (B,k) weighted values
    V_w of the state after each candidate; returns (B,V).
    Paper: Han et al., Value-Augmented Sampling, arXiv:2405.06639; their beta is our 1/beta.
    """
    _check_beta(beta)
    shift = (values - values.mean(dim=-1, keepdim=True)) / beta
    return torch.log_softmax(base.scatter_add(-1, candidates, shift.to(base.dtype)), dim=-1)


def kl_divergence(distribution: Tensor, base: Tensor) -> Tensor:
    """KL(distribution || base) in nats, (B,V),(B,V) -> (B,); tokens of probability 0 add nothing."""
    terms = torch.where(distribution > -torch.inf, distribution.exp() * (distribution - base), torch.zeros_like(distribution))
    return terms.sum(dim=-1)


def _check_beta(beta: float) -> None:
    if not beta > 0:
        raise ValueError(f"beta must be > 0, got {beta}; infinity is the base model")
