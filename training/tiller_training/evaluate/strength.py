"""The effect of one slider at its end: gain in truth, KL, form and cost, with samples."""

from __future__ import annotations

from typing import Any

from tiller_training import OBJECTIVES
from tiller_training.evaluate.bench import Bench, Outcome
from tiller_training.evaluate.setting import Setting
from tiller_training.evaluate.stats import estimate
from tiller_training.objectives import KIND_OF

DRAWS = 2  # texts per prompt; with one text for each of 300 prompts, the well-formed share is uncertain by 3 points


def strength(benches: dict[str, Bench], setting: Setting) -> dict[str, Any]:
    """Each objective alone at the end of its slider, compared with the base model on the same prompts."""
    plain = {kind: bench.run(draws=DRAWS) for kind, bench in benches.items()}
    rows = []
    for objective in OBJECTIVES:
        bench, base = benches[KIND_OF[objective]], plain[KIND_OF[objective]]
        weights = {objective: setting.full_weight[objective]}
        guides = {
            "genarm": bench.genarm(weights, setting.beta),
            "vas": bench.vas(weights, setting.beta, setting.k),
            **bench.neutral(objective, setting.full_weight[objective], setting.beta),
        }
        for strategy, guide in guides.items():
            rows.append({"objective": objective, "strategy": strategy, **compare(bench.run(guide, DRAWS), base, objective)})
    return {
        "setting": setting.to_dict(),
        "draws": DRAWS,
        "base": {kind: summary(outcome) for kind, outcome in plain.items()},
        "rows": rows,
    }


def compare(outcome: Outcome, base: Outcome, objective: str) -> dict[str, Any]:
    """Gain and side effects compared with the base model on the same prompts, in sd of the base model."""
    gain = outcome.truth[objective] - base.truth[objective]
    others = {
        other: estimate(outcome.truth[other] - base.truth[other])["mean"]
        for other in outcome.truth
        if other != objective
    }
    return {
        "gain": estimate(gain),
        "sideEffects": others,
        "wellFormedChange": estimate(outcome.well_formed - base.well_formed),
        **summary(outcome),
    }


def summary(outcome: Outcome) -> dict[str, Any]:
    return {
        "kl": estimate(outcome.kl),
        "wellFormed": estimate(outcome.well_formed),
        "tokens": estimate(outcome.tokens),
        "positionsPerToken": outcome.positions_per_token,
        "samples": outcome.texts[:3],
    }
