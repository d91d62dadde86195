"""Stages `arm-<objective>`: an ARM also learns from texts that it has guided (`guided_rollouts`).

The loss is that of `arm`. Half of the pairs are the policy's own texts. Without them the ARM would forget such texts,
which weak guidance hardly changes. The held-out figures are for texts of the policy. `guided` has the figures for
guided texts, before and after this training.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.data.kept_distributions import KeptDistributions
from tiller_training.models.llama import Llama
from tiller_training.reward.arm import CONTRIBUTIONS_WEIGHT, arm_figures, arm_scores, first_arm, load_distributions
from tiller_training.reward.guided_rollouts import load_guided
from tiller_training.reward.pairs import Pairs, load_pairs
from tiller_training.reward.preference import Fit, fit
from tiller_training.run.artefacts import MANIFEST, load_model_files, read_json, save_model, write_json
from tiller_training.run.context import Context


def run(context: Context, objective: str) -> dict[str, Any]:
    stage, column, folder = f"arm-{objective}", OBJECTIVES.index(objective), context.folder(first_arm(objective))
    first = read_json(folder / MANIFEST)["facts"]
    of_policy, (of_arm, arm_distributions) = load_pairs(context), load_guided(context, objective)
    pairs, distributions = Pairs.merge([of_policy, of_arm]), KeptDistributions.merge([load_distributions(context), arm_distributions])
    own = of_arm.chosen(column, False) + len(of_policy.groups)
    known = of_policy.chosen(column, False)
    again = np.random.default_rng(context.seed(stage)).choice(known, min(len(own), len(known)), replace=False)
    model = Llama.of(*load_model_files(folder)).to(context.device)
    scores = arm_scores(context, model, first["b"], pairs, distributions)
    held_out = pairs.chosen(column, True)
    task = Fit(model, scores, [column, column], np.concatenate((again, own)), held_out, (1.0, CONTRIBUTIONS_WEIGHT))
    is_own = held_out >= len(of_policy.groups)
    on_own = replace(task, held_out=held_out[is_own])
    before = arm_figures(context, pairs, on_own)["contributions"]
    facts = fit(context, stage, context.settings.guided.passes, pairs, task)
    facts |= {
        "objective": objective,
        "b": first["b"],
        **arm_figures(context, pairs, replace(task, held_out=held_out[~is_own])),
        "training_pairs": first["training_pairs"] + len(own) * pairs.gaps.shape[1],
        "guided": {"before": before, "after": arm_figures(context, pairs, on_own)["contributions"]},
    }
    save_model(context.folder(stage), model, model.config)
    write_json(context.results / f"{stage}.json", facts)
    return facts
