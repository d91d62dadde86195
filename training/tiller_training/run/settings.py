"""All numbers of a run. There are three sets: for two cores, for a GPU, and a toy set that runs in minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tiller_training.models.llama import LlamaConfig

BEGIN, END, PAD = 0, 1, 2


def llama(
    vocabulary: int, hidden: int, layers: int, heads: int, groups: int, inner: int
) -> LlamaConfig:
    """`groups` is the number of key/value heads. It is smaller than `heads`, because the page copies this cache at every step."""
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
    """Next-token training of one model: the tokens of each leg, and `batch` tokens per step.

    Each leg has its own warm-up and decay. From the second leg on, the learning rate peaks at `restart` times the
    first peak. `drills` is the number of rows of copying drills, as a share of the rows of the batch.
    """

    model: LlamaConfig
    legs: tuple[int, ...]
    batch: int
    learning_rate: float
    restart: float = 0.4
    drills: float = 0.0

    @property
    def leg_steps(self) -> tuple[int, ...]:
        return tuple(max(1, tokens // self.batch) for tokens in self.legs)


@dataclass(frozen=True)
class PassPlan:
    """Training on roll-outs: `epochs` passes with `batch` groups per step. For the value model these are responses."""

    epochs: int
    batch: int
    learning_rate: float


@dataclass(frozen=True)
class PolishPlan:
    """The policy's training on its own answers: `answers` per round, `batch` of them per step, in parts of `at_once`.
    Each part also reads `read` tokens of documents, which have weight `likelihood` per token."""

    rounds: int
    answers: int
    batch: int
    learning_rate: float
    likelihood: float
    at_once: int = 32
    read: int = 4_096


@dataclass(frozen=True)
class GuidedPlan:
    """Training of ARMs on guided answers to more `prompts` per objective. `held_out_prompts` of them only measure it.
    `push` is the strength, 1 / beta at weight 1. Manifests of older runs know it by this name."""

    prompts: dict[str, int]
    held_out_prompts: int
    push: float
    passes: PassPlan


@dataclass(frozen=True)
class FalliblePlan:
    """`members` judges that learn too little. Each reads `tokens` tokens of text, then makes `passes` over the pairs of
    `prompts` prompts of each kind. A share `flipped` of the votes is reversed. Of those, a share `hurried` goes from
    the longer text to the shorter one."""

    members: int
    tokens: int
    prompts: int
    flipped: float
    hurried: float
    passes: PassPlan


@dataclass(frozen=True)
class StudySizes:
    """Held-out prompts per kind. Best-of-N, over-optimisation and the ceiling each have (prompts, samples per prompt)."""

    prompts: int
    pool: tuple[int, int]
    wide: tuple[int, int]
    ceiling: tuple[int, int]


@dataclass(frozen=True)
class Settings:
    """Sizes are counts of documents, prompts or tokens. The ARMs are trained with `b`. `strangers` is a share of the
    training documents."""

    seed: int
    documents: int
    validation: int
    prompts: int
    vocabulary: int
    strangers: float
    policy: LmPlan
    polish: PolishPlan
    small: LmPlan
    rollout_prompts: dict[str, int]
    rollout_batch: int
    held_out_prompts: int
    max_new_tokens: int
    arm: PassPlan
    b_sweep: tuple[float, ...]
    b: dict[str, float]
    guided: GuidedPlan
    value_start: PassPlan
    value: PassPlan
    judge: PassPlan
    fallible: FalliblePlan
    studies: StudySizes
    free_samples: int
    responses_per_prompt: int = 4
    votes: int = 8
    lambda_: float = 0.95


FULL = Settings(
    seed=20261123,
    documents=110_000,
    validation=2_000,
    prompts=1_000,
    vocabulary=4096,
    strangers=0.5,
    policy=LmPlan(llama(4096, 256, 6, 4, 2, 704), (8_000_000, 8_000_000, 4_000_000, 4_500_000, 9_000_000, 7_000_000, 4_000_000, 4_500_000, 3_000_000), 4096, 1e-2, drills=0.2),
    small=LmPlan(llama(4096, 128, 3, 4, 2, 352), (5_000_000,), 4096, 1.5e-2),
    polish=PolishPlan(48, 512, 128, 1e-3, likelihood=0.25),
    rollout_prompts={"story": 3_600, "advice": 5_400},  # helpful is the hardest to learn, because every topic has its own order of steps
    rollout_batch=512,
    held_out_prompts=240,
    max_new_tokens=240,
    arm=PassPlan(1, 8, 3e-3),
    b_sweep=(0.01, 0.02, 0.05, 0.1),
    b=dict.fromkeys(("joy", "adventure", "dialogue", "detail", "helpful", "cautious"), 0.01),
    guided=GuidedPlan(dict.fromkeys(("joy", "adventure", "dialogue", "detail", "cautious"), 1_500) | {"helpful": 3_000}, 150, 5.0, PassPlan(1, 8, 2e-3)),
    value_start=PassPlan(2, 64, 2e-3),
    value=PassPlan(2, 64, 2e-3),
    judge=PassPlan(1, 16, 3e-3),
    fallible=FalliblePlan(5, 600_000, 400, 0.25, 0.8, PassPlan(2, 8, 2e-3)),
    studies=StudySizes(300, (60, 256), (60, 256), (60, 256)),
    free_samples=1_000,
)

# On a GPU the language models read far more text and polishing takes more rounds. The later stages are the same.
# The bundled models started with these settings (ten minutes on a GPU up to `policy`) and went on with FULL and --start.
ON_GPU = replace(
    FULL,
    documents=600_000,
    policy=replace(FULL.policy, legs=(250_000_000,), batch=49_152, drills=0.1),
    small=replace(FULL.small, legs=(200_000_000,), batch=49_152),
    polish=PolishPlan(29, 2_048, 256, 1e-3, likelihood=0.25, at_once=256, read=16_384),
)

SMOKE = Settings(
    seed=7,
    documents=1_200,
    validation=60,
    prompts=40,
    vocabulary=1024,
    strangers=0.5,
    policy=LmPlan(llama(1024, 64, 2, 2, 1, 128), (125_000, 125_000), 2048, 1e-2, drills=0.125),
    small=LmPlan(llama(1024, 32, 2, 1, 1, 96), (100_000,), 2048, 1e-2),
    polish=PolishPlan(2, 64, 32, 7e-4, likelihood=0.25),
    rollout_prompts={"story": 60, "advice": 60},
    rollout_batch=64,
    held_out_prompts=10,
    max_new_tokens=64,
    arm=PassPlan(1, 8, 3e-3),
    b_sweep=(0.02,),
    b=dict.fromkeys(("joy", "adventure", "dialogue", "detail", "helpful", "cautious"), 0.02),
    guided=GuidedPlan(dict.fromkeys(("joy", "adventure", "dialogue", "detail", "helpful", "cautious"), 12), 4, 1.0, PassPlan(1, 8, 2e-3)),
    value_start=PassPlan(1, 64, 2e-3),
    value=PassPlan(1, 64, 2e-3),
    judge=PassPlan(1, 8, 3e-3),
    fallible=FalliblePlan(5, 10_000, 16, 0.25, 0.6, PassPlan(1, 8, 3e-3)),
    studies=StudySizes(8, (4, 16), (4, 16), (2, 32)),
    free_samples=32,
)
