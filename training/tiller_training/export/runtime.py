"""Runs exported models with ONNX Runtime on one CPU thread, for probes, parity checks and tests.

Rows are lists of token ids. Ragged rows are padded on the right, as in the browser.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from tiller_training.run.settings import PAD

IdRows = Sequence[Sequence[int]]


def open_session(model: bytes | Path) -> onnxruntime.InferenceSession:
    """A session on one thread, so that figures do not depend on the number of cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])


def padded(rows: IdRows) -> tuple[np.ndarray, np.ndarray]:
    """Right-padded ids and attention mask, both int64 [B, longest row]."""
    if not rows or not all(rows):
        raise ValueError("need at least one row, and at least one token in every row")
    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), PAD, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return ids, mask


class CachedModel:
    """A causal or value model with its key/value cache.

    `start` reads the prompts, and `step` one token per row. Both return the main output
    (`logits` or `values`) for every new position, float32 [B, S, outputs].
    """

    def __init__(self, model: bytes | Path) -> None:
        self._session = open_session(model)
        self.output_names = [output.name for output in self._session.get_outputs()]
        self._pasts = [item for item in self._session.get_inputs() if "past" in item.name]
        self._cache: dict[str, np.ndarray] = {}
        self._lengths = np.zeros(0, np.int64)

    def start(self, rows: IdRows) -> np.ndarray:
        ids, mask = padded(rows)
        # An empty cache: [B, key/value heads, 0, head size].
        shapes = {item.name: (len(rows), item.shape[1], 0, item.shape[3]) for item in self._pasts}
        self._cache = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        self._lengths = mask.sum(axis=1)
        return self._run(ids, mask)

    def step(self, tokens: Sequence[int]) -> np.ndarray:
        self._lengths = self._lengths + 1
        total = next(iter(self._cache.values())).shape[2] + 1
        mask = (np.arange(total)[None, :] < self._lengths[:, None]).astype(np.int64)
        return self._run(np.array(tokens, np.int64)[:, None], mask)

    def next_rows(self, rows: IdRows) -> np.ndarray:
        """The output at the last real position of each prompt, [B, outputs]."""
        output = self.start(rows)
        return output[np.arange(len(rows)), self._lengths - 1]

    def _run(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        feeds = {"input_ids": ids, "attention_mask": mask, **self._cache}
        outputs = dict(zip(self.output_names, self._session.run(None, feeds), strict=True))
        for name in self._cache:
            self._cache[name] = outputs[name.replace("past_key_values", "present")]
        return outputs[self.output_names[0]]


def reward_scores(model: bytes | Path, rows: IdRows) -> np.ndarray:
    """Scores of a judge for whole texts, float32 [B, O, M]."""
    ids, mask = padded(rows)
    session = open_session(model)
    return session.run(["scores"], {"input_ids": ids, "attention_mask": mask})[0]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural log-probabilities over the last axis, in float64."""
    logits = logits.astype(np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
