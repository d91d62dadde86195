"""Runs a pure function over many items on all cores. Documents, grades and truths are computed this way.

The results do not depend on the number of cores.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FEW = 1_500  # below this many items, starting a pool takes longer than the work


@lru_cache(maxsize=1)
def _pool() -> ProcessPoolExecutor:
    """One pool per process. It is not forked, because CUDA and threads do not survive a fork."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tiller_training.polish.polish"])
    return ProcessPoolExecutor(os.cpu_count(), context, _leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def spread(function: Callable[[Item], Result], items: Sequence[Item], few: int = FEW) -> Iterator[Result]:
    """function(item) of every item, in order. From `few` items on, the work is spread over processes.

    `function` must be a function of a module, or a `partial` of one. Items and results must be picklable.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or len(items) < few:
        return map(function, items)
    return _pool().map(function, items, chunksize=max(1, len(items) // (8 * cores)))
