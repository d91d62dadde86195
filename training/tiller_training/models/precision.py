"""The fastest arithmetic of this machine.

bfloat16 products are several times faster than float32 products on a processor with instructions for them, and ten
times slower on others.
"""

from __future__ import annotations

import torch


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 on CUDA and on processors with AMX or AVX-512 BF16, else float32."""
    has_bfloat16 = (
        torch.cuda.is_bf16_supported()
        if device.type == "cuda"
        else torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    )
    return torch.bfloat16 if has_bfloat16 else torch.float32


def low_precision(device: torch.device) -> torch.autocast:
    """Autocast to bfloat16 on float32 weights if that is fast, else no autocast."""
    return torch.autocast(device.type, torch.bfloat16, enabled=fast_dtype(device) == torch.bfloat16)
