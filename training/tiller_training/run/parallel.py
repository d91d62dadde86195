"""Pure functions over many items, on all cores: worlds, grades and truths are plain Python.

The results never depend on how many cores there are.
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

FEW = 1_500  # fewer items than this are done sooner than a pool has started


@lru_cache(maxsize=1)
def _pool() -> ProcessPoolExecutor:
    """One pool a process, never forked from it: CUDA and threads do not survive a fork."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tiller_training.polish.polish"])
    return ProcessPoolExecutor(os.cpu_count(), context, _leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def spread(function: Callable[[Item], Result], items: Sequence[Item], few: int = FEW) -> Iterator[Result]:
    """function(item) of every item, in order; over processes from `few` items on.

    `function` must be known by its module and name (or a `partial` of such a one), items and results picklable.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or len(items) < few:
        return map(function, items)
    return _pool().map(function, items, chunksize=max(1, len(items) // (8 * cores)))
