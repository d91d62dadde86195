"""Many samples of the base model per prompt, with truth and judge scores: best-of-N and ceilings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tiller_training.decode.guided import Decoded, decode
from tiller_training.decode.guides import Unguided
from tiller_training.evaluate.bench import KIND_OF, MAX_TOKENS, OBJECTIVE_IDS, Bench

ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Pool:
    """truth and judge: objective -> (P,M), for the objectives of one kind; tokens (P,M)."""

    kind: str
    truth: dict[str, np.ndarray]
    judge: dict[str, np.ndarray]
    tokens: np.ndarray


def sample_pool(bench: Bench, prompts: int, samples: int, seed: int) -> Pool:
    """`samples` independent base responses to each of the first `prompts` prompts."""
    if prompts > len(bench.prompts):
        raise ValueError(f"asked for {prompts} prompts of {len(bench.prompts)}: give the bench more")
    generator = torch.Generator().manual_seed(seed)
    jobs = [index for index in range(prompts) for _ in range(samples)]
    results: list[Decoded] = []
    for start in range(0, len(jobs), ROWS_AT_ONCE):
        ids = [bench.encoded[index] for index in jobs[start : start + ROWS_AT_ONCE]]
        results += decode(bench.trained.policy, ids, Unguided(), generator, MAX_TOKENS)[0]
    texts = [bench.text(result) for result in results]
    truths = bench.truths([bench.prompts[index] for index in jobs], texts)
    scores = np.concatenate([
        bench.judge_scores(bench.encoded[index], results[index * samples : (index + 1) * samples])
        for index in range(prompts)
    ])
    shape = (prompts, samples)
    return Pool(
        kind=bench.kind,
        truth={objective: _known(values).reshape(shape) for objective, values in truths.items()},
        judge={
            objective: scores[:, column].reshape(shape)
            for column, objective in enumerate(OBJECTIVE_IDS)
            if KIND_OF[objective] == bench.kind
        },
        tokens=np.array([len(result.tokens) for result in results]).reshape(shape),
    )


def _known(values: np.ndarray) -> np.ndarray:
    """An undefined truth (an empty response) counts as the worst seen: ranking needs a number."""
    return np.where(np.isnan(values), np.nanmin(values), values)
