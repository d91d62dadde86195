"""The one record that every generator of text returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """A prompt, its continuation and the latent levels that shaped it."""

    kind: str  # "story" | "advice"
    prompt: str  # story: the opening sentence(s); advice: the bare question
    response: str  # the continuation, no leading space, no newline
    levels: dict[str, float]  # latent levels, standard normal clipped to +-2.5
    subject: str  # story: main character's name; advice: the object asked about
