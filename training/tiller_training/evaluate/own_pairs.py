"""`python -m tiller_training.evaluate.own_pairs`: ARMs and judge on pairs of the policy's own responses.

A policy that went on after its reward models were trained writes other responses than they have seen. The
stages' reports tell how well they fit what they learned from; this tells how well they fit what they steer.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.arm import arm_figures, arm_scores, load_laws
from tiller_training.artefacts import PipelineError, write_json
from tiller_training.context import Context, say
from tiller_training.evaluate.trained import Trained, load_trained, weight_hashes
from tiller_training.pairs import GroupBatch, Pairs, load_pairs
from tiller_training.preference import Fit, figures, held_out_margins
from tiller_training.settings import FULL

TRAINING = Path(__file__).resolve().parents[2]


def own_pairs(context: Context, trained: Trained) -> dict[str, Any]:
    """The figures of `arm-<objective>.json` and `judge.json` on all pairs of the work folder that training holds out."""
    pairs, laws = load_pairs(context), load_laws(context)
    arms = {}
    for column, objective in enumerate(OBJECTIVES):
        b, model = trained.arms[objective]
        scores = arm_scores(context, model, b, pairs, laws)
        arms[objective] = arm_figures(context, pairs, _task(scores, model, [column, column], pairs, column))
        say("own-pairs", f"{objective}: {arms[objective]['contributions']}")

    def judged(batch: GroupBatch) -> Tensor:
        return trained.judge(batch.ids, batch.lengths).mean(dim=-1)

    task = _task(judged, trained.judge, list(range(len(OBJECTIVES))), pairs, None)
    held, votes = held_out_margins(context, pairs, task)
    gaps = pairs.gaps[task.held_out]
    judge = {
        objective: figures(held[:, :, i].numpy(), votes[:, :, i].numpy(), gaps[:, :, i])
        for i, objective in enumerate(OBJECTIVES)
    }
    return {"arms": arms, "judge": judge}


def _task(scores: Any, model: torch.nn.Module, columns: list[int], pairs: Pairs, of: int | None) -> Fit:
    return Fit(model, scores, columns, pairs.chosen(of, False), pairs.chosen(of, True))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tiller_training.evaluate.own_pairs", description=__doc__)
    parser.add_argument("--work", type=Path, default=TRAINING / "work" / "full")
    parser.add_argument("--results", type=Path, default=TRAINING / "results")
    options = parser.parse_args()
    context = Context(FULL, options.work, options.results, options.results, torch.device("cpu"), compiled=False)
    try:
        found = own_pairs(context, load_trained(options.work))
        command = "python -m tiller_training.evaluate.own_pairs"
        write_json(options.results / "own-pairs.json", {"command": command, "weightsSha256": weight_hashes(options.work), **found})
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
