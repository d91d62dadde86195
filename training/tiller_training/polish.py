"""Stage `policy`: the writer learns which of its own drafts are well-formed and keep their subject.

A model of five million parameters that has read text for an hour still says a sentence twice: next-token
training hardly grades that. Its own drafts do. Of several drafts to one prompt some are good and some
are not, and direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290) grades the
difference:

    -log sigmoid( beta [ (log pi(y_w) - log pi_0(y_w)) - (log pi(y_l) - log pi_0(y_l)) ] )

with the writer as pi_0, plus the likelihood of y_w by the token (after Pang et al. 2024, arXiv
2404.19733), without which both texts may become less likely. The policy's weights then lie between the
writer's and the trained model's (after Wortsman et al. 2021, arXiv 2109.01903): the writer knows more words,
the trained model loops less, and half way loses little of either. Nothing here reads an objective, so
the policy stays as neutral as its writer but for what form itself favours; pairs are of like length,
so that being short is not what wins.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tiller_training.artefacts import load_model_files, save_model
from tiller_training.context import Context, Progress, say
from tiller_training.crossentropy import token_nll
from tiller_training.dataset import TokenRows, length_batches
from tiller_training.lm import Pair, hidden_function, schedule, validation_nats
from tiller_training.model import Llama, parameter_count
from tiller_training.precision import low_precision
from tiller_training.rollouts import KINDS, Rollouts, load_rollouts
from tiller_training.settings import END, PolishPlan
from tiller_training.vocabulary import load_tokenizer
from tiller_training.wellformed import is_well_formed, keeps_subject

HELD_OUT_SHARE = 0.04


def polish_loss(chosen: Tensor, rejected: Tensor, nats_a_token: Tensor, plan: PolishPlan) -> Tensor:
    """Mean over pairs; `chosen` and `rejected` (P,) are log pi - log pi_0, `nats_a_token` (P,) of the chosen text."""
    preference = -F.logsigmoid(plan.beta * (chosen - rejected))
    return (preference + plan.likelihood * nats_a_token).mean()


def verdicts(context: Context, drafts: Rollouts, kind: str) -> np.ndarray:
    """(R,) bool: which drafts end, are well-formed and keep their subject."""
    tokenizer, rows = load_tokenizer(context), drafts.rows
    answers = [rows.row(index)[rows.prompt_lengths[index] :].tolist() for index in range(len(rows))]
    good = np.zeros(len(rows), dtype=bool)
    for index, (ids, text) in enumerate(zip(answers, tokenizer.decode_batch(answers), strict=True)):
        document = drafts.documents[drafts.prompt_index(index)]
        good[index] = (
            ids[-1] == END
            and is_well_formed(kind, document.prompt, text.strip())
            and keeps_subject(kind, document.prompt, document.subject, text)
        )
    return good


def matched_pairs(good: np.ndarray, lengths: np.ndarray, responses: int) -> np.ndarray:
    """(P,2) rows: every bad draft below the good one to the same prompt that is nearest to it in length."""
    pairs = []
    for start in range(0, len(good), responses):
        rows = np.arange(start, start + responses)
        winners = rows[good[rows]]
        for loser in rows[~good[rows]]:
            if len(winners) > 0:
                pairs.append((winners[np.abs(lengths[winners] - lengths[loser]).argmin()], loser))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


class Ratios:
    """log pi - log pi_0 of responses, for a model and the writer that it started from."""

    def __init__(self, model: Llama, compiled: bool) -> None:
        self.model = model
        self.writer = copy.deepcopy(model).requires_grad_(False).eval()
        self._hidden = hidden_function(model, compiled)
        self._hidden_writer = hidden_function(self.writer, compiled)

    def __call__(self, rows: TokenRows, members: np.ndarray, device: torch.device) -> tuple[Tensor, Tensor]:
        """Log-ratios (B,) and nats a token (B,) of the responses of these rows."""
        ids, lengths, prompts = rows.padded(members, device)
        positions = torch.arange(1, ids.shape[1], device=device)
        response = ((positions >= prompts[:, None]) & (positions < lengths[:, None])).float()
        own = (self._nats(self._hidden, self.model, ids) * response).sum(1)
        with torch.no_grad():
            before = (self._nats(self._hidden_writer, self.writer, ids) * response).sum(1)
        return before - own, own / response.sum(1)

    @staticmethod
    def _nats(hidden: Any, model: nn.Module, ids: Tensor) -> Tensor:
        with low_precision(ids.device):
            states = hidden(ids)[:, :-1]
        return token_nll(states, model.model.embed_tokens.weight, ids[:, 1:])  # type: ignore[union-attr]


def batches(rows: TokenRows, pairs: np.ndarray, count: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """One pass over (P,2) pairs, about `count` of like length at a time; winners first, then losers, (2B,)."""
    lengths = rows.lengths[pairs].max(axis=1)
    for chosen in length_batches(lengths, int(count * lengths.mean()), generator):
        yield pairs[chosen].T.ravel()


@torch.no_grad()
def held_out_figures(ratios: Ratios, rows: TokenRows, pairs: np.ndarray, device: torch.device) -> dict[str, float]:
    """How the pairs that it never saw are told apart, and what the chosen and rejected texts lost or gained in nats."""
    parts = [
        torch.stack(ratios(rows, members, device)[0].chunk(2))
        for members in batches(rows, pairs, 32, np.random.default_rng(0))
    ]
    chosen, rejected = torch.cat(parts, dim=1)
    return {
        "pairs": len(pairs),
        "accuracy": float((chosen > rejected).float().mean()),
        "chosen": float(chosen.mean()),
        "rejected": float(rejected.mean()),
    }


@torch.no_grad()
def draw_back(model: nn.Module, writer: nn.Module, share: float) -> None:
    """Leave `model` with this share of its way from the writer's weights."""
    for own, before in zip(model.parameters(), writer.parameters(), strict=True):
        own.copy_(before.lerp(own, share))


