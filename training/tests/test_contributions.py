"""The part of an ARM's reward that steers: its sum, its first estimate, and the distributions it rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tiller_training.data.dataset import TokenRows
from tiller_training.data.kept_distributions import KeptDistributions
from tiller_training.reward.arm import response_log_probs, response_positions
from tiller_training.reward.contributions import contribution_sums, direction_for, lexical_rewards, token_counts
from tiller_training.reward.pairs import Pairs, pair_columns

VOCABULARY = 9


def toy_pairs(prompts: int, seed: int) -> tuple[Pairs, KeptDistributions, np.ndarray]:
    """Four responses each of six random tokens to one-token prompts; token 3 is worth +1, token 4 -1."""
    generator = np.random.default_rng(seed)
    responses = generator.integers(0, VOCABULARY, (prompts * 4, 6))
    rows = TokenRows.from_lists([[0, *response] for response in responses.tolist()], [1] * len(responses))
    truth = ((responses == 3).sum(axis=1) - (responses == 4).sum(axis=1)).astype(np.float32).reshape(prompts, 4)
    first, second = pair_columns(4)
    gaps = (truth[:, first] - truth[:, second])[:, :, None]
    votes = (gaps > 0).astype(np.int8)[None]
    uniform = np.full((len(responses) * 7, VOCABULARY), 1 / VOCABULARY, np.float16)
    distributions = KeptDistributions(np.tile(np.arange(VOCABULARY, dtype=np.uint16), (len(uniform), 1)), uniform)
    groups = np.arange(prompts * 4).reshape(prompts, 4)
    return Pairs(rows, groups, votes, gaps, np.zeros(prompts, bool)), distributions, truth


def test_contributions_are_log_ratios_to_the_policys_average() -> None:
    torch.manual_seed(2)
    states, embedding = torch.randn(2, 4, 5), torch.randn(VOCABULARY, 5)
    targets = torch.tensor([[3, 4, 5, 1], [6, 7, 1, 2]])
    distribution = torch.softmax(torch.randn(2, 4, VOCABULARY), dim=-1)
    response = torch.tensor([[False, True, True, True], [True, True, False, False]])
    tokens = torch.arange(VOCABULARY).expand(2, 4, VOCABULARY)
    sums = contribution_sums(states, embedding, targets, (tokens, distribution), response)
    log_probs = torch.log_softmax(states @ embedding.T, dim=-1)
    each = log_probs.gather(2, targets[:, :, None])[:, :, 0] - (distribution * log_probs).sum(dim=-1)
    torch.testing.assert_close(sums, (each * response).sum(dim=1))


def test_a_response_is_its_contributions_and_a_rest_that_no_candidate_changes() -> None:
    """The identity at the head of `contributions`, with the response's bounds as training uses them."""
    torch.manual_seed(3)
    states, embedding = torch.randn(2, 5, 8), torch.randn(VOCABULARY, 8)
    ids = torch.tensor([[0, 3, 4, 5, 1], [0, 6, 7, 1, 2]])
    lengths, prompts = torch.tensor([5, 4]), torch.tensor([2, 3])
    distribution = torch.softmax(torch.randn(2, 4, VOCABULARY), dim=-1)
    response = response_positions(lengths, prompts, ids.shape[1])
    tokens = torch.arange(VOCABULARY).expand(2, 4, VOCABULARY)
    steered = contribution_sums(states[:, :-1], embedding, ids[:, 1:], (tokens, distribution), response)
    rest = ((distribution * torch.log_softmax(states[:, :-1] @ embedding.T, dim=-1)).sum(dim=-1) * response).sum(dim=1)
    torch.testing.assert_close(response_log_probs(states, embedding, ids, lengths, prompts), steered + rest)


def test_counts_are_taken_less_what_the_policy_expected() -> None:
    pairs, distributions, _ = toy_pairs(2, 0)
    surprise, plain = (token_counts(pairs, part, np.array([1]), VOCABULARY) for part in (distributions, None))
    for member in range(4):
        own = np.bincount(pairs.rows.row(4 + member)[1:], minlength=VOCABULARY)
        np.testing.assert_allclose(surprise[0, member], own - 6 / VOCABULARY, atol=1e-2)
        np.testing.assert_array_equal(plain[0, member], own)


def test_token_rewards_are_found_again_from_votes() -> None:
    pairs, distributions, _ = toy_pairs(400, 1)
    none_known = torch.zeros(400, 6)
    rewards = lexical_rewards(pairs, distributions, 0, np.arange(400), none_known, VOCABULARY)
    assert int(rewards.argmax()) == 3 and int(rewards.argmin()) == 4
    others = np.delete(rewards.numpy(), [3, 4])
    assert float(rewards[3]) == pytest.approx(-float(rewards[4]), rel=0.2)
    assert np.abs(others).max() < 0.15 * float(rewards[3])


def test_what_the_model_knows_is_not_learned_twice() -> None:
    pairs, distributions, _ = toy_pairs(400, 1)
    known = 3.0 * torch.from_numpy(pairs.gaps[:, :, 0])
    again = lexical_rewards(pairs, distributions, 0, np.arange(400), known, VOCABULARY)
    fresh = lexical_rewards(pairs, distributions, 0, np.arange(400), torch.zeros_like(known), VOCABULARY)
    assert float(again[3]) < 0.3 * float(fresh[3])


def test_a_direction_reads_the_constant() -> None:
    torch.manual_seed(1)
    states = torch.randn(4_000, 6) * 0.3
    states[:, 2] += 2.0
    found = states @ direction_for(states, torch.ones(len(states)))
    assert float(found.mean()) == pytest.approx(1.0, abs=0.05)
    assert float(found.std()) < 0.2


def test_distributions_follow_their_rows(tmp_path: Path) -> None:
    parts = [KeptDistributions(np.full((n, 2), n, np.uint16), np.full((n, 2), 0.4, np.float16)) for n in (2, 3)]
    rows = TokenRows.from_lists([[0, 5, 6], [0, 0, 5, 6, 7]], [1, 2])
    distributions = KeptDistributions.of_responses(parts, [1, 2])
    distributions.save(tmp_path)
    both = KeptDistributions.merge([KeptDistributions.load(tmp_path), KeptDistributions.load(tmp_path)])
    assert both.tokens[:, 0].tolist() == [0, 2, 2, 0, 0, 3, 3, 3] * 2
    tokens, chances = distributions.padded(rows, np.array([1, 0]), 5, torch.device("cpu"))
    assert tokens[:, :, 0].tolist() == [[0, 0, 3, 3, 3], [0, 2, 2, 0, 0]]
    # Probabilities of the kept tokens are made to sum to 1 where there are any.
    torch.testing.assert_close(chances.sum(dim=-1), torch.tensor([[0.0, 0, 1, 1, 1], [0, 1, 1, 0, 0]]))
