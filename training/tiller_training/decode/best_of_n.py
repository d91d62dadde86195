"""Choosing among N samples: best-of-N, its expectation from a pool, soft best-of-N, the target.

Scores and rewards are (P,M): P prompts, M independent samples of the base model each.
"""

from __future__ import annotations

import math

import numpy as np

Array = np.ndarray


def expected_best(scores: Array, rewards: Array, n: int) -> Array:
    """Unbiased E[reward of the best-scored of n] per prompt from M >= n samples, (P,).

    sum_i C(i-1, n-1) / C(M, n) * reward of the i-th worst by score (i = n..M); equal scores keep
    sample order. Paper: Coste et al., arXiv:2310.02743 (their code, bon_sampling.py).
    """
    samples = scores.shape[1]
    if not 1 <= n <= samples:
        raise ValueError(f"n must be between 1 and the {samples} samples per prompt, got {n}")
    ranks = np.arange(n, samples + 1)
    logs = [_log_choose(i - 1, n - 1) - _log_choose(samples, n) for i in ranks]
    order = np.argsort(scores, axis=1, kind="stable")
    ordered = np.take_along_axis(rewards, order, axis=1)
    return ordered[:, n - 1 :] @ np.exp(logs)


def kl_upper_bound(n: int) -> float:
    """KL(best-of-n || base) <= log n - (n-1)/n nats. Beirami et al., arXiv:2401.01879."""
    return math.log(n) - (n - 1) / n


def soft_choice(scores: Array, beta: float) -> Array:
    """Soft best-of-N: probability of each sample, softmax(score / beta), (P,N)."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / beta
    weights = np.exp(shifted)
    return weights / weights.sum(axis=1, keepdims=True)


def target_curve_point(rewards: Array, beta: float) -> tuple[float, float, float]:
    """(mean reward, KL, effective samples) of pi* ∝ pi_ref exp(r / beta), from base samples.

    Self-normalised importance weights per prompt, averaged over prompts. No policy with this KL has more reward, so the
    curve is a ceiling. KL = log M + sum w log w per prompt cannot exceed log M. The point is reliable only if the
    effective sample size is large.
    """
    weights = soft_choice(rewards, beta)
    mean = float((weights * rewards).sum(axis=1).mean())
    entropy = -(weights * np.log(np.maximum(weights, 1e-300))).sum(axis=1)
    kl = float((math.log(rewards.shape[1]) - entropy).mean())
    return mean, kl, float((1 / (weights**2).sum(axis=1)).mean())


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
