"""The cost of each way to store weights, in bytes and in quality.

It compares the trained float32 weights with rounded ones on whole held-out sequences. Both run in PyTorch, so that only
the rounding differs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from tiller_training.export.runtime import IdRows
from tiller_training.export.exportable import Exportable
from tiller_training.models.quantise import BLOCK, dequantised, is_stored_in_blocks

Weights = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Storage:
    """A way to store matrices: bits a weight, shared scales included, and the rounding."""

    name: str
    bits: float
    rounded: Callable[[Weights], Weights]


SCALE_BITS = 16 / BLOCK
FLOAT16 = Storage("float16", 16, lambda weights: {k: w.half().float() for k, w in weights.items()})
BLOCKS_8 = Storage("8-bit blocks", 8 + SCALE_BITS, lambda weights: dequantised(weights, bits=8))
BLOCKS_4 = Storage("4-bit blocks", 4 + SCALE_BITS, lambda weights: dequantised(weights, bits=4))
STORAGES = (FLOAT16, BLOCKS_8, BLOCKS_4)


@dataclass(frozen=True)
class StorageCost:
    """`megabytes` are 10^6 bytes of weights.

    Language models: `perplexity` of the stored model, its `perplexity_rise` (0.01 is 1 %),
    `greedy_agreement`, the share of positions where the most likely token stays the same, and
    `mean_kl`, nats per token from the trained to the stored distribution. Value models and judges:
    `mean_shift`, the mean absolute change of an output in units of reward.
    """

    storage: str
    megabytes: float
    perplexity: float | None = None
    perplexity_rise: float | None = None
    greedy_agreement: float | None = None
    mean_kl: float | None = None
    mean_shift: float | None = None


def storage_cost(exportable: Exportable, rows: IdRows, storage: Storage) -> StorageCost:
    """Measure one way to store weights on held-out rows of token ids."""
    size = round(stored_bytes(exportable.weights, storage) / 1e6, 3)
    if exportable.kind in ("value", "reward"):
        return StorageCost(storage.name, size, mean_shift=_mean_shift(exportable, rows, storage))
    return StorageCost(storage.name, size, **_distribution_cost(exportable, rows, storage))


def stored_bytes(weights: Weights, storage: Storage) -> float:
    """Bytes of all weights; norms and read-outs stay float32."""
    return sum(
        tensor.numel() * (storage.bits if is_stored_in_blocks(name, tensor) else 32) / 8
        for name, tensor in weights.items()
    )


@torch.no_grad()
def _distribution_cost(exportable: Exportable, rows: IdRows, storage: Storage) -> dict[str, float]:
    models = [exportable.torch_model(w) for w in (exportable.weights, storage.rounded(exportable.weights))]
    loss = np.zeros(2)
    same = divergence = count = 0.0
    for row in rows:
        ids = torch.tensor([row])
        distributions = [torch.log_softmax(model(ids)[0, :-1].double(), dim=-1) for model in models]
        target = ids[0, 1:, None]
        loss -= [float(distribution.gather(1, target).sum()) for distribution in distributions]
        same += float((distributions[0].argmax(-1) == distributions[1].argmax(-1)).sum())
        divergence += float((distributions[0].exp() * (distributions[0] - distributions[1])).sum())
        count += len(row) - 1
    before, after = (math.exp(total / count) for total in loss)
    return {
        "perplexity": after,
        "perplexity_rise": after / before - 1,
        "greedy_agreement": same / count,
        "mean_kl": divergence / count,
    }


@torch.no_grad()
def _mean_shift(exportable: Exportable, rows: IdRows, storage: Storage) -> float:
    models = [exportable.torch_model(w) for w in (exportable.weights, storage.rounded(exportable.weights))]
    shifts = []
    for row in rows:
        ids = torch.tensor([row])
        extra = (torch.tensor([len(row)]),) if exportable.kind == "reward" else ()
        before, after = (model(ids, *extra) for model in models)
        shifts.append(float((before - after).abs().mean()))
    return float(np.mean(shifts))
