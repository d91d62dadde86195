"""The stages in the order in which they run."""

from __future__ import annotations

from functools import partial

from tiller_training import corpus, dataset, lm, vocabulary
from tiller_training.context import Context, Stage


def _lm(context: Context, name: str) -> dict[str, object]:
    return lm.train(context, name, getattr(context.settings, name))


STAGES: tuple[Stage, ...] = (
    Stage("corpus", (), corpus.run),
    Stage("tokenizer", ("corpus",), vocabulary.run),
    Stage("tokens", ("corpus", "tokenizer"), dataset.run),
    Stage("policy", ("tokens",), partial(_lm, name="policy")),
    Stage("small", ("tokens",), partial(_lm, name="small")),
    Stage("trunk", ("tokens",), partial(_lm, name="trunk")),
)
