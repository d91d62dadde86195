"""What one guided pass is worth in samples: the N of the best-of-N with the same gain, and its cost."""

from __future__ import annotations

import math
from typing import Any

from tiller_training.evaluate.bench import KIND_OF, OBJECTIVE_IDS, Bench
from tiller_training.evaluate.pool import Pool
from tiller_training.evaluate.reward_kl import equal_n
from tiller_training.evaluate.setting import Setting


def equal_best_of_n(benches: dict[str, Bench], pools: dict[str, Pool], setting: Setting) -> dict[str, Any]:
    """Per objective and method at the slider's end; N is null where it lies beyond the pool.

    Cost is token positions run through any model per token produced: best-of-N pays N for the
    policy and one more for the judge.
    """
    rows = []
    for objective in OBJECTIVE_IDS:
        bench, pool = benches[KIND_OF[objective]], pools[KIND_OF[objective]]
        base = float(bench.run().truth[objective].mean())
        weights = {objective: setting.full_weight[objective]}
        for method in ("genarm", "vas"):
            outcome = bench.run(
                bench.genarm(weights, setting.beta)
                if method == "genarm"
                else bench.vas(weights, setting.beta, setting.k)
            )
            gain = float(outcome.truth[objective].mean()) - base
            rows.append({
                "objective": objective,
                "method": method,
                "gain": gain,
                "kl": float(outcome.kl.mean()),
                "positionsPerToken": outcome.positions_per_token,
                **{f"equalN-{by}": _finite(equal_n(gain, pool, objective, by)) for by in ("truth", "judge")},
            })
    samples = next(iter(pools.values())).tokens.shape[1]
    return {"setting": setting.to_dict(), "poolSamples": samples, "rows": rows}


def _finite(n: float) -> float | None:
    return None if math.isinf(n) else n
