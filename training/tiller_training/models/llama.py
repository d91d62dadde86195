"""The Llama transformer of the bundled models, and the language model on top of it.

Parameters have the names of Hugging Face's `LlamaForCausalLM`, so that the export needs no table of names. The head
is tied to the embedding, and nothing has a bias.

Shapes: B rows, S positions, D hidden size, H heads, G key/value heads, d head dimension, V vocabulary. Rows are padded
on the right. A causal mask is then enough to hide the padding from every real position.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tiller_training.models.cache import KeyValueCache


@dataclass(frozen=True)
class LlamaConfig:
    """Sizes of one trunk; the names are the keys of Hugging Face's `config.json`."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    intermediate_size: int
    max_position_embeddings: int = 512
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0

    def __post_init__(self) -> None:
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is not a multiple of num_attention_heads "
                f"{self.num_attention_heads}: choose sizes that divide"
            )
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError(
                f"num_attention_heads {self.num_attention_heads} is not a multiple of "
                f"num_key_value_heads {self.num_key_value_heads}: choose counts that divide"
            )

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class RmsNorm(nn.Module):
    """x / rms(x) * weight, over the last dimension."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), self.eps)


def rotary_tables(config: LlamaConfig) -> tuple[Tensor, Tensor]:
    """cos and sin of the rotary angles, each (max_position_embeddings, d), float32."""
    exponents = torch.arange(0, config.head_dim, 2, dtype=torch.float32) / config.head_dim
    angles = torch.outer(
        torch.arange(config.max_position_embeddings, dtype=torch.float32),
        config.rope_theta**-exponents,
    )
    doubled = torch.cat((angles, angles), dim=-1)
    return doubled.cos(), doubled.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Hugging Face's `rotate_half` form of rotary embedding; x (B,H,S,d), tables (B|1,1,S,d)."""
    low, high = x.chunk(2, dim=-1)
    return (x * cos + torch.cat((-high, low), dim=-1) * sin).to(x.dtype)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Scaled dot-product attention of query (B,H,S,d) over key and value (B,G,T,d).

    Causal unless a mask (B,1,S,T) says what may be seen. Head h reads key/value head h // (H/G).

    On a CPU, training uses plain matrix products. For rows of a few hundred tokens they take half as long as
    PyTorch's flash backward pass.
    """
    rows, heads, length, _ = query.shape
    groups = heads // key.shape[1]
    if mask is not None:
        # With a cache, the heads of a group are treated as more queries over one store, which is not copied.
        wide = mask[:, :, None].expand(-1, -1, groups, -1, -1).reshape(rows, 1, groups * length, -1)
        folded = query.reshape(rows, key.shape[1], groups * length, -1)
        return F.scaled_dot_product_attention(folded, key, value, attn_mask=wide).reshape(query.shape)
    if groups > 1:
        key, value = (part.repeat_interleave(groups, dim=1) for part in (key, value))
    if query.requires_grad and query.device.type == "cpu":
        hidden_future = torch.full((length, length), float("-inf"), dtype=query.dtype).triu(1)
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2) + hidden_future
        return torch.softmax(scores, dim=-1) @ value
    return F.scaled_dot_product_attention(query, key, value, is_causal=True)


class Attention(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.head_dim = config.head_dim
        key_size = config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, key_size, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, key_size, bias=False)
        self.o_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: KeyValueCache | None, layer: int
    ) -> Tensor:
        rows, length, size = x.shape
        heads = (rows, length, -1, self.head_dim)
        query = rotate(self.q_proj(x).view(heads).transpose(1, 2), cos, sin)
        key = rotate(self.k_proj(x).view(heads).transpose(1, 2), cos, sin)
        value = self.v_proj(x).view(heads).transpose(1, 2)
        mask = None
        if cache is not None:
            key, value, mask = cache.extend(layer, key, value)
        mixed = attend(query, key, value, mask)
        return self.o_proj(mixed.transpose(1, 2).reshape(rows, length, size))


class Mlp(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = Mlp(config)
        self.input_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: KeyValueCache | None, layer: int
    ) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, cache, layer)
        return x + self.mlp(self.post_attention_layernorm(x))


class Trunk(nn.Module):
    """Embedding, layers and final norm: ids (B,S) -> hidden states (B,S,D)."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        cos, sin = rotary_tables(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, ids: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        """With a cache, ids continue each row at the row's own length, and the cache grows."""
        longest = ids.shape[1] + (cache.longest if cache is not None else 0)
        if longest > self.config.max_position_embeddings:
            raise ValueError(
                f"a row of {longest} tokens exceeds the context of "
                f"{self.config.max_position_embeddings}: shorten the prompt or the response"
            )
        if cache is None:
            cos, sin = self.cos[None, None, : ids.shape[1]], self.sin[None, None, : ids.shape[1]]
        else:
            positions = cache.begin(ids.shape[1])
            cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        x = self.embed_tokens(ids)
        if torch.is_autocast_enabled(ids.device.type):
            x = x.to(torch.get_autocast_dtype(ids.device.type))
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, cache, index)
        return self.norm(x)


class Llama(nn.Module):
    """A language model: policy, small LM or autoregressive reward model."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        initialise(self, config)

    @classmethod
    def of(cls, config: LlamaConfig, weights: dict[str, Tensor]) -> Llama:
        """The model that `artefacts.load_model_files` read."""
        model = cls(config)
        model.load_state_dict(weights)
        return model

    def hidden(self, ids: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        """(B,S) -> (B,S,D), the output of the final norm."""
        return self.model(ids, cache)

    def logits(self, hidden: Tensor) -> Tensor:
        """(...,D) -> (...,V) through the tied embedding."""
        return F.linear(hidden, self.model.embed_tokens.weight)

    def forward(self, ids: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        return self.logits(self.hidden(ids, cache))


def initialise(module: nn.Module, config: LlamaConfig) -> None:
    """Normal weights of sd 0.02; projections into the residual stream shrink with depth."""
    for name, parameter in module.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        elif parameter.dim() == 2:
            deep = name.endswith(("o_proj.weight", "down_proj.weight"))
            scale = (2 * config.num_hidden_layers) ** -0.5 if deep else 1.0
            nn.init.normal_(parameter, std=0.02 * scale)


def parameter_count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
