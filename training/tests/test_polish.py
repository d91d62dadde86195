"""The policy's preference stage: its loss by hand, its pairs, and that it learns what it is shown."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tiller_training.dataset import TokenRows
from tiller_training.lm import Pair
from tiller_training.model import Llama, LlamaConfig
from tiller_training.polish import Ratios, batches, draw_back, held_out_figures, matched_pairs, polish_loss
from tiller_training.settings import PolishPlan

PLAN = PolishPlan(1, 4, 1e-3, beta=0.5, likelihood=0.25, share=0.5)


def test_the_loss_is_preference_and_likelihood_by_hand() -> None:
    loss = polish_loss(torch.tensor([1.0, 0.2]), torch.tensor([-1.0, 0.6]), torch.tensor([2.0, 4.0]), PLAN)
    by_hand = [-math.log(1 / (1 + math.exp(-0.5 * 2.0))) + 0.25 * 2, -math.log(1 / (1 + math.exp(0.5 * 0.4))) + 0.25 * 4]
    assert float(loss) == pytest.approx(sum(by_hand) / 2, abs=1e-6)


def test_a_bad_draft_meets_the_good_one_of_its_prompt_that_is_nearest_in_length() -> None:
    good = np.array([True, False, True, False, True, True, True, True, False, False, False, False])
    lengths = np.array([30, 12, 10, 29, 1, 2, 3, 4, 5, 6, 7, 8])
    # All good, or all bad: nothing to compare.
    assert matched_pairs(good, lengths, 4).tolist() == [[2, 1], [0, 3]]
    assert matched_pairs(np.ones(4, dtype=bool), lengths[:4], 4).shape == (0, 2)


def test_the_model_comes_to_prefer_what_won_and_its_writer_stays() -> None:
    torch.manual_seed(3)
    model = Llama(LlamaConfig(24, 32, 1, 2, 1, 48))
    rows = TokenRows.from_lists([[0, 5, 7, 8, 9, 1], [0, 5, 7, 7, 7, 1]] * 4, [2] * 8)
    pairs = np.arange(8).reshape(4, 2)
    device = torch.device("cpu")
    ratios = Ratios(model, compiled=False)
    before = {name: tensor.clone() for name, tensor in ratios.writer.state_dict().items()}
    start = held_out_figures(ratios, rows, pairs, device)
    assert start["chosen"] == pytest.approx(0, abs=1e-5) and start["rejected"] == pytest.approx(0, abs=1e-5)
    optimiser = Pair(model, 1e-2)
    for _ in range(20):
        for members in batches(rows, pairs, 4, np.random.default_rng(1)):
            # Winners, the even rows here, stand in front of their losers.
            assert (members[:4] % 2 == 0).all() and (members[4:] == members[:4] + 1).all()
            log_ratios, nats = ratios(rows, members, device)
            (chosen, rejected), (likelihood, _) = log_ratios.chunk(2), nats.chunk(2)
            polish_loss(chosen, rejected, likelihood, PLAN).backward()
            optimiser.step(1.0)
    after = held_out_figures(ratios, rows, pairs, device)
    assert after["accuracy"] == 1.0
    assert after["chosen"] > 0.5 and after["rejected"] < -0.5
    assert all(torch.equal(tensor, before[name]) for name, tensor in ratios.writer.state_dict().items())
    draw_back(model, ratios.writer, 0.25)
    drawn = held_out_figures(ratios, rows, pairs, device)
    assert start["chosen"] < drawn["chosen"] < after["chosen"]
    draw_back(model, ratios.writer, 0.0)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
