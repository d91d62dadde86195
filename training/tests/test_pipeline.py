"""Which stages a run has, and what each of them waits for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tiller_training.pipeline import context_of, parser
from tiller_training.run.artefacts import PipelineError
from tiller_training.run.context import Context, Progress, Stage, is_left_out, run_stage
from tiller_training.run.settings import SMOKE
from tiller_training.stages import STAGES

FRESH = Context(SMOKE, Path("work"), Path("models"), Path("results"), torch.device("cpu"), compiled=False)
GOING_ON = replace(FRESH, start=Path("models"))
KEEPING = replace(GOING_ON, policy_way="keep")


def left_out(context: Context) -> set[str]:
    return {stage.name for stage in STAGES if is_left_out(context, stage.name)}


def test_a_run_leaves_out_what_it_does_not_need() -> None:
    assert left_out(FRESH) == set()
    assert left_out(GOING_ON) == {"small"}
    assert left_out(KEEPING) == {"small"}


def test_every_stage_waits_only_for_stages_before_it_that_are_run() -> None:
    for context in (FRESH, GOING_ON, KEEPING):
        done: set[str] = set()
        for stage in STAGES:
            if is_left_out(context, stage.name):
                continue
            assert set(stage.needed(context)) <= done, stage.name
            done.add(stage.name)


def test_the_policy_s_way_needs_a_folder_to_start_from() -> None:
    with pytest.raises(PipelineError, match="--policy polish is about the policy of --start"):
        context_of(parser().parse_args(["--policy", "polish"]))
    options = parser().parse_args(["--policy", "polish", "--start", "models"])
    assert context_of(options).policy_way == "polish"
    assert context_of(parser().parse_args([])).policy_way == "read"


def test_another_way_to_go_on_does_not_find_a_stage_done(tmp_path: Path) -> None:
    stage = Stage("corpus", (), (), lambda _: {})
    keeping = replace(KEEPING, work=tmp_path)
    assert run_stage(keeping, stage)
    assert not run_stage(keeping, stage)
    for other in (replace(keeping, policy_way="polish"), replace(FRESH, work=tmp_path)):
        with pytest.raises(PipelineError, match="made with other settings"):
            run_stage(other, stage)


def test_progress_names_no_time_left_while_the_speed_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("tokens", 60, "documents")
    progress.update(60)
    assert capsys.readouterr().err == "[tokens] 60/60 documents (100%)\n"
    progress = Progress("writer", 60, "documents", every=0.0)
    progress.update(1)
    progress.update(30, lambda: "loss 2.000")
    first, second = capsys.readouterr().err.splitlines()
    assert first == "[writer] 1/60 documents (2%)"
    assert "/s, 0.0 min left, loss 2.000" in second
