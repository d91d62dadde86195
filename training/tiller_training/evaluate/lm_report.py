"""Stage `lm-report`: how well the policy writes on held-out data."""

from __future__ import annotations

import math
from typing import Any

from tokenizers import Tokenizer

from tiller_training.data.corpus import read_documents
from tiller_training.data.dataset import TokenRows
from tiller_training.data.rollouts import load_policy
from tiller_training.data.sampling import sample_all
from tiller_training.data.vocabulary import load_tokenizer, prompt_ids
from tiller_training.evaluate.ngram import ORDER, ngram_nats
from tiller_training.models.llama import Llama, parameter_count
from tiller_training.objectives.template import KINDS
from tiller_training.polish.faults import faults_of
from tiller_training.polish.wellformed import form_of, keeps_subject
from tiller_training.run.artefacts import load_model_files, write_json
from tiller_training.run.context import Context
from tiller_training.run.settings import END
from tiller_training.train.lm import validation_nats

NGRAM_ROWS = 20_000
SHOWN = 20


def run(context: Context) -> dict[str, Any]:
    tokenizer, policy = load_tokenizer(context), load_policy(context, low_precision=False)
    # With `start` there is no small language model.
    small = None if context.start is not None else perplexities(context, _small(context))
    facts = {
        "policy": perplexities(context, policy),
        "small": small,
        "ngram": _ngram(context, tokenizer.get_vocab_size()),
        "free_samples": free_samples(context, tokenizer, policy),
        "seed": context.seed("lm-report"),
        "command": "python -m tiller_training.pipeline --stage lm-report",
    }
    write_json(context.results / "language-models.json", facts)
    return {"policy": facts["policy"], "small": small}


def perplexities(context: Context, model: Llama) -> dict[str, float]:
    """Nats and perplexity per token of whole validation documents, and of their responses."""
    valid = TokenRows.load(context.folder("tokens") / "valid")
    whole, response = (
        validation_nats(model, valid, 8192, context.device, responses_only=only) for only in (False, True)
    )
    return {
        "parameters": parameter_count(model),
        "nats": whole,
        "perplexity": math.exp(whole),
        "response_nats": response,
        "response_perplexity": math.exp(response),
    }


def _small(context: Context) -> Llama:
    return Llama.of(*load_model_files(context.folder("small"))).to(context.device).eval()


def _ngram(context: Context, vocabulary: int) -> dict[str, float]:
    folder = context.folder("tokens")
    train, valid = TokenRows.load(folder / "train"), TokenRows.load(folder / "valid")
    nats = ngram_nats(train, valid, vocabulary, NGRAM_ROWS)
    return {"order": ORDER, "documents": min(NGRAM_ROWS, len(train)), "nats": nats, "perplexity": math.exp(nats)}


def sample_texts(
    context: Context, tokenizer: Tokenizer, policy: Llama, prompts: list[tuple[str, str]], seed: int
) -> list[tuple[str, bool]]:
    """One free sample per (kind, prompt): its text, and True if it ended by itself."""
    ids = [prompt_ids(tokenizer, kind, prompt) for kind, prompt in prompts]
    answers = sample_all(policy, ids, context.settings.max_new_tokens, context.settings.rollout_batch, seed)
    return [(tokenizer.decode(answer.tokens).strip(), answer.tokens[-1] == END) for answer in answers]


def free_samples(context: Context, tokenizer: Tokenizer, policy: Llama) -> dict[str, Any]:
    """Share of samples on held-out prompts that are well-formed and keep their subject."""
    documents = read_documents(context, "prompts")[: context.settings.free_samples]
    prompts = [(document.kind, document.prompt) for document in documents]
    texts = sample_texts(context, tokenizer, policy, prompts, context.seed("lm-report"))
    result: dict[str, Any] = {}
    for kind in KINDS:
        chosen = [(d, text, ended) for d, (text, ended) in zip(documents, texts) if d.kind == kind]
        forms = [(form_of(d.prompt, text), ended) for d, text, ended in chosen]
        result[kind] = {
            "samples": len(chosen),
            "well_formed": _share(form.good and ended for form, ended in forms),
            "subject_kept": _share(keeps_subject(kind, d.prompt, d.subject, text) for d, text, _ in chosen),
            "subject_kept_by_world": _share(keeps_subject(kind, d.prompt, d.subject, d.response) for d, _, _ in chosen),
            "faultless": _share(not faults_of(kind, d.prompt, d.subject, text, ended) for d, text, ended in chosen),
            "ended": _share(ended for _, ended in forms),
            "whole_ending": _share(form.ends for form, _ in forms),
            "quotes_closed": _share(form.quotes for form, _ in forms),
            "words_known": _share(form.words for form, _ in forms),
            "no_loops": _share(form.loops for form, _ in forms),
            "examples": [{"prompt": d.prompt, "text": text} for d, text, _ in chosen[: SHOWN // 2]],
        }
    return result


def _share(flags: Any) -> float:
    values = [bool(flag) for flag in flags]
    return sum(values) / len(values) if values else math.nan
