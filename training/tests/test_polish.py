"""The policy's training on its own answers: weights on the right tokens, and that it unlearns what is blamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from tiller_training.data.dataset import TokenRows
from tiller_training.models.llama import Llama, LlamaConfig
from tiller_training.polish.polish import ROUNDS, parts, rounds_before, seed_of, token_weights, weighted_nats
from tiller_training.run.artefacts import write_json
from tiller_training.run.context import Context
from tiller_training.run.settings import SMOKE
from tiller_training.train.lm import Pair, next_token_losses

ROWS = TokenRows.from_lists([[0, 5, 7, 8, 1], [0, 5, 6, 7, 9, 9, 1], [0, 5, 7, 1]], [2, 3, 2])
GIVEN = [np.array([0.5, -1.0, 0.25]), np.array([0.1, 0.2, -0.7, 0.4]), np.array([1.0, 2.0])]


def test_an_advantage_weighs_the_token_that_it_is_of() -> None:
    weights = token_weights(ROWS, np.array([1, 0]), GIVEN, 7)
    assert torch.allclose(weights[0], torch.tensor([0, 0, 0, 0.1, 0.2, -0.7, 0.4]))
    assert torch.allclose(weights[1], torch.tensor([0, 0, 0.5, -1.0, 0.25, 0, 0]))
    # nats[:, t] is of token t + 1.
    nats = torch.arange(12, dtype=torch.float32).reshape(2, 6)
    by_hand = 2 * 0.1 + 3 * 0.2 - 4 * 0.7 + 5 * 0.4 + 7 * 0.5 - 8 * 1.0 + 9 * 0.25
    assert float(weighted_nats(nats, weights)) == np.float32(by_hand)


def test_a_step_is_cut_into_parts_of_like_length_that_hold_every_row_once() -> None:
    rng = np.random.default_rng(2)
    rows = TokenRows.from_lists([[0] * int(n) for n in rng.integers(3, 90, 100)], [1] * 100)
    members = rng.permutation(100)[:70]
    found = list(parts(rows, members, 32))
    assert len(found) == 2
    assert sorted(np.concatenate(found)) == sorted(members)
    assert rows.lengths[found[0]].max() <= rows.lengths[found[1]].min()


def test_blamed_tokens_become_rarer_and_the_others_likelier() -> None:
    torch.manual_seed(3)
    model = Llama(LlamaConfig(24, 32, 1, 2, 1, 48))
    members, device = np.arange(3), torch.device("cpu")
    given = [np.array([0.5, -0.5, 0.0]), np.array([0.5, -0.5, -0.5, 0.0]), np.array([0.5, 0.0])]
    ids, _, _ = ROWS.padded(members, device)
    weights = token_weights(ROWS, members, given, ids.shape[1])
    with torch.no_grad():
        before = next_token_losses(model.model, model, ids)
    optimiser = Pair(model, 3e-3)
    for _ in range(10):
        weighted_nats(next_token_losses(model.model, model, ids), weights).backward()
        optimiser.step(1.0)
    with torch.no_grad():
        change = next_token_losses(model.model, model, ids) - before
    assert (change[weights[:, 1:] < 0] > 0).all()
    assert (change[weights[:, 1:] > 0] < 0).all()


def test_a_policy_that_goes_on_answers_other_prompts(tmp_path: Path) -> None:
    fresh = Context(SMOKE, tmp_path, tmp_path, tmp_path, torch.device("cpu"), compiled=False)
    going_on = replace(fresh, start=tmp_path / "models")
    file = tmp_path / "models" / "policy" / "onnx" / "model.onnx"
    file.parent.mkdir(parents=True)
    seeds = {seed_of(fresh)}
    for weights in (b"first", b"second"):
        file.write_bytes(weights)
        seeds.add(seed_of(going_on))
    assert len(seeds) == 3
    assert seed_of(fresh) == fresh.seed("policy")


def test_a_resumed_run_keeps_the_figures_of_the_rounds_before(tmp_path: Path) -> None:
    context = Context(SMOKE, tmp_path, tmp_path, tmp_path, torch.device("cpu"), compiled=False)
    assert rounds_before(context, 0) == []
    # A run that is cut off between the two files has written a round that it will do again.
    write_json(context.folder("policy") / ROUNDS, [{"good story": 0.5}, {"good story": 0.6}, {"good story": 0.7}])
    assert rounds_before(context, 2) == [{"good story": 0.5}, {"good story": 0.6}]
    assert rounds_before(context, 0) == []
