"""Reads the models of a finished pipeline run for the studies."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from tiller_training import OBJECTIVES
from tiller_training.evaluate.bench import Trained
from tiller_training.export.ensemble import members_of
from tiller_training.models.heads import RewardEnsemble, RewardModel, ValueModel
from tiller_training.models.llama import Llama
from tiller_training.reward.fallible import JUDGED
from tiller_training.run.artefacts import check_vocabulary, load_model_files, read_json, sha256_of


NEUTRAL, FALLIBLE = "small", "fallible"


def has_neutral(work: Path) -> bool:
    """True if the run made a small language model, which is the control. Runs with `start` make none."""
    return (work / NEUTRAL / "weights.pt").is_file()


def load_trained(work: Path, device: torch.device) -> Trained:
    """`work` is the folder of a run, with one folder per stage. Raises PipelineError if one is missing."""
    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))
    pieces = tokenizer.get_vocab_size()

    def restore(stage: str, build: type[nn.Module], *sizes: int) -> nn.Module:
        config, weights = load_model_files(work / stage)
        check_vocabulary(config, pieces, work / stage)
        model = build(config, *sizes)
        model.load_state_dict(weights)
        return model.to(device).eval().requires_grad_(False)

    def language_model(stage: str) -> Llama:
        model = restore(stage, Llama)
        assert isinstance(model, Llama)
        return model

    value, judge = restore("value", ValueModel, len(OBJECTIVES)), restore("judge", RewardModel, len(OBJECTIVES))
    assert isinstance(value, ValueModel) and isinstance(judge, RewardModel)
    return Trained(
        policy=language_model("policy"),
        neutral=language_model(NEUTRAL) if has_neutral(work) else None,
        arms={o: (trained_b(work / f"arm-{o}"), language_model(f"arm-{o}")) for o in OBJECTIVES},
        value=value,
        judge=judge,
        fallible=_fallible(work, device),
        tokenizer=tokenizer,
        constants={row["id"]: (row["mean"], row["sd"]) for row in read_json(work / "truth" / "objectives.json")},
    )


def _fallible(work: Path, device: torch.device) -> RewardEnsemble | None:
    if not (work / FALLIBLE / "weights.pt").is_file():
        return None
    config, weights = load_model_files(work / FALLIBLE)
    model = RewardEnsemble(config, len(JUDGED), members_of(weights))
    model.load_state_dict(weights)
    return model.to(device).eval().requires_grad_(False)


def trained_b(folder: Path) -> float:
    """The coefficient that an ARM was trained with, from its stage's manifest."""
    return float(read_json(folder / "manifest.json")["facts"]["b"])


def weight_hashes(work: Path) -> dict[str, str]:
    """SHA-256 of the weights of every model, so that a result names the models that it measured."""
    extra = [name for name in (NEUTRAL, FALLIBLE) if (work / name / "weights.pt").is_file()]
    stages = ("policy", *(f"arm-{o}" for o in OBJECTIVES), "value", "judge", *extra)
    return {stage: sha256_of(work / stage / "weights.pt") for stage in stages}


def prompt_hash(prompts: list[str]) -> str:
    return hashlib.sha256("\n".join(prompts).encode()).hexdigest()

