"""Stage `value`: predicts the truth of the finished text after every token.

TD(lambda) on the policy's roll-outs (Han et al. 2024, arXiv 2405.06639) with gamma 1, lambda 0.95 and one reward at
the end, the standardised truth. Unlike the public code, training includes the state after the end of text, because
decoding needs its value. Targets use a slow copy of the model, so that they do not move with its weights. Before
that, the model learns the reward that a text has earned so far (`earnings.py`). Without this it may never find the
words that an objective counts.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows, length_batches
from tiller_training.models.heads import ValueModel
from tiller_training.models.llama import parameter_count
from tiller_training.models.precision import low_precision
from tiller_training.reward.earnings import earnings_of_rollouts
from tiller_training.reward.pairs import load_pairs
from tiller_training.reward.truths import labelled, load_truth
from tiller_training.reward.value_report import explained_variance
from tiller_training.run.artefacts import save_model, write_json
from tiller_training.run.context import Context, Progress, say
from tiller_training.run.settings import PassPlan
from tiller_training.train.lm import Pair, hidden_function, schedule
from tiller_training.train.start import first_weights

SLOW_DECAY = 0.99  # the slow copy is an average over about a hundred steps


def lambda_returns(values: Tensor, reward: Tensor, last: Tensor, lambda_: float) -> Tensor:
    """TD(lambda) targets at gamma 1 of ragged rows; (B,S,O) values -> (B,S,O) targets.

    values[:, t] belongs to the state after token t. reward (B,O) comes with the last token, at position last (B,).
    The positions after it are padding and get the reward too.
    G_t = (1 - lambda) V_{t+1} + lambda G_{t+1}, and G = reward at the last state.
    """
    targets = torch.empty_like(values)
    following = reward
    for position in range(values.shape[1] - 1, -1, -1):
        if position + 1 < values.shape[1]:
            mixed = (1 - lambda_) * values[:, position + 1] + lambda_ * following
            following = torch.where((position >= last)[:, None], reward, mixed)
        targets[:, position] = following
    return targets


def value_loss(values: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    """Half the mean squared error where weight (B,S,O) is 1; NaN targets must have weight 0."""
    errors = torch.where(weight > 0, values - targets, torch.zeros_like(values))
    return 0.5 * errors.square().sum() / weight.sum()


def state_weights(shape: torch.Size, lengths: Tensor, prompts: Tensor, defined: Tensor) -> Tensor:
    """1 for states from the end of the prompt to the last token, of defined objectives."""
    positions = torch.arange(shape[1], device=lengths.device)
    states = (positions >= prompts[:, None] - 1) & (positions < lengths[:, None])
    return (states[:, :, None] & defined[:, None, :]).float()


class SlowCopy:
    """An exponential average of a model's weights."""

    def __init__(self, model: nn.Module) -> None:
        self.model = copy.deepcopy(model).requires_grad_(False)

    @torch.no_grad()
    def follow(self, model: nn.Module, step: int) -> None:
        # At first the average must forget quickly, or it would keep the initial weights.
        rate = max(1 - SLOW_DECAY, 1 / (step + 1))
        for slow, fast in zip(self.model.parameters(), model.parameters()):
            slow.lerp_(fast, rate)


