"""A preallocated key/value cache for sampling many ragged rows together.

Every row has its own length. New keys and values are written at the end of the row. So they overwrite the padding of
a right-padded prefill before a query can see it.
"""

from __future__ import annotations

import torch
from torch import Tensor


class KeyValueCache:
    """Keys and values of all layers, each (B, G, capacity, d); `lengths` (B,) are real tokens.

    A forward pass calls `begin` once and `extend` for every layer. Afterwards the caller may shorten rows to their
    real lengths with `set_lengths`.
    """

    def __init__(
        self,
        layers: int,
        rows: int,
        key_value_heads: int,
        capacity: int,
        head_dim: int,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        shape = (rows, key_value_heads, capacity, head_dim)
        # Zeros, not empty memory: a NaN spoils a softmax even where it is masked.
        self.keys = [torch.zeros(shape, dtype=dtype, device=device) for _ in range(layers)]
        self.values = [torch.zeros(shape, dtype=dtype, device=device) for _ in range(layers)]
        self.lengths = torch.zeros(rows, dtype=torch.int64, device=device)
        self.longest = 0
        self._capacity = capacity
        self._rows = torch.arange(rows, device=device)[:, None]
        self._positions = torch.zeros((rows, 0), dtype=torch.int64, device=device)
        self._mask = torch.zeros((rows, 1, 0, 0), dtype=torch.bool, device=device)

    def begin(self, count: int) -> Tensor:
        """Reserve `count` positions in every row and return them, (B, count)."""
        if self.longest + count > self._capacity:
            raise ValueError(
                f"cache of {self._capacity} positions cannot take {count} more after "
                f"{self.longest}: make it larger or stop earlier"
            )
        steps = torch.arange(count, device=self.lengths.device)
        self._positions = self.lengths[:, None] + steps
        self.longest += count
        columns = torch.arange(self.longest, device=self.lengths.device)
        self._mask = (columns <= self._positions[:, :, None])[:, None]
        self.lengths = self.lengths + count
        return self._positions

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Write (B,G,S,d) at the reserved positions; return all keys, values and the mask."""
        for store, new in ((self.keys[layer], key), (self.values[layer], value)):
            # scatter_ copies the whole store first, which takes eight times as long as indexing.
            store[self._rows, :, self._positions] = new.transpose(1, 2).to(store.dtype)
        visible = self.longest
        return (
            self.keys[layer][:, :, :visible].to(key.dtype),
            self.values[layer][:, :, :visible].to(value.dtype),
            self._mask,
        )

    def set_lengths(self, lengths: Tensor) -> None:
        """Declare the real lengths (B,) after a right-padded prefill."""
        self.lengths = lengths.clone()
        self.longest = int(lengths.max())

    def select(self, rows: Tensor) -> None:
        """Keep the given rows, in this order. A row that is named twice is copied.

        The order of `close_gaps` is cheap, because it moves only the rows that fill a gap.
        """
        places = torch.arange(len(rows), device=rows.device)
        moved = rows != places
        in_place = bool((rows[moved] >= len(rows)).all())
        for stores in (self.keys, self.values):
            for layer, store in enumerate(stores):
                if in_place:
                    store[places[moved]] = store[rows[moved]]
                    stores[layer] = store[: len(rows)]
                else:
                    stores[layer] = store.index_select(0, rows)
        self.lengths = self.lengths.index_select(0, rows)
        self._rows = torch.arange(len(rows), device=rows.device)[:, None]
        self.longest = int(self.lengths.max()) if len(rows) else 0


def close_gaps(rows: list[int]) -> list[int]:
    """Rows to keep (ascending), in an order that moves few of them: the last rows fill the gaps."""
    staying = {row for row in rows if row < len(rows)}
    last = iter(row for row in rows if row >= len(rows))
    return [place if place in staying else next(last) for place in range(len(rows))]
