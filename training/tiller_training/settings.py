"""All numbers of a run: the real one and a toy one that ends in minutes."""

from __future__ import annotations

from dataclasses import dataclass

from tiller_training.model import LlamaConfig

BEGIN, END, PAD = 0, 1, 2


def llama(
    vocabulary: int, hidden: int, layers: int, heads: int, groups: int, inner: int
) -> LlamaConfig:
    """`groups` key/value heads: fewer than heads, since a page copies this cache at every step."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=groups,
        intermediate_size=inner,
    )


@dataclass(frozen=True)
class LmPlan:
    """Next-token training of one model: `tokens` in all, `batch` tokens a step."""

    model: LlamaConfig
    tokens: int
    batch: int
    learning_rate: float


@dataclass(frozen=True)
class PairPlan:
    """Preference training: `batch` pairs a step, at most `epochs` over the training pairs."""

    epochs: int
    batch: int
    learning_rate: float


@dataclass(frozen=True)
class Settings:
    """Sizes are counts of documents, prompts or tokens; `b` is what the ARMs are trained with."""

    seed: int
    documents: int
    validation: int
    prompts: int
    vocabulary: int
    policy: LmPlan
    small: LmPlan
    trunk: LmPlan
    rollout_prompts: int
    rollout_batch: int
    held_out_pairs: int
    max_new_tokens: int
    arm: PairPlan
    b_sweep: tuple[float, ...]
    b: dict[str, float]
    value: PairPlan
    judge: PairPlan
    free_samples: int
    responses_per_prompt: int = 2
    votes: int = 3
    lambda_: float = 0.95


FULL = Settings(
    seed=20261123,
    documents=110_000,
    validation=2_000,
    prompts=1_000,
    vocabulary=4096,
    policy=LmPlan(llama(4096, 256, 6, 4, 2, 704), 10_000_000, 6144, 1e-2),
    small=LmPlan(llama(4096, 128, 3, 4, 2, 352), 8_000_000, 4096, 1.5e-2),
    trunk=LmPlan(llama(4096, 192, 4, 6, 2, 512), 6_000_000, 4096, 1.2e-2),
    rollout_prompts=23_000,
    rollout_batch=384,
    held_out_pairs=2_500,
    max_new_tokens=200,
    arm=PairPlan(3, 64, 5e-4),
    b_sweep=(0.02, 0.05, 0.1, 0.2),
    b=dict.fromkeys(("joy", "adventure", "dialogue", "detail", "helpful", "cautious"), 0.05),
    value=PairPlan(4, 128, 1e-3),
    judge=PairPlan(2, 64, 7e-4),
    free_samples=1_000,
)

SMOKE = Settings(
    seed=7,
    documents=1_200,
    validation=60,
    prompts=40,
    vocabulary=1024,
    policy=LmPlan(llama(1024, 64, 2, 2, 1, 128), 250_000, 2048, 1e-2),
    small=LmPlan(llama(1024, 32, 2, 1, 1, 96), 100_000, 2048, 1e-2),
    trunk=LmPlan(llama(1024, 64, 2, 2, 1, 128), 100_000, 2048, 1e-2),
    rollout_prompts=120,
    rollout_batch=64,
    held_out_pairs=40,
    max_new_tokens=64,
    arm=PairPlan(1, 32, 5e-4),
    b_sweep=(0.05,),
    b=dict.fromkeys(("joy", "adventure", "dialogue", "detail", "helpful", "cautious"), 0.05),
    value=PairPlan(1, 64, 1e-3),
    judge=PairPlan(1, 32, 7e-4),
    free_samples=32,
)
