"""Bradley-Terry training on pairs: the loop of ARMs and judges, and its figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tiller_training.reward.pairs import UNDEFINED, GroupBatch, Pairs, within_groups
from tiller_training.run.context import Context, Progress, say
from tiller_training.run.settings import PassPlan
from tiller_training.train.lm import Pair, schedule

CHECKS_PER_PASS = 2
EVALUATION_GROUPS = 32

# (G*r,K) scores of the responses of a batch, in units of reward, for K objectives.
Scores = Callable[[GroupBatch], Tensor]


def preference_loss(margins: Tensor, votes: Tensor) -> Tensor:
    """Mean over a pair's votes of -log sigmoid(+-margin); `votes` is the share for the first, both of one shape."""
    defined = votes != UNDEFINED
    nats = -votes * F.logsigmoid(margins) - (1 - votes) * F.logsigmoid(-margins)
    return torch.where(defined, nats, torch.zeros_like(nats)).sum() / defined.sum()


@dataclass(frozen=True)
class Fit:
    """A model for `fit` to train, and its groups.

    `columns` has the number of the objective of each score. `weights` are the weights of the scores, equal if None.
    """

    model: nn.Module
    scores: Scores
    columns: list[int]
    training: np.ndarray
    held_out: np.ndarray
    weights: tuple[float, ...] | None = None

    def loss(self, margins: Tensor, votes: Tensor) -> Tensor:
        """Mean nats of (G,pairs,K) margins and votes."""
        if self.weights is None:
            return preference_loss(margins, votes)
        parts = [w * preference_loss(margins[..., k], votes[..., k]) for k, w in enumerate(self.weights)]
        return torch.stack(parts).sum() / sum(self.weights)


def fit(context: Context, stage: str, plan: PassPlan, pairs: Pairs, task: Fit) -> dict[str, Any]:
    """Train with early stopping. The model ends with the weights that had the lowest held-out loss."""
    optimiser = Pair(task.model, plan.learning_rate)
    generator = np.random.default_rng(context.seed(stage))
    per_pass, total = max(1, round(len(task.training) / plan.batch)), len(task.training) * plan.epochs
    steps, every = per_pass * plan.epochs, max(1, per_pass // CHECKS_PER_PASS)
    progress, step, seen = Progress(stage, total, "groups"), 0, 0
    best, kept, curve = math.inf, dict[str, Tensor](), []
    for _ in range(plan.epochs):
        for index, batch in pairs.batches(task.training, plan.batch, generator, context.device):
            margins = within_groups(task.scores(batch), pairs.responses)
            loss = task.loss(margins, batch.votes[:, :, task.columns])
            loss.backward()
            optimiser.step(schedule(step, steps))
            step, seen = step + 1, seen + len(index)
            progress.update(seen, lambda: f"loss {loss.item():.3f}")
            if step % every == 0 or seen == total:
                now = float(task.loss(*held_out_margins(context, pairs, task)))
                curve.append({"groups": seen, "loss": round(now, 4)})
                say(stage, f"after {seen:,} groups: held-out loss {now:.4f}")
                if now < best:
                    best = now
                    kept = {name: tensor.clone() for name, tensor in task.model.state_dict().items()}
    task.model.load_state_dict(kept)
    training_votes = pairs.votes[0][task.training][:, :, task.columns]
    return {"loss": best, "curve": curve, "training_pairs": int((training_votes != UNDEFINED).any(-1).sum())}


def held_out_margins(context: Context, pairs: Pairs, task: Fit) -> tuple[Tensor, Tensor]:
    """Margins and first votes (groups,pairs,K) of the held-out groups, in their order."""
    votes = torch.from_numpy(pairs.votes[0][:, :, task.columns]).float()
    return margins_of(context, pairs, task, task.held_out), votes[task.held_out]


@torch.no_grad()
def margins_of(context: Context, pairs: Pairs, task: Fit, groups: np.ndarray) -> Tensor:
    """The model's margins of every pair of these groups, (groups,pairs,K), in order."""
    margins = torch.empty((*pairs.gaps.shape[:2], len(task.columns)))
    for index, batch in pairs.batches(groups, EVALUATION_GROUPS, np.random.default_rng(0), context.device):
        margins[index] = within_groups(task.scores(batch), pairs.responses).float().cpu()
    return margins[groups]


def figures(margins: np.ndarray, votes: np.ndarray, gaps: np.ndarray) -> dict[str, float]:
    """Accuracy against noisy votes and the best possible one, slope, and agreement with the truth.

    All arrays have one shape, for one objective. Pairs without a vote are left out. The best accuracy is that of the
    sign of the truth. Its expected value is the mean of max(p, 1 - p) with p = sigmoid(gap).
    """
    defined = votes != UNDEFINED
    margins, votes, gaps = margins[defined], votes[defined], gaps[defined]
    chance = 1 / (1 + np.exp(-gaps))
    return {
        "pairs": len(votes),
        "accuracy": float(((margins > 0) == (votes > 0.5)).mean()),
        "best_accuracy": float(np.maximum(chance, 1 - chance).mean()),
        "sign_agreement": float(((margins > 0) == (gaps > 0)).mean()),
        "slope": logistic_slope(margins, votes),
        "correlation_with_gap": float(np.corrcoef(margins, gaps)[0, 1]),
        "margin_sd": float(margins.std()),
        "gap_sd": float(gaps.std()),
    }


def post_hoc(margins: np.ndarray, votes: np.ndarray) -> dict[str, float]:
    """A factor that calibrates the reward. It is the slope of every other group. The other groups test it.

    margins and votes are (groups,pairs). A vote is the share of several votes for the first response. The factor
    changes no ranking and no model, only the scale of margins.
    """
    (fitted, chosen), (tested, others) = ((margins[half::2], votes[half::2]) for half in (0, 1))
    factor = logistic_slope(fitted[chosen != UNDEFINED], chosen[chosen != UNDEFINED])
    rest = others != UNDEFINED
    return {"factor": factor, "slope": logistic_slope(factor * tested[rest], others[rest]), "pairs": int(rest.sum())}


def logistic_slope(margins: np.ndarray, votes: np.ndarray, iterations: int = 50) -> float:
    """The s that maximises the likelihood of votes under sigmoid(s * margin), by Newton's method.

    1 means calibrated, below 1 over-confident. There is no intercept, because swapping the two responses of a pair must
    swap the result.
    """
    slope = 0.0
    for _ in range(iterations):
        chance = 1 / (1 + np.exp(-slope * margins))
        gradient = float((margins * (votes - chance)).sum())
        curvature = float((margins**2 * chance * (1 - chance)).sum())
        if curvature < 1e-12:
            break
        step = gradient / curvature
        slope += max(-2.0, min(2.0, step))
        if abs(step) < 1e-10:
            break
    return slope
