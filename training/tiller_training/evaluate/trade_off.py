"""The front of helpful against cautious for three strategies, and the effect of each slider at nine weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.decode.best_of_n import kl_upper_bound
from tiller_training.decode.guides import Guide
from tiller_training.evaluate.bench import Bench
from tiller_training.evaluate.pool import Pool
from tiller_training.evaluate.setting import Setting
from tiller_training.evaluate.stats import estimate, hypervolume, non_dominated, spearman
from tiller_training.objectives import KIND_OF

SHARES = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
N = 16
REFERENCE = (-2.0, -2.0)
"""Hypervolume counts from two standard deviations below the base model, for every strategy."""


def helpful_cautious(bench: Bench, pool: Pool, setting: Setting) -> dict[str, Any]:
    """Weights (s, 1 - s) times the full weights; mean truths in sd of the base model."""
    curves: dict[str, list[dict[str, Any]]] = {"genarm": [], "vas": [], "bestOf16": []}
    for share in SHARES:
        full = setting.full_weight
        weights = {"helpful": share * full["helpful"], "cautious": (1 - share) * full["cautious"]}
        guides = {
            "genarm": bench.genarm(weights, setting.beta),
            "vas": bench.vas(weights, setting.beta, setting.k),
        }
        for strategy, guide in guides.items():
            outcome = bench.run(guide)
            curves[strategy].append({
                "share": share,
                "helpful": estimate(outcome.truth["helpful"]),
                "cautious": estimate(outcome.truth["cautious"]),
                "kl": estimate(outcome.kl),
            })
        curves["bestOf16"].append({"share": share, **_best_of_n(pool, weights)})
    return {
        "setting": setting.to_dict(),
        "reference": REFERENCE,
        "curves": curves,
        "hypervolume": {name: _volume(rows) for name, rows in curves.items()},
        "front": {name: non_dominated(_points(rows)) for name, rows in curves.items()},
    }


def _best_of_n(pool: Pool, weights: dict[str, float]) -> dict[str, Any]:
    """The judge ranks the samples, and the report has their truth. Each block of N samples has one winner."""
    blocks = pool.tokens.shape[1] // N
    width = blocks * N
    score = sum(weight * pool.judge[objective][:, :width] for objective, weight in weights.items())
    winners = np.asarray(score).reshape(-1, N).argmax(axis=1)
    picked = {
        objective: pool.truth[objective][:, :width].reshape(-1, N)[np.arange(len(winners)), winners]
        for objective in weights
    }
    means = {o: values.reshape(-1, blocks).mean(axis=1) for o, values in picked.items()}
    return {**{o: estimate(values) for o, values in means.items()}, "klUpperBound": kl_upper_bound(N)}


def _points(rows: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(row["helpful"]["mean"], row["cautious"]["mean"]) for row in rows]


def _volume(rows: list[dict[str, Any]]) -> float:
    return hypervolume(_points(rows), REFERENCE)


def monotone(benches: dict[str, Bench], setting: Setting) -> dict[str, Any]:
    """Nine weights from minus full to full, to see if a higher weight always gives more of the objective."""
    rows = []
    for objective in OBJECTIVES:
        bench = benches[KIND_OF[objective]]
        weights = [setting.full_weight[objective] * step / 4 for step in range(-4, 5)]
        for strategy in ("genarm", "vas"):
            truths, kls = [], []
            for weight in weights:
                chosen = {objective: weight}
                if strategy == "genarm":
                    guide: Guide = bench.genarm(chosen, setting.beta)
                else:
                    guide = bench.vas(chosen, setting.beta, setting.k)
                outcome = bench.run(guide)
                truths.append(estimate(outcome.truth[objective])["mean"])
                kls.append(float(outcome.kl.mean()))
            rows.append({
                "objective": objective,
                "strategy": strategy,
                "weights": weights,
                "truth": truths,
                "kl": kls,
                "spearman": spearman(weights, truths),
                "effect": truths[-1] - truths[0],
            })
    return {"setting": setting.to_dict(), "rows": rows}
