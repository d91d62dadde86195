"""The files of the stages. They are written whole or not at all, and manifests keep their hashes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import nn

from tiller_training.models.llama import LlamaConfig

MANIFEST = "manifest.json"


class PipelineError(Exception):
    """An error that the user can fix. The message says how."""


def write_atomic(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Write to `path.tmp`, sync and rename. So `path` is never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as handle:
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PipelineError(
                f"the disk is full, {path} was not written: free some space and run the same "
                f"command again. Finished stages are kept"
            ) from error
        raise


def write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=True) + "\n"
    write_atomic(path, lambda handle: handle.write(text.encode()))


def read_json(path: Path) -> Any:
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run the stage that writes it")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PipelineError(f"{path} is not JSON ({error}): delete it and run its stage again") from error


def write_array(path: Path, array: np.ndarray) -> None:
    write_atomic(path, lambda handle: np.save(handle, array, allow_pickle=False))


def read_array(path: Path) -> np.ndarray:
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run the stage that writes it")
    return np.load(path, mmap_mode="r", allow_pickle=False)


def sha256_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def save_model(folder: Path, model: nn.Module, config: LlamaConfig) -> None:
    """Write `weights.pt` (a float16 state dict) and `config.json`. Later stages, studies and the export read them."""
    weights = {name: tensor.detach().half().cpu() for name, tensor in model.state_dict().items()}
    write_atomic(folder / "weights.pt", lambda handle: torch.save(weights, handle))
    write_json(folder / "config.json", config.to_dict())


def load_model_files(folder: Path) -> tuple[LlamaConfig, dict[str, torch.Tensor]]:
    """The reverse of `save_model`, in float32."""
    config = LlamaConfig(**read_json(folder / "config.json"))
    path = folder / "weights.pt"
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run the stage that writes it")
    weights = torch.load(path, map_location="cpu", weights_only=True)
    return config, {name: tensor.float() for name, tensor in weights.items()}


def check_vocabulary(config: LlamaConfig, pieces: int, where: Path) -> None:
    if config.vocab_size != pieces:
        raise PipelineError(
            f"{where} was trained with {config.vocab_size} pieces, the tokenizer has {pieces}: "
            f"delete the folder of that stage and run it again"
        )
