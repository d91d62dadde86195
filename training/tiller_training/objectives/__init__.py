"""The six true objectives as pure functions of (kind, prompt, response)."""

from .truth import OBJECTIVES, load_constants, raw, truth

KIND_OF = {definition.id: definition.kind for definition in OBJECTIVES}

__all__ = ["KIND_OF", "OBJECTIVES", "load_constants", "raw", "truth"]
