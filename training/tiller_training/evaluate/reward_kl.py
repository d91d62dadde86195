"""Reward against KL: each strategy on a grid of beta or N, with the ceiling of the target distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.decode.best_of_n import expected_best, kl_upper_bound, target_curve_point
from tiller_training.evaluate.bench import Bench
from tiller_training.evaluate.pool import Pool
from tiller_training.evaluate.setting import Setting
from tiller_training.evaluate.stats import estimate
from tiller_training.objectives import KIND_OF

STRENGTHS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)  # 1 / beta at weight 1; the guides take it as the weight at beta 1
NS = (1, 2, 4, 8, 16, 32, 64, 128)
CEILING = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)


def reward_kl(
    benches: dict[str, Bench], pools: dict[str, Pool], ceilings: dict[str, Pool], setting: Setting
) -> dict[str, Any]:
    """One set of curves per objective. Rewards are truths in sd, as gains over the base model."""
    return {
        "setting": setting.to_dict(),
        "objectives": {
            objective: {
                "guided": guided_curves(benches[KIND_OF[objective]], objective, setting),
                "bestOfN": best_of_n_curve(pools[KIND_OF[objective]], objective),
                "ceiling": ceiling_curve(ceilings[KIND_OF[objective]], objective),
            }
            for objective in OBJECTIVES
        },
    }


def guided_curves(bench: Bench, objective: str, setting: Setting) -> dict[str, list[dict[str, Any]]]:
    base = bench.run().truth[objective]
    curves: dict[str, list[dict[str, Any]]] = {}
    for strength in STRENGTHS:
        guides = {
            "genarm": bench.genarm({objective: strength}, 1.0),
            "vas": bench.vas({objective: strength}, 1.0, setting.k),
            **bench.neutral(objective, strength, 1.0),
        }
        for strategy, guide in guides.items():
            outcome = bench.run(guide)
            gain = outcome.truth[objective] - base
            if not np.isfinite(gain).any():  # so strong that every text is empty: nothing to draw
                continue
            curves.setdefault(strategy, []).append({
                "strength": strength,
                "kl": estimate(outcome.kl),
                "gain": estimate(gain),
                "wellFormed": float(outcome.well_formed.mean()),
                "positionsPerToken": outcome.positions_per_token,
            })
    return curves


def best_of_n_curve(pool: Pool, objective: str) -> dict[str, list[dict[str, Any]]]:
    """Curves for samples ranked by the truth and by the judge. The KL of best-of-N is its upper bound."""
    rewards = pool.truth[objective]
    mean = rewards.mean(axis=1)
    curves = {}
    for ranking, scores in (("truth", rewards), ("judge", pool.judge[objective])):
        curves[ranking] = [
            {"n": n, "klUpperBound": kl_upper_bound(n), "gain": estimate(expected_best(scores, rewards, n) - mean)}
            for n in NS
            if n <= rewards.shape[1]
        ]
    return curves


def ceiling_curve(pool: Pool, objective: str) -> list[dict[str, Any]]:
    rewards = pool.truth[objective]
    mean = float(rewards.mean())
    points = []
    for strength in CEILING:
        reward, kl, effective = target_curve_point(rewards, 1 / strength)
        points.append({"strength": strength, "kl": kl, "gain": reward - mean, "effectiveSamples": effective})
    return points


def equal_n(gain: float, pool: Pool, objective: str, ranking: str) -> float:
    """The N at which best-of-N has this gain, linear in log N between grid points. Infinity beyond the last point."""
    rewards = pool.truth[objective]
    scores = rewards if ranking == "truth" else pool.judge[objective]
    ns = [n for n in NS if n <= rewards.shape[1]]
    gains = [float((expected_best(scores, rewards, n) - rewards.mean(axis=1)).mean()) for n in ns]
    if gain > gains[-1]:
        return float("inf")
    return float(np.exp(np.interp(gain, np.maximum.accumulate(gains), np.log(ns))))
