"""Weights stored as 8-bit blocks: a signed byte each, and a half-precision scale for 32 weights.

A matrix W [out, in] is cut into blocks of 32 along `in`, so that each block feeds one output.
Rounding is symmetric: w ~ scale * code with code in [-127, 127]. The error of a weight is at most half a scale, which
is 1/254 of the largest weight of its block. Arithmetic stays float32. The graph turns codes into floats once, when a
session is created (see `builder.py`).
"""

from dataclasses import dataclass

import numpy as np
import torch

BLOCK = 32
BITS = 8


@dataclass(frozen=True)
class Blocks:
    """Codes [out, in] (int8) and scales [out, in / block] (float16) of one matrix."""

    codes: np.ndarray
    scales: np.ndarray

    def __post_init__(self) -> None:
        rows, columns = self.codes.shape
        if self.scales.shape[0] != rows or columns % self.scales.shape[1]:
            raise ValueError(
                f"scales {self.scales.shape} do not fit codes {self.codes.shape}: "
                f"need [out, in / block]"
            )

    def dequantise(self) -> np.ndarray:
        """Float32 weights [out, in], bit for bit what the graph computes."""
        rows, columns = self.codes.shape
        blocks = self.codes.reshape(rows, self.scales.shape[1], -1).astype(np.float32)
        return (blocks * self.scales.astype(np.float32)[:, :, None]).reshape(rows, columns)


def quantise(matrix: np.ndarray, block: int = BLOCK, bits: int = BITS) -> Blocks:
    """Round a matrix [out, in] to `bits` per weight, 2 to 8. Files hold 8. Fewer are used to measure their cost.

    Raises ValueError when the matrix is not two-dimensional, `in` is no multiple of the block, a
    weight is not finite or a block is too large for a half-precision scale.
    """
    if matrix.ndim != 2 or matrix.shape[1] % block:
        raise ValueError(
            f"cannot cut shape {matrix.shape} into blocks of {block}: "
            f"need [out, in] with in a multiple of {block}"
        )
    if not 2 <= bits <= 8:
        raise ValueError(f"bits = {bits}: use 2 to 8")
    top = 2 ** (bits - 1) - 1
    blocks = matrix.astype(np.float32).reshape(matrix.shape[0], -1, block)
    if not np.isfinite(blocks).all():
        raise ValueError("a weight is not finite: training diverged, export an earlier checkpoint")
    largest = np.abs(blocks).max(axis=2)
    limit = float(np.finfo(np.float16).max) * top
    if largest.max(initial=0) > limit:
        raise ValueError(f"weight {largest.max():g} is beyond {limit:g}, the largest that a scale can hold: export an earlier checkpoint")
    scales = (largest / top).astype(np.float16)
    # The scale of a block below 4e-6 rounds to 0. Its codes would have no meaning, so they are 0.
    divisor = np.where(scales > 0, scales.astype(np.float32), np.inf)[:, :, None]
    codes = np.clip(np.rint(blocks / divisor), -top, top).astype(np.int8)
    return Blocks(codes.reshape(matrix.shape), scales)


def dequantised(
    weights: dict[str, torch.Tensor], block: int = BLOCK, bits: int = BITS
) -> dict[str, torch.Tensor]:
    """The weights of the exported file as a PyTorch state dict: matrices are rounded, the rest is kept."""
    return {
        name: torch.from_numpy(quantise(tensor.float().numpy(), block, bits).dequantise())
        if is_stored_in_blocks(name, tensor)
        else tensor.float()
        for name, tensor in weights.items()
    }


def is_stored_in_blocks(name: str, tensor: torch.Tensor) -> bool:
    """True for the matrices of the trunk and the embedding.

    Norm gains are vectors. The read-outs of value and reward models stay float32: they are small, and rounding them
    would change every score.
    """
    return tensor.ndim == 2 and (name.startswith("model.") or ".model." in name)
