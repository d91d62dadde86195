"""Stage `value`: what the finished text will be worth, read after every token.

TD(lambda) on the policy's roll-outs (Han et al. 2024, arXiv 2405.06639): gamma 1, lambda 0.95, one
reward at the end, the standardised truth itself. Unlike the public code, the state after the end
of text is trained too, since decoding asks for its value. Bootstrapped values come from a slow
copy of the model, so that the targets do not chase the weights.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tiller_training import OBJECTIVES
from tiller_training.artefacts import save_model, write_json
from tiller_training.context import Context, Progress, say
from tiller_training.dataset import TokenRows, length_batches
from tiller_training.lm import Pair, hidden_function, schedule
from tiller_training.model import ValueModel, parameter_count
from tiller_training.pairs import load_pairs
from tiller_training.precision import low_precision
from tiller_training.start import first_weights
from tiller_training.truths import load_truth

SLOW_DECAY = 0.99  # the slow copy follows with a memory of about a hundred steps
FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)  # shares of the response, for the report; 1 is its end


def lambda_returns(values: Tensor, reward: Tensor, last: Tensor, lambda_: float) -> Tensor:
    """TD(lambda) targets at gamma 1 of ragged rows; (B,S,O) values -> (B,S,O) targets.

    values[:, t] belongs to the state after token t; reward (B,O) arrives with the last token,
    whose position is last (B,); what lies behind it is padding and gets the reward as well.
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
        # A young average must not remember the first weights for long.
        rate = max(1 - SLOW_DECAY, 1 / (step + 1))
        for slow, fast in zip(self.model.parameters(), model.parameters()):
            slow.lerp_(fast, rate)


def run(context: Context) -> dict[str, Any]:
    settings, device = context.settings, context.device
    plan = settings.value
    config, weights = first_weights(context, "value")
    torch.manual_seed(context.seed("value"))
    model = ValueModel(config, len(OBJECTIVES))
    model.load_state_dict(weights, strict=False)
    model = model.to(device)
    trunk, slow = hidden_function(model, context.compiled), SlowCopy(model)
    slow_trunk = hidden_function(slow.model, context.compiled)
    rows, truth = load_truth(context)
    training, held_out = split_rows(context, truth)
    lengths = rows.lengths[training]
    tokens = int(plan.batch * lengths.mean())
    generator = np.random.default_rng(context.seed("value"))
    optimiser = Pair(model, plan.learning_rate)
    steps = max(1, round(len(training) / plan.batch)) * plan.epochs
    progress, step, seen, curve = Progress("value", len(training) * plan.epochs, "responses"), 0, 0, []
    for _ in range(plan.epochs):
        for batch in length_batches(lengths, tokens, generator):
            ids, ends, prompts, reward, defined = _batch(rows, truth, training[batch], device)
            with low_precision(device):
                states = trunk(ids)
                with torch.no_grad():
                    slow_states = slow_trunk(ids)
            with torch.no_grad():
                targets = lambda_returns(
                    slow.model.value_head(slow_states.float()), reward, ends - 1, settings.lambda_
                )
            weight = state_weights(ids.shape, ends, prompts, defined)
            loss = value_loss(model.value_head(states.float()), targets, weight)
            loss.backward()
            optimiser.step(schedule(step, steps))
            slow.follow(model, step)
            step, seen = step + 1, seen + len(batch)
            progress.update(seen, f"loss {loss.item():.4f}")
        curve.append(explained_variance(slow.model, rows, truth, held_out, tokens, device))
        say("value", f"explained variance by position: {curve[-1]}")
    # The average itself is kept: it is less noisy than the last step.
    save_model(context.folder("value"), slow.model, config)
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
    """Rows for training and rows of held-out prompts, only those with a truth."""
    pairs = load_pairs(context)
    held = np.zeros(len(truth), dtype=bool)
    held[pairs.groups[pairs.held_out].ravel()] = True
    known = np.isfinite(truth).any(axis=1)
    return np.flatnonzero(known & ~held), np.flatnonzero(known & held)


def _batch(
    rows: TokenRows, truth: np.ndarray, chosen: np.ndarray, device: torch.device
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    ids, lengths, prompts = rows.padded(chosen, device)
    reward = torch.from_numpy(truth[chosen]).to(device)
    return ids, lengths, prompts, torch.nan_to_num(reward), torch.isfinite(reward)


@torch.no_grad()
def explained_variance(
    model: ValueModel, rows: TokenRows, truth: np.ndarray, chosen: np.ndarray, tokens: int, device: torch.device
) -> dict[str, list[float]]:
    """1 - E[(R - V)^2] / var(R) over the states in each fifth of the response, and at its end."""
    columns: list[np.ndarray] = []  # per batch (states, 1 + 2 O): bin, rewards, values
    for batch in length_batches(rows.lengths[chosen], tokens, np.random.default_rng(0)):
        ids, lengths, prompts, reward, defined = _batch(rows, truth, chosen[batch], device)
        with low_precision(device):
            states = model.model(ids)
        values = model.value_head(states.float())
        reward = torch.where(defined, reward, torch.nan)[:, None].expand_as(values)
        positions = torch.arange(ids.shape[1], device=device)
        done = (positions - prompts[:, None] + 1) / (lengths - prompts)[:, None]
        bins = torch.bucketize(done, torch.tensor(FIFTHS, device=device), right=True)
        real = (done >= 0) & (positions < lengths[:, None])
        columns.append(torch.cat((bins[:, :, None].float(), reward, values), dim=-1)[real].cpu().numpy())
    table = np.concatenate(columns)
    count = len(OBJECTIVES)
    return {
        name: [
            _explained(part[:, 1 + index], part[:, 1 + count + index])
            for part in (table[table[:, 0] == bin_] for bin_ in range(len(FIFTHS) + 1))
        ]
        for index, name in enumerate(OBJECTIVES)
    }


def _explained(reward: np.ndarray, value: np.ndarray) -> float:
    known = np.isfinite(reward)
    error = np.mean((reward[known] - value[known]) ** 2)
    return round(1 - float(error / np.var(reward[known])), 4)
