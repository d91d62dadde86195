"""Many samples of the base model per prompt, with truth and judge scores: best-of-N and ceilings.

Sampling takes many minutes, and several studies use the same pool. So it is kept in a file.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.data.sampling import sample_all
from tiller_training.evaluate.bench import Bench
from tiller_training.models.precision import fast_dtype
from tiller_training.objectives import KIND_OF
from tiller_training.reward.fallible import JUDGED
from tiller_training.run.artefacts import write_atomic
from tiller_training.run.settings import END

ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Pool:
    """truth and judge: objective -> (P,M), for the objectives of one kind. tokens is (P,M).

    members: the scores of each fallible judge, (P,M,members), for the objectives that they know.
    """

    kind: str
    truth: dict[str, np.ndarray]
    judge: dict[str, np.ndarray]
    members: dict[str, np.ndarray]
    tokens: np.ndarray


TABLES = ("truth", "judge", "members")


def kept_pool(folder: Path, bench: Bench, prompts: int, samples: int, seed: int, weights: dict[str, str]) -> Pool:
    """`sample_pool`, or its file in `folder` if the same models made it before. `weights` are their hashes."""
    models = {name: weights.get(name) for name in ("policy", "judge", "fallible")}
    asked = [bench.kind, bench.prompts[:prompts], samples, seed, bench.max_tokens, bench.trained.constants, models]
    question = json.dumps(asked)
    path = folder / f"{bench.kind}-{hashlib.sha256(question.encode()).hexdigest()[:16]}.npz"
    if not path.is_file():
        write_pool(path, sample_pool(bench, prompts, samples, seed))
    return read_pool(path, bench.kind)


def write_pool(path: Path, pool: Pool) -> None:
    arrays = {f"{table}/{name}": values for table in TABLES for name, values in getattr(pool, table).items()}
    write_atomic(path, lambda handle: np.savez(handle, tokens=pool.tokens, **arrays))


def read_pool(path: Path, kind: str) -> Pool:
    with np.load(path) as arrays:
        parts = {table: {n.split("/")[1]: arrays[n] for n in arrays.files if n.startswith(f"{table}/")} for table in TABLES}
        return Pool(kind, **parts, tokens=arrays["tokens"])


def sample_pool(bench: Bench, prompts: int, samples: int, seed: int) -> Pool:
    """`samples` independent base responses to each of the first `prompts` prompts."""
    if prompts > len(bench.prompts):
        raise ValueError(f"the pool needs {prompts} prompts, the bench has {len(bench.prompts)}: give it more prompts")
    jobs = [index for index in range(prompts) for _ in range(samples)]
    policy = copy.deepcopy(bench.trained.policy).to(fast_dtype(bench.device))
    ids = [bench.encoded[index] for index in jobs]
    drawn = [answer.tokens for answer in sample_all(policy, ids, bench.max_tokens, ROWS_AT_ONCE, seed, with_distributions=False)]
    texts = bench.trained.tokenizer.decode_batch(drawn)
    truths = bench.truths([bench.prompts[index] for index in jobs], [text.strip() for text in texts])
    rows = [prompt + tokens for prompt, tokens in zip(ids, drawn)]
    scores = bench.judge_scores(rows)
    shape = (prompts, samples)
    members: dict[str, np.ndarray] = {}
    if bench.trained.fallible is not None:
        own = bench.fallible_scores(rows)
        members = {
            objective: own[:, column].reshape(*shape, -1)
            for column, objective in enumerate(JUDGED)
            if KIND_OF[objective] == bench.kind
        }
    return Pool(
        kind=bench.kind,
        truth={objective: _known(values).reshape(shape) for objective, values in truths.items()},
        judge={
            objective: scores[:, column].reshape(shape)
            for column, objective in enumerate(OBJECTIVES)
            if KIND_OF[objective] == bench.kind
        },
        members=members,
        tokens=np.array([len(tokens) - (tokens[-1] == END) for tokens in drawn]).reshape(shape),
    )


def _known(values: np.ndarray) -> np.ndarray:
    """An undefined truth (of an empty response) becomes the lowest one, because ranking needs a number."""
    return np.where(np.isnan(values), np.nanmin(values), values)
