"""Turns a prompt into the text that a language model reads.

``src/objectives/template.ts`` does the same on the page.
"""

from __future__ import annotations

import re

KINDS = ("story", "advice")

_LEADING_Q = re.compile(r"^[ \t\r\n]*q:[ \t\r\n]*", re.IGNORECASE)
_TRAILING_A = re.compile(r"(?<![A-Za-z])a:[ \t\r\n]*\Z", re.IGNORECASE)
_SPACE = " \t\r\n"


def check_kind(kind: str) -> None:
    """Raise ValueError unless ``kind`` is one of KINDS."""
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, must be one of {', '.join(KINDS)}")


def bare_question(prompt: str) -> str:
    """The question without a leading ``Q:`` and a trailing ``A:``, in upper or lower case."""
    return _TRAILING_A.sub("", _LEADING_Q.sub("", prompt)).strip(_SPACE)


def format_prompt(kind: str, prompt: str) -> str:
    """The text for the model. A response follows after one space."""
    check_kind(kind)
    if kind == "story":
        return prompt.strip(_SPACE)
    return f"Q: {bare_question(prompt)}\nA:"
