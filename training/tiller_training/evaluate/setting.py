"""The end of each slider, beta and k, from the file that the page reads too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DEFAULTS_FILE = Path(__file__).resolve().parents[3] / "src" / "core" / "defaults.json"


@dataclass(frozen=True)
class Setting:
    """At the end of a slider, the reward of its objective counts `full_weight` / `beta`. `k` is for VAS."""

    full_weight: dict[str, float]
    beta: float
    k: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def page_setting(path: Path = DEFAULTS_FILE) -> Setting:
    values = json.loads(path.read_text(encoding="utf-8"))
    return Setting({name: float(end) for name, end in values["fullWeight"].items()}, float(values["beta"]), int(values["k"]))
