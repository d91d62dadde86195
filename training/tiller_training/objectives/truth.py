"""Raw and standardised value of every objective for one text."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .template import check_kind
from . import story_signals
from .advice_signals import advice_signals
from .quality import penalty
from .topics import find_topic
from .words import sentences_of

CONSTANTS_FILE = Path(__file__).resolve().parents[3] / "public" / "models" / "objectives.json"


@dataclass(frozen=True)
class Objective:
    """One objective: its meaning, and the constants that turn its signal into a raw value."""

    id: str
    kind: str
    unit: str
    description: str
    needs: str
    saturation: float  # S of S*tanh(signal/S), in the unit
    cost: float  # raw units lost per unit of penalty, about four standard deviations


DEFINITIONS: tuple[Objective, ...] = (
    Objective("joy", "story", "net happy words per sentence",
              "Happy words less sad words.", "a story", 3.0, 2.0),
    Objective("adventure", "story", "adventure words per sentence",
              "Danger, journeys, daring and discovery.", "a story", 2.5, 0.9),
    Objective("dialogue", "story", "% of words spoken",
              "Words inside double quotes; repeating a line adds nothing.", "a story", 100.0, 38.0),
    Objective("detail", "story", "describing words per sentence (plus length term)",
              "Colour, size, material, texture, sound, smell and numbers, in longer sentences.", "a story", 10.0, 2.0),
    Objective("helpful", "advice", "% of the needed steps, in order and specific",
              "The steps that the question needs, in order, each with its detail.",
              "a question on a known topic", 300.0, 85.0),
    Objective("cautious", "advice", "% of the cautions",
              "Hazards, protection, when to stop, whom to ask, further warnings.",
              "a question on a known topic", 300.0, 85.0),
)
IDS = tuple(objective.id for objective in DEFINITIONS)
_BY_ID = {objective.id: objective for objective in DEFINITIONS}


def _signals(kind: str, prompt: str, response: str, words: list[str], sentences: list) -> dict[str, float]:
    """The signals that are defined for this text."""
    if kind == "story":
        return {
            "joy": story_signals.joy(sentences),
            "adventure": story_signals.adventure(sentences),
            "dialogue": story_signals.dialogue(response, words),
            "detail": story_signals.detail(sentences, words),
        }
    topic = find_topic(prompt)
    if topic is None:
        return {}
    helpful, cautious = advice_signals(sentences, topic)
    return {"helpful": helpful, "cautious": cautious}


def raw(kind: str, prompt: str, response: str) -> dict[str, float | None]:
    """Raw value of each objective in its unit, None where it is not defined.

    Raises ValueError for an unknown kind.
    """
    check_kind(kind)
    values: dict[str, float | None] = dict.fromkeys(IDS)
    sentences = sentences_of(response)
    words = [word for sentence in sentences for word in sentence.words]
    if not words:
        return values
    signals = _signals(kind, prompt, response, words, sentences)
    if signals:
        loss = penalty(prompt, response, words)
        for key, signal in signals.items():
            objective = _BY_ID[key]
            values[key] = objective.saturation * math.tanh(signal / objective.saturation) - objective.cost * loss
    return values


@lru_cache(maxsize=4)
def load_constants(path: Path = CONSTANTS_FILE) -> dict[str, tuple[float, float]]:
    """{objective: (mean, sd)} from objectives.json. Raises ValueError with the fault."""
    with path.open(encoding="utf-8") as handle:
        rows: list[dict[str, Any]] = json.load(handle)
    constants: dict[str, tuple[float, float]] = {}
    for row in rows:
        if row["id"] not in _BY_ID:
            raise ValueError(f"{path.name}: unknown objective {row['id']!r}, known are {', '.join(IDS)}")
        if not row["sd"] > 0:
            raise ValueError(f"{path.name}: sd of {row['id']} is {row['sd']}, must be above 0")
        constants[row["id"]] = (float(row["mean"]), float(row["sd"]))
    missing = [key for key in IDS if key not in constants]
    if missing:
        raise ValueError(f"{path.name}: no constants for {', '.join(missing)}; write them with --calibrate")
    return constants


def truth(
    kind: str, prompt: str, response: str, constants: dict[str, tuple[float, float]] | None = None
) -> dict[str, float | None]:
    """Standardised value (raw - mean) / sd of each objective, None where it is not defined.

    ``constants`` default to objectives.json. Without that file the raw values are returned.
    """
    values = raw(kind, prompt, response)
    if constants is None:
        if not CONSTANTS_FILE.exists():
            return values
        constants = load_constants()
    return {
        key: None if value is None else (value - constants[key][0]) / constants[key][1]
        for key, value in values.items()
    }
