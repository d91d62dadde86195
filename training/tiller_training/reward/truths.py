"""Stage `truth`: the true objectives of every roll-out, and the constants that standardise them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows
from tiller_training.data.rollouts import Rollouts, load_rollouts
from tiller_training.objectives import DEFINITIONS, load_constants, raw
from tiller_training.objectives.template import KINDS
from tiller_training.run.artefacts import PipelineError, read_array, write_array, write_json
from tiller_training.run.context import Context
from tiller_training.run.parallel import spread

RANGE_PERCENTILES = (1, 99)


def run(context: Context) -> dict[str, Any]:
    folder, tokenizer = context.folder("truth"), Tokenizer.from_file(
        str(context.folder("tokenizer") / "tokenizer.json")
    )
    parts = [load_rollouts(context, kind) for kind in KINDS]
    TokenRows.merge([part.rows for part in parts]).save(folder)
    values = np.concatenate([raw_values(tokenizer, part) for part in parts])
    write_array(folder / "raw.npy", values)
    rows = standardisation(values)
    write_json(folder / "objectives.json", rows)
    write_json(context.models / "objectives.json", rows)
    truth = in_sd(values, {row["id"]: (row["mean"], row["sd"]) for row in rows})
    write_array(folder / "truth.npy", truth)
    return {
        "rows": len(truth),
        "defined": {name: int(np.isfinite(truth[:, i]).sum()) for i, name in enumerate(OBJECTIVES)},
        "within_prompt_share": within_prompt_share(truth, context.settings.responses_per_prompt),
        "helpful_cautious_within": conflict(truth, context.settings.responses_per_prompt),
    }


def in_sd(values: np.ndarray, constants: dict[str, tuple[float, float]]) -> np.ndarray:
    """(R,O) raw values -> float32 in sd of the policy's responses; `constants[o]` = (mean, sd)."""
    mean, sd = np.array([constants[name] for name in OBJECTIVES]).T
    return ((values - mean) / sd).astype(np.float32)


def standardised(context: Context, rollouts: Rollouts) -> np.ndarray:
    """(R,O) truth of other responses by the constants of this stage, NaN where undefined."""
    values = raw_values(Tokenizer.from_file(str(context.folder("tokenizer") / "tokenizer.json")), rollouts)
    return in_sd(values, load_constants(context.folder("truth") / "objectives.json"))


def raw_values(tokenizer: Tokenizer, rollouts: Rollouts) -> np.ndarray:
    """(R,O) float64 raw truth in the objectives' order, NaN where it is not defined."""
    rows = rollouts.rows
    texts = tokenizer.decode_batch(
        [rows.row(index)[rows.prompt_lengths[index] :].tolist() for index in range(len(rows))]
    )
    documents = [rollouts.documents[rollouts.prompt_index(index)] for index in range(len(rows))]
    asked = [(document.kind, document.prompt, text.strip()) for document, text in zip(documents, texts)]
    return np.array(list(spread(_raw_row, asked)))


def _raw_row(asked: tuple[str, str, str]) -> list[float]:
    found = raw(*asked)
    return [math.nan if (value := found[name]) is None else value for name in OBJECTIVES]


def standardisation(values: np.ndarray) -> list[dict[str, Any]]:
    """The rows of objectives.json. `range` holds the 1st and 99th percentile, in the unit."""
    rows = []
    for column, definition in zip(values.T, DEFINITIONS, strict=True):
        known = column[np.isfinite(column)]
        if len(known) < 2 or known.std() == 0:
            raise PipelineError(
                f"{definition.id} has {len(known)} values, and they do not differ: sample more responses"
            )
        rows.append({
            "id": definition.id,
            "kind": definition.kind,
            "unit": definition.unit,
            "mean": float(known.mean()),
            "sd": float(known.std()),
            "range": [float(edge) for edge in np.percentile(known, RANGE_PERCENTILES)],
            "description": definition.description,
            "needs": definition.needs,
        })
    return rows


def by_prompt(truth: np.ndarray, responses: int) -> np.ndarray:
    """(R,O) -> (P, responses, O)."""
    return truth.reshape(-1, responses, truth.shape[1])


def within_prompt_share(truth: np.ndarray, responses: int) -> dict[str, float]:
    """sd within a prompt over total sd, from the unbiased variance of each prompt's responses."""
    grouped = by_prompt(truth, responses)
    result = {}
    for index, name in enumerate(OBJECTIVES):
        known = grouped[:, :, index][np.isfinite(grouped[:, :, index]).all(axis=1)]
        result[name] = float(np.sqrt(known.var(axis=1, ddof=1).mean() / known.var()))
    return result


def conflict(truth: np.ndarray, responses: int) -> float:
    """Correlation of helpful and cautious within a prompt."""
    grouped = by_prompt(truth, responses)[:, :, [OBJECTIVES.index("helpful"), OBJECTIVES.index("cautious")]]
    known = grouped[np.isfinite(grouped).all(axis=(1, 2))]
    centred = (known - known.mean(axis=1, keepdims=True)).reshape(-1, 2)
    return float(np.corrcoef(centred.T)[0, 1])


def load_truth(context: Context) -> tuple[TokenRows, np.ndarray]:
    """All roll-outs, stories first, and their standardised truth (R,O), NaN where undefined."""
    folder = context.folder("truth")
    return TokenRows.load(folder), np.asarray(read_array(folder / "truth.npy"))


def labelled(
    rows: TokenRows, truth: np.ndarray, chosen: np.ndarray, device: torch.device
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """ids (B,S), lengths (B,), prompt lengths (B,), truth (B,O) with 0 where undefined, and a mask (B,O) of defined truths."""
    ids, lengths, prompts = rows.padded(chosen, device)
    reward = torch.from_numpy(truth[chosen]).to(device)
    return ids, lengths, prompts, torch.nan_to_num(reward), torch.isfinite(reward)
