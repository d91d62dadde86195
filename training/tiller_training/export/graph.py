"""ONNX graphs of the bundled models, written node by node.

The graphs have few nodes, because the cost per node limits small models, on WASM and on WebGPU.
A layer is ten nodes: norm, fused QKV product, attention with rotary embedding and cache, output
product, norm, gate and up products, gated SiLU (three nodes), down product.

Shapes: B rows, S new positions, P cached positions, T = P + S, D hidden size, V vocabulary,
G key/value heads, d head size, O objectives, M members.

`attention_mask` [B, T] counts: row r holds r's total number of tokens as ones on the left. Rows are
right-padded; GroupQueryAttention writes the new key of row r at its own end, so ragged rows stay
exact through later single steps. The longest row of a prefill must be full (S positions).
Several new positions after a cache (S > 1, P > 0) need a batch of one. Present caches have max(P, longest row)
positions. The mask may be wider.

transformers.js needs these dimension names to make an empty cache.
"""

from collections.abc import Mapping

import numpy as np
import torch
from onnx import ModelProto, TensorProto

from tiller_training.export.builder import CONTRIB, GraphBuilder, Shape
from tiller_training.models.heads import POOLED_TOKENS
from tiller_training.models.llama import LlamaConfig
from tiller_training.models.quantise import Blocks, quantise

INT64, FLOAT = TensorProto.INT64, TensorProto.FLOAT
Weights = Mapping[str, torch.Tensor]


def causal_graph(config: LlamaConfig, weights: Weights, with_hidden: bool) -> ModelProto:
    """A language model: `logits` [B,S,V], `present.*`, and `hidden` [B,S,D] if asked for."""
    trunk = _Trunk("causal", config, weights, cached=True)
    hidden = trunk.build("hidden")
    graph = trunk.graph
    # The head shares the stored embedding; its transpose is folded with the rest.
    head = graph.node("Transpose", [trunk.embedding], "lm_head", perm=[1, 0])
    graph.node("MatMul", [hidden, head], "logits")
    graph.output("logits", FLOAT, ["batch_size", "sequence_length", config.vocab_size])
    trunk.declare_presents()
    if with_hidden:
        graph.output("hidden", FLOAT, ["batch_size", "sequence_length", config.hidden_size])
    return graph.model()


def value_graph(config: LlamaConfig, weights: Weights) -> ModelProto:
    """A value model: `values` [B,S,O] after every token, `present.*`."""
    trunk = _Trunk("value", config, weights, cached=True)
    objectives = weights["value_head.weight"].shape[0]
    trunk.read_out(trunk.build("hidden"), "value_head", "values")
    trunk.graph.output("values", FLOAT, ["batch_size", "sequence_length", objectives])
    trunk.declare_presents()
    return trunk.graph.model()


