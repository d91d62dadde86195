"""Next-token training of the policy and of the two small language models."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tiller_training.artefacts import check_vocabulary, save_model, write_atomic
from tiller_training.context import Context, Progress, say
from tiller_training.crossentropy import token_nll
from tiller_training.dataset import TokenRows, length_batches
from tiller_training.model import Llama, parameter_count
from tiller_training.settings import LmPlan
from tiller_training.vocabulary import load_tokenizer

WARM_UP_STEPS = 60
FLOOR = 0.05  # the share of the learning rate that the cosine ends on
WEIGHT_DECAY = 0.05
CHECKPOINT_SECONDS = 180.0
REPORT_EVERY = 200


class Pair:
    """Muon for the matrices inside the layers, AdamW for embedding, norms and read-outs.

    Muon orthogonalises every update; on these small models it reaches a given loss in clearly
    fewer tokens than AdamW alone. Its updates are scaled to the size of Adam's, so that one
    learning rate serves both.
    """

    def __init__(self, model: nn.Module, learning_rate: float) -> None:
        inner, outer = [], []
        for name, parameter in model.named_parameters():
            (inner if parameter.dim() == 2 and ".layers." in name else outer).append(parameter)
        self.learning_rate = learning_rate
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(inner, lr=learning_rate, weight_decay=WEIGHT_DECAY, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(outer, lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.parameters = inner + outer

    def step(self, scale: float) -> float:
        """One update at `scale` times the learning rate; returns the gradient's norm."""
        norm = float(nn.utils.clip_grad_norm_(self.parameters, 1.0))
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.learning_rate * scale
            optimiser.step()
            optimiser.zero_grad()
        return norm

    def state_dict(self) -> list[dict[str, Any]]:
        return [optimiser.state_dict() for optimiser in self.optimisers]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        for optimiser, state in zip(self.optimisers, states):
            optimiser.load_state_dict(state)


def schedule(step: int, steps: int) -> float:
    """Linear warm-up, then a cosine down to FLOOR, over `steps` steps."""
    warm_up = min(WARM_UP_STEPS, steps // 10 + 1)
    if step < warm_up:
        return (step + 1) / warm_up
    phase = (step - warm_up) / max(1, steps - warm_up)
    return FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * min(1.0, phase)))


def leg_steps(plan: LmPlan) -> int:
    """Steps of one leg; a later leg starts with a fresh optimiser and a lower peak."""
    return max(1, plan.tokens // plan.batch // plan.legs)


def low_precision(device: torch.device) -> torch.autocast:
    """bfloat16 products on float32 weights: eight times the speed where the processor has them."""
    return torch.autocast(device.type, torch.bfloat16)


def hidden_function(model: nn.Module, compiled: bool) -> Callable[[Tensor], Tensor]:
    """The trunk, compiled on request: twice as fast on a CPU, but it needs a C++ compiler."""
    trunk: nn.Module = model.model  # type: ignore[assignment]
    return torch.compile(trunk, dynamic=True) if compiled else trunk


def next_token_losses(
    hidden: Callable[[Tensor], Tensor], model: Llama, ids: Tensor, lengths: Tensor
) -> tuple[Tensor, Tensor]:
    """Nats of every next token (B,S-1), and which of them are real, as float32."""
    with low_precision(ids.device):
        states = hidden(ids)[:, :-1]
    nats = token_nll(states, model.model.embed_tokens.weight, ids[:, 1:])
    positions = torch.arange(1, ids.shape[1], device=ids.device)
    return nats, (positions < lengths[:, None]).float()


@torch.no_grad()
def validation_nats(
    model: Llama, rows: TokenRows, batch: int, device: torch.device, responses_only: bool = False
) -> float:
    """Mean nats a token over all rows (of the response alone, on request)."""
    total = count = 0.0
    for chosen in length_batches(rows.lengths, batch, np.random.default_rng(0)):
        ids, lengths, prompts = rows.padded(chosen, device)
        nats, real = next_token_losses(model.model, model, ids, lengths)
        if responses_only:
            real = real * (torch.arange(1, ids.shape[1], device=device) >= prompts[:, None])
        total += float((nats * real).sum())
        count += float(real.sum())
    return total / count


def train(context: Context, stage: str, plan: LmPlan) -> dict[str, Any]:
    """Train from scratch, or from the stage's checkpoint; leaves weights.pt and config.json."""
    folder, device = context.folder(stage), context.device
    check_vocabulary(plan.model, load_tokenizer(context).get_vocab_size(), folder)
    rows = TokenRows.load(context.folder("tokens") / "train")
    valid = TokenRows.load(context.folder("tokens") / "valid")
    seed = context.seed(stage)
    torch.manual_seed(seed)
    model = Llama(plan.model).to(device)
    optimiser = Pair(model, plan.learning_rate)
    hidden = hidden_function(model, context.compiled)
    steps, leg = max(1, plan.tokens // plan.batch), leg_steps(plan)
    checkpoint = folder / "checkpoint.pt"
    first = _resume(checkpoint, model, optimiser)
    say(stage, f"{parameter_count(model):,} parameters, {steps} steps of {plan.batch} tokens, from step {first}")
    progress, saved, curve = Progress(stage, steps * plan.batch, "tokens"), time.monotonic(), []
    for step, chosen in zip(range(steps), _endless(rows, plan.batch, seed)):
        if step < first:
            continue
        if step % leg == 0:
            optimiser = Pair(model, plan.learning_rate)
        ids, lengths, _ = rows.padded(chosen, device)
        nats, real = next_token_losses(hidden, model, ids, lengths)
        loss = (nats * real).sum() / real.sum()
        loss.backward()
        optimiser.step(schedule(step % leg, leg) * (1.0 if step < leg else plan.restart))
        progress.update((step + 1) * plan.batch, f"loss {loss.item():.3f}")
        if (step + 1) % REPORT_EVERY == 0 or step + 1 == steps:
            nats_now = validation_nats(model, valid, plan.batch, device)
            curve.append({"tokens": (step + 1) * plan.batch, "nats": round(nats_now, 4)})
            say(stage, f"step {step + 1}: validation {nats_now:.4f} nats, perplexity {math.exp(nats_now):.3f}")
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            saved = time.monotonic()
            _save_checkpoint(checkpoint, step + 1, model, optimiser)
    save_model(folder, model, plan.model)
    checkpoint.unlink(missing_ok=True)
    return {"parameters": parameter_count(model), "steps": steps, "validation": curve}


def _endless(rows: TokenRows, batch: int, seed: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    while True:
        yield from length_batches(rows.lengths, batch, generator)


def _save_checkpoint(path: Path, step: int, model: nn.Module, optimiser: Pair) -> None:
    state = {"step": step, "model": model.state_dict(), "optimiser": optimiser.state_dict()}
    write_atomic(path, lambda handle: torch.save(state, handle))


def _resume(path: Path, model: nn.Module, optimiser: Pair) -> int:
    """Load a checkpoint if there is one; the step to go on from."""
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])
