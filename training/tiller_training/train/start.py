"""Where a reward model starts: from the small language model, or from its own exported folder."""

from __future__ import annotations

import torch

from tiller_training.models.model import LlamaConfig
from tiller_training.run.artefacts import load_model_files
from tiller_training.run.context import FIRST_START, Context
from tiller_training.train.reload import reload_weights


def first_weights(context: Context, name: str) -> tuple[LlamaConfig, dict[str, torch.Tensor]]:
    """Sizes and weights to start model `name` from; read-outs only where an exported model has them."""
    if context.start is None:
        return load_model_files(context.folder(FIRST_START))
    config = context.settings.small.model
    return config, reload_weights(context.start / name, config)
