"""Checks that an exported file computes the same as PyTorch.

PyTorch has the same de-quantised weights, so that only the arithmetic differs. Log-probabilities must agree within 1e-3
(about 1e-5 is usual). Four routes through the file must agree: without a cache, with a cache step by step, one row or
a batch, and ragged rows padded on the right. `storage.py` measures the cost of rounding the weights.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tiller_training.export.runtime import CachedModel, IdRows, log_softmax, reward_scores
from tiller_training.export.exportable import Exportable

TOLERANCE = 1e-3


@dataclass(frozen=True)
class Parity:
    """Largest differences from PyTorch: in nats for language models, in units of reward for others."""

    uncached: float
    cached: float
    batch: float
    ragged: float

    def check(self, model: str) -> None:
        for route, difference in asdict(self).items():
            # In this form NaN fails too.
            if not difference <= TOLERANCE:
                raise ValueError(
                    f"{model}: the {route} route differs from PyTorch by {difference:.2g}, "
                    f"more than {TOLERANCE:g}: do not publish this file"
                )


@torch.no_grad()
def measure_parity(exportable: Exportable, model: bytes | Path, rows: IdRows) -> Parity:
    """Differences over rows of at least five tokens and preferably unequal lengths."""
    twin = exportable.stored_twin()
    if exportable.kind == "reward":
        wanted = [twin(torch.tensor([row]), torch.tensor([len(row)]))[0].numpy() for row in rows]
        alone = [_gap(reward_scores(model, [row])[0], want) for row, want in zip(rows, wanted)]
        ragged = _gap(reward_scores(model, rows), np.stack(wanted))
        # A judge keeps no cache; its only other route is the ragged batch.
        return Parity(uncached=_worst(alone), cached=_worst(alone), batch=ragged, ragged=ragged)
    routes = _CausalRoutes(exportable, model, rows, twin)
    shortest = min(map(len, rows))
    return Parity(
        uncached=_worst([routes.gap([index], [len(row)]) for index, row in enumerate(rows)]),
        cached=_worst([routes.gap([index], [1]) for index in range(len(rows))]),
        batch=routes.gap(range(len(rows)), [shortest - 3] * len(rows)),
        ragged=routes.gap(range(len(rows)), [len(row) - 3 for row in rows]),
    )


class _CausalRoutes:
    """One exported causal or value model beside PyTorch's answer for every position of the rows."""

    def __init__(
        self, exportable: Exportable, model: bytes | Path, rows: IdRows, twin: nn.Module
    ) -> None:
        self._scaled = (lambda output: output) if exportable.kind == "value" else log_softmax
        self._runner = CachedModel(model)
        self._rows = rows
        self._wanted = [self._scaled(twin(torch.tensor([row]))[0].numpy()) for row in rows]

    def gap(self, indices: Sequence[int], prefill: Sequence[int]) -> float:
        """Largest gap when the chosen rows run as one batch: first `prefill` tokens of each at once, then one token per
        step until the shortest row ends."""
        rows = [self._rows[index] for index in indices]
        wanted = [self._wanted[index] for index in indices]
        first = self._runner.start([row[:length] for row, length in zip(rows, prefill)])
        gaps = [
            _gap(self._scaled(first[place, :length]), wanted[place][:length])
            for place, length in enumerate(prefill)
        ]
        for step in range(min(len(row) - length for row, length in zip(rows, prefill))):
            columns = [length + step for length in prefill]
            output = self._runner.step([row[column] for row, column in zip(rows, columns)])
            gaps += [
                _gap(self._scaled(output[place, 0]), wanted[place][column])
                for place, column in enumerate(columns)
            ]
        return _worst(gaps)


def _gap(got: np.ndarray, want: np.ndarray) -> float:
    return float(np.abs(got - want).max())


def _worst(gaps: Sequence[float]) -> float:
    """The largest gap. Unlike with `max`, NaN is the largest."""
    return float(np.max(gaps))
