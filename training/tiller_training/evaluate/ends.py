"""How far a slider may go: the largest weight at which neither strategy of guidance strays too far or breaks the form.

The page's `fullWeight` is chosen with this table. A larger weight gains more truth, but an answer that is no
longer well-formed, or that the policy would hardly ever give, shows the visitor something else than
the objective.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tiller_training.evaluate.bench import OBJECTIVE_IDS, Bench, Outcome
from tiller_training.evaluate.setting import Setting
from tiller_training.objectives import KIND_OF

WEIGHTS = tuple(round(0.8 + 0.1 * step, 1) for step in range(25))  # the page's weights, at its beta
MAX_KL = 5.7  # nats; the aim is 6, less what another set of prompts may add
MAX_LOSS = 0.045  # of the well-formed share; the aim is 0.05


def slider_ends(benches: dict[str, Bench], setting: Setting) -> dict[str, Any]:
    """Per objective the end, and what was tried on the way: bisection, since both costs rise with the weight."""
    plain = {kind: bench.run() for kind, bench in benches.items()}
    found, rows = dict[str, float](), list[dict[str, Any]]()
    for objective in OBJECTIVE_IDS:
        low, high = 0, len(WEIGHTS)  # the least weight is taken as it is
        while high - low > 1:
            middle = (low + high) // 2
            tried = _try(benches[KIND_OF[objective]], plain[KIND_OF[objective]], objective, WEIGHTS[middle], setting)
            rows.append(tried)
            low, high = (middle, high) if is_within(tried) else (low, middle)
        found[objective] = WEIGHTS[low]
    return {"beta": setting.beta, "k": setting.k, "maxKl": MAX_KL, "maxLoss": MAX_LOSS, "fullWeight": found, "rows": rows}


def _try(bench: Bench, base: Outcome, objective: str, weight: float, setting: Setting) -> dict[str, Any]:
    guides = {
        "genarm": bench.genarm({objective: weight}, setting.beta),
        "vas": bench.vas({objective: weight}, setting.beta, setting.k),
    }
    tried: dict[str, Any] = {"objective": objective, "weight": weight}
    for strategy, guide in guides.items():
        outcome = bench.run(guide)
        gain = outcome.truth[objective] - base.truth[objective]
        known = gain[np.isfinite(gain)]
        tried[strategy] = {
            "gain": float(known.mean()) if len(known) else None,
            "kl": float(outcome.kl.mean()),
            "wellFormedChange": float((outcome.well_formed - base.well_formed).mean()),
        }
    return tried


def is_within(tried: dict[str, Any]) -> bool:
    return all(
        tried[strategy]["kl"] <= MAX_KL and tried[strategy]["wellFormedChange"] >= -MAX_LOSS for strategy in ("genarm", "vas")
    )
