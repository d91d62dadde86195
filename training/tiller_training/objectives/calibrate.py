"""Standardisation constants of the objectives, measured on samples."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from .truth import DEFINITIONS, raw

MIN_SAMPLES = 2
RANGE_SHARE = 0.001  # the range leaves out this share of the samples at each end


def calibrate(records: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Rows of objectives.json: mean and sd in the unit of each objective, range in sd around the mean.

    Raises ValueError when an objective has too few samples or does not vary.
    """
    values: dict[str, list[float]] = {objective.id: [] for objective in DEFINITIONS}
    for record in records:
        for key, value in raw(record["kind"], record["prompt"], record["response"]).items():
            if value is not None:
                values[key].append(value)
    return [_row(objective, sorted(values[objective.id])) for objective in DEFINITIONS]


def _row(objective: Any, ordered: list[float]) -> dict[str, Any]:
    count = len(ordered)
    if count < MIN_SAMPLES:
        raise ValueError(f"{objective.id}: {count} samples, at least {MIN_SAMPLES} are needed; it wants {objective.needs}")
    mean = math.fsum(ordered) / count
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in ordered) / (count - 1))
    if sd == 0:
        raise ValueError(f"{objective.id}: all {count} samples have the value {mean}; sd must be above 0: give samples that differ")
    cut = int(RANGE_SHARE * count)
    low, high = ordered[cut], ordered[count - 1 - cut]
    return {
        "id": objective.id,
        "kind": objective.kind,
        "unit": objective.unit,
        "mean": mean,
        "sd": sd,
        "range": [(low - mean) / sd, (high - mean) / sd],
        "description": objective.description,
        "needs": objective.needs,
    }
