"""The N at which best-of-N gains as much as one guided pass, and the cost of both."""

from __future__ import annotations

import math
from typing import Any

from tiller_training.evaluate.pool import Pool
from tiller_training.evaluate.reward_kl import equal_n
from tiller_training.objectives import KIND_OF


def equal_best_of_n(strengths: dict[str, Any], pools: dict[str, Pool]) -> dict[str, Any]:
    """One row per objective and strategy of the strength study. N is null if the pool has too few samples.

    The cost is the number of token positions that all models read per token of the text. Best-of-N costs N for the
    policy and one more for the judge.
    """
    rows = []
    for row in strengths["rows"]:
        objective, gain = row["objective"], row["gain"]["mean"]
        if row["strategy"] not in ("genarm", "vas"):
            continue
        pool = pools[KIND_OF[objective]]
        rows.append({
            "objective": objective,
            "strategy": row["strategy"],
            "gain": gain,
            "kl": row["kl"]["mean"],
            "positionsPerToken": row["positionsPerToken"],
            **{f"equalN-{by}": _finite(equal_n(gain, pool, objective, by)) for by in ("truth", "judge")},
        })
    samples = next(iter(pools.values())).tokens.shape[1]
    return {"setting": strengths["setting"], "poolSamples": samples, "rows": rows}


def _finite(n: float) -> float | None:
    return None if math.isinf(n) else n
