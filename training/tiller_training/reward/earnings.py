"""The reward that a text has earned so far. The value model learns this first, before it learns from whole texts.

The reward of a whole text tells little about a single word. A value model can read thirty thousand texts without
learning which words an objective counts. So this file computes the truth of the text so far, times its share of the
whole text. It is the expected reward if the rest is average, because the standardised truth of average text is 0. It
changes with each sentence that gains or loses reward, and at the end it equals the reward.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from tokenizers import Tokenizer

from tiller_training import OBJECTIVES
from tiller_training.data.rollouts import load_rollouts
from tiller_training.objectives import truth
from tiller_training.objectives.template import KINDS
from tiller_training.objectives.truth import load_constants
from tiller_training.objectives.words import sentence_spans
from tiller_training.polish.credit import piece_texts
from tiller_training.run.context import Context, Progress
from tiller_training.run.parallel import spread

Constants = dict[str, tuple[float, float]]


def earned(kind: str, prompt: str, pieces: list[str], constants: Constants) -> np.ndarray:
    """(1+T,O) float32 for the states after the prompt and after each of T pieces. Undefined truths are NaN.

    A state inside a sentence has the reward at the end of that sentence. `constants[o]` = (mean, sd) of the raw truth.
    """
    text = "".join(pieces)
    ends = np.array([end for _, end in sentence_spans(text)] or [len(text)])
    ends[-1] = len(text)
    values = [truth(kind, prompt, text[:end].strip(), constants) for end in ends]
    worth = np.array([[value[name] for name in OBJECTIVES] for value in values], dtype=float)  # None becomes NaN
    steps = worth * (ends / max(1, len(text)))[:, None]
    starts = np.cumsum([0, *(len(piece) for piece in pieces)])[:-1]
    sentence = np.searchsorted(ends, starts, side="right").clip(0, len(ends) - 1)
    before = np.where(np.isnan(steps[:1]), np.nan, 0.0)
    return np.concatenate((before, steps[sentence])).astype(np.float32)


def earnings_of_rollouts(context: Context, chosen: np.ndarray) -> dict[int, np.ndarray]:
    """`earned` for the chosen rows of stage `truth`. Stories come first, then answers."""
    tokenizer = Tokenizer.from_file(str(context.folder("tokenizer") / "tokenizer.json"))
    texts, wanted = piece_texts(tokenizer), frozenset(chosen.tolist())
    constants = load_constants(context.folder("truth") / "objectives.json")
    asked, first = list[tuple[int, str, str, list[str]]](), 0
    for kind in KINDS:
        rollouts = load_rollouts(context, kind)
        for index in range(len(rollouts.rows)):
            if first + index in wanted:
                ids = rollouts.rows.row(index)[rollouts.rows.prompt_lengths[index] :]
                prompt = rollouts.documents[rollouts.prompt_index(index)].prompt
                asked.append((first + index, kind, prompt, [texts[id_] for id_ in ids]))
        first += len(rollouts.rows)
    progress, found = Progress("value, earnings", len(chosen), "responses"), dict[int, np.ndarray]()
    for row, values in spread(partial(_earned_row, constants=constants), asked):
        found[row] = values
        progress.update(len(found))
    return found


def _earned_row(asked: tuple[int, str, str, list[str]], constants: Constants) -> tuple[int, np.ndarray]:
    row, *text = asked
    return row, earned(*text, constants)
