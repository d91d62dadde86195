"""Best-of-n block by block: a search that goes much further from the base model than best-of-N can.

Of n continuations of `block` tokens each the best-scored one is kept, and searched on from. After B
blocks the bound on KL is B (log n - (n-1)/n), where best-of-N of the whole text stops at one such
term: hundreds of thousands of samples would be needed to go as far. Source: blockwise controlled
decoding, Mudgal et al., arXiv 2310.17022.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from tiller_training.decode.guided import Decoded
from tiller_training.model import Llama
from tiller_training.sampling import sample_batch
from tiller_training.settings import END

# (N,) scores of N rows of ids, prompt and response so far, given which prompt each row answers.
Score = Callable[[list[list[int]], list[int]], np.ndarray]


def blockwise_best(
    policy: Llama,
    prompts: Sequence[list[int]],
    score: Score,
    n: int,
    block: int,
    max_tokens: int,
    generator: torch.Generator,
) -> tuple[list[Decoded], np.ndarray]:
    """One response per prompt, and how many blocks each took, (P,).

    An ended text stays as it is: it competes with nothing after the block in which it was chosen.
    `kl` and log-probabilities are not known here and stay 0; bound KL by blocks * kl_upper_bound(n).
    """
    texts: list[list[int]] = [[] for _ in prompts]
    blocks = np.zeros(len(prompts), dtype=int)
    live = list(range(len(prompts)))
    for done in range(0, max_tokens, block):
        rows = [prompts[index] + texts[index] for index in live]
        drawn = sample_batch(policy, rows, min(block, max_tokens - done), generator, with_laws=False, copies=n)
        wholes = [rows[slot // n] + answer.tokens for slot, answer in enumerate(drawn)]
        scores = score(wholes, [index for index in live for _ in range(n)]).reshape(len(live), n)
        for slot, best in enumerate(scores.argmax(axis=1)):
            texts[live[slot]] += drawn[slot * n + int(best)].tokens
            blocks[live[slot]] += 1
        live = [index for index in live if texts[index][-1] != END]
        if not live:
            break
    return [_decoded(tokens) for tokens in texts], blocks


def _decoded(tokens: list[int]) -> Decoded:
    ended = tokens[-1] == END
    return Decoded(tokens=tokens[:-1] if ended else tokens, ended=ended)
