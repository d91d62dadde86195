"""Expected numbers for the TypeScript engine, computed by PyTorch with the de-quantised weights.

One file covers prefill, cached steps, batches and ragged rows. Each row has a prompt, tokens that are appended one by
one, and the outputs after the prompt and after every token. PyTorch computes each prefix alone and without a cache. A
reader may batch, pad and cache, and must get the same numbers.

    {version, cases: [{model, kind, sha256, rows: [{prompt, steps, outputs, greedy?}]}]}

`prompt` and `steps` are token ids; `sha256` is the hash of the ONNX file that the numbers belong
to. There is one output after the prompt and one after every step. An output is
    policy, arm   {top: [[id, logprob] x 20], mean, meanSquare}   means over the whole vocabulary
    value         [number per objective]
    reward        [[number per member] per objective]

Rows of language models also have `greedy`, the most likely continuation of the prompt (12 tokens).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from tiller_training.export.card import file_records
from tiller_training.export.runtime import log_softmax
from tiller_training.export.exportable import Exportable

FIXTURES_VERSION = 1
TOP = 20
PROMPTS = (
    "Once, on a windy morning, Mara found a small brass key under the old bridge.",
    "Q: How do I clean muddy boots?\nA:",
    "Tom waited.",
)
CONTINUATION = " and the water was calm"
STEPS = 4
GREEDY_TOKENS = 12


def write_fixtures(exportables: Sequence[Exportable], models: Path, path: Path) -> None:
    """Write the expected numbers of exported models; `models` holds their folders."""
    cases = [model_case(exportable, models / exportable.id) for exportable in exportables]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"version":{FIXTURES_VERSION},"cases":[\n{lines}\n]}}\n', encoding="utf-8")


def model_case(exportable: Exportable, folder: Path) -> dict[str, Any]:
    twin = exportable.stored_twin()
    hashes = {record["path"]: record["sha256"] for record in file_records(folder)}
    rows = []
    for prompt, steps in fixture_rows(exportable.tokenizer):
        outputs = [
            expected_output(exportable.kind, twin, prompt + steps[:count])
            for count in range(len(steps) + 1)
        ]
        row = {"prompt": prompt, "steps": steps, "outputs": outputs}
        if exportable.kind in ("policy", "arm"):
            row["greedy"] = greedy_continuation(twin, prompt)
        rows.append(row)
    return {
        "model": exportable.id,
        "kind": exportable.kind,
        "sha256": hashes["onnx/model.onnx"],
        "rows": rows,
    }


def fixture_rows(tokenizer: Path) -> list[tuple[list[int], list[int]]]:
    """Ragged prompts, start token included, and the tokens appended to each."""
    encoder = Tokenizer.from_file(str(tokenizer))

    def encode(text: str) -> list[int]:
        return encoder.encode(text, add_special_tokens=False).ids

    steps = encode(CONTINUATION)[:STEPS]
    return [([0, *encode(prompt)], steps) for prompt in PROMPTS]


@torch.no_grad()
def expected_output(kind: str, twin: nn.Module, ids: list[int]) -> Any:
    """The output at the last position of one row."""
    row = torch.tensor([ids])
    if kind == "reward":
        scores = twin(row, torch.tensor([len(ids)]))[0]
        return [[rounded(score) for score in members] for members in scores.tolist()]
    output = twin(row)[0, -1].numpy()
    if kind == "value":
        return [rounded(value) for value in output.tolist()]
    distribution = log_softmax(output)
    best = np.argsort(-distribution, kind="stable")[:TOP]
    return {
        "top": [[int(index), rounded(distribution[index])] for index in best],
        "mean": rounded(distribution.mean()),
        "meanSquare": rounded((distribution**2).mean()),
    }


@torch.no_grad()
def greedy_continuation(twin: nn.Module, prompt: list[int]) -> list[int]:
    """The most likely tokens after the prompt. The end of text is treated like any other token."""
    ids = list(prompt)
    for _ in range(GREEDY_TOKENS):
        ids.append(int(twin(torch.tensor([ids]))[0, -1].argmax()))
    return ids[len(prompt) :]


def rounded(value: float) -> float:
    """Seven decimals. The float32 arithmetic of two machines agrees less closely."""
    return round(float(value), 7)
