"""The policy's likeliest next tokens at every step of a roll-out, saved during sampling.

Training an autoregressive reward model needs an average over the policy's next tokens at every step. The likeliest
`KEPT` tokens are close enough, and sampling computes them anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tiller_training.data.dataset import TokenRows
from tiller_training.run.artefacts import read_array, write_array

KEPT = 32


@dataclass(frozen=True)
class KeptDistributions:
    """Row i of both arrays is the distribution from which token i of `TokenRows.tokens` was drawn. It is 0 in prompts."""

    tokens: np.ndarray  # (T,K) uint16
    chances: np.ndarray  # (T,K) float16, the policy's probabilities, largest first

    def padded(self, rows: TokenRows, chosen: np.ndarray, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """Tokens and chances (B,S,K) of the chosen rows. At every position of a response, the chances sum to 1."""
        kept = self.tokens.shape[1]
        tokens = np.zeros((len(chosen), width, kept), dtype=np.int64)
        chances = np.zeros((len(chosen), width, kept), dtype=np.float32)
        for line, row in enumerate(chosen):
            start, end = rows.starts[row], rows.starts[row + 1]
            tokens[line, : end - start] = self.tokens[start:end]
            chances[line, : end - start] = self.chances[start:end]
        chances /= np.maximum(chances.sum(axis=-1, keepdims=True), 1e-6)
        return torch.from_numpy(tokens).to(device), torch.from_numpy(chances).to(device)

    def save(self, folder: Path) -> None:
        # File names stay those of older work folders.
        write_array(folder / "law_tokens.npy", self.tokens)
        write_array(folder / "law_chances.npy", self.chances)

    @classmethod
    def load(cls, folder: Path) -> KeptDistributions:
        return cls(read_array(folder / "law_tokens.npy"), read_array(folder / "law_chances.npy"))

    @classmethod
    def of_responses(cls, responses: Sequence[KeptDistributions], prompt_lengths: Sequence[int]) -> KeptDistributions:
        """Distributions of whole rows, from those of the responses."""
        parts = []
        for field in ("tokens", "chances"):
            arrays: list[np.ndarray] = []
            for response, length in zip(responses, prompt_lengths, strict=True):
                array = getattr(response, field)
                arrays += [np.zeros((length, array.shape[1]), array.dtype), array]
            parts.append(np.concatenate(arrays))
        return cls(*parts)

    @classmethod
    def merge(cls, parts: Sequence[KeptDistributions]) -> KeptDistributions:
        return cls(np.concatenate([part.tokens for part in parts]), np.concatenate([part.chances for part in parts]))
