"""Fallible judges: wrong votes, samples, standardised scores, one graph; and what over-optimisation reports."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows
from tiller_training.decode.best_of_n import expected_best
from tiller_training.evaluate.over_optimisation import best_of_n, rules, uncertainty_weighted
from tiller_training.evaluate.pool import Pool
from tiller_training.models.heads import RewardEnsemble, RewardModel, pool
from tiller_training.models.llama import LlamaConfig
from tiller_training.reward.fallible import JUDGED, error_correlations, sample_of_groups, standardise, with_wrong_votes
from tiller_training.reward.judge import centre, has_read_out
from tiller_training.reward.judge_start import start_from_words
from tiller_training.reward.pairs import UNDEFINED, GroupBatch, Pairs, draw_votes, pair_columns
from tiller_training.reward.preference import Fit, margins_of
from tiller_training.run.context import Context
from tiller_training.run.settings import SMOKE

VECTORS = Path(__file__).parents[2] / "test" / "vectors" / "decoding.json"
VOCABULARY, RESPONSES = 40, 4
GOOD, BAD = 7, 8


@pytest.fixture
def context(tmp_path) -> Context:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return Context(SMOKE, tmp_path, tmp_path, tmp_path, torch.device("cpu"), compiled=False)


@pytest.fixture
def pairs() -> Pairs:
    """180 prompts of each kind; the truth of a response is how many GOOD it holds less its BAD."""
    generator = np.random.default_rng(0)
    prompts = 360
    rows = [[0, *generator.integers(5, VOCABULARY, 24), 1] for _ in range(prompts * RESPONSES)]
    truth = np.array([row.count(GOOD) - row.count(BAD) for row in rows], dtype=np.float32)
    grouped = np.repeat(truth.reshape(prompts, RESPONSES, 1), len(OBJECTIVES), axis=2)
    story = np.array([name not in ("helpful", "cautious") for name in OBJECTIVES])
    grouped[: prompts // 2, :, ~story] = np.nan
    grouped[prompts // 2 :, :, story] = np.nan
    first, second = pair_columns(RESPONSES)
    gaps = grouped[:, first] - grouped[:, second]
    held_out = np.arange(prompts) % 6 == 0
    groups = np.arange(prompts * RESPONSES).reshape(prompts, RESPONSES)
    return Pairs(
        TokenRows.from_lists(rows, [1] * len(rows)), groups, draw_votes(gaps, 8, generator), gaps, held_out
    )


def small_judge(objectives: int) -> RewardModel:
    return RewardModel(LlamaConfig(VOCABULARY, 32, 2, 2, 1, 64), objectives)


def test_only_a_judge_that_goes_on_has_a_read_out() -> None:
    judge = small_judge(2)
    assert has_read_out(judge.state_dict())
    assert not has_read_out({name: part for name, part in judge.state_dict().items() if name.startswith("model.")})


def test_a_quarter_of_the_votes_is_turned_round_most_of_them_to_the_shorter_text(pairs):
    sizes = np.random.default_rng(2).integers(5, 60, len(pairs.rows))
    pairs = replace(pairs, rows=TokenRows.from_lists([[0] * size for size in sizes], [1] * len(sizes)))
    noisy = with_wrong_votes(pairs, 0.25, 0.6, np.random.default_rng(1))
    assert noisy.votes.shape == (1, *pairs.votes.shape[1:])
    before, after = pairs.votes[0], noisy.votes[0]
    first, second = pair_columns(RESPONSES)
    lengths = sizes[pairs.groups]
    excess = (lengths[:, first] - lengths[:, second])[:, :, None] * np.where(before == 1, 1, -1)
    for column in range(len(OBJECTIVES)):
        known = before[:, :, column] != UNDEFINED
        turned = before[:, :, column] != after[:, :, column]
        assert not turned[~known].any()
        assert turned.sum() == round(0.25 * known.sum())
        # 60 % at once, and of the other 40 % those that chance takes from votes for a longer text, a good third.
        to_shorter = (excess[:, :, column][turned] > 0).mean()
        assert 0.6 + 0.4 * 0.25 < to_shorter < 0.6 + 0.4 * 0.5
    assert (with_wrong_votes(pairs, 0.0, 0.6, np.random.default_rng(1)).votes[0] == before).all()


def test_where_no_text_is_longer_all_wrong_votes_are_turned_by_chance(pairs):
    # All responses of this fixture are of one length.
    noisy = with_wrong_votes(pairs, 0.25, 0.6, np.random.default_rng(1))
    known = pairs.votes[0] != UNDEFINED
    assert (noisy.votes[0][known] != pairs.votes[0][known]).mean() == pytest.approx(0.25, abs=0.001)


def test_every_member_sees_prompts_of_both_kinds_and_none_that_is_held_out(pairs):
    one, other = (sample_of_groups(pairs, 20, np.random.default_rng(seed)) for seed in (1, 2))
    assert len(set(one)) == 40
    assert (one < 180).sum() == 20
    assert not pairs.held_out[one].any()
    assert set(one) != set(other)


def test_errors_shared_by_two_members_correlate_fully_whatever_their_scale():
    generator = np.random.default_rng(3)
    gaps, shared, own = (generator.standard_normal((500, 6)) for _ in range(3))
    found = error_correlations([gaps + shared, 3 * (2 * gaps + shared), gaps + own], gaps)
    assert found["pairwise"][0] == pytest.approx(1.0, abs=1e-9)
    assert abs(found["pairwise"][1]) < 0.08
    assert found["mean"] == pytest.approx(np.mean(found["pairwise"]))


def test_scores_are_standardised_over_the_held_out_responses(context, pairs):
    model = small_judge(len(JUDGED))
    torch.nn.init.normal_(model.reward_head.weight)
    standardise(context, model, pairs)
    for line, objective in enumerate(JUDGED):
        groups = pairs.chosen(OBJECTIVES.index(objective), True)
        ids, lengths, _ = pairs.rows.padded(pairs.groups[groups].ravel(), context.device)
        with torch.no_grad():
            scores = model(ids, lengths)[:, line, 0]
        assert float(scores.mean()) == pytest.approx(0, abs=1e-4)
        assert float(scores.std()) == pytest.approx(1, abs=1e-4)


def test_an_ensemble_lays_its_members_scores_side_by_side():
    ensemble = RewardEnsemble(LlamaConfig(VOCABULARY, 32, 1, 2, 1, 64), 2, 3).eval()
    for member in ensemble.members:
        torch.nn.init.normal_(member.reward_head.weight)
    ids, lengths = torch.randint(5, VOCABULARY, (4, 9)), torch.tensor([9, 4, 7, 1])
    with torch.no_grad():
        scores = ensemble(ids, lengths)
        assert scores.shape == (4, 2, 3)
        for m, member in enumerate(ensemble.members):
            assert torch.equal(scores[:, :, m], member(ids, lengths)[:, :, 0])


def test_a_judge_starts_with_the_words_that_votes_favour(context, pairs):
    model = small_judge(1)
    column = OBJECTIVES.index("joy")

    def scores(batch: GroupBatch) -> torch.Tensor:
        return model.reward_head(pool(model.model(batch.ids), batch.lengths))

    task = Fit(model, scores, [column], pairs.chosen(column, False), pairs.chosen(column, True))
    start_from_words(context, "judge", model, task, replace(pairs, votes=np.repeat(pairs.votes, 4, axis=0)))
    margins = margins_of(context, pairs, task, task.held_out)[:, :, 0].numpy()
    gaps = pairs.gaps[task.held_out][:, :, column]
    assert np.corrcoef(margins.ravel(), gaps.ravel())[0, 1] > 0.6


def test_rules_and_the_unbiased_estimator_agree_with_the_shared_vectors():
    vectors = {vector["id"]: vector for vector in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]}
    ensemble = vectors["ensemble_wco_uwo"]
    members = np.array(ensemble["inputs"]["scores_by_rm"]).T  # (responses, members)
    expected = ensemble["expected"]
    assert rules(members)["mean"] == pytest.approx(expected["mean"], abs=1e-9)
    assert rules(members)["wco"] == pytest.approx(expected["wco"], abs=1e-9)
    for lambda_, wanted in expected["uwo_population"].items():
        assert uncertainty_weighted(members, float(lambda_)) == pytest.approx(wanted, abs=1e-9)
    best = vectors["bon_unbiased_estimator"]
    scores = np.array([best["inputs"]["scores"]])
    for n, wanted in zip(best["expected"]["n"], best["expected"]["expected_best"], strict=True):
        assert expected_best(scores, scores, n)[0] == pytest.approx(wanted, abs=1e-9)


def test_rules_over_members_by_hand():
    found = rules(np.array([[1.0, 2.0, 6.0]]))
    assert found["mean"][0] == 3.0
    assert found["wco"][0] == 1.0
    # Population variance of 1, 2, 6: (4 + 1 + 9) / 3.
    assert found["uwo-0.5"][0] == pytest.approx(3.0 - 0.5 * 14 / 3)


def test_a_proxy_that_likes_one_bad_sample_too_much_turns_down_and_a_cap_saves_it():
    """Truth follows the proxy up to 2 sd and is a disaster above it, in every prompt alike."""
    generator = np.random.default_rng(5)
    proxy = generator.standard_normal((30, 256))
    truth = np.where(proxy > 2, -5.0, proxy)
    members = np.repeat(proxy[:, :, None], 5, axis=2)
    known = JUDGED[0]
    made = Pool("story", {known: truth}, {known: truth}, {known: members}, np.full(truth.shape, 9))
    found = best_of_n(made, known)
    mean = found["rules"]["mean"]
    assert mean["turnsDown"]
    assert 4 <= mean["peak"] <= 32
    assert mean["cap"]["saved"]["ci95"][0] > 0
    # Members that agree in everything cure nothing: no rule is better than one of them alone.
    single = found["rules"]["single"]["curve"][-1]["truth"]
    for rule in ("mean", "wco", "uwo-1"):
        assert found["rules"][rule]["curve"][-1]["truth"]["mean"] == pytest.approx(single)
    assert not found["rules"]["truth"]["turnsDown"]


def test_the_careful_judge_is_shifted_to_mean_0_and_its_differences_stay(context, pairs):
    model = small_judge(len(OBJECTIVES))
    torch.nn.init.normal_(model.reward_head.weight)
    ids, lengths, *_ = pairs.rows.padded(np.arange(8), context.device)
    before = model(ids, lengths)
    centre(context, model, pairs)
    assert torch.allclose(model(ids, lengths).diff(dim=0), before.diff(dim=0), atol=1e-5)
    for line in range(len(OBJECTIVES)):
        rows = pairs.groups[pairs.chosen(line, True)].ravel()
        held, sizes, *_ = pairs.rows.padded(rows, context.device)
        assert abs(float(model(held, sizes)[:, line, 0].mean())) < 1e-5
