"""Reads the weights of an exported model, so that training can go on from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from tiller_training.models.llama import LlamaConfig
from tiller_training.models.quantise import Blocks
from tiller_training.run.artefacts import PipelineError, read_json

READ_OUTS = ("value_head", "reward_head")


def reload_weights(folder: Path, expected: LlamaConfig) -> dict[str, torch.Tensor]:
    """The de-quantised state dict of `folder/onnx/model.onnx`, with its read-outs.

    Raises PipelineError if the model has other sizes.
    """
    config = read_json(folder / "config.json")
    differing = {key: config.get(key) for key, value in expected.to_dict().items() if config.get(key) != value}
    if differing:
        raise PipelineError(
            f"{folder} holds a model with other sizes ({differing}): choose a folder that was made with these settings"
        )
    graph = onnx.load(str(folder / "onnx" / "model.onnx")).graph
    arrays = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    matrices = _Matrices(arrays)
    weights = {"model.embed_tokens.weight": matrices.read("embed_tokens", is_transposed=False)}
    key_size = expected.num_key_value_heads * expected.head_dim
    for layer in range(expected.num_hidden_layers):
        prefix, name = f"model.layers.{layer}", f"layers.{layer}"
        fused = matrices.read(f"{name}.self_attn.qkv").split((expected.hidden_size, key_size, key_size))
        weights |= {f"{prefix}.self_attn.{part}_proj.weight": matrix for part, matrix in zip("qkv", fused)}
        for part in ("self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"):
            weights[f"{prefix}.{part}.weight"] = matrices.read(f"{name}.{part}.weight")
        for part in ("input_layernorm", "post_attention_layernorm"):
            weights[f"{prefix}.{part}.weight"] = torch.from_numpy(arrays[f"{name}.{part}.weight"].copy())
    weights["model.norm.weight"] = torch.from_numpy(arrays["norm.weight"].copy())
    for head in READ_OUTS:
        if f"{head}.weight" in arrays:
            weights[f"{head}.weight"] = torch.from_numpy(arrays[f"{head}.weight"].T.copy())
            weights[f"{head}.bias"] = torch.from_numpy(arrays[f"{head}.bias"].copy())
    return {name: matrix.contiguous() for name, matrix in weights.items()}


class _Matrices:
    """The reverse of `GraphBuilder.matrix`."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self._arrays = arrays

    def read(self, name: str, is_transposed: bool = True) -> torch.Tensor:
        """[out, in] float32 from codes and scales; transposed ones are stored [block, in block, out]."""
        codes, scales = self._arrays[f"{name}.codes"], self._arrays[f"{name}.scales"]
        if is_transposed:
            codes, scales = codes.reshape(-1, codes.shape[-1]).T, scales[:, 0].T
        else:
            codes, scales = codes.reshape(codes.shape[0], -1), scales[:, :, 0]
        return torch.from_numpy(Blocks(codes, scales).dequantise())
