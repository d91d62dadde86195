"""An interpolated 5-gram model over the same pieces. The policy must be better than this."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from tiller_training.data.dataset import TokenRows

ORDER = 5
DISCOUNT = 0.75


class NgramModel:
    """Absolute discounting, interpolated down to the uniform distribution (Ney, Essen, Kneser 1994).

    `p(w | h) = max(c(hw) - d, 0) / c(h) + d n(h) / c(h) * p(w | h')`, where h' drops the oldest
    piece of the history h and n(h) is the number of different successors.
    """

    def __init__(self, vocabulary: int) -> None:
        self._vocabulary = vocabulary
        self._counts: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(ORDER)]
        self._totals: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(ORDER)]
        self._kinds: list[defaultdict[tuple[int, ...], int]] = [defaultdict(int) for _ in range(ORDER)]

    def add(self, row: list[int]) -> None:
        for position in range(1, len(row)):
            for order in range(min(ORDER, position + 1)):
                gram = tuple(row[position - order : position + 1])
                self._counts[order][gram] += 1
                self._totals[order][gram[:-1]] += 1
                if self._counts[order][gram] == 1:
                    self._kinds[order][gram[:-1]] += 1

    def probability(self, history: tuple[int, ...], token: int) -> float:
        """Probability of a piece after at most four pieces of history."""
        result = 1.0 / self._vocabulary
        for order in range(min(ORDER, len(history) + 1)):
            context = history[len(history) - order :]
            total = self._totals[order][context]
            if total == 0:
                break
            found = max(self._counts[order][(*context, token)] - DISCOUNT, 0.0)
            result = (found + DISCOUNT * self._kinds[order][context] * result) / total
        return result


def ngram_nats(train: TokenRows, valid: TokenRows, vocabulary: int, rows: int) -> float:
    """Mean nats per token of the validation rows, under a model of the first `rows` training rows."""
    model = NgramModel(vocabulary)
    for index in range(min(rows, len(train))):
        model.add(train.row(index).tolist())
    total = count = 0.0
    for index in range(len(valid)):
        row = valid.row(index).tolist()
        for position in range(1, len(row)):
            history = tuple(row[max(0, position - ORDER + 1) : position])
            total -= math.log(model.probability(history, row[position]))
            count += 1
    return total / count
