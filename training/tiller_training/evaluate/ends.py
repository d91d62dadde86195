"""The end of each slider: the largest weight at which KL and form stay within bounds, for GenARM and for VAS.

This table gives the page's `fullWeight`. A larger weight gains more truth. But then answers are often badly formed, or
so unlikely under the policy that they show more than the objective.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.evaluate.bench import Bench, Outcome
from tiller_training.evaluate.setting import Setting
from tiller_training.objectives import KIND_OF

WEIGHTS = tuple(round(0.8 + 0.1 * step, 1) for step in range(25))  # the page's weights, at its beta
MAX_KL = 5.7  # nats; the aim is 6, with a margin for other prompts
MAX_LOSS = 0.045  # of the well-formed share; the aim is 0.05, with a margin


def slider_ends(benches: dict[str, Bench], setting: Setting) -> dict[str, Any]:
    """The end of each objective and all weights tried. It uses bisection, because both costs rise with the weight."""
    plain = {kind: bench.run() for kind, bench in benches.items()}
    found, rows = dict[str, float](), list[dict[str, Any]]()
    for objective in OBJECTIVES:
        low, high = 0, len(WEIGHTS)  # the smallest weight needs no test
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
