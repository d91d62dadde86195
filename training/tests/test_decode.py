"""The reference decoder against closed forms, one-row runs and direct recomputation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from tiller_training.decode.best_of_n import expected_best, soft_choice, target_curve_point
from tiller_training.decode.guided import decode
from tiller_training.decode.guides import Genarm, Unguided, Vas
from tiller_training.decode.distributions import genarm_distribution, kl_divergence, vas_distribution
from tiller_training.decode.rows import Rows
from tiller_training.models.heads import ValueModel
from tiller_training.models.llama import Llama, LlamaConfig

CONFIG = LlamaConfig(40, 32, 2, 4, 2, 48)
PROMPTS = [[0, 5, 7, 9], [0, 11], [0, 3, 4, 8, 20, 6]]


def models(seed: int = 0) -> tuple[Llama, Llama, ValueModel]:
    torch.manual_seed(seed)
    policy, arm, value = Llama(CONFIG), Llama(CONFIG), ValueModel(CONFIG, 3)
    for model in (policy, arm, value):
        model.requires_grad_(False)
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(8)
    value.value_head.weight.normal_()
    return policy, arm, value


def test_the_genarm_distribution_multiplies_probabilities_and_skips_weight_zero() -> None:
    base = torch.log_softmax(torch.tensor([[2.0, 1.0, 0.5, -1.0, 0.0]], dtype=torch.float64), -1)
    arm = torch.log_softmax(torch.tensor([[0.1, 1.5, -0.3, 0.2, -2.0]], dtype=torch.float64), -1)
    distribution = genarm_distribution(base, [(0.5, arm)], beta=0.5)
    product = base.exp() * arm.exp()
    assert torch.allclose(distribution.exp(), product / product.sum(), atol=1e-12)
    assert float(kl_divergence(distribution, base)) == pytest.approx(0.3133698468669244, abs=1e-12)
    impossible = torch.full_like(arm, -torch.inf)
    assert torch.equal(genarm_distribution(base, [(0.0, impossible)], beta=1.0), base.log_softmax(-1))


def test_the_vas_distribution_moves_candidates_about_their_mean_and_leaves_the_rest() -> None:
    base = torch.tensor([[3.0, 2.5, 2.0, 1.0, 0.0, -1.0]], dtype=torch.float64)
    values = torch.tensor([[0.2, 0.9, -0.4]], dtype=torch.float64)
    distribution = vas_distribution(base, torch.tensor([[0, 1, 2]]), values, beta=1 / 3)
    expected = [0.16029041448726078, 0.7939236202751351, 0.009747270143192469]
    assert distribution.exp()[0, :3].tolist() == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match="beta must be > 0"):
        vas_distribution(base, torch.tensor([[0]]), values[:, :1], beta=0.0)


def test_peek_equals_appending_each_candidate_alone() -> None:
    policy, _, _ = models()
    rows = Rows(policy.model, PROMPTS, 16)
    rows.step(torch.tensor([1, 2, 3]))
    candidates = torch.tensor([[4, 5], [6, 7], [8, 9]])
    peeked = rows.peek(candidates)
    for row, prompt in enumerate(PROMPTS):
        for column in range(2):
            full = [*prompt, row + 1, int(candidates[row, column])]
            alone = policy.model(torch.tensor([full]))[0, -1]
            assert torch.allclose(peeked[row, column], alone, atol=1e-5)
    before = rows.last.clone()
    assert torch.equal(rows.last, before)


def guide(name: str, arm: Llama, value: ValueModel) -> Unguided | Genarm | Vas:
    if name == "genarm":
        return Genarm({"arm": (0.4, arm)}, beta=0.5)
    if name == "vas":
        return Vas(value, torch.tensor([1.0, -0.5, 0.0]), beta=0.2, k=5)
    return Unguided()


@pytest.mark.parametrize("name", ["genarm", "vas"])
def test_a_guide_that_is_opened_again_counts_anew(name: str) -> None:
    policy, arm, value = models()
    own = guide(name, arm, value)
    first, second = (decode(policy, PROMPTS, own, torch.Generator().manual_seed(3), 8)[1] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["base", "genarm", "vas"])
def test_a_run_reports_the_distributions_of_its_own_text(name: str) -> None:
    policy, arm, value = models()
    results, positions = decode(
        policy, PROMPTS, guide(name, arm, value), torch.Generator().manual_seed(3), 12
    )
    for prompt, result in zip(PROMPTS, results):
        tokens = [*result.tokens, 1] if result.ended else result.tokens
        logprob = base_logprob = kl = 0.0
        for end, token in enumerate(tokens):
            prefix = [*prompt, *tokens[:end]]
            base = torch.log_softmax(policy(torch.tensor([prefix]))[0, -1:], -1)
            distribution = recomputed_distribution(name, prefix, base, arm, value)
            logprob += float(distribution[0, token])
            base_logprob += float(base[0, token])
            kl += float(kl_divergence(distribution, base))
        assert result.logprob == pytest.approx(logprob, abs=1e-3)
        assert result.base_logprob == pytest.approx(base_logprob, abs=1e-3)
        assert result.kl == pytest.approx(kl, abs=1e-3)
    assert positions["policy"] >= sum(map(len, PROMPTS))
    assert (sum(positions.values()) > positions["policy"]) == (name != "base")


def recomputed_distribution(
    name: str, prefix: list[int], base: torch.Tensor, arm: Llama, value: ValueModel
) -> torch.Tensor:
    if name == "genarm":
        return genarm_distribution(base, [(0.4, torch.log_softmax(arm(torch.tensor([prefix]))[0, -1:], -1))], 0.5)
    if name == "vas":
        candidates = base.topk(5).indices
        rows = torch.tensor([[*prefix, int(token)] for token in candidates[0]])
        values = value(rows)[:, -1] @ torch.tensor([1.0, -0.5, 0.0])
        return vas_distribution(base, candidates, values[None], 0.2)
    return base


def test_expected_best_equals_the_mean_over_all_subsets() -> None:
    scores = np.array([[-0.3, 0.8, 0.1, 1.4, 0.7, -1.0]])
    rewards = np.array([[1.0, 2.0, 3.0, -4.0, 5.0, 6.0]])
    for n in range(1, 7):
        subsets = list(itertools.combinations(range(6), n))
        direct = sum(rewards[0, max(s, key=lambda i: scores[0, i])] for s in subsets) / len(subsets)
        assert expected_best(scores, rewards, n)[0] == pytest.approx(direct)
    with pytest.raises(ValueError, match="between 1 and the 6"):
        expected_best(scores, rewards, 7)


def test_target_curve_of_a_gaussian_reward_is_its_closed_form() -> None:
    rewards = np.random.default_rng(0).normal(size=(4, 200_000))
    mean, kl, effective = target_curve_point(rewards, beta=1.0)
    assert mean == pytest.approx(1.0, abs=0.03)
    assert kl == pytest.approx(0.5, abs=0.03)
    assert effective == pytest.approx(200_000 / math.e, rel=0.1)
    assert soft_choice(rewards[:, :3], 0.1).sum(axis=1) == pytest.approx(np.ones(4))
