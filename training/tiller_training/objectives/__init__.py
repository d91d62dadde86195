"""The six true objectives as pure functions of (kind, prompt, response)."""

from .truth import OBJECTIVES, load_constants, raw, truth

__all__ = ["OBJECTIVES", "load_constants", "raw", "truth"]
