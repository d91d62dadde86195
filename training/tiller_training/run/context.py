"""The context that every stage gets, and the rule for when a stage is done."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tokenizers
import torch

from tiller_training.run.artefacts import MANIFEST, PipelineError, read_json, sha256_of, write_json
from tiller_training.run.settings import Settings

FIRST_START = "small"

PolicyWay = Literal["read", "polish", "keep"]
POLICY_WAYS: tuple[PolicyWay, ...] = ("read", "polish", "keep")
"""With `start`, the policy repeats the last part of its training and is polished, is polished only, or does not change."""


@dataclass(frozen=True)
class Context:
    """`work` holds one folder per stage. The page loads `models`, and the docs quote `results`.

    `start` is a folder of exported models. With it, the tokenizer is taken from there, and training goes on from its
    models. `policy_way` is one of `POLICY_WAYS`.
    """

    settings: Settings
    work: Path
    models: Path
    results: Path
    device: torch.device
    compiled: bool
    start: Path | None = None
    policy_way: PolicyWay = "read"

    def folder(self, stage: str) -> Path:
        return self.work / stage

    def seed(self, stage: str) -> int:
        """Every stage has its own seed. So a new stage does not change the others."""
        text = f"{self.settings.seed}:{stage}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big")


@dataclass(frozen=True)
class Stage:
    """`run` writes into the folder of the stage and returns the facts for its manifest.

    `needs` names other stages. `uses` names the settings that the stage reads besides the seed.
    """

    name: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    run: Callable[[Context], dict[str, Any]]

    def needed(self, context: Context) -> tuple[str, ...]:
        return tuple(need for need in self.needs if not is_left_out(context, need))

    def settings(self, context: Context) -> dict[str, Any]:
        everything = asdict(context.settings)
        used = {name: everything[name] for name in ("seed", *self.uses)}
        # A stage that ran with another `policy_way` in this work folder does not count as done.
        way = {} if context.start is None else {"policy_way": context.policy_way}
        return json.loads(json.dumps(used | way))


def is_left_out(context: Context, stage: str) -> bool:
    """With `start`, reward models do not need the small language model."""
    return stage == FIRST_START and context.start is not None


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "tokenizers": tokenizers.__version__,
    }


def input_hashes(context: Context, stage: Stage) -> dict[str, str]:
    """SHA-256 of the manifest of each needed stage. Raises PipelineError if one is not done."""
    hashes = {}
    for need in stage.needed(context):
        path = context.folder(need) / MANIFEST
        if not path.is_file():
            raise PipelineError(
                f"stage {stage.name!r} needs stage {need!r}, which has not run: run --stage {need} first"
            )
        hashes[need] = sha256_of(path)
    return hashes


def is_done(context: Context, stage: Stage) -> bool:
    """True if the manifest has these settings and inputs, and no file that it names has changed."""
    path = context.folder(stage.name) / MANIFEST
    if not path.is_file():
        return False
    manifest = read_json(path)
    if manifest["settings"] != stage.settings(context):
        raise PipelineError(
            f"{path} was made with other settings: use another --work, or delete {path.parent}"
        )
    for name, expected in manifest["files"].items():
        file = path.parent / name
        actual = sha256_of(file) if file.is_file() else "nothing"
        if actual != expected:
            raise PipelineError(
                f"{file} has SHA-256 {actual}, its manifest says {expected}: "
                f"delete {path.parent} and run --stage {stage.name} again"
            )
    return bool(manifest["inputs"] == input_hashes(context, stage))


def run_stage(context: Context, stage: Stage) -> bool:
    """Run a stage unless it is done. Returns True if it ran."""
    if is_done(context, stage):
        say(stage.name, "already done")
        return False
    inputs = input_hashes(context, stage)
    folder = context.folder(stage.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    started = time.monotonic()
    facts = stage.run(context)
    files = {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".tmp" and path.name != "checkpoint.pt"
    }
    write_json(folder / MANIFEST, {
        "stage": stage.name,
        "seed": context.seed(stage.name),
        "settings": stage.settings(context),
        "device": str(context.device),
        "versions": versions(),
        "inputs": inputs,
        "seconds": round(time.monotonic() - started, 1),
        "facts": facts,
        "files": files,
    })
    say(stage.name, f"done in {time.monotonic() - started:.0f} s")
    return True


def say(stage: str, message: str) -> None:
    print(f"[{stage}] {message}", file=sys.stderr, flush=True)


class Progress:
    """Prints a line every few seconds with the share done, the speed and the time left."""

    def __init__(self, stage: str, total: int, unit: str, every: float = 15.0) -> None:
        self._stage, self._total, self._unit, self._every = stage, total, unit, every
        self._start = self._last = time.monotonic()
        self._first: int | None = None

    def update(self, done: int, note: Callable[[], str] = str) -> None:
        """`note` is called only when a line is printed, because reading a loss waits for the device."""
        now = time.monotonic()
        if self._first is None:
            # A resumed stage starts in the middle, so the speed counts from here.
            self._first, self._start = done, now
        if now - self._last < self._every and done < self._total:
            return
        self._last = now
        speed = (done - self._first) / max(now - self._start, 1e-9)
        # Nothing is known about the speed before the second update.
        pace = f"{speed:,.0f}/s, {(self._total - done) / speed / 60:.1f} min left" if speed > 0 else ""
        amount = f"{done:,}/{self._total:,} {self._unit} ({done / self._total:.0%})"
        say(self._stage, ", ".join(part for part in (amount, pace, note()) if part))
