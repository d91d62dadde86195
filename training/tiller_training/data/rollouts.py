"""Stages `rollouts-<kind>`: the policy answers prompts of the training split.

ARMs, value model and judge learn from these responses. Each prompt has several responses, so that a pair differs by
chance alone.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tiller_training.data.corpus import stream_documents
from tiller_training.data.dataset import TokenRows
from tiller_training.data.kept_distributions import KeptDistributions
from tiller_training.data.sampling import sample_all
from tiller_training.data.vocabulary import load_tokenizer, prompt_ids
from tiller_training.models.llama import Llama
from tiller_training.models.precision import fast_dtype
from tiller_training.run.artefacts import PipelineError, check_vocabulary, load_model_files
from tiller_training.run.context import Context, Progress
from tiller_training.run.settings import END
from tiller_training.world.document import Document

SHARD_PROMPTS = 750


@dataclass(frozen=True)
class Rollouts:
    """Row `i * responses + j` of `rows` is response j to `documents[i].prompt`."""

    documents: list[Document]
    rows: TokenRows
    responses: int

    def prompt_index(self, row: int) -> int:
        return row // self.responses


def run(context: Context, kind: str) -> dict[str, Any]:
    settings, stage = context.settings, f"rollouts-{kind}"
    folder = context.folder(stage)
    documents = prompts_of(context, kind, settings.rollout_prompts[kind])
    tokenizer, model = load_tokenizer(context), load_policy(context, low_precision=True)
    progress = Progress(stage, len(documents), "prompts")
    shards = []
    for start in range(0, len(documents), SHARD_PROMPTS):
        shard = folder / f"shard-{start:06d}"
        shards.append(shard)
        # This file is written last. If it exists, the shard is whole.
        if not (shard / "prompt_lengths.npy").is_file():
            prompts = [
                prompt_ids(tokenizer, kind, document.prompt)
                for document in documents[start : start + SHARD_PROMPTS]
                for _ in range(settings.responses_per_prompt)
            ]
            seed = context.seed(stage) + start
            answers = sample_all(model, prompts, settings.max_new_tokens, settings.rollout_batch, seed)
            lengths = [len(prompt) for prompt in prompts]
            KeptDistributions.of_responses([answer.distributions for answer in answers], lengths).save(shard)
            rows = [prompt + answer.tokens for prompt, answer in zip(prompts, answers)]
            TokenRows.from_lists(rows, lengths).save(shard)
        progress.update(min(start + SHARD_PROMPTS, len(documents)))
    merged = TokenRows.merge([TokenRows.load(shard) for shard in shards])
    merged.save(folder)
    KeptDistributions.merge([KeptDistributions.load(shard) for shard in shards]).save(folder)
    for shard in shards:
        shutil.rmtree(shard)
    ended = np.mean([merged.row(index)[-1] == END for index in range(len(merged))])
    responses = merged.lengths - merged.prompt_lengths
    return {
        "prompts": len(documents),
        "responses": len(merged),
        "tokens": int(responses.sum()),
        "mean_response": float(responses.mean()),
        "ended": float(ended),
    }


def prompts_of(context: Context, kind: str, count: int) -> list[Document]:
    """The first `count` training documents of a kind. All have different prompts."""
    found: dict[str, Document] = {}
    for document in stream_documents(context, "train"):
        if document.kind == kind:
            found.setdefault(document.prompt, document)
        if len(found) == count:
            return list(found.values())
    raise PipelineError(f"the corpus has {len(found)} different {kind} prompts, {count} are needed: generate more documents")


def load_policy(context: Context, low_precision: bool) -> Llama:
    folder = context.folder("policy")
    config, weights = load_model_files(folder)
    check_vocabulary(config, load_tokenizer(context).get_vocab_size(), folder)
    model = Llama.of(config, weights).to(context.device).eval()
    return model.to(fast_dtype(context.device)) if low_precision else model


def load_rollouts(context: Context, kind: str) -> Rollouts:
    folder: Path = context.folder(f"rollouts-{kind}")
    documents = prompts_of(context, kind, context.settings.rollout_prompts[kind])
    return Rollouts(documents, TokenRows.load(folder), context.settings.responses_per_prompt)
