"""The input of an export: weights, sizes, tokenizer and facts about the training."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tiller_training.export.ensemble import members_of
from tiller_training.models.heads import RewardEnsemble, RewardModel, ValueModel
from tiller_training.models.llama import Llama, LlamaConfig
from tiller_training.models.quantise import dequantised

MODEL_KINDS = ("policy", "arm", "value", "reward")
TRAINING_KEYS = {"command", "seed", "device", "hours", "commit", "pairs", "labelNoise"}
METRIC_KEYS = {"value", "n", "ci95", "command"}


@dataclass(frozen=True)
class Exportable:
    """One trained model and all facts for its folder.

    `b` maps each objective of an autoregressive reward model to the coefficient it was trained
    with and is None for the other kinds. `training` and `metrics` go to the card as they are.
    """

    id: str
    kind: str
    objectives: tuple[str, ...]
    b: dict[str, float] | None
    config: LlamaConfig
    weights: dict[str, torch.Tensor]
    tokenizer: Path
    training: dict[str, Any]
    metrics: dict[str, dict[str, Any]]

    def __post_init__(self) -> None:
        if self.kind not in MODEL_KINDS:
            raise ValueError(f"kind {self.kind!r} of {self.id!r} is unknown: use one of {MODEL_KINDS}")
        if (self.b is not None) != (self.kind == "arm"):
            raise ValueError(f"b = {self.b} of {self.id!r}: arms need it, other kinds must have None")
        if self.b is not None and set(self.b) != set(self.objectives):
            raise ValueError(f"b has {sorted(self.b)}, the objectives are {list(self.objectives)}")
        if bool(self.objectives) == (self.kind == "policy"):
            raise ValueError(f"{self.id!r} is a {self.kind} with objectives {self.objectives}")
        if set(self.training) != TRAINING_KEYS:
            raise ValueError(
                f"training facts of {self.id!r} are {sorted(self.training)}: "
                f"need exactly {sorted(TRAINING_KEYS)}"
            )
        for name, metric in self.metrics.items():
            if set(metric) != METRIC_KEYS:
                raise ValueError(
                    f"metric {name!r} has {sorted(metric)}: need exactly {sorted(METRIC_KEYS)}"
                )
        if not self.tokenizer.is_file():
            raise ValueError(f"no tokenizer at {self.tokenizer}")
        self.torch_model(self.weights)

    def torch_model(self, weights: dict[str, torch.Tensor]) -> nn.Module:
        """The PyTorch twin in evaluation mode, holding the given weights."""
        count = len(self.objectives)
        model: nn.Module
        if self.kind == "value":
            model = ValueModel(self.config, count)
        elif self.kind == "reward" and members_of(self.weights):
            model = RewardEnsemble(self.config, count, members_of(self.weights))
        elif self.kind == "reward":
            members, rest = divmod(self.weights["reward_head.weight"].shape[0], count)
            if rest:
                raise ValueError(f"the judge's head does not divide into {count} objectives")
            model = RewardModel(self.config, count, members)
        else:
            model = Llama(self.config)
        model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        return model.eval()

    def stored_twin(self) -> nn.Module:
        """The PyTorch twin of the exported file, with the same de-quantised weights."""
        return self.torch_model(dequantised(self.weights))
