"""`python -m tiller_training.pipeline`: every stage in order, or one of them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from tiller_training.run.artefacts import PipelineError
from tiller_training.run.context import POLICY_WAYS, Context, is_left_out, run_stage, say
from tiller_training.run.settings import FULL, ON_GPU, SMOKE
from tiller_training.stages import STAGES

TRAINING = Path(__file__).resolve().parents[1]


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="python -m tiller_training.pipeline", description=__doc__)
    result.add_argument("--smoke", action="store_true", help="toy sizes, a few minutes, other folders")
    result.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    result.add_argument("--stage", choices=[stage.name for stage in STAGES], help="this stage alone")
    result.add_argument("--work", type=Path, help="folder of the stages' files (training/work)")
    result.add_argument("--models", type=Path, help="folder of the finished models (public/models)")
    result.add_argument("--results", type=Path, help="folder of the reports (training/results)")
    result.add_argument(
        "--start", type=Path, metavar="MODELS",
        help="go on from the exported models in this folder: the policy repeats the last part of its training, reward models train one more pass",
    )
    result.add_argument(
        "--policy", choices=POLICY_WAYS, default="read",
        help="with --start: the policy reads more text and is polished (read), is polished only (polish), or does not change (keep)",
    )
    result.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    result.add_argument("--compile", action="store_true", help="compile the trunks (needs a C++ compiler)")
    return result


def context_of(options: argparse.Namespace) -> Context:
    if options.device == "cuda" and not torch.cuda.is_available():
        raise PipelineError("--device cuda, but PyTorch finds no CUDA device: use --device cpu")
    if options.threads < 1:
        raise PipelineError(f"--threads {options.threads}: use 1 or more")
    if options.policy != "read" and options.start is None:
        raise PipelineError(f"--policy {options.policy} is about the policy of --start MODELS: give --start MODELS too")
    work = options.work or TRAINING / ("work/smoke" if options.smoke else "work/full")
    beside = work if options.smoke else TRAINING
    return Context(
        settings=SMOKE if options.smoke else ON_GPU if options.device == "cuda" else FULL,
        work=work,
        models=options.models or (work / "models" if options.smoke else TRAINING.parent / "public" / "models"),
        results=options.results or beside / "results",
        device=torch.device(options.device),
        compiled=options.compile,
        start=options.start and options.start.resolve(),
        policy_way=options.policy,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    torch.set_num_threads(max(1, options.threads))
    try:
        context = context_of(options)
        for stage in STAGES:
            if options.stage == stage.name or (options.stage is None and not is_left_out(context, stage.name)):
                run_stage(context, stage)
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("pipeline", "interrupted: run the same command again to go on from the last checkpoint")
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
