"""The first weights of a reward model: those of the small language model, or of its own exported folder."""

from __future__ import annotations

import torch

from tiller_training.models.llama import LlamaConfig
from tiller_training.run.artefacts import load_model_files
from tiller_training.run.context import FIRST_START, Context
from tiller_training.train.reload import reload_weights


def first_weights(context: Context, name: str) -> tuple[LlamaConfig, dict[str, torch.Tensor]]:
    """Sizes and first weights of model `name`. Only weights of an exported model hold read-outs."""
    if context.start is None:
        return load_model_files(context.folder(FIRST_START))
    config = context.settings.small.model
    return config, reload_weights(context.start / name, config)
