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
from tiller_training.export.exportable import Exportable
from tiller_training.run.artefacts import PipelineError
from tiller_training.run.settings import BEGIN, END, PAD

ARCHITECTURES = {
    "policy": "LlamaForCausalLM",
    "arm": "LlamaForCausalLM",
    "value": "TillerValueModel",
    "reward": "TillerRewardModel",
}


def export_model(exportable: Exportable, models: Path) -> Path:
    """Write `models/<id>/` with its card and return the folder.

    The folder is built under another name and renamed when it is complete. So an interrupted run or a full disk leaves
    the former folder unchanged.
    """
    models.mkdir(parents=True, exist_ok=True)
    target = models / exportable.id
    partial = models / f".{exportable.id}.partial-{os.getpid()}"
    former = models / f".{exportable.id}.former-{os.getpid()}"
    try:
        (partial / "onnx").mkdir(parents=True)
        (partial / "onnx" / "model.onnx").write_bytes(graph_bytes(exportable))
        shutil.copyfile(exportable.tokenizer, partial / "tokenizer.json")
        _write_json(partial / "config.json", hub_config(exportable))
        _write_json(partial / "tokenizer_config.json", tokenizer_config())
        if exportable.kind in ("policy", "arm"):
            special = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD}
            _write_json(partial / "generation_config.json", special)
        _write_json(partial / "card.json", build_card(exportable, partial))
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


def graph_bytes(exportable: Exportable) -> bytes:
    """The ONNX file of a model."""
    if exportable.kind == "value":
        model = value_graph(exportable.config, exportable.weights)
    elif exportable.kind == "reward" and members_of(exportable.weights):
        model = ensemble_graph(exportable.config, exportable.weights, len(exportable.objectives))
    elif exportable.kind == "reward":
        model = reward_graph(exportable.config, exportable.weights, len(exportable.objectives))
    else:
        model = causal_graph(exportable.config, exportable.weights, with_hidden=exportable.kind == "policy")
    return model.SerializeToString()


def hub_config(exportable: Exportable) -> dict[str, Any]:
    """`config.json` as transformers writes it for a Llama model with a tied head."""
    return {
        "architectures": [ARCHITECTURES[exportable.kind]],
        "model_type": "llama",
        **exportable.config.to_dict(),
        "head_dim": exportable.config.head_dim,
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
