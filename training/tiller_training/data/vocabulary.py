"""Stage `tokenizer`: one byte-level BPE for all models, in Hugging Face's file layout.

Bytes are the fallback, so any typed text has ids. Prompt and response are encoded separately, as on the page. So the
ids of a prompt do not depend on the text after it.
"""

from __future__ import annotations

import hashlib
import json
from itertools import islice
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from tiller_training.data.corpus import stream_documents
from tiller_training.objectives.template import format_prompt
from tiller_training.run.artefacts import PipelineError, write_atomic, write_json
from tiller_training.run.context import Context
from tiller_training.run.settings import BEGIN, END

SPECIAL = ("<s>", "</s>", "<pad>")
# A tenth of the corpus holds every common word many times. More text changes only rare merges.
SAMPLE = 30_000


def run(context: Context) -> dict[str, Any]:
    settings, folder = context.settings, context.folder("tokenizer")
    if context.start is not None:
        tokenizer = Tokenizer.from_file(str(context.start / "policy" / "tokenizer.json"))
    else:
        tokenizer = train_tokenizer(context)
    if tokenizer.get_vocab_size() != settings.vocabulary:
        raise PipelineError(
            f"the tokenizer has {tokenizer.get_vocab_size()} pieces, {settings.vocabulary} are needed: "
            f"generate more documents or ask for fewer pieces"
        )
    text = tokenizer.to_str(pretty=False)
    write_atomic(folder / "tokenizer.json", lambda handle: handle.write(text.encode()))
    write_json(folder / "tokenizer_config.json", tokenizer_config())
    return {"pieces": tokenizer.get_vocab_size(), "fingerprint": fingerprint(tokenizer)}


def train_tokenizer(context: Context) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=context.settings.vocabulary,
        special_tokens=[AddedToken(text, normalized=False, special=True) for text in SPECIAL],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    documents = islice(stream_documents(context, "train"), SAMPLE)
    tokenizer.train_from_iterator(
        (f"{format_prompt(document.kind, document.prompt)} {document.response}" for document in documents),
        trainer,
    )
    return tokenizer


def tokenizer_config() -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": SPECIAL[0],
        "eos_token": SPECIAL[1],
        "pad_token": SPECIAL[2],
        "add_bos_token": False,
        "add_eos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 512,
        "padding_side": "right",
    }


def fingerprint(tokenizer: Tokenizer) -> str:
    """SHA-256 of lines `id TAB JSON string of the token` in id order."""
    pieces = sorted((index, piece) for piece, index in tokenizer.get_vocab(True).items())
    lines = "".join(f"{index}\t{json.dumps(piece, ensure_ascii=False)}\n" for index, piece in pieces)
    return hashlib.sha256(lines.encode()).hexdigest()


def load_tokenizer(context: Context) -> Tokenizer:
    path: Path = context.folder("tokenizer") / "tokenizer.json"
    if not path.is_file():
        raise PipelineError(f"{path} is missing: run --stage tokenizer first")
    return Tokenizer.from_file(str(path))


def prompt_ids(tokenizer: Tokenizer, kind: str, prompt: str) -> list[int]:
    """<s> and the formatted prompt. Every model reads them first."""
    return [BEGIN, *tokenizer.encode(format_prompt(kind, prompt), add_special_tokens=False).ids]


def response_ids(tokenizer: Tokenizer, response: str) -> list[int]:
    """One space, the response and the end of text."""
    return [*tokenizer.encode(" " + response, add_special_tokens=False).ids, END]
