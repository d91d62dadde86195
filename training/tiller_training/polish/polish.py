"""Stage `policy`: the writer answers prompts and learns from the faults of its own answers.

After hours of next-token training, a model of five million parameters still repeats sentences and misspells the names
of strangers, because such faults cost few nats. So the model answers prompts in rounds. Every round has new prompts,
half of them about strangers. Each fault is assigned to the tokens that made it (`credit.py`), and the advantage of a
token is the weight of its log-probability, as in REINFORCE (Williams 1992). The answers always come from the model as
it is now. The model also reads documents all the time, or it would forget how to write them (Ouyang et al. 2022, arXiv
2203.02155, do the same). No objective is used here. So the policy prefers good form, and is otherwise as neutral as
the writer.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tiller_training.data.corpus import read_documents
from tiller_training.data.dataset import TokenRows
from tiller_training.data.sampling import sample_all
from tiller_training.data.strangers import pieces_of, with_strangers
from tiller_training.data.vocabulary import load_tokenizer, prompt_ids
from tiller_training.models.llama import Llama, parameter_count
from tiller_training.models.precision import fast_dtype
from tiller_training.polish.credit import Graded, advantages, grade, piece_texts
from tiller_training.polish.wellformed import is_well_formed, keeps_subject
from tiller_training.run.artefacts import load_model_files, read_json, save_model, sha256_of, write_json
from tiller_training.run.context import Context, Progress, say
from tiller_training.run.parallel import spread
from tiller_training.train.lm import Pair, endless, hidden_function, next_token_losses, resume, save_checkpoint, schedule, validation_nats
from tiller_training.world.document import Document

# Answers to questions are shorter and have more faults.
SHARES = {"story": 1, "advice": 2}
ROUNDS = "rounds.json"


def run(context: Context) -> dict[str, Any]:
    device = context.device
    model = Llama.of(*load_model_files(context.folder("writer"))).to(device)
    facts = {} if context.policy_way == "keep" else polish(context, model)
    valid = TokenRows.load(context.folder("tokens") / "valid")
    save_model(context.folder("policy"), model, model.config)
    (context.folder("policy") / "checkpoint.pt").unlink(missing_ok=True)
    return facts | {"parameters": parameter_count(model), "validation_nats": validation_nats(model, valid, 4096, device)}


def weighted_nats(nats: Tensor, weights: Tensor) -> Tensor:
    """Sum of nats (B,S-1), each times the weight (B,S) of its token."""
    return (nats * weights[:, 1:]).sum()


class Answers:
    """Answers of the current model to prompts of the training split, with their grades."""

    def __init__(self, context: Context, seed: int) -> None:
        self._context = context
        self._tokenizer = load_tokenizer(context)
        self._texts = piece_texts(self._tokenizer)
        documents = read_documents(context, "train")
        self._documents = {kind: [document for document in documents if document.kind == kind] for kind in SHARES}
        self._pieces = pieces_of(self._tokenizer)
        self._seed = seed

    def draw(self, model: Llama, round_: int) -> tuple[TokenRows, list[Graded], dict[str, float]]:
        """The rows of one round, their grades, and the share of good answers by kind."""
        settings, rng = self._context.settings, random.Random(f"{self._seed}:{round_}")
        documents = [self._prompt(rng) for _ in range(settings.polish.answers)]
        prompts = [prompt_ids(self._tokenizer, document.kind, document.prompt) for document in documents]
        sampler = copy.deepcopy(model).eval().to(fast_dtype(self._context.device))
        drawn = sample_all(
            sampler, prompts, settings.max_new_tokens, settings.rollout_batch, self._seed + round_, with_distributions=False
        )
        texts = self._tokenizer.decode_batch([answer.tokens for answer in drawn])
        asked = [(document, answer.tokens, text.strip()) for document, answer, text in zip(documents, drawn, texts)]
        answers_graded = list(spread(partial(_grade_answer, texts=self._texts), asked))
        rows = [prompt + answer.tokens for prompt, answer in zip(prompts, drawn)]
        graded, figures = [grades for grades, _ in answers_graded], summary(answers_graded)
        return TokenRows.from_lists(rows, [len(prompt) for prompt in prompts]), graded, figures

    def _prompt(self, rng: random.Random) -> Document:
        document = rng.choice(self._documents[rng.choices(list(SHARES), SHARES.values())[0]])
        return with_strangers(document, rng, self._pieces) if rng.random() < self._context.settings.strangers else document


def _grade_answer(asked: tuple[Document, list[int], str], texts: list[str]) -> tuple[Graded, bool]:
    document, ids, text = asked
    graded = grade(document, ids, texts)
    return graded, is_good(document, text, graded)


def summary(answers_graded: list[tuple[Graded, bool]]) -> dict[str, float]:
    """Share of good answers and faults per answer, by kind."""
    found: dict[str, float] = {}
    for kind in sorted({graded.kind for graded, _ in answers_graded}):
        own = [(graded, good) for graded, good in answers_graded if graded.kind == kind]
        found[f"good {kind}"] = sum(good for _, good in own) / len(own)
        faults = Counter(what for graded, _ in own for what in {fault.what for fault in graded.faults})
        found |= {f"{what} {kind}": count / len(own) for what, count in sorted(faults.items())}
    return {name: round(share, 3) for name, share in found.items()}


def is_good(document: Document, text: str, graded: Graded) -> bool:
    """True for an answer that is well-formed, ended and on its subject. The reports use the same rule."""
    ended = all(fault.what != "no ending" for fault in graded.faults)
    kept = keeps_subject(document.kind, document.prompt, document.subject, text)
    return ended and kept and is_well_formed(document.kind, document.prompt, text)


def parts(rows: TokenRows, members: np.ndarray, at_once: int) -> Iterator[np.ndarray]:
    """The members of one step in parts of about `at_once`. Members of a part have similar lengths."""
    ordered = members[np.argsort(rows.lengths[members], kind="stable")]
    yield from np.array_split(ordered, max(1, round(len(members) / at_once)))


def token_weights(rows: TokenRows, members: np.ndarray, given: list[np.ndarray], width: int) -> Tensor:
    """The advantages of response tokens in padded rows, (B,width) float32. Other places are 0."""
    grid = np.zeros((len(members), width), dtype=np.float32)
    for line, index in enumerate(members):
        start = rows.prompt_lengths[index]
        grid[line, start : start + len(given[index])] = given[index]
    return torch.from_numpy(grid)


def seed_of(context: Context) -> int:
    """The seed of the prompts. With `start`, the prompts differ from those of the exported policy."""
    if context.start is None:
        return context.seed("policy")
    return context.seed(f"policy after {sha256_of(context.start / 'policy' / 'onnx' / 'model.onnx')}")


def rounds_before(context: Context, first: int) -> list[dict[str, float]]:
    """The figures of the rounds before round `first`, from an interrupted run."""
    return read_json(context.folder("policy") / ROUNDS)[:first] if first > 0 else []


def polish(context: Context, model: Llama) -> dict[str, Any]:
    """Train the writer on its own answers, in place."""
    plan, device, seed = context.settings.polish, context.device, seed_of(context)
    answers, generator = Answers(context, seed), np.random.default_rng(seed)
    text = TokenRows.load(context.folder("tokens") / "train")
    reading = endless(text, plan.read, seed)
    hidden, optimiser = hidden_function(model, context.compiled), Pair(model, plan.learning_rate)
    checkpoint = context.folder("policy") / "checkpoint.pt"
    first, per_round = resume(checkpoint, model, optimiser), max(1, plan.answers // plan.batch)
    progress, history = Progress("policy", plan.rounds * plan.answers, "answers"), rounds_before(context, first)
    for round_ in range(first, plan.rounds):
        rows, graded, figures = answers.draw(model, round_)
        history.append(figures)
        say("policy", f"round {round_}: {figures}")
        given = advantages(graded)
        for step, members in enumerate(np.array_split(generator.permutation(len(rows)), per_round)):
            graded_tokens = sum(len(given[index]) for index in members)
            chunks = list(parts(rows, members, plan.at_once))
            for chunk in chunks:
                ids, _, _ = rows.padded(chunk, device)
                weights = token_weights(rows, chunk, given, ids.shape[1]).to(device)
                (weighted_nats(next_token_losses(hidden, model, ids), weights) / graded_tokens).backward()
                read, lengths, _ = text.padded(next(reading), device)
                real = (torch.arange(read.shape[1], device=device) < lengths[:, None]).float()
                nats = weighted_nats(next_token_losses(hidden, model, read), real) / real[:, 1:].sum()
                (plan.likelihood * nats / len(chunks)).backward()
            optimiser.step(schedule(round_ * per_round + step, plan.rounds * per_round))
        progress.update((round_ + 1) * plan.answers)
        write_json(context.folder("policy") / ROUNDS, history)
        save_checkpoint(checkpoint, round_ + 1, model, optimiser)
    return {"answers_seed": seed, "rounds": history}
