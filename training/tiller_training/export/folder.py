"""Model folders in the Hugging Face layout, written whole or not at all."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from tiller_training.data.vocabulary import tokenizer_config
from tiller_training.export.card import build_card
from tiller_training.export.ensemble import ensemble_graph, members_of
from tiller_training.export.graph import causal_graph, reward_graph, value_graph
from tiller_training.export.source import ModelSource
from tiller_training.run.artefacts import PipelineError
from tiller_training.run.settings import BEGIN, END, PAD

ARCHITECTURES = {
    "policy": "LlamaForCausalLM",
    "arm": "LlamaForCausalLM",
    "value": "TillerValueModel",
    "reward": "TillerRewardModel",
}


def export_model(source: ModelSource, models: Path) -> Path:
    """Write `models/<id>/` with its card and return the folder.

    The folder is built beside its place and renamed when it is complete, so that an interrupted
    run or a full disk leaves the former folder as it was.
    """
    models.mkdir(parents=True, exist_ok=True)
    target = models / source.id
    partial = models / f".{source.id}.partial-{os.getpid()}"
    former = models / f".{source.id}.former-{os.getpid()}"
    try:
        (partial / "onnx").mkdir(parents=True)
        (partial / "onnx" / "model.onnx").write_bytes(graph_bytes(source))
        shutil.copyfile(source.tokenizer, partial / "tokenizer.json")
        _write_json(partial / "config.json", hub_config(source))
        _write_json(partial / "tokenizer_config.json", tokenizer_config())
        if source.kind in ("policy", "arm"):
            special = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD}
            _write_json(partial / "generation_config.json", special)
        _write_json(partial / "card.json", build_card(source, partial))
        if target.exists():
            target.rename(former)
        partial.rename(target)
    except OSError as error:
        raise PipelineError(
            f"cannot write {target}: {error.strerror or error}; what was there before is kept, "
            f"put this right and export again"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if former.exists() and not target.exists():
            former.rename(target)
        shutil.rmtree(former, ignore_errors=True)
    return target


def graph_bytes(source: ModelSource) -> bytes:
    """The ONNX file of a model."""
    if source.kind == "value":
        model = value_graph(source.config, source.weights)
    elif source.kind == "reward" and members_of(source.weights):
        model = ensemble_graph(source.config, source.weights, len(source.objectives))
    elif source.kind == "reward":
        model = reward_graph(source.config, source.weights, len(source.objectives))
    else:
        model = causal_graph(source.config, source.weights, with_hidden=source.kind == "policy")
    return model.SerializeToString()


def hub_config(source: ModelSource) -> dict[str, Any]:
    """`config.json` as transformers writes it for a Llama model with a tied head."""
    return {
        "architectures": [ARCHITECTURES[source.kind]],
        "model_type": "llama",
        **source.config.to_dict(),
        "head_dim": source.config.head_dim,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": BEGIN,
        "eos_token_id": END,
        "pad_token_id": PAD,
        "torch_dtype": "float32",
        # Otherwise transformers.js would look for model_quantized.onnx on WASM.
        "transformers.js_config": {"dtype": "fp32"},
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
