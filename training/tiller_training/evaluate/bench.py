"""Decodes held-out prompts under a guide and scores the texts. All studies use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from tokenizers import Tokenizer

from tiller_training import OBJECTIVES
from tiller_training.data.vocabulary import prompt_ids
from tiller_training.decode.guided import Decoded, decode
from tiller_training.decode.guides import Genarm, Guide, Unguided, Vas
from tiller_training.decode.rows import pad_right
from tiller_training.models.heads import RewardEnsemble, RewardModel, ValueModel
from tiller_training.models.llama import Llama
from tiller_training.objectives import KIND_OF, truth
from tiller_training.polish.wellformed import is_well_formed
from tiller_training.reward.arm import response_log_probs
from tiller_training.run.artefacts import PipelineError
from tiller_training.run.parallel import spread
from tiller_training.run.settings import END

MAX_TOKENS = 240
SEED_STEP = 1_000  # between draws; the pools use seeds close to the first one


@dataclass(frozen=True)
class Trained:
    """The models under test. `arms[o] = (b, model)`. `neutral` is the small language model that ARMs start from. It is
    None if there is none, and so is `fallible`. `constants[o] = (mean, sd)` standardise the truth."""

    policy: Llama
    neutral: Llama | None
    arms: dict[str, tuple[float, Llama]]
    value: ValueModel
    judge: RewardModel
    fallible: RewardEnsemble | None
    tokenizer: Tokenizer
    constants: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Outcome:
    """Per prompt (P,): truth of each objective (NaN where undefined), KL, form and length. `rows` are the ids of prompt
    and response, as reward models read them. With several draws, figures are means, and texts and rows are those of the
    first draw."""

    truth: dict[str, np.ndarray]
    kl: np.ndarray
    well_formed: np.ndarray
    tokens: np.ndarray
    texts: list[str]
    rows: list[list[int]]
    positions_per_token: float


def mean_outcome(draws: Sequence[Outcome]) -> Outcome:
    """The mean of several draws. A prompt has no truth if one of its draws has none."""
    first = draws[0]
    if len(draws) == 1:
        return first
    means = {name: np.mean([getattr(draw, name) for draw in draws], axis=0) for name in ("kl", "well_formed", "tokens", "positions_per_token")}
    truths = {objective: np.mean([draw.truth[objective] for draw in draws], axis=0) for objective in first.truth}
    return replace(first, truth=truths, **means)


class Bench:
    """Decodes every prompt of one kind once per call. All strategies get the same noise from the seed."""

    def __init__(self, trained: Trained, kind: str, prompts: Sequence[str], seed: int, max_tokens: int = MAX_TOKENS) -> None:
        self.trained, self.kind, self.prompts, self.seed, self.max_tokens = trained, kind, list(prompts), seed, max_tokens
        self.encoded = [prompt_ids(trained.tokenizer, kind, prompt) for prompt in self.prompts]

    @property
    def device(self) -> torch.device:
        return self.trained.policy.model.cos.device

    def run(self, guide: Guide | None = None, draws: int = 1) -> Outcome:
        return mean_outcome([self._draw(guide, self.seed + SEED_STEP * draw) for draw in range(draws)])

    def _draw(self, guide: Guide | None, seed: int) -> Outcome:
        generator = torch.Generator(self.device).manual_seed(seed)
        results, positions = decode(
            self.trained.policy, self.encoded, guide or Unguided(), generator, self.max_tokens
        )
        produced = sum(len(result.tokens) + result.ended for result in results)
        return self.outcome(results, sum(positions.values()) / produced)

    def outcome(self, results: Sequence[Decoded], positions_per_token: float) -> Outcome:
        texts = [self.text(result) for result in results]
        return Outcome(
            truth=self.truths(self.prompts, texts),
            kl=np.array([result.kl for result in results]),
            well_formed=np.array([
                float(result.ended and is_well_formed(self.kind, prompt, text))
                for result, prompt, text in zip(results, self.prompts, texts)
            ]),
            tokens=np.array([len(result.tokens) for result in results]),
            texts=texts,
            rows=[whole_row(ids, result) for ids, result in zip(self.encoded, results)],
            positions_per_token=positions_per_token,
        )

    def text(self, result: Decoded) -> str:
        return self.trained.tokenizer.decode(result.tokens).strip()

    def truths(self, prompts: Sequence[str], texts: Sequence[str]) -> dict[str, np.ndarray]:
        rows = list(spread(partial(_truth, kind=self.kind, constants=self.trained.constants), list(zip(prompts, texts))))
        return {
            objective: np.array([np.nan if row[objective] is None else row[objective] for row in rows])
            for objective in OBJECTIVES
            if KIND_OF[objective] == self.kind
        }

    def genarm(self, weights: dict[str, float], beta: float) -> Genarm:
        arms = {
            f"arm-{o}": (weight * self.trained.arms[o][0], self.trained.arms[o][1])
            for o, weight in weights.items()
            if weight != 0
        }
        return Genarm(arms, beta)

    def neutral(self, objective: str, weight: float, beta: float) -> dict[str, Guide]:
        """The control, if there is one: the same coefficient with the small language model, which has seen no vote."""
        if self.trained.neutral is None:
            return {}
        guide = Genarm({"neutral": (weight * self.trained.arms[objective][0], self.trained.neutral)}, beta)
        return {"neutral": guide}

    def vas(self, weights: dict[str, float], beta: float, k: int) -> Vas:
        vector = torch.tensor([weights.get(o, 0.0) for o in OBJECTIVES], device=self.device)
        return Vas(self.trained.value, vector, beta, k)

    def judge_scores(self, rows: Sequence[list[int]]) -> np.ndarray:
        """(N,O) scores of N whole rows, mean over the judge's members."""
        return scores_of(self.trained.judge, rows).mean(axis=-1)

    def fallible_scores(self, rows: Sequence[list[int]]) -> np.ndarray:
        """(N,objectives,members) scores of the fallible judges."""
        if self.trained.fallible is None:
            raise PipelineError("there are no fallible judges: run --stage fallible first")
        return scores_of(self.trained.fallible, rows)

    @torch.inference_mode()
    def arm_rewards(self, objective: str, rows: Sequence[list[int]]) -> np.ndarray:
        """(N,) b log pi_r of the responses in whole rows. The rows answer the prompts of this bench in order."""
        b, arm = self.trained.arms[objective]
        ids, lengths = pad_right(list(rows), arm.model.cos.device)
        prompts = torch.tensor([len(prompt) for prompt in self.encoded], device=ids.device)
        return b * response_log_probs(arm.hidden(ids), arm.model.embed_tokens.weight, ids, lengths, prompts).cpu().numpy()


def _truth(asked: tuple[str, str], kind: str, constants: dict[str, tuple[float, float]]) -> dict[str, float | None]:
    return truth(kind, *asked, constants)


def whole_row(prompt: list[int], result: Decoded) -> list[int]:
    return prompt + result.tokens + ([END] if result.ended else [])


@torch.inference_mode()
def scores_of(judge: RewardModel | RewardEnsemble, rows: Sequence[list[int]], at_once: int = 128) -> np.ndarray:
    """(N,O,M) scores of whole rows, in order. Rows of similar length run together."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    found: dict[int, np.ndarray] = {}
    device = next(judge.parameters()).device
    for start in range(0, len(order), at_once):
        chosen = order[start : start + at_once]
        scores = judge(*pad_right([rows[index] for index in chosen], device))
        found |= zip(chosen, scores.float().cpu().numpy())
    return np.stack([found[index] for index in range(len(rows))])