class ValueFit:
    """A value model in training, on roll-outs and their truth."""

    def __init__(self, context: Context, model: ValueModel, rows: TokenRows, truth: np.ndarray, chosen: np.ndarray) -> None:
        self._context, self._device, self._seed = context, context.device, context.seed("value")
        self._rows, self._truth, self._chosen = rows, truth, chosen
        self.model, self.slow = model, SlowCopy(model)
        self._trunk = hidden_function(model, context.compiled)
        self._slow_trunk = hidden_function(self.slow.model, context.compiled)

    def passes(self, what: str, plan: PassPlan, targets: Targets) -> Iterator[int]:
        """Passes over the roll-outs with their own learning-rate schedule. Yields after each pass."""
        lengths = self._rows.lengths[self._chosen]
        generator, optimiser = np.random.default_rng(self._seed), Pair(self.model, plan.learning_rate)
        steps = max(1, round(len(self._chosen) / plan.batch)) * plan.epochs
        progress, step, seen = Progress(what, len(self._chosen) * plan.epochs, "responses"), 0, 0
        for number in range(plan.epochs):
            for batch in length_batches(lengths, int(plan.batch * lengths.mean()), generator):
                members = self._chosen[batch]
                ids, ends, prompts, reward, defined = labelled(self._rows, self._truth, members, self._device)
                with low_precision(self._device):
                    states = self._trunk(ids)
                goal = targets(self, ids, ends, reward, members)
                weight = state_weights(ids.shape, ends, prompts, defined)
                loss = value_loss(self.model.value_head(states.float()), goal, weight)
                loss.backward()
                optimiser.step(schedule(step, steps))
                self.slow.follow(self.model, step)
                step, seen = step + 1, seen + len(batch)
                progress.update(seen, lambda: f"loss {loss.item():.4f}")
            yield number

    @torch.no_grad()
    def slow_values(self, ids: Tensor) -> Tensor:
        """(B,S,O) float32 of the slow copy."""
        with low_precision(self._device):
            states = self._slow_trunk(ids)
        return self.slow.model.value_head(states.float())


Targets = Callable[[ValueFit, Tensor, Tensor, Tensor, np.ndarray], Tensor]


def returns(lambda_: float) -> Targets:
    """TD(lambda) by the slow copy."""
    return lambda fit, ids, ends, reward, members: lambda_returns(fit.slow_values(ids), reward, ends - 1, lambda_)


def earnings(context: Context, rows: TokenRows, chosen: np.ndarray) -> Targets:
    """The reward that each text has earned so far (`earnings.py`)."""
    known = earnings_of_rollouts(context, chosen)

    def targets(fit: ValueFit, ids: Tensor, ends: Tensor, reward: Tensor, members: np.ndarray) -> Tensor:
        grid = np.zeros((*ids.shape, len(OBJECTIVES)), dtype=np.float32)
        for line, index in enumerate(members):
            start = rows.prompt_lengths[index] - 1
            grid[line, start : start + len(known[index])] = np.nan_to_num(known[index])
        return torch.from_numpy(grid).to(ids.device)

    return targets


def run(context: Context) -> dict[str, Any]:
    settings, device = context.settings, context.device
    config, weights = first_weights(context, "value")
    torch.manual_seed(context.seed("value"))
    model = ValueModel(config, len(OBJECTIVES))
    model.load_state_dict(weights, strict=False)
    rows, truth = load_truth(context)
    training, held_out = split_rows(context, truth)
    tokens = int(settings.value.batch * rows.lengths[training].mean())
    fit, curve = ValueFit(context, model.to(device), rows, truth, training), []
    lessons = (
        ("value, so far", settings.value_start, earnings(context, rows, training)),
        ("value", settings.value, returns(settings.lambda_)),
    )
    for what, plan, targets in lessons:
        for _ in fit.passes(what, plan, targets):
            curve.append(explained_variance(fit.slow.model, rows, truth, held_out, tokens, device))
            say(what, f"explained variance by position: {curve[-1]}")
    # The average is saved, because it is less noisy than the last weights.
    save_model(context.folder("value"), fit.slow.model, config)
    facts = {
        "parameters": parameter_count(model),
        "training_responses": len(training),
        "held_out_responses": len(held_out),
        "reward": "standardised truth",
        "explained_variance": curve[-1],
        "explained_variance_by_pass": curve,
    }
    write_json(context.results / "value.json", facts)
    return facts


def split_rows(context: Context, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows for training and rows of held-out prompts. All have a truth."""
    pairs = load_pairs(context)
    held = np.zeros(len(truth), dtype=bool)
    held[pairs.groups[pairs.held_out].ravel()] = True
    known = np.isfinite(truth).any(axis=1)
    return np.flatnonzero(known & ~held), np.flatnonzero(known & held)
