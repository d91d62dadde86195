"""Writes the texts on which Python and TypeScript must agree to 1e-9.

    python -m tiller_training.world.objective_fixtures
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from ..objectives import raw
from .advice import advice
from .stories import story

FIXTURES_FILE = Path(__file__).resolve().parents[3] / "test" / "fixtures" / "objectives.json"
FIXTURES_VERSION = 1
SEED = 20
SAMPLES_PER_KIND = 60
TEA = "How do I make a pot of tea?"
KITE = "How should I mend a torn kite?"

# Texts on which two implementations are most likely to differ, for both kinds.
EDGE_RESPONSES = (
    "",
    " \n\t ",
    "... !? 12 %",
    "One",
    "no end here",
    "It's o'clock. The boys' hats' 'tis ''quoted'' don't.",
    'He said "hello. "Never closed, happy happy happy happy.',
    'She said, "Run to the cave!" He said, "Run to the cave!" "Yes?" asked Bo. ""',
    "Dr. No went 3.5 miles... Then?! He laughed!' \"Oh!\" Sad.",
    "Caf\u00e9 na\u00efve \u212aelvin \u0130stanbul stra\u00dfe \ud83d\ude00 happy. \u201cCurly quotes\u201d are not quotes.\u2028Next line. Next\u00a0space.",
    "happy " * 60,
    "The happy dragon found the golden cave. " * 8,
    "blorp snarg flimp tradle wug zib. " * 5,
    "First, boil fresh water until it bubbles hard. Then warm the teapot. Then spoon the leaves into the pot.",
    "Then spoon the leaves into the pot. Warm the teapot. First, boil fresh water until it bubbles hard.",
    "Be careful. Be careful. Never rush. Never run. Never hurry. Stop if it smells and ask an adult if it grows.",
    "Steam can burn your wrist. Use an oven glove. Stop if the kettle leaks. Call a doctor if it hurts. Never rush.",
    "Inspect it in good light for five minutes from both sides. Glue the kite with waxed thread. Test them.",
    "Never boil the water until it bubbles hard.",
)
EDGE_PROMPTS = (
    "how can i mend a cracked ukulele",
    "HOW DO I CLEAN MY BOOTS",
    "q: how do i clean my boots?  A:",
    "Q: What is the best way to wash a woolly hat?\nA:",
    "clean it",
    "How do I clean up?",
    "cleaning",
    "What are good tips for cleaning a muddy drum in the rain?",
    "Why is the sky blue?",
    "",
    "How do I zorbel a lantern?",
    "My uncle cleans boots.",
    "Can a friend help me to safely light a fire?",
    "make the tea. A:",
    "How do I mend and then paint my old gate without help?",
)
EDGE_ANSWER = (
    "First, brush the loose dirt off it with a soft clean brush. Inspect the ukulele in good light from both sides. "
    "Rinse the boots three times. Never let bleach near it. Ask a neighbour."
)


def _cases() -> Iterator[tuple[str, str, str]]:
    """(kind, prompt, response) of every fixture."""
    rng = random.Random(SEED)
    for _ in range(SAMPLES_PER_KIND):
        for document in (story(rng), advice(rng)):
            yield document.kind, document.prompt, document.response
            if rng.random() < 0.1:  # the wrong kind: an answer as a story, or a story as an answer
                yield {"story": "advice", "advice": "story"}[document.kind], document.prompt, document.response
    for response in EDGE_RESPONSES:
        yield "story", "Once a blorp named Tom met a snarg.", response
        yield "advice", TEA, response
        yield "advice", KITE, response
    for prompt in EDGE_PROMPTS:
        yield "advice", prompt, EDGE_ANSWER


def main() -> None:
    """Write the fixtures and say how many there are."""
    cases = [
        {"kind": kind, "prompt": prompt, "response": response, "raw": raw(kind, prompt, response)}
        for kind, prompt, response in _cases()
    ]
    rows = ",\n".join(json.dumps(case) for case in cases)
    FIXTURES_FILE.write_text(f'{{"version": {FIXTURES_VERSION}, "cases": [\n{rows}\n]}}\n', encoding="utf-8")
    print(f"wrote {len(cases)} texts to {FIXTURES_FILE.name}")


if __name__ == "__main__":
    main()
