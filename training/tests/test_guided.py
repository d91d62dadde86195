"""ARMs that learn from texts they guided themselves: what is recorded, how pairs are joined, what is learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from test_contributions import VOCABULARY, toy_pairs
from test_decode import PROMPTS, models

from tiller_training.data.kept_distributions import KEPT, KeptDistributions
from tiller_training.decode.guided import decode
from tiller_training.decode.guides import Genarm
from tiller_training.models.llama import Llama, LlamaConfig
from tiller_training.reward import arm_guided, guided_rollouts
from tiller_training.reward.guided_rollouts import Recorded, guided_prompts
from tiller_training.reward.pairs import Pairs, pair_columns
from tiller_training.run.artefacts import MANIFEST, read_json, save_model, write_json
from tiller_training.run.context import Context
from tiller_training.run.settings import END, SMOKE, GuidedPlan, PassPlan
from tiller_training.world.document import Document


def test_what_is_recorded_are_the_policy_s_own_distributions_of_the_text_that_was_guided() -> None:
    policy, arm, _ = models()
    prompts = [prompt for prompt in PROMPTS for _ in range(12)]
    guide = Recorded(Genarm({"arm": (0.8, arm)}, beta=0.5))
    found, _ = decode(policy, prompts, guide, torch.Generator().manual_seed(4), 24)
    plain, _ = decode(policy, prompts, Genarm({"arm": (0.8, arm)}, beta=0.5), torch.Generator().manual_seed(4), 24)
    assert [one.tokens for one in found] == [one.tokens for one in plain]
    assert len({len(one.tokens) for one in found}) > 3, "rows of one length would not show that rows are told apart"
    for row, (prompt, response) in enumerate(zip(prompts, found)):
        tokens = response.tokens + ([END] if response.ended else [])
        distributions = guide.distributions(row)
        logits = policy(torch.tensor([prompt + tokens]))[0, len(prompt) - 1 : -1]
        head = torch.softmax(logits, dim=-1).topk(KEPT, dim=-1)
        np.testing.assert_allclose(distributions.chances, head.values.numpy(), atol=2e-3)
        assert (distributions.tokens[:, 0] == head.indices[:, 0].numpy()).mean() > 0.99


def test_pairs_that_are_joined_keep_their_texts_votes_and_gaps() -> None:
    (first, _, _), (second, _, _) = toy_pairs(3, 1), toy_pairs(2, 2)
    second.held_out[1] = True
    joined = Pairs.merge([first, second])
    assert joined.groups.shape == (5, 4) and joined.held_out.tolist() == [False] * 4 + [True]
    for group, (part, own) in enumerate([(first, 0), (first, 1), (first, 2), (second, 0), (second, 1)]):
        for column in range(4):
            np.testing.assert_array_equal(joined.rows.row(joined.groups[group, column]), part.rows.row(part.groups[own, column]))
        np.testing.assert_array_equal(joined.votes[:, group], part.votes[:, own])
        np.testing.assert_array_equal(joined.gaps[group], part.gaps[own])


def test_guided_prompts_follow_on_those_of_the_roll_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def prompts_of(_: Context, kind: str, count: int) -> list[Document]:
        asked.append((kind, count))
        return [Document(kind, f"prompt {number}", "", {}, "") for number in range(count)]

    monkeypatch.setattr(guided_rollouts, "prompts_of", prompts_of)
    context = Context(SMOKE, Path("w"), Path("m"), Path("r"), torch.device("cpu"), compiled=False)
    found = [document.prompt for document in guided_prompts(context, "helpful")]
    known, more = SMOKE.rollout_prompts["advice"], SMOKE.guided.prompts["helpful"]
    assert asked == [("advice", known + more)]
    assert found == [f"prompt {number}" for number in range(known, known + more)]


def worth_of(token: int, pairs: Pairs) -> Pairs:
    """The same texts, judged by how often they hold a token."""
    counts = np.array([(pairs.rows.row(row) == token).sum() for row in range(len(pairs.rows))], np.float32)
    first, second = pair_columns(4)
    gaps = (counts[pairs.groups][:, first] - counts[pairs.groups][:, second])[:, :, None]
    return replace(pairs, gaps=gaps, votes=np.where(gaps == 0, 0, gaps > 0).astype(np.int8)[None])


def test_an_arm_learns_from_its_own_texts_what_the_policy_s_did_not_show(tmp_path: Path) -> None:
    """The policy's pairs reward token 3; only in the guided ones token 5 counts."""
    model = LlamaConfig(VOCABULARY, 32, 1, 2, 1, 48)
    settings = replace(SMOKE, guided=GuidedPlan({"joy": 300}, 60, 1.0, PassPlan(2, 8, 5e-3)))
    context = Context(settings, tmp_path, tmp_path / "models", tmp_path / "results", torch.device("cpu"), compiled=False)
    for stage, seed, token, count in (("pairs", 5, 3, 120), ("guided-joy", 6, 5, 300)):
        pairs, distributions, _ = toy_pairs(count, seed)
        pairs = worth_of(token, pairs)
        pairs.held_out[:60] = True
        pairs.save(context.folder(stage))
        pairs.rows.save(context.folder("truth" if stage == "pairs" else stage))
        distributions.save(context.folder("rollouts-story" if stage == "pairs" else stage))
    KeptDistributions(distributions.tokens[:0], distributions.chances[:0]).save(context.folder("rollouts-advice"))
    torch.manual_seed(1)
    first = context.folder("first-arm-joy")
    save_model(first, Llama(model), model)
    write_json(first / MANIFEST, {"facts": {"b": 0.5, "training_pairs": 360}})
    facts = arm_guided.run(context, "joy")
    before, after = (facts["guided"][when]["correlation_with_gap"] for when in ("before", "after"))
    assert abs(before) < 0.4 and after > 0.7
    assert facts["b"] == 0.5 and facts["training_pairs"] == 360 + 240 * 6
    assert facts["pairs"] == 60 * 6, "the figures are those of the policy's held-out texts"
    assert read_json(context.results / "arm-joy.json") == facts
