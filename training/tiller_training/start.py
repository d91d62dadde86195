"""Where a reward model starts: from the small language model, or from its own exported folder."""

from __future__ import annotations

import torch

from tiller_training.artefacts import load_model_files
from tiller_training.context import FIRST_START, Context
from tiller_training.export.reload import reload_weights
from tiller_training.model import LlamaConfig


def first_weights(context: Context, name: str) -> tuple[LlamaConfig, dict[str, torch.Tensor]]:
    """Sizes and weights to start model `name` from; read-outs only where an exported model has them."""
    if context.start is None:
        return load_model_files(context.folder(FIRST_START))
    config = context.settings.small.model
    return config, reload_weights(context.start / name, config)
