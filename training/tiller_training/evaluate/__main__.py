"""`python -m tiller_training.evaluate`: all studies, or some of them, on held-out prompts."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from tiller_training.evaluate.bench import MAX_TOKENS, Bench
from tiller_training.evaluate.chart import check_can_draw
from tiller_training.evaluate.ends import slider_ends
from tiller_training.evaluate.equal import equal_best_of_n
from tiller_training.evaluate.figures import draw_all
from tiller_training.evaluate.inputs import held_out_prompts
from tiller_training.evaluate.over_optimisation import over_optimisation
from tiller_training.evaluate.pool import Pool, kept_pool
from tiller_training.evaluate.ranking import value_ranking
from tiller_training.evaluate.reward_kl import reward_kl
from tiller_training.evaluate.setting import page_setting
from tiller_training.evaluate.strength import DRAWS, strength
from tiller_training.evaluate.trade_off import helpful_cautious, monotone
from tiller_training.evaluate.trained import load_trained, prompt_hash, weight_hashes
from tiller_training.evaluate.typed import typed_prompts
from tiller_training.objectives import KIND_OF
from tiller_training.objectives.template import KINDS
from tiller_training.run.artefacts import PipelineError, read_json, write_json
from tiller_training.run.context import say, versions

TRAINING = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="python -m tiller_training.evaluate", description=__doc__)
    result.add_argument("--work", type=Path, default=TRAINING / "work" / "full")
    result.add_argument("--results", type=Path, default=TRAINING / "results")
    result.add_argument("--pictures", type=Path, default=TRAINING.parent / "docs" / "results")
    result.add_argument("--study", nargs="*", choices=STUDIES, help="these studies alone")
    result.add_argument("--prompts", type=int, default=300, help="held-out prompts per kind")
    result.add_argument("--pool", type=int, nargs=2, default=(60, 256), metavar=("PROMPTS", "SAMPLES"))
    result.add_argument("--wide", type=int, nargs=2, default=(60, 256), metavar=("PROMPTS", "SAMPLES"))
    result.add_argument("--ceiling", type=int, nargs=2, default=(60, 256), metavar=("PROMPTS", "SAMPLES"))
    result.add_argument("--max-tokens", type=int, default=MAX_TOKENS, help="of a response")
    result.add_argument("--seed", type=int, default=1)
    result.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    result.add_argument("--threads", type=int, help="threads of PyTorch (its own choice)")
    return result


class Studies:
    """Models, prompts and sample pools, made once and shared by the studies."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.trained = load_trained(options.work, torch.device(options.device))
        self.setting = page_setting()
        prompts = {kind: held_out_prompts(options.work, kind, options.prompts) for kind in KINDS}
        self.benches = {kind: Bench(self.trained, kind, prompts[kind], options.seed, options.max_tokens) for kind in KINDS}
        self._pools: dict[tuple[int, int], dict[str, Pool]] = {}

    def kept_strengths(self) -> dict[str, Any]:
        """The rows of the strength study. They come from its file if models, prompts and setting are the same."""
        path = self.options.results / "strength.json"
        kept = read_json(path) if path.is_file() else {}
        asked = {**self.provenance, "setting": self.setting.to_dict(), "draws": DRAWS}
        return kept if all(kept.get(name) == value for name, value in asked.items()) else strength(self.benches, self.setting)

    @property
    def provenance(self) -> dict[str, Any]:
        """The seed, prompts and models of a study."""
        return {
            "seed": self.options.seed,
            "prompts": {kind: len(bench.prompts) for kind, bench in self.benches.items()},
            "promptsSha256": {kind: prompt_hash(bench.prompts) for kind, bench in self.benches.items()},
            "weightsSha256": weight_hashes(self.options.work),
        }

    def pools(self, which: str) -> dict[str, Pool]:
        prompts, samples = getattr(self.options, which)
        prompts = min(prompts, self.options.prompts)
        key = (prompts, samples)
        if key not in self._pools:
            say("evaluate", f"{samples} responses to each of {prompts} prompts of both kinds")
            folder, weights = self.options.work / "pools", weight_hashes(self.options.work)
            self._pools[key] = {
                kind: kept_pool(folder, bench, prompts, samples, self.options.seed + 1, weights)
                for kind, bench in self.benches.items()
            }
        return self._pools[key]


STUDIES: dict[str, Callable[[Studies], dict[str, Any]]] = {
    "slider-ends": lambda s: slider_ends(s.benches, s.setting),
    "strength": lambda s: strength(s.benches, s.setting),
    "typed": lambda s: typed_prompts(s.trained, s.options.seed),
    "value-ranking": lambda s: value_ranking(s.benches, s.setting),
    "monotone": lambda s: monotone(s.benches, s.setting),
    "equal-n": lambda s: equal_best_of_n(s.kept_strengths(), s.pools("pool")),
    "helpful-cautious": lambda s: helpful_cautious(s.benches[KIND_OF["helpful"]], s.pools("pool")["advice"], s.setting),
    "over-optimisation": lambda s: over_optimisation(s.benches, s.pools("wide")),
    "reward-kl": lambda s: reward_kl(s.benches, s.pools("pool"), s.pools("ceiling"), s.setting),
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        check_can_draw()
        studies = Studies(options)
        for name in options.study or STUDIES:
            started = time.monotonic()
            result = STUDIES[name](studies)
            write_json(options.results / f"{name}.json", {
                "command": shlex.join(["python", "-m", "tiller_training.evaluate", *given]),
                **studies.provenance,
                "versions": versions(),
                **result,
            })
            say("evaluate", f"{name} done in {time.monotonic() - started:.0f} s")
        for path in draw_all(options.results, options.pictures):
            say("evaluate", f"drew {path.name}")
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
