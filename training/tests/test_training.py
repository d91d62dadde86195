"""Losses, targets and the optimiser against hand-computed values and the shared vectors."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tiller_training.data.dataset import TokenRows
from tiller_training.data.drills import Drills, name_pool
from tiller_training.models.heads import RewardModel, ValueModel
from tiller_training.models.llama import Llama, LlamaConfig
from tiller_training.reward.arm import response_log_probs
from tiller_training.reward.pairs import UNDEFINED, draw_votes, within_groups
from tiller_training.reward.preference import logistic_slope, post_hoc, preference_loss
from tiller_training.reward.value import lambda_returns, value_loss
from tiller_training.run.artefacts import PipelineError
from tiller_training.train.lm import blend
from tiller_training.train.muon import Muon, orthogonalised
from tiller_training.train.reload import reload_weights

ROOT = Path(__file__).resolve().parents[2]
VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector
    for vector in json.loads((ROOT / "test" / "vectors" / "training.json").read_text(encoding="utf-8"))["vectors"]
}


@pytest.mark.parametrize(("key", "lambda_"), [("lam_0_95", 0.95), ("lam_1", 1.0), ("lam_0", 0.0)])
def test_lambda_returns_match_the_shared_vector(key: str, lambda_: float) -> None:
    vector = VECTORS["vas_td_lambda_targets"]
    values = torch.tensor(vector["inputs"]["values"], dtype=torch.float64)[None, :, None]
    reward = torch.tensor([[vector["inputs"]["final_reward"]]], dtype=torch.float64)
    targets = lambda_returns(values, reward, torch.tensor([values.shape[1] - 1]), lambda_)
    np.testing.assert_allclose(targets[0, :, 0].numpy(), vector["expected"][key], atol=1e-9)
    if key == "lam_0_95":
        loss = value_loss(values, targets, torch.ones_like(values))
        assert float(loss) == pytest.approx(vector["expected"]["value_loss_half_mse_lam_0_95"], abs=1e-9)


def test_a_shorter_row_gets_its_reward_at_its_own_end() -> None:
    values = torch.tensor([[0.1, 0.3, 0.2, 0.5], [0.1, 0.3, 7.0, 7.0]])[:, :, None]
    targets = lambda_returns(values, torch.tensor([[1.0], [-2.0]]), torch.tensor([3, 1]), 0.5)
    # The second row ends at position 1: what lies behind never reaches it.
    assert targets[1, :, 0].tolist() == pytest.approx([0.5 * 0.3 + 0.5 * -2.0, -2.0, -2.0, -2.0])


def test_the_arm_loss_matches_the_shared_vector() -> None:
    vector = VECTORS["implicit_rewards"]
    chosen, rejected = (sum(vector["inputs"][f"logp_{name}"]) for name in ("strong", "weak"))
    margin = torch.tensor([[[0.05 * (chosen - rejected)]]], dtype=torch.float64)
    loss = preference_loss(margin, torch.ones_like(margin))
    assert float(loss) == pytest.approx(vector["expected"]["arm_loss_beta_0_05"], abs=1e-9)


def test_a_split_vote_is_the_mean_of_its_votes_and_undefined_pairs_do_not_count() -> None:
    margins = torch.tensor([0.8, -0.3, 5.0])
    loss = preference_loss(margins, torch.tensor([0.75, 0.0, -1.0]))
    by_hand = -0.75 * math.log(sigmoid(0.8)) - 0.25 * math.log(sigmoid(-0.8)) - math.log(sigmoid(0.3))
    assert float(loss) == pytest.approx(by_hand / 2, abs=1e-6)


def test_votes_have_the_bradley_terry_chance() -> None:
    gaps = np.array([[0.0, 1.0, -2.0, np.nan]])
    votes = draw_votes(gaps, 4000, np.random.default_rng(1))
    assert (votes[:, 0, 3] == -1).all()
    chance = [sigmoid(gap) for gap in gaps[0, :3]]
    np.testing.assert_allclose(votes[:, 0, :3].mean(axis=0), chance, atol=4 * 0.5 / 4000**0.5)


def test_response_log_probs_leave_prompt_and_padding_out() -> None:
    torch.manual_seed(1)
    states, embedding = torch.randn(2, 5, 8), torch.randn(11, 8)
    ids = torch.tensor([[0, 3, 4, 5, 1], [0, 6, 7, 1, 2]])
    sums = response_log_probs(states, embedding, ids, torch.tensor([5, 4]), torch.tensor([2, 3]))
    distributions = torch.log_softmax(states @ embedding.T, dim=-1)
    first = distributions[0, 1, 4] + distributions[0, 2, 5] + distributions[0, 3, 1]
    np.testing.assert_allclose(sums.numpy(), [float(first), float(distributions[1, 2, 1])], rtol=1e-5)


def test_every_pair_of_a_group_is_compared() -> None:
    differences = within_groups(torch.tensor([[1.0], [2.0], [4.0], [10.0], [10.0], [13.0]]), 3)
    assert differences[:, :, 0].tolist() == [[-1.0, -3.0, -2.0], [0.0, -3.0, -3.0]]


def test_the_slope_recovers_the_scale_of_the_margins() -> None:
    generator = np.random.default_rng(3)
    gaps = generator.normal(size=40_000)
    votes = draw_votes(gaps, 1, generator)[0]
    assert logistic_slope(2.0 * gaps, votes) == pytest.approx(0.5, abs=0.02)


def test_a_post_hoc_factor_calibrates_groups_that_it_was_not_fitted_to() -> None:
    rng = np.random.default_rng(3)
    gaps = rng.normal(0, 1.5, (6000, 6))
    votes = (rng.random(gaps.shape) < 1 / (1 + np.exp(-gaps))).astype(float)
    votes[:, 5] = UNDEFINED
    found = post_hoc(2.5 * gaps, votes)
    assert found["factor"] == pytest.approx(0.4, abs=0.02) and found["slope"] == pytest.approx(1.0, abs=0.05)
    assert found["pairs"] == 3000 * 5
    # The rest alone is tested: with its verdicts turned round the slope turns with them.
    votes[1::2, :5] = 1 - votes[1::2, :5]
    assert post_hoc(2.5 * gaps, votes)["slope"] == pytest.approx(-1.0, abs=0.05)


def test_a_model_that_goes_on_keeps_a_share_of_what_it_was() -> None:
    model, former = torch.nn.Linear(2, 1), {"weight": torch.tensor([[1.0, -2.0]]), "bias": torch.tensor([4.0])}
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[3.0, 2.0]]))
        model.bias.zero_()
    blend(model, former, 0.25)
    assert model.weight.tolist() == [[2.5, 1.0]] and model.bias.tolist() == [1.0]


@pytest.mark.parametrize("shape", [(3, 24, 8), (2, 8, 24), (1, 16, 16)])
def test_muon_orthogonalises(shape: tuple[int, int, int]) -> None:
    matrices = torch.randn(*shape, generator=torch.Generator().manual_seed(1))
    result = orthogonalised(matrices, torch.float32)
    left, _, right = torch.linalg.svd(matrices, full_matrices=False)
    # The iteration stops early on purpose: singular values end near 1, singular vectors stay.
    inner = left.mT @ result @ right.mT
    assert 0.6 < float(torch.linalg.svdvals(result).min()) <= float(torch.linalg.svdvals(result).max()) < 1.3
    np.testing.assert_allclose(inner - torch.diag_embed(torch.diagonal(inner, dim1=1, dim2=2)), 0, atol=1e-3)


def test_muon_takes_a_step_of_adam_like_size_and_refuses_vectors() -> None:
    weight = torch.nn.Parameter(torch.zeros(8, 32))
    weight.grad = torch.randn(8, 32, generator=torch.Generator().manual_seed(2)) * 1e-6
    Muon([weight], 0.1, 0.0, torch.float32).step()
    assert 0.1 * 0.2 * 0.6 < float(weight.detach().square().mean().sqrt()) < 0.1 * 0.2 * 1.3
    with pytest.raises(ValueError, match="Muon takes matrices"):
        Muon([torch.nn.Parameter(torch.zeros(3))], 0.1, 0.0, torch.float32)


@pytest.fixture(scope="module")
def drills() -> Drills:
    tokenizer = Tokenizer.from_file(str(ROOT / "public" / "models" / "policy" / "tokenizer.json"))
    names = name_pool(tokenizer, 1)
    assert len(names) > 3000 and all(len(name) > 1 for name in names)
    return Drills(names, TokenRows.from_lists([list(range(3, 4000))], [1]), 2)


def test_drills_grade_only_what_an_earlier_mention_determines(drills: Drills) -> None:
    ids, graded = drills.rows(20, 90)
    assert not graded[:, :3].any() and graded.mean() > 0.2
    for row, marks in zip(ids.tolist(), graded):
        for place in np.flatnonzero(marks):
            earlier = [row[at - 1 : at + 1] for at in range(1, place)]
            assert row[place - 1 : place + 1] in earlier


def test_drills_join_a_batch_without_changing_it(drills: Drills) -> None:
    ids, real = torch.randint(3, 50, (8, 30)), torch.ones(8, 30)
    more, marks = drills.join(ids, real, 0.25)
    assert more.shape == (10, 30) and torch.equal(more[:8], ids) and torch.equal(marks[:8], real)
    assert drills.join(ids, real, 0.0)[0] is ids


def test_an_exported_model_can_be_read_back() -> None:
    folder = ROOT / "public" / "models" / "policy"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = LlamaConfig(**{key: config[key] for key in LlamaConfig.__dataclass_fields__})
    model = Llama(sizes)
    model.load_state_dict(reload_weights(folder, sizes))
    with torch.no_grad():
        distribution = torch.log_softmax(model(torch.tensor([card["probe"]["ids"]]))[0, -1], dim=-1)
    for token, logprob in card["probe"]["top5"]:
        assert float(distribution[token]) == pytest.approx(logprob, abs=card["probe"]["tolerance"])
    with pytest.raises(PipelineError, match="other sizes"):
        reload_weights(folder, LlamaConfig(sizes.vocab_size, 128, 2, 4, 2, 64))


@pytest.mark.parametrize("name", ["value", "judge", "arm-joy"])
def test_read_outs_and_reward_models_can_be_read_back(name: str) -> None:
    folder = ROOT / "public" / "models" / name
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = LlamaConfig(**{key: config[key] for key in LlamaConfig.__dataclass_fields__})
    weights, ids = reload_weights(folder, sizes), torch.tensor([card["probe"]["ids"]])
    with torch.no_grad():
        if name == "value":
            model = ValueModel(sizes, 6)
            model.load_state_dict(weights)
            outputs = model(ids)[0, -1]
        elif name == "judge":
            model = RewardModel(sizes, 6)
            model.load_state_dict(weights)
            outputs = model(ids, torch.tensor([ids.shape[1]]))[0, :, 0]
        else:
            model = Llama(sizes)
            model.load_state_dict(weights)
            outputs = torch.log_softmax(model(ids)[0, -1], dim=-1)
    for index, value in card["probe"]["top5"]:
        assert float(outputs[index]) == pytest.approx(value, abs=card["probe"]["tolerance"])


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
