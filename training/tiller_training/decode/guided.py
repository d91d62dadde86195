"""Samples a batch of responses under a guide and counts their cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from tiller_training.decode.guides import Guide, Unguided
from tiller_training.decode.distributions import kl_divergence
from tiller_training.decode.rows import Rows
from tiller_training.models.cache import close_gaps
from tiller_training.models.llama import Llama
from tiller_training.run.settings import END


@dataclass
class Decoded:
    """One response. `kl` sums the exact per-step KL(guided || base) in nats along this text;
    `base_logprob` and `logprob` sum log pi_ref and log pi of its tokens, end of text included."""

    tokens: list[int] = field(default_factory=list)
    kl: float = 0.0
    logprob: float = 0.0
    base_logprob: float = 0.0
    ended: bool = False


@torch.inference_mode()
def decode(
    policy: Llama,
    prompts: Sequence[list[int]],
    guide: Guide,
    generator: torch.Generator,
    max_tokens: int,
) -> tuple[list[Decoded], Counter[str]]:
    """One response per prompt at temperature 1, and the token positions each model was run on."""
    device = policy.model.cos.device
    prompts = list(prompts)
    capacity = max(map(len, prompts)) + max_tokens
    rows = Rows(policy.model, prompts, capacity)
    guide.open(prompts, capacity)
    positions = Counter(policy=sum(map(len, prompts)))
    results = [Decoded() for _ in prompts]
    live = list(range(len(prompts)))
    for step in range(max_tokens):
        base = torch.log_softmax(policy.logits(rows.last).float(), dim=-1)
        distribution = guide.distribution(base)
        noise = torch.rand(distribution.shape, generator=generator, device=device).clamp_min_(1e-20)
        tokens = (distribution - (-noise.log()).log()).argmax(dim=-1)
        chosen = tokens[:, None]
        figures = torch.stack(
            (kl_divergence(distribution, base), distribution.gather(1, chosen)[:, 0], base.gather(1, chosen)[:, 0])
        ).T.tolist()
        for row, token, (kl, logprob, base_logprob) in zip(live, tokens.tolist(), figures):
            result = results[row]
            result.kl += kl
            result.logprob += logprob
            result.base_logprob += base_logprob
            result.ended = token == END
            if not result.ended:
                result.tokens.append(token)
        going = close_gaps([slot for slot, row in enumerate(live) if not results[row].ended])
        if not going or step + 1 == max_tokens:
            break
        if len(going) < len(live):
            keep = torch.tensor(going, device=device)
            rows.select(keep)
            guide.select(keep)
            tokens = tokens[keep]
            live = [live[slot] for slot in going]
        rows.step(tokens)
        guide.advance(tokens)
        positions["policy"] += len(live)
    positions.update(guide.positions)
    return results, positions


def sample_base(
    policy: Llama, prompt: list[int], n: int, generator: torch.Generator, max_tokens: int
) -> list[Decoded]:
    """n independent responses of the base model to one prompt."""
    return decode(policy, [prompt] * n, Unguided(), generator, max_tokens)[0]
