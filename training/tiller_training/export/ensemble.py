"""Joins the graphs of several judges into one file. One forward gives all scores."""

from collections.abc import Mapping

import torch
from onnx import ModelProto, TensorProto, compose, helper

from tiller_training.export.builder import CONTRIB, IR_VERSION, OPSET
from tiller_training.export.graph import Weights, reward_graph
from tiller_training.models.llama import LlamaConfig

MEMBER = "members."  # a state dict's prefix: members.0.model.norm.weight


def members_of(weights: Mapping[str, torch.Tensor]) -> int:
    """The number of judges in a state dict, or 0 for a judge with one trunk."""
    return len({name.split(".")[1] for name in weights if name.startswith(MEMBER)})


def member_weights(weights: Mapping[str, torch.Tensor], member: int) -> dict[str, torch.Tensor]:
    """The state dict of one judge."""
    prefix = f"{MEMBER}{member}."
    return {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}


def ensemble_graph(config: LlamaConfig, weights: Weights, objectives: int) -> ModelProto:
    """`scores` [B,O,M]: member m reads the same texts with its own weights."""
    count = members_of(weights)
    graphs = [
        compose.add_prefix_graph(
            reward_graph(config, member_weights(weights, member), objectives).graph, f"member.{member}/", rename_inputs=False
        )
        for member in range(count)
    ]
    joined = helper.make_node("Concat", [graph.output[0].name for graph in graphs], ["scores"], name="scores", axis=2)
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch_size", objectives, count])
    merged = helper.make_graph(
        [node for graph in graphs for node in graph.node] + [joined],
        "reward-ensemble",
        list(graphs[0].input),
        [scores],
        [constant for graph in graphs for constant in graph.initializer],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(merged, opset_imports=opsets, producer_name="tiller")
    model.ir_version = IR_VERSION
    return model

