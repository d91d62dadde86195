"""The transformers against their definition, and the cache against the plain forward pass."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tiller_training.data.sampling import draw, sample_batch
from tiller_training.models.cache import KeyValueCache, close_gaps
from tiller_training.models.heads import RewardModel, ValueModel
from tiller_training.models.llama import Llama, LlamaConfig, parameter_count
from tiller_training.train.crossentropy import CHUNK_ROWS, token_nll

CONFIG = LlamaConfig(
    vocab_size=50,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=48,
    max_position_embeddings=64,
)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(3)


def wide(model: torch.nn.Module) -> torch.nn.Module:
    """Weights large enough that a wrong position or head changes the output visibly."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.normal_(std=0.3)
    return model.eval()


def test_names_are_those_of_hugging_face() -> None:
    names = set(Llama(CONFIG).state_dict())
    layer = "model.layers.1."
    assert {
        "model.embed_tokens.weight",
        "model.norm.weight",
        *(f"{layer}self_attn.{part}_proj.weight" for part in "qkvo"),
        *(f"{layer}mlp.{part}_proj.weight" for part in ("gate", "up", "down")),
        f"{layer}input_layernorm.weight",
        f"{layer}post_attention_layernorm.weight",
    } <= names
    assert not any(name.endswith("bias") or "rotary" in name for name in names)


def test_parameter_count_of_one_layer_by_hand() -> None:
    attention = 32 * 32 * 2 + 32 * 16 * 2
    layer = attention + 3 * 32 * 48 + 2 * 32
    assert parameter_count(Llama(CONFIG)) == 50 * 32 + 2 * layer + 32


def test_attention_of_one_head_by_hand() -> None:
    config = LlamaConfig(10, 4, 1, 1, 1, 4, max_position_embeddings=8)
    model = wide(Llama(config))
    block = model.model.layers[0]
    ids = torch.tensor([[3, 7]])
    x = model.model.embed_tokens(ids)[0]
    normed = x / (x.square().mean(-1, keepdim=True) + config.rms_norm_eps).sqrt()
    query, key, value = (
        normed @ getattr(block.self_attn, f"{part}_proj").weight.T for part in ("q", "k", "v")
    )
    angles = torch.tensor([1.0, 1.0 / 100.0])  # theta^(0), theta^(-2/4) at position 1
    cos, sin = angles.cos().repeat(2), angles.sin().repeat(2)

    def turn(v: torch.Tensor) -> torch.Tensor:
        return v * cos + torch.tensor([-v[2], -v[3], v[0], v[1]]) * sin

    scores = torch.stack((query.new_tensor(turn(query[1]) @ key[0]), turn(query[1]) @ turn(key[1]))) / 2.0
    mixed = torch.softmax(scores, 0) @ value
    expected = x[1] + block.self_attn.o_proj.weight @ mixed
    after = block.post_attention_layernorm(expected)
    expected = expected + block.mlp(after)
    actual = model.hidden(ids)[0, 1]
    torch.testing.assert_close(actual, model.model.norm(expected), rtol=1e-5, atol=1e-5)


def test_training_and_inference_attention_agree() -> None:
    model, ids = wide(Llama(CONFIG)), torch.randint(0, 50, (3, 17))
    with torch.no_grad():
        plain = model(ids)
    torch.testing.assert_close(model(ids), plain, rtol=1e-4, atol=1e-4)


def test_padding_on_the_right_changes_nothing() -> None:
    model, ids = wide(Llama(CONFIG)), torch.randint(0, 50, (1, 9))
    padded = torch.cat((ids, torch.full((1, 5), 2)), dim=1)
    torch.testing.assert_close(model(padded)[:, :9], model(ids), rtol=1e-4, atol=1e-4)


def test_cache_of_ragged_rows_equals_the_plain_pass() -> None:
    model = wide(Llama(CONFIG))
    ids, lengths = torch.randint(0, 50, (3, 20)), torch.tensor([5, 8, 3])
    with torch.no_grad():
        plain = model(ids)
        cache = KeyValueCache(2, 3, 2, 24, 8)
        model.hidden(ids[:, :8], cache)
        cache.set_lengths(lengths)
        rows = torch.arange(3)
        for step in range(6):
            logits = model(ids[rows, lengths + step][:, None], cache)[:, 0]
            torch.testing.assert_close(logits, plain[rows, lengths + step], rtol=1e-4, atol=1e-4)


def test_selecting_rows_of_a_cache_forks_and_drops_them() -> None:
    model, ids = wide(Llama(CONFIG)), torch.randint(0, 50, (2, 6))
    with torch.no_grad():
        cache = KeyValueCache(2, 2, 2, 8, 8)
        model.hidden(ids, cache)
        cache.select(torch.tensor([1, 1, 0]))
        following = torch.tensor([[4], [9], [4]])
        logits = model(following, cache)[:, 0]
        whole = model(torch.cat((ids[[1, 1, 0]], following), dim=1))[:, -1]
    torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-4)


