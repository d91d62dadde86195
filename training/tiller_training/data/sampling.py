"""Plain sampling from a language model, fast enough for tens of thousands of responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tiller_training.data.kept_distributions import KEPT, KeptDistributions
from tiller_training.models.cache import KeyValueCache, close_gaps
from tiller_training.models.llama import Llama
from tiller_training.run.settings import END, PAD

# Finished rows still take time. When fewer than this share of rows is live, the cache drops the others.
LIVE_SHARE = 0.85


def draw(chances: Tensor, generator: torch.Generator) -> Tensor:
    """One token per row of probabilities, (B,V) -> (B,), by inverting the distribution.

    It draws one uniform number per row. Noise for every piece would take longer than the model.
    """
    cumulative = chances.cumsum(dim=-1)
    uniform = torch.rand((len(chances), 1), generator=generator, device=chances.device)
    tokens = torch.searchsorted(cumulative, uniform * cumulative[:, -1:])
    return tokens[:, 0].clamp_max_(chances.shape[1] - 1)


@dataclass(frozen=True)
class Drawn:
    """One response: its ids with </s>, and the likeliest tokens of the distribution of each."""

    tokens: list[int]
    distributions: KeptDistributions


@torch.inference_mode()
def sample_batch(
    model: Llama, prompts: Sequence[list[int]], max_new: int, generator: torch.Generator, with_distributions: bool = True
) -> list[Drawn]:
    """One response of at most `max_new` tokens per prompt, at temperature 1. Distributions are empty if not asked for."""
    config, weight = model.config, model.model.embed_tokens.weight
    lengths = torch.tensor([len(prompt) for prompt in prompts], device=weight.device)
    ids = torch.full((len(prompts), int(lengths.max())), PAD)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = torch.tensor(prompt)
    cache = KeyValueCache(
        config.num_hidden_layers,
        len(prompts),
        config.num_key_value_heads,
        ids.shape[1] + max_new,
        config.head_dim,
        dtype=weight.dtype,
        device=weight.device,
    )
    hidden = model.hidden(ids.to(weight.device), cache)
    cache.set_lengths(lengths)
    last = hidden[torch.arange(len(prompts), device=weight.device), lengths - 1]
    responses: list[list[int]] = [[] for _ in prompts]
    kept = min(KEPT, config.vocab_size) if with_distributions else 0
    heads = np.zeros((len(prompts), max_new, kept), np.uint16), np.zeros((len(prompts), max_new, kept), np.float16)
    rows = list(range(len(prompts)))
    finished = [False] * len(prompts)
    for step in range(max_new):
        chances = torch.softmax(model.logits(last).float(), dim=-1)
        tokens = draw(chances, generator)
        if with_distributions:
            for head, part in zip(heads, reversed(chances.topk(kept, dim=-1))):
                head[rows, step] = part.cpu().numpy()
        for row, token in zip(rows, tokens.tolist()):
            if not finished[row]:
                responses[row].append(token)
                finished[row] = token == END
        live = [slot for slot, row in enumerate(rows) if not finished[row]]
        if not live:
            break
        if len(live) < LIVE_SHARE * len(rows):
            live = close_gaps(live)
            keep = torch.tensor(live, device=weight.device)
            cache.select(keep)
            tokens, rows = tokens[keep], [rows[slot] for slot in live]
        last = model.hidden(tokens[:, None], cache)[:, 0]
    return [
        Drawn(response, KeptDistributions(*(head[row, : len(response)] for head in heads))) for row, response in enumerate(responses)
    ]


def sample_all(
    model: Llama,
    prompts: Sequence[list[int]],
    max_new: int,
    batch: int,
    seed: int,
    with_distributions: bool = True,
) -> list[Drawn]:
    """Responses in the order of the prompts. Prompts of similar length run together."""
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    responses: dict[int, Drawn] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        generator = torch.Generator(model.model.cos.device).manual_seed(seed + start)
        drawn = sample_batch(model, [prompts[index] for index in chosen], max_new, generator, with_distributions)
        for index, response in zip(chosen, drawn):
            responses[index] = response
    return [responses[index] for index in range(len(prompts))]
