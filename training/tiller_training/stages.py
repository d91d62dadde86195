"""The stages in the order in which they run."""

from __future__ import annotations

from functools import partial

from tiller_training import OBJECTIVES
from tiller_training.data import corpus, dataset, rollouts, vocabulary
from tiller_training.evaluate import lm_report, stage
from tiller_training.export import release
from tiller_training.objectives.template import KINDS
from tiller_training.polish import polish
from tiller_training.reward import arm, arm_guided, fallible, guided_rollouts, judge, pairs, truths, value
from tiller_training.run.context import Context, Stage
from tiller_training.train import lm


def _lm(context: Context, name: str, plan: str) -> dict[str, object]:
    return lm.train(context, name, getattr(context.settings, plan))


SAMPLING = ("vocabulary", "responses_per_prompt", "rollout_batch", "max_new_tokens")

STAGES: tuple[Stage, ...] = (
    Stage("corpus", (), ("documents", "validation", "prompts"), corpus.run),
    Stage("tokenizer", ("corpus",), ("vocabulary",), vocabulary.run),
    Stage("tokens", ("corpus", "tokenizer"), ("strangers",), dataset.run),
    *(
        Stage(name, ("tokens",), (plan,), partial(_lm, name=name, plan=plan))
        for name, plan in (("writer", "policy"), ("small", "small"))
    ),
    Stage("policy", ("writer",), ("polish", "strangers", "max_new_tokens"), polish.run),
    *(
        Stage(f"rollouts-{kind}", ("policy",), (*SAMPLING, "rollout_prompts"), partial(rollouts.run, kind=kind))
        for kind in KINDS
    ),
    Stage("lm-report", ("policy", "small"), ("free_samples", "max_new_tokens"), lm_report.run),
    Stage("truth", ("rollouts-story", "rollouts-advice"), ("responses_per_prompt",), truths.run),
    Stage("pairs", ("truth",), ("held_out_prompts", "votes"), pairs.run),
    Stage("arm-sweep", ("small", "pairs"), ("arm", "b_sweep"), arm.run_sweep),
    *(
        stage
        for name in OBJECTIVES
        for stage in (
            Stage(arm.first_arm(name), ("small", "pairs"), ("arm", "b"), partial(arm.run, objective=name)),
            Stage(
                guided_rollouts.stage_of(name), ("policy", "truth", arm.first_arm(name)),
                (*SAMPLING, "rollout_prompts", "guided", "votes"), partial(guided_rollouts.run, objective=name),
            ),
            Stage(
                f"arm-{name}", ("pairs", arm.first_arm(name), guided_rollouts.stage_of(name)), ("guided",),
                partial(arm_guided.run, objective=name),
            ),
        )
    ),
    Stage("judge", ("small", "pairs"), ("judge",), judge.run),
    Stage("fallible", ("tokens", "pairs"), ("small", "fallible"), fallible.run),
    Stage("value", ("small", "pairs"), ("value_start", "value", "lambda_"), value.run),
    Stage("export", release.MODEL_IDS, (), release.run),
    Stage("evaluate", ("export", "small"), ("studies", "max_new_tokens"), stage.run),
)
