"""The six true objectives as pure functions of (kind, prompt, response)."""

from .truth import DEFINITIONS, load_constants, raw, truth

KIND_OF = {definition.id: definition.kind for definition in DEFINITIONS}

__all__ = ["DEFINITIONS", "KIND_OF", "load_constants", "raw", "truth"]