def test_rows_that_close_gaps_move_nothing_else() -> None:
    assert close_gaps([0, 2, 4, 5]) == [0, 4, 2, 5]
    assert close_gaps([3, 4]) == [3, 4]
    assert close_gaps([]) == []
    model, ids = wide(Llama(CONFIG)), torch.randint(0, 50, (6, 6))
    with torch.no_grad():
        cache = KeyValueCache(2, 6, 2, 8, 8)
        model.hidden(ids, cache)
        store, kept = cache.keys[0], torch.tensor(close_gaps([0, 2, 4, 5]))
        cache.select(kept)
        assert cache.keys[0].data_ptr() == store.data_ptr()
        following = torch.tensor([[4], [9], [4], [7]])
        logits = model(following, cache)[:, 0]
        whole = model(torch.cat((ids[kept], following), dim=1))[:, -1]
    torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-4)


def test_a_row_beyond_the_context_is_refused() -> None:
    with pytest.raises(ValueError, match="65 tokens exceeds the context of 64"):
        Llama(CONFIG)(torch.zeros((1, 65), dtype=torch.int64))
    with pytest.raises(ValueError, match="cannot take 5 more"):
        KeyValueCache(2, 1, 2, 4, 8).begin(5)


def test_heads_must_divide() -> None:
    with pytest.raises(ValueError, match="not a multiple"):
        LlamaConfig(10, 30, 1, 4, 2, 8)
    with pytest.raises(ValueError, match="not a multiple"):
        LlamaConfig(10, 32, 1, 4, 3, 8)


def test_value_and_reward_heads_leave_padding_out() -> None:
    value, judge = wide(ValueModel(CONFIG, 6)), wide(RewardModel(CONFIG, 6, 2))
    ids, lengths = torch.randint(0, 50, (2, 7)), torch.tensor([4, 7])
    assert value(ids).shape == (2, 7, 6)
    scores = judge(ids, lengths)
    assert scores.shape == (2, 6, 2)
    alone = judge(ids[:1, :4], torch.tensor([4]))
    torch.testing.assert_close(scores[:1], alone, rtol=1e-4, atol=1e-4)


def test_token_nll_equals_cross_entropy_with_gradients() -> None:
    rows = CHUNK_ROWS["cpu"] + 37  # more than one chunk
    hidden = torch.randn(1, rows, 16, requires_grad=True)
    weight = torch.randn(50, 16, requires_grad=True)
    targets, factors = torch.randint(0, 50, (1, rows)), torch.randn(1, rows)
    (token_nll(hidden, weight, targets) * factors).sum().backward()
    ours = hidden.grad.clone(), weight.grad.clone()
    hidden.grad = weight.grad = None
    plain = torch.nn.functional.cross_entropy((hidden @ weight.T)[0], targets[0], reduction="none")
    (plain * factors[0]).sum().backward()
    torch.testing.assert_close(ours[0], hidden.grad, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(ours[1], weight.grad, rtol=1e-4, atol=1e-3)


def test_draws_follow_the_distribution() -> None:
    chances = torch.tensor([0.5, 0.2, 0.3]).repeat(20_000, 1)
    tokens = draw(chances, torch.Generator().manual_seed(1))
    shares = torch.bincount(tokens, minlength=3) / len(tokens)
    # Four standard errors of a share of one half.
    torch.testing.assert_close(shares, torch.tensor([0.5, 0.2, 0.3]), atol=0.0142, rtol=0)


def test_sampling_is_seeded_and_bounded() -> None:
    model, prompts = wide(Llama(CONFIG)), [[0, 5], [0, 7, 8, 9], [0]]
    runs = [sample_batch(model, prompts, 12, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert [drawn.tokens for drawn in runs[0]] == [drawn.tokens for drawn in runs[1]]
    for response in (drawn.tokens for drawn in runs[0]):
        assert 1 <= len(response) <= 12
        assert 1 not in response[:-1]
        assert len(response) == 12 or response[-1] == 1


def test_sampling_keeps_the_distributions_it_drew_from() -> None:
    model, prompts = wide(Llama(CONFIG)), [[0, 5], [0, 7, 8, 9]]
    for prompt, drawn in zip(prompts, sample_batch(model, prompts, 9, torch.Generator().manual_seed(4))):
        row = prompt + drawn.tokens
        distributions = torch.softmax(model(torch.tensor([row]))[0], dim=-1)[len(prompt) - 1 : -1]
        chances, tokens = distributions.topk(drawn.distributions.tokens.shape[1], dim=-1)
        assert drawn.distributions.tokens.tolist() == tokens.tolist()
        np.testing.assert_allclose(drawn.distributions.chances, chances.detach().numpy(), atol=1e-3)
