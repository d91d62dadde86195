"""Measures the world: python -m tiller_training.world.report --count 200000 --out ../training/results/world.json"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np

from ..objectives import raw
from ..objectives.words import lexicon
from .advice import advice_for, ask_question
from .document import Document
from .generate import documents
from .measures import spread_measures, text_measures
from .stories import LEVELS, draw_levels, draw_prompt, story_for_prompt

ADVICE_LEVELS = ("helpful", "cautious")
DRAWS_PER_PROMPT = 20
LEVEL_GRID = (-2.5, -1.25, 0.0, 1.25, 2.5)
SAMPLES = 20


Draw = Callable[[random.Random], Document]


def values_within_prompts(draws: Iterable[Draw], names: tuple[str, ...], rng: random.Random) -> np.ndarray:
    """Raw objectives [prompts, DRAWS_PER_PROMPT, names]. Each function of ``draws`` writes texts for one prompt."""
    rows = []
    for draw in draws:
        texts = [draw(rng) for _ in range(DRAWS_PER_PROMPT)]
        found = [raw(made.kind, made.prompt, made.response) for made in texts]
        rows.append([[one[name] for name in names] for one in found])
    return np.array(rows, dtype=float)


def level_response(rng: random.Random, draws: int, mean: np.ndarray, sd: np.ndarray) -> dict[str, list[float]]:
    """Mean standardised objective at each point of LEVEL_GRID. The other levels are random."""
    rows: dict[str, list[float]] = {}
    for index, name in enumerate(LEVELS):
        rows[name] = []
        for level in LEVEL_GRID:
            found = []
            for _ in range(draws):
                made = story_for_prompt(draw_prompt(rng), rng, {**draw_levels(rng), name: level})
                found.append(raw(made.kind, made.prompt, made.response)[name])
            rows[name].append(float((np.mean(found) - mean[index]) / sd[index]))
    return rows


def measure(seed: int, count: int, kind_share: float, prompts: int) -> dict[str, object]:
    """The whole report: variety of ``count`` documents, and spread over ``prompts`` prompts of each kind."""
    made = list(documents(seed, count, kind_share))
    rng = random.Random(seed + 1)
    stories = [partial(story_for_prompt, draw_prompt(rng)) for _ in range(prompts)]
    questions = [partial(advice_for, ask_question(rng)) for _ in range(prompts)]
    spread = spread_measures(values_within_prompts(stories, LEVELS, rng), LEVELS)
    advice_spread = spread_measures(values_within_prompts(questions, ADVICE_LEVELS, rng), ADVICE_LEVELS)
    response = level_response(rng, prompts, np.array(spread["mean"]), np.array(spread["sd"]))
    return {
        "command": f"python -m tiller_training.world.report --count {count} --seed {seed} "
        f"--kind-share {kind_share} --prompts {prompts}",
        "seed": seed,
        "vocabulary": len(lexicon().vocabulary),
        "all": text_measures(made, rng),
        "byKind": {
            kind: text_measures(part, rng)
            for kind in ("story", "advice")
            if len(part := [document for document in made if document.kind == kind]) > 1
        },
        "stories": {**spread, "levelGrid": list(LEVEL_GRID), "levelResponse": response},
        "advice": advice_spread,
        "samples": [vars(document) for document in made[:SAMPLES]],
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="documents to write (at least 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind-share", type=float, default=0.5, help="share of advice, 0 to 1")
    parser.add_argument("--prompts", type=int, default=300, help="prompts of each kind, with 20 draws each")
    parser.add_argument("--out", type=Path, help="JSON file; standard output if left out")
    arguments = parser.parse_args()
    if arguments.count < 2 or arguments.prompts < 2:
        parser.error(f"--count {arguments.count} and --prompts {arguments.prompts} must both be at least 2")
    text = json.dumps(measure(arguments.seed, arguments.count, arguments.kind_share, arguments.prompts), indent=1)
    if arguments.out is None:
        sys.stdout.write(text + "\n")
        return
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