def reward_graph(config: LlamaConfig, weights: Weights, objectives: int) -> ModelProto:
    """A judge: `scores` [B,O,M] read from the sum of each row's states; whole texts, no cache."""
    trunk = _Trunk("reward", config, weights, cached=False)
    graph = trunk.graph
    outputs = weights["reward_head.weight"].shape[0]
    hidden = trunk.build("hidden")
    # Attention may leave any value in padded places, even NaN. So it is replaced, not multiplied by 0.
    real = graph.node("Cast", ["attention_mask"], "is_real", to=TensorProto.BOOL)
    column = graph.node("Unsqueeze", [real, graph.constant("axis.2", np.array([2], np.int64))], "is_real_column")
    kept = graph.node("Where", [column, hidden, graph.constant("zero", np.array(0, np.float32))], "real_hidden")
    axis = graph.constant("axis.1", np.array([1], np.int64))
    summed = graph.node("ReduceSum", [kept, axis], "summed_hidden", keepdims=0)
    unit = graph.constant("pooled_tokens", np.array(POOLED_TOKENS, np.float32))
    flat = trunk.read_out(graph.node("Div", [summed, unit], "pooled"), "reward_head", "scores_flat")
    shape = np.array([0, objectives, outputs // objectives], np.int64)
    graph.node("Reshape", [flat, graph.constant("scores_shape", shape)], "scores")
    graph.output("scores", FLOAT, ["batch_size", objectives, outputs // objectives])
    return graph.model()


class _Trunk:
    """Embedding, layers and final norm of one graph."""

    def __init__(self, name: str, config: LlamaConfig, weights: Weights, cached: bool) -> None:
        self.graph = GraphBuilder(name)
        self._config = config
        self._weights = weights
        self._cached = cached
        self._presents: list[str] = []

    def build(self, output: str) -> str:
        """Inputs to hidden states [B,S,D]; returns `output`."""
        graph, config = self.graph, self._config
        ids = graph.input("input_ids", INT64, ["batch_size", "sequence_length"])
        width = "total_sequence_length" if self._cached else "sequence_length"
        mask = graph.input("attention_mask", INT64, ["batch_size", width])
        self._lengths(mask)
        self._rotary_tables()
        self.embedding = graph.matrix("embed_tokens", self._blocks("embed_tokens"), transpose=False)
        stream = graph.node("Gather", [self.embedding, ids], "embedded")
        normed = graph.node(
            "SimplifiedLayerNormalization",
            [stream, self._gain("layers.0.input_layernorm")],
            "layers.0.normed",
            axis=-1,
            epsilon=config.rms_norm_eps,
        )
        for layer in range(config.num_hidden_layers):
            is_last = layer + 1 == config.num_hidden_layers
            mixed = self._attention(layer, normed)
            prefix = f"layers.{layer}"
            gain = self._gain(f"{prefix}.post_attention_layernorm")
            normed, stream = self._add_and_norm(stream, mixed, gain, f"{prefix}.mlp_in")
            added = self._mlp(layer, normed)
            gain = self._gain("norm" if is_last else f"layers.{layer + 1}.input_layernorm")
            name = output if is_last else f"layers.{layer + 1}.normed"
            normed, stream = self._add_and_norm(stream, added, gain, name, last=is_last)
        return output

    def declare_presents(self) -> None:
        """Name the caches as outputs, after the model's own outputs as transformers expects."""
        for name in self._presents:
            self.graph.output(name, FLOAT, self._cache_shape("total_sequence_length"))

    def read_out(self, hidden: str, name: str, output: str) -> str:
        """A small float32 linear layer with bias."""
        weight = self._weights[f"{name}.weight"].float().numpy().T
        product = self.graph.node(
            "MatMul", [hidden, self.graph.constant(f"{name}.weight", weight)], f"{output}_unbiased"
        )
        bias = self._weights[f"{name}.bias"].float().numpy()
        return self.graph.node("Add", [product, self.graph.constant(f"{name}.bias", bias)], output)

    def _lengths(self, mask: str) -> None:
        """Row lengths from the mask, in int64. So the four nodes stay together: on the CPU by default, and on the GPU for a
        session that enables int64 there."""
        graph = self.graph
        column = graph.constant("axis.1", np.array([1], np.int64))
        one = graph.constant("one", np.array(1, np.int64))
        lengths = graph.node("ReduceSum", [mask, column], "lengths", keepdims=0)
        last = graph.node("Sub", [lengths, one], "last_position")
        longest = graph.node("ReduceMax", [lengths], "longest", keepdims=0)
        to32 = {"to": TensorProto.INT32}
        self._seqlens = graph.node("Cast", [last], "seqlens_k", **to32)
        self._total = graph.node("Cast", [longest], "total_sequence_length", **to32)

    def _rotary_tables(self) -> None:
        """cos and sin [context, d/2], folded from 2 + d/2 numbers instead of stored."""
        graph, config = self.graph, self._config
        positions = np.arange(config.max_position_embeddings, dtype=np.float32)[:, None]
        exponents = np.arange(0, config.head_dim, 2, dtype=np.float32) / config.head_dim
        frequencies = np.float32(config.rope_theta) ** -exponents
        angles = graph.node(
            "Mul",
            [
                graph.constant("rotary.positions", positions),
                graph.constant("rotary.frequencies", frequencies[None, :]),
            ],
            "rotary.angles",
        )
        self._cos = graph.node("Cos", [angles], "rotary.cos")
        self._sin = graph.node("Sin", [angles], "rotary.sin")

    def _attention(self, layer: int, normed: str) -> str:
        graph, config = self.graph, self._config
        prefix = f"layers.{layer}.self_attn"
        parts = [self._blocks(f"{prefix}.{part}_proj") for part in "qkv"]
        fused = Blocks(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.scales for part in parts]),
        )
        packed = graph.node(
            "MatMul", [normed, graph.matrix(f"{prefix}.qkv", fused, True)], f"{prefix}.packed"
        )
        past, present = ["", ""], [f"{prefix}.keys", f"{prefix}.values"]
        if self._cached:
            shape = self._cache_shape("past_sequence_length")
            past = [
                graph.input(f"past_key_values.{layer}.{part}", FLOAT, shape)
                for part in ("key", "value")
            ]
            present = [f"present.{layer}.key", f"present.{layer}.value"]
            self._presents += present
        graph.nodes(
            "GroupQueryAttention",
            [packed, "", "", *past, self._seqlens, self._total, self._cos, self._sin],
            [f"{prefix}.mixed", *present],
            CONTRIB,
            num_heads=config.num_attention_heads,
            kv_num_heads=config.num_key_value_heads,
            do_rotary=1,
            rotary_interleaved=0,
        )
        return self._linear(f"{prefix}.o_proj", f"{prefix}.mixed")

    def _mlp(self, layer: int, normed: str) -> str:
        graph = self.graph
        prefix = f"layers.{layer}.mlp"
        gate = self._linear(f"{prefix}.gate_proj", normed)
        up = self._linear(f"{prefix}.up_proj", normed)
        # QuickGelu with alpha 1 is x * sigmoid(x), SiLU, in one node.
        active = graph.node("QuickGelu", [gate], f"{prefix}.silu", CONTRIB, alpha=1.0)
        return self._linear(f"{prefix}.down_proj", graph.node("Mul", [active, up], f"{prefix}.act"))

    def _add_and_norm(
        self, stream: str, added: str, gain: str, name: str, last: bool = False
    ) -> tuple[str, str]:
        """Residual sum and its norm in one node: (norm, sum)."""
        total = "" if last else f"{name}.stream"
        outputs = [name, "", "", total] if total else [name]
        self.graph.nodes(
            "SkipSimplifiedLayerNormalization",
            [stream, added, gain],
            outputs,
            CONTRIB,
            epsilon=self._config.rms_norm_eps,
        )
        return name, total

    def _linear(self, name: str, value: str) -> str:
        weight = self.graph.matrix(f"{name}.weight", self._blocks(name), transpose=True)
        return self.graph.node("MatMul", [value, weight], f"{name}.product")

    def _blocks(self, name: str) -> Blocks:
        return quantise(self._weights[f"model.{name}.weight"].float().numpy())

    def _gain(self, name: str) -> str:
        gain = self._weights[f"model.{name}.weight"].float().numpy()
        return self.graph.constant(f"{name}.weight", gain)

    def _cache_shape(self, length: str) -> Shape:
        return ["batch_size", self._config.num_key_value_heads, length, self._config.head_dim]
