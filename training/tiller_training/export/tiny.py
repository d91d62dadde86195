"""A set of tiny random models with the layout of the real ones, for tests of page and engine.

They write nonsense, but their files, cards, shapes and hashes have the form of the bundled models:

    python -m tiller_training.export.tiny --out ../test/fixtures/tiny
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from tiller_training import OBJECTIVES
from tiller_training.data.vocabulary import SPECIAL
from tiller_training.export.fixtures import write_fixtures
from tiller_training.export.folder import export_model
from tiller_training.export.exportable import Exportable
from tiller_training.models.heads import RewardEnsemble, RewardModel, ValueModel
from tiller_training.models.llama import Llama, LlamaConfig
from tiller_training.models.quantise import is_stored_in_blocks
from tiller_training.reward.fallible import JUDGED

VOCABULARY = 512
COMMAND = "python -m tiller_training.export.tiny"
LINES = (
    "Once upon a time a small brown dog lived by the sea with an old sailor and a lamp.",
    "The girl ran to the hill, and the wind sang in the tall grass until the sun went down.",
    '"Will you come with me?" asked the boy. "I know the way over the bridge," said the fox.',
    "How do I clean muddy boots? First let the mud dry, then brush it off with a stiff brush.",
    "Next wipe them with warm water and a little soap. Be careful near the fire and the stove.",
    "If the water is too hot, stop and wait. Ask a grown person when you are not sure.",
    "Nobody had seen such bright feathers before; everybody in the village laughed and danced.",
    "Yesterday the baker promised seven round loaves to each child who climbed the tower.",
)


def tiny_tokenizer() -> Tokenizer:
    """Byte-level BPE of 512 pieces, learnt from the lines above."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True) for token in SPECIAL],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(LINES, trainer)
    return tokenizer


def tiny_exportables(tokenizer: Path) -> Iterator[Exportable]:
    """Policy, six ARMs, value model, judge and an ensemble of judges. Each has its own seed."""
    kinds = [("policy", "policy", ())]
    kinds += [(f"arm-{name}", "arm", (name,)) for name in OBJECTIVES]
    kinds += [("value", "value", OBJECTIVES), ("judge", "reward", OBJECTIVES), ("fallible", "reward", JUDGED)]
    for seed, (name, kind, objectives) in enumerate(kinds):
        config = LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=64,
            num_hidden_layers=1 if kind == "arm" else 2,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=96,
        )
        members = 5 if name == "fallible" else 1
        weights = _random_weights(kind, config, len(objectives), members, seed)
        yield Exportable(
            id=name,
            kind=kind,
            objectives=tuple(objectives),
            b=dict.fromkeys(objectives, 0.1) if kind == "arm" else None,
            config=config,
            weights=weights,
            tokenizer=tokenizer,
            training={
                "command": COMMAND,
                "seed": seed,
                "device": "cpu",
                "hours": 0,
                "commit": "none",
                "pairs": 0,
                "labelNoise": "none",
            },
            metrics={},
        )


def _random_weights(
    kind: str, config: LlamaConfig, objectives: int, members: int, seed: int
) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    if kind == "value":
        model = ValueModel(config, objectives)
        torch.nn.init.normal_(model.value_head.weight, std=0.1)
    elif members > 1:
        model = RewardEnsemble(config, objectives, members)
        for member in model.members:
            torch.nn.init.normal_(member.reward_head.weight, std=0.1)
    elif kind == "reward":
        model = RewardModel(config, objectives)
        torch.nn.init.normal_(model.reward_head.weight, std=0.1)
    else:
        model = Llama(config)
    # Weights with ten times the usual spread make distributions with clear peaks that depend on the context.
    return {
        name: tensor * 10 if is_stored_in_blocks(name, tensor) else tensor
        for name, tensor in model.state_dict().items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the tiny models")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = out / "tokenizer.json"
    try:
        tiny_tokenizer().save(str(tokenizer), pretty=False)
        exportables = list(tiny_exportables(tokenizer))
        for exportable in exportables:
            export_model(exportable, out)
        write_fixtures(exportables, out, out / "expected.json")
    finally:
        tokenizer.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
