"""`card.json`: the contents of a model folder, their origin, and a check that the model works.

The probe lets the page test a model on the visitor's own machine: `top5` are the five largest
outputs at the last position of `ids`, as [token id, log-probability] for language models and as
[index into `objectives`, value] for value and reward models.
"""

from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from tiller_training.data.vocabulary import fingerprint
from tiller_training.export.runtime import CachedModel, log_softmax, reward_scores
from tiller_training.export.exportable import Exportable
from tiller_training.run.artefacts import check_vocabulary, sha256_of

CARD_VERSION = 1
LICENCE = "MIT"
# Backends sum in different orders. A wrong kernel or a damaged file differs far more.
PROBE_TOLERANCE = 1e-3


def build_card(exportable: Exportable, folder: Path) -> dict[str, Any]:
    """The card of a folder that has all other files."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    check_vocabulary(exportable.config, tokenizer.get_vocab_size(), folder)
    return {
        "version": CARD_VERSION,
        "id": exportable.id,
        "kind": exportable.kind,
        "objectives": list(exportable.objectives),
        "b": exportable.b,
        "vocabulary": {
            "size": tokenizer.get_vocab_size(),
            "fingerprint": fingerprint(tokenizer),
        },
        "layers": exportable.config.num_hidden_layers,
        "heads": exportable.config.num_attention_heads,
        "kvHeads": exportable.config.num_key_value_heads,
        "headDim": exportable.config.head_dim,
        "context": exportable.config.max_position_embeddings,
        "params": sum(tensor.numel() for tensor in exportable.weights.values()),
        "licence": LICENCE,
        "files": file_records(folder),
        "training": exportable.training,
        "probe": probe(exportable, folder / "onnx" / "model.onnx"),
        "metrics": exportable.metrics,
    }


def file_records(folder: Path) -> list[dict[str, Any]]:
    """Path, size and hash of every file but the card, by path."""
    records = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != "card.json":
            size = path.stat().st_size
            records.append({"path": name, "bytes": size, "sha256": sha256_of(path)})
    return records


def probe_ids(vocabulary_size: int) -> list[int]:
    """The start token and 39 others, spread over the vocabulary, the same for every model.

    From 32 tokens on, WebGPU uses another attention kernel, which is wrong on adapters with small subgroups. A shorter
    probe would not notice this.
    """
    return [0] + [3 + (211 * step + 89) % (vocabulary_size - 3) for step in range(39)]


def probe(exportable: Exportable, model: Path) -> dict[str, Any]:
    """The values of the self-check, computed from the file."""
    ids = probe_ids(exportable.config.vocab_size)
    if exportable.kind == "reward":
        outputs = reward_scores(model, [ids])[0, :, 0].astype(np.float64)
    else:
        outputs = CachedModel(model).next_rows([ids])[0].astype(np.float64)
        outputs = outputs if exportable.kind == "value" else log_softmax(outputs)
    best = np.argsort(-outputs, kind="stable")[:5]
    return {
        "ids": ids,
        "top5": [[int(index), round(float(outputs[index]), 6)] for index in best],
        "tolerance": PROBE_TOLERANCE,
    }
