"""Next-token training of the writer and of the small language models."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tiller_training.data.dataset import TokenRows, length_batches
from tiller_training.data.drills import Drills, name_pool
from tiller_training.data.vocabulary import load_tokenizer
from tiller_training.models.llama import Llama, parameter_count
from tiller_training.models.precision import fast_dtype, low_precision
from tiller_training.run.artefacts import check_vocabulary, save_model, sha256_of, write_atomic
from tiller_training.run.context import Context, Progress, say
from tiller_training.run.settings import LmPlan
from tiller_training.train.crossentropy import token_nll
from tiller_training.train.muon import Muon
from tiller_training.train.reload import reload_weights

WARM_UP_STEPS = 60
FLOOR = 0.05  # the cosine ends at this share of the learning rate
WEIGHT_DECAY = 0.05
CHECKPOINT_SECONDS = 180.0
REPORT_EVERY = 200
# A policy that reads more text is averaged with its former weights, which have this share. The average writes as well as
# the old model and knows what the new one learned (Wortsman et al. 2022, arXiv 2109.01903).
KEPT = 0.35


class Pair:
    """Muon for the matrices inside the layers, AdamW for embedding, norms and read-outs.

    Muon orthogonalises every update. On these small models it needs far fewer tokens than AdamW alone to reach a
    given loss. Its updates are as large as Adam's, so both use one learning rate.
    """

    def __init__(self, model: nn.Module, learning_rate: float) -> None:
        inner, outer = [], []
        for name, parameter in model.named_parameters():
            (inner if parameter.dim() == 2 and ".layers." in name else outer).append(parameter)
        self.learning_rate = learning_rate
        self.optimisers: list[torch.optim.Optimizer] = [
            Muon(inner, learning_rate, WEIGHT_DECAY, fast_dtype(inner[0].device)),
            torch.optim.AdamW(outer, lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.parameters = inner + outer

    def step(self, scale: float) -> None:
        """One update at `scale` times the learning rate."""
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.learning_rate * scale
            optimiser.step()
            optimiser.zero_grad()

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


def hidden_function(model: nn.Module, compiled: bool) -> Callable[[Tensor], Tensor]:
    """The trunk, compiled if asked. Compiled, it is twice as fast on a CPU, but this needs a C++ compiler."""
    trunk: nn.Module = model.model  # type: ignore[assignment]
    return torch.compile(trunk, dynamic=True) if compiled else trunk


def next_token_losses(hidden: Callable[[Tensor], Tensor], model: Llama, ids: Tensor) -> Tensor:
    """Nats of every next token, (B,S-1) float32."""
    with low_precision(ids.device):
        states = hidden(ids)[:, :-1]
    return token_nll(states, model.model.embed_tokens.weight, ids[:, 1:])


@torch.no_grad()
def validation_nats(
    model: Llama, rows: TokenRows, batch: int, device: torch.device, responses_only: bool = False
) -> float:
    """Mean nats per token over all rows, or over their responses only."""
    total = count = 0.0
    for chosen in length_batches(rows.lengths, batch, np.random.default_rng(0)):
        ids, lengths, prompts = rows.padded(chosen, device)
        nats = next_token_losses(model.model, model, ids)
        real = (torch.arange(1, ids.shape[1], device=device) < lengths[:, None]).float()
        if responses_only:
            real = real * (torch.arange(1, ids.shape[1], device=device) >= prompts[:, None])
        total += float((nats * real).sum())
        count += float(real.sum())
    return total / count


def train(context: Context, stage: str, plan: LmPlan) -> dict[str, Any]:
    """Train from scratch, from the checkpoint of the stage, or from an exported model. Writes weights.pt and config.json."""
    folder, device = context.folder(stage), context.device
    check_vocabulary(plan.model, load_tokenizer(context).get_vocab_size(), folder)
    rows = TokenRows.load(context.folder("tokens") / "train")
    valid = TokenRows.load(context.folder("tokens") / "valid")
    seed = context.seed(stage)
    torch.manual_seed(seed)
    model = Llama(plan.model).to(device)
    optimiser = Pair(model, plan.learning_rate)
    hidden = hidden_function(model, context.compiled)
    legs = plan.leg_steps
    steps, starts = sum(legs), [sum(legs[:leg]) for leg in range(len(legs))]
    checkpoint = folder / "checkpoint.pt"
    first = resume(checkpoint, model, optimiser)
    started_from = None
    if context.start is not None and stage == "writer":
        # An exported policy has been polished. Here it reads more text, and stage `policy` polishes it again.
        exported = context.start / "policy"
        started_from = sha256_of(exported / "onnx" / "model.onnx")
        if first == 0:
            model.load_state_dict(reload_weights(exported, plan.model))
            first = starts[-1] if context.policy_way == "read" else steps
    say(stage, f"{parameter_count(model):,} parameters, {steps} steps of {plan.batch} tokens, from step {first}")
    progress, saved, curve = Progress(stage, steps * plan.batch, "tokens"), time.monotonic(), []
    tokenizer = load_tokenizer(context)
    drills = Drills(name_pool(tokenizer, seed), rows, seed)
    if first == steps:
        curve.append({"tokens": steps * plan.batch, "nats": round(validation_nats(model, valid, plan.batch, device), 4)})
    for step, chosen in zip(range(steps), endless(rows, plan.batch, seed)):
        if step < first:
            continue
        leg = max(leg for leg, start in enumerate(starts) if start <= step)
        if step == starts[leg]:
            optimiser = Pair(model, plan.learning_rate)
        loss, note = _loss(hidden, model, rows.padded(chosen, device), drills, plan)
        loss.backward()
        optimiser.step(schedule(step - starts[leg], legs[leg]) * (1.0 if leg == 0 else plan.restart))
        progress.update((step + 1) * plan.batch, note)
        if (step + 1) % REPORT_EVERY == 0 or step + 1 == steps:
            nats_now = validation_nats(model, valid, plan.batch, device)
            curve.append({"tokens": (step + 1) * plan.batch, "nats": round(nats_now, 4)})
            say(stage, f"step {step + 1}: validation {nats_now:.4f} nats, perplexity {math.exp(nats_now):.3f}")
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            saved = time.monotonic()
            save_checkpoint(checkpoint, step + 1, model, optimiser)
    if context.start is not None and stage == "writer" and context.policy_way == "read":
        blend(model, reload_weights(context.start / "policy", plan.model), KEPT)
        curve.append({"kept": KEPT, "nats": round(validation_nats(model, valid, plan.batch, device), 4)})
    save_model(folder, model, plan.model)
    checkpoint.unlink(missing_ok=True)
    facts = {"parameters": parameter_count(model), "steps": steps, "first_step": first, "validation": curve}
    return facts | ({"started_from": started_from} if started_from else {})


@torch.no_grad()
def blend(model: nn.Module, former: dict[str, Tensor], share: float) -> None:
    """Move every weight towards the former one, by `share` of the way."""
    for name, weight in model.state_dict().items():
        weight.lerp_(former[name].to(weight), share)


def _loss(
    hidden: Callable[[Tensor], Tensor],
    model: Llama,
    batch: tuple[Tensor, Tensor, Tensor],
    drills: Drills,
    plan: LmPlan,
) -> tuple[Tensor, Callable[[], str]]:
    """Mean nats of the documents and of the graded tokens of the drills, and a function that tells both apart in words."""
    ids, lengths, _ = batch
    documents = len(ids)
    real = (torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]).float()
    ids, real = drills.join(ids, real, plan.drills)
    nats = next_token_losses(hidden, model, ids) * real[:, 1:]
    count = real[:, 1:].sum(dim=1)
    told, apart = nats.detach(), (slice(documents), slice(documents, None))

    def note() -> str:
        own, drilled = (float(told[part].sum() / count[part].sum().clamp_min(1)) for part in apart)
        return f"loss {own:.3f}, drills {drilled:.3f}"

    return nats.sum() / count.sum(), note


def endless(rows: TokenRows, batch: int, seed: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    while True:
        yield from length_batches(rows.lengths, batch, generator)


def save_checkpoint(path: Path, step: int, model: nn.Module, optimiser: Pair) -> None:
    state = {"step": step, "model": model.state_dict(), "optimiser": optimiser.state_dict()}
    write_atomic(path, lambda handle: torch.save(state, handle))


def resume(path: Path, model: nn.Module, optimiser: Pair) -> int:
    """Load the checkpoint, if there is one. Returns the next step."""
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])
