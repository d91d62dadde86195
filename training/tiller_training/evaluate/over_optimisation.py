"""Over-optimisation: the score of a fallible judge rises further while the truth falls.

Best-of-N uses one pool of base samples and an unbiased estimator for every N. GenARM is decoded again at every
strength. Scores and truth are in sd of the base model's responses. The rules for several judges are those of Coste et
al., arXiv 2310.02743. The caps are those of Moskovitz et al., arXiv 2310.04373. Here the turning point comes from the
truth, which is known only in a toy world.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tiller_training.decode.best_of_n import expected_best, kl_upper_bound
from tiller_training.evaluate.bench import Bench, Outcome
from tiller_training.evaluate.pool import Pool
from tiller_training.evaluate.stats import estimate
from tiller_training.objectives import KIND_OF
from tiller_training.reward.fallible import JUDGED

Array = np.ndarray
NS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
LAMBDAS = (0.1, 0.5, 1.0, 2.0)
STRENGTHS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


def uncertainty_weighted(members: Array, lambda_: float) -> Array:
    """UWO: mean - lambda * population variance over the last axis."""
    return members.mean(axis=-1) - lambda_ * members.var(axis=-1)


def rules(members: Array) -> dict[str, Array]:
    """The rules that turn the scores (...,M) of all members into one score."""
    scores = {"mean": members.mean(axis=-1), "wco": members.min(axis=-1)}
    return scores | {f"uwo-{lambda_:g}": uncertainty_weighted(members, lambda_) for lambda_ in LAMBDAS}


def over_optimisation(benches: dict[str, Bench], pools: dict[str, Pool]) -> dict[str, Any]:
    return {
        "objectives": {
            objective: {
                "bestOfN": best_of_n(pools[KIND_OF[objective]], objective),
                "genarm": guided(benches[KIND_OF[objective]], objective, len(pools[KIND_OF[objective]].tokens)),
            }
            for objective in JUDGED
        }
    }


def best_of_n(pool: Pool, objective: str) -> dict[str, Any]:
    """For each rule: the curve over N, the N at which its truth turns down, and the gain from a cap at that N."""
    truth, members = pool.truth[objective], pool.members[objective]
    singles = [curve(members[:, :, m], truth, pool) for m in range(members.shape[-1])]
    ensembles = {name: report(score, truth, pool) for name, score in rules(members).items()}
    # One ensemble is one seed. Its band shows the change when each member is left out.
    for name, found in ensembles.items():
        without = [rules(np.delete(members, m, axis=-1))[name] for m in range(members.shape[-1])]
        found["band"] = _band([curve(score, truth, pool) for score in without])
    return {
        "rules": {
            "single": {
                "curve": _mean_curve(singles),
                "band": _band(singles),
                "members": [report(members[:, :, m], truth, pool) for m in range(members.shape[-1])],
            },
            **ensembles,
            "judge": report(pool.judge[objective], truth, pool),
            "truth": report(truth, truth, pool),
        },
        "correlationWithTruth": {
            "members": [_within(members[:, :, m], truth) for m in range(members.shape[-1])],
            "judge": _within(pool.judge[objective], truth),
            **{name: _within(score, truth) for name, score in rules(members).items()},
        },
    }


def report(score: Array, truth: Array, pool: Pool) -> dict[str, Any]:
    rows = curve(score, truth, pool)
    peak = max(rows, key=lambda row: row["truth"]["mean"])["n"]
    last = rows[-1]["n"]
    fall = estimate(expected_best(score, truth, peak) - expected_best(score, truth, last))
    return {
        "curve": rows,
        "peak": peak,
        # 0 where the truth is highest at the largest N.
        "fall": fall,
        "turnsDown": bool(peak < last and fall["ci95"][0] > 0),
        "cap": capped(score, truth, peak, last),
    }


def curve(score: Array, truth: Array, pool: Pool) -> list[dict[str, Any]]:
    """Proxy (centred on the base model), truth and length of the best of n by `score`, all (P,M)."""
    centre = score.mean(axis=1)
    return [
        {
            "n": n,
            "klUpperBound": kl_upper_bound(n),
            "proxy": estimate(expected_best(score, score, n) - centre),
            "truth": estimate(expected_best(score, truth, n) - truth.mean(axis=1)),
            "tokens": float(expected_best(score, pool.tokens.astype(float), n).mean()),
        }
        for n in NS
        if n <= truth.shape[1]
    ]


def capped(score: Array, truth: Array, peak: int, last: int) -> dict[str, Any]:
    """Scores above the mean score of best-of-`peak` count as that score. Chance then decides between samples."""
    cap = expected_best(score, score, peak)[:, None]
    saved = expected_best(np.minimum(score, cap), truth, last) - expected_best(score, truth, last)
    return {"at": float(cap.mean()), "n": last, "saved": estimate(saved)}


def guided(bench: Bench, objective: str, prompts: int) -> list[dict[str, Any]]:
    """GenARM with the ARM of the objective: the reward of the ARM, the scores of the fallible judges, and the truth."""
    some = Bench(bench.trained, bench.kind, bench.prompts[:prompts], bench.seed, bench.max_tokens)
    rows, base = [], None
    for strength in STRENGTHS:
        outcome = some.run(some.genarm({objective: strength}, 1.0) if strength > 0 else None)
        now = _scored(some, outcome, objective)
        base = base or now
        before = rules(base["members"])
        rows.append({
            "strength": strength,
            "kl": estimate(outcome.kl),
            "truth": estimate(now["truth"] - base["truth"]),
            "wellFormed": float(outcome.well_formed.mean()),
            "tokens": float(outcome.tokens.mean()),
            "armReward": estimate((now["arm"] - base["arm"]) / base["arm"].std()),
            "single": (now["members"] - base["members"]).mean(axis=0).tolist(),
            **{name: estimate(score - before[name]) for name, score in rules(now["members"]).items()},
        })
    return rows


def _scored(bench: Bench, outcome: Outcome, objective: str) -> dict[str, Array]:
    """Per prompt: truth (P,), the ARM's reward b log pi_r (P,), the fallible judges' scores (P,members)."""
    members = bench.fallible_scores(outcome.rows)[:, JUDGED.index(objective)]
    return {"truth": outcome.truth[objective], "arm": bench.arm_rewards(objective, outcome.rows), "members": members}


def _mean_curve(curves: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Several seeds' curves, point by point."""
    return [
        {
            "n": rows[0]["n"],
            "klUpperBound": rows[0]["klUpperBound"],
            **{key: float(np.mean([row[key]["mean"] for row in rows])) for key in ("proxy", "truth")},
            "tokens": float(np.mean([row["tokens"] for row in rows])),
        }
        for rows in zip(*curves, strict=True)
    ]


def _band(curves: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Minimum and maximum of several seeds, point by point."""
    return [
        {"n": rows[0]["n"]}
        | {key: [f([row[key]["mean"] for row in rows]) for f in (min, max)] for key in ("proxy", "truth")}
        for rows in zip(*curves, strict=True)
    ]


def _within(score: Array, truth: Array) -> float:
    """Correlation inside a prompt, (P,M) each."""
    centred = [values - values.mean(axis=1, keepdims=True) for values in (score, truth)]
    return float(np.corrcoef(centred[0].ravel(), centred[1].ravel())[0, 1])
