"""Statistics of the evaluation against hand-computed values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tiller_training import OBJECTIVES
from tiller_training.evaluate.bench import Outcome, mean_outcome
from tiller_training.evaluate.equal import equal_best_of_n
from tiller_training.evaluate.pool import Pool, read_pool, write_pool
from tiller_training.evaluate.ranking import agreement
from tiller_training.evaluate.stats import estimate, hypervolume, non_dominated, spearman
from tiller_training.evaluate.tables import TABLES, own_texts, rewards

POINTS = [(0.9, 0.1), (0.7, 0.5), (0.4, 0.8), (0.3, 0.6), (0.1, 0.95)]


def test_hypervolume_and_front_match_the_shared_vector() -> None:
    assert hypervolume(POINTS, (0.0, 0.0)) == pytest.approx(0.505, abs=1e-12)
    assert hypervolume([*POINTS, (0.3, 0.6)], (0.0, 0.0)) == pytest.approx(0.505, abs=1e-12)
    assert non_dominated(POINTS) == [0, 1, 2, 4]


def test_spearman_of_monotone_reversed_and_tied_sequences() -> None:
    assert spearman([1, 2, 3, 4], [1, 8, 27, 64]) == pytest.approx(1.0)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    assert spearman([1, 2, 3], [5, 5, 7]) == pytest.approx(np.sqrt(3) / 2)


def test_the_interval_covers_the_mean_and_leaves_undefined_values_out() -> None:
    values = np.random.default_rng(1).normal(2.0, 1.0, size=400)
    result = estimate(np.append(values, np.nan))
    assert result["n"] == 400
    assert result["mean"] == pytest.approx(values.mean())
    half = (result["ci95"][1] - result["ci95"][0]) / 2
    assert half == pytest.approx(1.96 / 20, rel=0.2)
    with pytest.raises(ValueError, match="no defined value"):
        estimate(np.array([np.nan]))


def test_several_draws_of_a_prompt_count_as_their_mean() -> None:
    def outcome(joy: list[float], kl: list[float], form: list[float], text: str, cost: float) -> Outcome:
        arrays = (np.array(joy), np.array(kl), np.array(form))
        return Outcome({"joy": arrays[0]}, arrays[1], arrays[2], np.array([10.0, 20.0]), [text] * 2, [[1], [2]], cost)

    first = outcome([1.0, 3.0], [2.0, 4.0], [1.0, 0.0], "first", 2.0)
    found = mean_outcome([first, outcome([2.0, np.nan], [4.0, 4.0], [1.0, 1.0], "second", 4.0)])
    assert found.truth["joy"][0] == 1.5 and np.isnan(found.truth["joy"][1])
    assert found.kl.tolist() == [3.0, 4.0] and found.well_formed.tolist() == [1.0, 0.5]
    assert found.positions_per_token == 3.0 and found.texts == ["first", "first"]
    assert mean_outcome([first]) is first


def test_agreement_of_values_with_rollouts_by_hand() -> None:
    """Values that are the candidates' true means agree up to the roll-outs' noise; noise alone does not."""
    generator = np.random.default_rng(0)
    means = generator.standard_normal((200, 8))
    truths = means[:, :, None] + generator.standard_normal((200, 8, 8))
    found = agreement(means, truths)
    assert found["states"] == 200
    # Means of four have noise variance 1/4: the halves correlate 1 / (1 + 1/4).
    assert found["reliability"] == pytest.approx(0.8, abs=0.03)
    assert found["correlation"] == pytest.approx(found["ceiling"], abs=0.03)
    assert found["gainOfBest"]["mean"] == pytest.approx(1.42, abs=0.15)  # E[max of 8 normal numbers]
    assert abs(agreement(generator.standard_normal((200, 8)), truths)["correlation"]) < 0.08
    truths[0, 0, 0] = np.nan
    assert agreement(means, truths)["states"] == 199


def test_tables_are_written_from_the_committed_results() -> None:
    results = Path(__file__).parents[1] / "results"
    for written in (rewards(results), own_texts(results)):
        lines = written.splitlines()
        assert len(lines) == 2 + len(OBJECTIVES)
        assert len({line.count("|") for line in lines}) == 1
    for name, write in TABLES.items():
        if (results / f"{name}.json").is_file():
            assert "| " in write(json.loads((results / f"{name}.json").read_text(encoding="utf-8")))


def pool_of(truth: np.ndarray) -> Pool:
    return Pool("story", {"joy": truth}, {"joy": -truth}, {"adventure": truth[:, :, None]}, np.full(truth.shape, 9))


def test_a_kept_pool_is_read_back_whole(tmp_path: Path) -> None:
    made = pool_of(np.random.default_rng(2).standard_normal((3, 4)))
    write_pool(tmp_path / "pool.npz", made)
    read = read_pool(tmp_path / "pool.npz", "story")
    np.testing.assert_array_equal(read.truth["joy"], made.truth["joy"])
    np.testing.assert_array_equal(read.judge["joy"], made.judge["joy"])
    np.testing.assert_array_equal(read.members["adventure"], made.members["adventure"])
    np.testing.assert_array_equal(read.tokens, made.tokens)


def test_the_gain_of_best_of_eight_is_worth_eight_samples() -> None:
    truth = np.random.default_rng(3).standard_normal((40, 128))
    beyond = truth.max(axis=1).mean() + 1
    rows = [
        {"objective": "joy", "strategy": "genarm", "gain": {"mean": 1.42}, "kl": {"mean": 1.0}, "positionsPerToken": 2.0},
        {"objective": "joy", "strategy": "vas", "gain": {"mean": beyond}, "kl": {"mean": 9.0}, "positionsPerToken": 10.0},
        {"objective": "joy", "strategy": "neutral", "gain": {"mean": 0.0}, "kl": {"mean": 0.0}, "positionsPerToken": 2.0},
    ]
    found = equal_best_of_n({"rows": rows, "setting": {}}, {"story": pool_of(truth)})["rows"]
    assert [row["strategy"] for row in found] == ["genarm", "vas"]
    # The best of eight standard normal numbers is 1.42 on average.
    assert found[0]["equalN-truth"] == pytest.approx(8, rel=0.1)
    assert found[1]["equalN-truth"] is None
