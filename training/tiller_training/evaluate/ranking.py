"""How well the value model ranks the likeliest tokens of one state. Decoding needs nothing else from it.

The study takes a state inside a response and each of the policy's k likeliest tokens there. The policy finishes the
text several times after each token. The mean truth of these roll-outs is the right value of the token.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch

from tiller_training import OBJECTIVES
from tiller_training.data.sampling import sample_all
from tiller_training.evaluate.bench import Bench
from tiller_training.evaluate.setting import Setting
from tiller_training.evaluate.stats import estimate
from tiller_training.models.llama import Llama
from tiller_training.models.precision import fast_dtype
from tiller_training.objectives import KIND_OF
from tiller_training.run.settings import END

STATES = 60  # of each kind, one a prompt
ROLLOUTS = 8  # of each candidate; even, for the halves
ROWS_AT_ONCE = 512
PLACES = (0.2, 0.8)  # the part of a response that states come from


def value_ranking(benches: dict[str, Bench], setting: Setting) -> dict[str, Any]:
    objectives: dict[str, Any] = {}
    for bench in benches.values():
        objectives |= _rank(bench, setting.k)
    return {"k": setting.k, "rollouts": ROLLOUTS, "objectives": {o: objectives[o] for o in OBJECTIVES}}


def _rank(bench: Bench, k: int) -> dict[str, Any]:
    policy = copy.deepcopy(bench.trained.policy).to(fast_dtype(bench.device))
    prompts = bench.encoded[:STATES]
    states = _states(policy, prompts, bench.max_tokens, bench.seed)
    candidates = [_likeliest(bench.trained.policy, state, k) for state in states]
    starts = [[*state, token] for state, tokens in zip(states, candidates) for token in tokens for _ in range(ROLLOUTS)]
    going = [index for index, start in enumerate(starts) if start[-1] != END]
    room = bench.max_tokens - min(len(state) - len(prompt) for state, prompt in zip(states, prompts))
    drawn = sample_all(policy, [starts[index] for index in going], room, ROWS_AT_ONCE, bench.seed + 1, with_distributions=False)
    rows = [list(start) for start in starts]
    for index, answer in zip(going, drawn):
        rows[index] += answer.tokens
    owners = [place for place in range(len(states)) for _ in range(k * ROLLOUTS)]
    texts = bench.trained.tokenizer.decode_batch([row[len(prompts[owner]) :] for row, owner in zip(rows, owners)])
    truths = bench.truths([bench.prompts[owner] for owner in owners], [text.strip() for text in texts])
    values = _values(bench, [[*state, token] for state, tokens in zip(states, candidates) for token in tokens])
    shape = (len(states), k)
    return {
        objective: agreement(values[:, column].reshape(shape), truths[objective].reshape(*shape, ROLLOUTS))
        for column, objective in enumerate(OBJECTIVES)
        if KIND_OF[objective] == bench.kind
    }


def agreement(values: np.ndarray, truths: np.ndarray) -> dict[str, Any]:
    """Compares values (S,k) with the truths of roll-outs (S,k,R) within each state. States with an undefined truth are
    left out.

    `reliability` is the correlation of two halves of the roll-outs. By Spearman-Brown, the square root of it, corrected
    for R roll-outs, is the highest possible correlation.
    """
    known = np.isfinite(truths).all(axis=(1, 2))
    values, truths = values[known], truths[known]
    half = truths.shape[2] // 2
    first, second = truths[:, :, :half].mean(axis=2), truths[:, :, half:].mean(axis=2)
    means = truths.mean(axis=2)
    halves = max(0.0, _within(first, second))
    best = np.take_along_axis(means, values.argmax(axis=1)[:, None], axis=1)[:, 0]
    return {
        "states": len(values),
        "correlation": _within(values, means),
        "reliability": halves,
        "ceiling": float(np.sqrt(2 * halves / (1 + halves))),
        "gainOfBest": estimate(best - means.mean(axis=1)),
        "gainPossible": estimate(np.take_along_axis(second, first.argmax(axis=1)[:, None], axis=1)[:, 0] - means.mean(axis=1)),
    }


def _within(one: np.ndarray, other: np.ndarray) -> float:
    centred = [part - part.mean(axis=1, keepdims=True) for part in (one, other)]
    return float(np.corrcoef(centred[0].ravel(), centred[1].ravel())[0, 1])


def _states(policy: Llama, prompts: list[list[int]], max_tokens: int, seed: int) -> list[list[int]]:
    """One place in one response to each prompt."""
    answers = sample_all(policy, prompts, max_tokens, ROWS_AT_ONCE, seed, with_distributions=False)
    generator = np.random.default_rng(seed)
    shares = generator.uniform(*PLACES, size=len(prompts))
    return [
        prompt + answer.tokens[: int(share * (len(answer.tokens) - 1))]
        for prompt, answer, share in zip(prompts, answers, shares)
    ]


@torch.inference_mode()
def _likeliest(policy: Llama, state: list[int], k: int) -> list[int]:
    return policy(torch.tensor([state], device=policy.model.cos.device))[0, -1].topk(k).indices.tolist()


@torch.inference_mode()
def _values(bench: Bench, rows: list[list[int]]) -> np.ndarray:
    """(N,O): the value of each row's last state."""
    return np.stack([bench.trained.value(torch.tensor([row], device=bench.device))[0, -1].cpu().numpy() for row in rows])