def run(context: Context) -> dict[str, Any]:
    device = context.device
    config, weights = load_model_files(context.folder("writer"))
    model = Llama(config)
    model.load_state_dict(weights)
    model = model.to(device)
    facts = {} if context.keep_policy else polish(context, model)
    valid = TokenRows.load(context.folder("tokens") / "valid")
    save_model(context.folder("policy"), model, config)
    return facts | {"parameters": parameter_count(model), "validation_nats": validation_nats(model, valid, 4096, device)}


def polish(context: Context, model: Llama) -> dict[str, Any]:
    """Train the writer on its drafts, in place."""
    plan, device = context.settings.polish, context.device
    parts, offset, facts = [], 0, dict[str, Any]()
    rows = [load_rollouts(context, kind, "drafts") for kind in KINDS]
    for kind, drafts in zip(KINDS, rows, strict=True):
        good = verdicts(context, drafts, kind)
        facts[f"good_{kind}"] = float(good.mean())
        parts.append(matched_pairs(good, drafts.rows.lengths, drafts.responses) + offset)
        offset += len(drafts.rows)
    merged = TokenRows.merge([drafts.rows for drafts in rows])
    generator = np.random.default_rng(context.seed("policy"))
    pairs = generator.permutation(np.concatenate(parts))
    held = max(1, round(HELD_OUT_SHARE * len(pairs)))
    if len(pairs) <= held:
        say("policy", "no prompt has good drafts and bad ones: the policy is the writer as it is")
        return facts | {"pairs": 0}
    held_out, training = pairs[:held], pairs[held:]
    ratios, optimiser = Ratios(model, context.compiled), Pair(model, plan.learning_rate)
    steps, step, seen = max(1, round(len(training) / plan.batch)) * plan.epochs, 0, 0
    progress = Progress("policy", len(training) * plan.epochs, "pairs")
    for _ in range(plan.epochs):
        for members in batches(merged, training, plan.batch, generator):
            log_ratios, nats = ratios(merged, members, device)
            (chosen, rejected), (likelihood, _) = log_ratios.chunk(2), nats.chunk(2)
            loss = polish_loss(chosen, rejected, likelihood, plan)
            loss.backward()
            optimiser.step(schedule(step, steps))
            step, seen = step + 1, seen + len(members) // 2
            gap = float((chosen - rejected).detach().mean())
            progress.update(seen, f"loss {loss.item():.3f}, gap {gap:.2f} nats")
        facts["held_out"] = held_out_figures(ratios, merged, held_out, device)
        say("policy", f"held-out pairs: {facts['held_out']}")
    draw_back(model, ratios.writer, plan.share)
    return facts | {"pairs": len(training)}
