"""Stages `guided-<objective>`: the policy answers more prompts of the training split, guided by an ARM.

An ARM first learns from texts of the policy. But in decoding it reads texts that it has guided, and those differ: they
already hold the things that it rewards, and its mistakes add up. So it learns from guided texts too, with votes by the
same truth. In the same way an imitation learner is trained on the states that it reaches (Ross et al. 2011, arXiv
1011.0686).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows
from tiller_training.data.kept_distributions import KEPT, KeptDistributions
from tiller_training.data.rollouts import Rollouts, load_policy, prompts_of
from tiller_training.data.vocabulary import load_tokenizer, prompt_ids
from tiller_training.decode.guided import decode
from tiller_training.decode.guides import Genarm, Guide
from tiller_training.models.llama import Llama
from tiller_training.objectives import KIND_OF
from tiller_training.reward.arm import first_arm
from tiller_training.reward.pairs import Pairs, voted
from tiller_training.reward.truths import standardised
from tiller_training.run.artefacts import MANIFEST, load_model_files, read_json
from tiller_training.run.context import Context, Progress
from tiller_training.run.settings import END
from tiller_training.world.document import Document

AT_ONCE = 256  # responses; prompts of similar length run together


def stage_of(objective: str) -> str:
    return f"guided-{objective}"


class Recorded:
    """A guide that also keeps the likeliest tokens of the base distribution at every step, as plain sampling does."""

    def __init__(self, guide: Guide) -> None:
        self._guide, self.positions = guide, guide.positions
        self._live: list[int] = []
        self._heads: list[list[tuple[np.ndarray, np.ndarray]]] = []

    def open(self, prompts: list[list[int]], capacity: int) -> None:
        self._guide.open(prompts, capacity)
        self._live, self._heads = list(range(len(prompts))), [[] for _ in prompts]

    def distribution(self, base: Tensor) -> Tensor:
        head = base.topk(min(KEPT, base.shape[1]), dim=-1)
        tokens, chances = head.indices.cpu().numpy().astype(np.uint16), head.values.exp().cpu().numpy().astype(np.float16)
        for slot, row in enumerate(self._live):
            self._heads[row].append((tokens[slot], chances[slot]))
        return self._guide.distribution(base)

    def advance(self, tokens: Tensor) -> None:
        self._guide.advance(tokens)

    def select(self, rows: Tensor) -> None:
        self._guide.select(rows)
        self._live = [self._live[slot] for slot in rows.tolist()]

    def distributions(self, row: int) -> KeptDistributions:
        """The distributions of a row's tokens and its end of text."""
        tokens, chances = zip(*self._heads[row])
        return KeptDistributions(np.array(tokens), np.array(chances))


def run(context: Context, objective: str) -> dict[str, Any]:
    settings, stage, kind = context.settings, stage_of(objective), KIND_OF[objective]
    documents = guided_prompts(context, objective)
    tokenizer = load_tokenizer(context)
    prompts = [
        prompt_ids(tokenizer, kind, document.prompt) for document in documents for _ in range(settings.responses_per_prompt)
    ]
    rows, distributions, kl = sample_guided(context, objective, prompts)
    truth = standardised(context, Rollouts(documents, rows, settings.responses_per_prompt))
    pairs = voted(rows, truth, settings.responses_per_prompt, settings.votes, np.random.default_rng(context.seed(stage)))
    pairs.held_out[: settings.guided.held_out_prompts] = True
    folder = context.folder(stage)
    rows.save(folder)
    distributions.save(folder)
    pairs.save(folder)
    own = truth[:, OBJECTIVES.index(objective)]
    return {"prompts": len(documents), "responses": len(rows), "kl": kl, "truth": float(np.nanmean(own)), "truth_sd": float(np.nanstd(own))}


def guided_prompts(context: Context, objective: str) -> list[Document]:
    """The prompts after those of the policy's roll-outs."""
    kind = KIND_OF[objective]
    known = context.settings.rollout_prompts[kind]
    return prompts_of(context, kind, known + context.settings.guided.prompts[objective])[known:]


@torch.inference_mode()
def sample_guided(context: Context, objective: str, prompts: list[list[int]]) -> tuple[TokenRows, KeptDistributions, float]:
    """A guided response to each prompt in order, the policy's distributions, and the mean KL of a response in nats."""
    settings, stage = context.settings, stage_of(objective)
    policy = load_policy(context, low_precision=False)
    folder = context.folder(first_arm(objective))
    arm = Llama.of(*load_model_files(folder)).to(context.device).eval()
    coefficient = settings.guided.push * read_json(folder / MANIFEST)["facts"]["b"]
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    rows, distributions, kl, progress = dict[int, list[int]](), dict[int, KeptDistributions](), 0.0, Progress(stage, len(prompts), "responses")
    for start in range(0, len(order), AT_ONCE):
        chosen = order[start : start + AT_ONCE]
        guide = Recorded(Genarm({"arm": (coefficient, arm)}, beta=1.0))
        generator = torch.Generator(context.device).manual_seed(context.seed(stage) + start)
        decoded, _ = decode(policy, [prompts[index] for index in chosen], guide, generator, settings.max_new_tokens)
        for slot, (index, response) in enumerate(zip(chosen, decoded)):
            tokens = response.tokens + ([END] if response.ended else [])
            rows[index], distributions[index] = prompts[index] + tokens, guide.distributions(slot)
            kl += response.kl / len(prompts)
        progress.update(start + len(chosen))
    in_order, lengths = range(len(prompts)), [len(prompt) for prompt in prompts]
    return (
        TokenRows.from_lists([rows[index] for index in in_order], lengths),
        KeptDistributions.of_responses([distributions[index] for index in in_order], lengths),
        kl,
    )


def load_guided(context: Context, objective: str) -> tuple[Pairs, KeptDistributions]:
    folder = context.folder(stage_of(objective))
    return Pairs.load(folder, TokenRows.load(folder)), KeptDistributions.load(folder)
