"""Small statistics: bootstrap intervals, rank correlation, hypervolume."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

Array = np.ndarray


class Estimate(TypedDict):
    """A mean with its 95 % interval and the number of prompts behind it."""

    mean: float
    ci95: list[float]
    n: int


def estimate(values: Array, seed: int = 0, draws: int = 2000) -> Estimate:
    """Percentile bootstrap over prompts; values (P,), NaN entries are left out."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if known.size == 0:
        raise ValueError("there is no defined value to average: check the kind and the topic of the prompts")
    picks = np.random.default_rng(seed).integers(0, known.size, size=(draws, known.size))
    low, high = np.percentile(known[picks].mean(axis=1), [2.5, 97.5])
    return Estimate(mean=float(known.mean()), ci95=[float(low), float(high)], n=int(known.size))


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Rank correlation; ties take their mean rank."""
    return float(np.corrcoef(_ranks(np.asarray(x)), _ranks(np.asarray(y)))[0, 1])


def _ranks(values: Array) -> Array:
    below = (values[None] < values[:, None]).sum(axis=1)
    equal = (values[None] == values[:, None]).sum(axis=1)
    return below + (equal - 1) / 2


def non_dominated(points: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of points that no other point beats in one coordinate without losing in the other."""
    return [
        i
        for i, (x, y) in enumerate(points)
        if not any(u >= x and v >= y and (u > x or v > y) for u, v in points)
    ]


def hypervolume(points: Sequence[tuple[float, float]], reference: tuple[float, float]) -> float:
    """Area of the union of boxes [reference, point], both coordinates to be maximised."""
    area, ceiling = 0.0, reference[1]
    for x, y in sorted(set(points), reverse=True):
        if x > reference[0] and y > ceiling:
            area += (x - reference[0]) * (y - ceiling)
            ceiling = y
    return area
