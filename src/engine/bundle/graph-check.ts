/** A graph must have the inputs, outputs and sizes that its card promises, before anything is decoded with it. */
import { RunError } from "../../core/errors.ts";
import type { ModelCard } from "./card.ts";
import { cacheNames, type GraphSpec, type Session } from "../onnx/runtime.ts";

const OUTPUT = { policy: "logits", arm: "logits", value: "values", reward: "scores" } as const;

export function graphSpec({ kind, layers, kvHeads, headDim }: ModelCard): GraphSpec {
  if (kind === "reward") return { output: OUTPUT[kind], each: "row", cache: null };
  return { output: OUTPUT[kind], each: "position", cache: { layers, kvHeads, headDim } };
}

export function checkGraph(card: ModelCard, session: Session): void {
  const spec = graphSpec(card);
  const caches = cacheNames(spec.cache);
  for (const name of ["input_ids", "attention_mask", ...caches.map(({ past }) => past)]) {
    if (!session.inputs.has(name)) throw differs(card, `it has no input ${name}`);
  }
  for (const { past, present } of caches) {
    checkCache(card, past, session.inputs.get(past));
    checkCache(card, present, session.outputs.get(present));
  }
  const size = session.shape[0] ?? 0;
  const isCausal = spec.output === "logits";
  const wanted = isCausal ? card.vocabulary.size : card.objectives.length;
  // Graphs may pad the vocabulary; objectives are exact.
  if (isCausal ? size < wanted : size !== wanted)
    throw differs(card, `${spec.output} has ${size} columns, not ${wanted}`);
}

function checkCache(card: ModelCard, name: string, dims: readonly (number | string)[] | undefined): void {
  if (dims?.length === 4 && dims[1] === card.kvHeads && dims[3] === card.headDim) return;
  throw differs(
    card,
    `${name} is [${dims?.join(", ") ?? "missing"}], not [rows, ${card.kvHeads}, length, ${card.headDim}]`,
  );
}

function differs(card: ModelCard, reason: string): RunError {
  const message = `The graph of ${card.id} does not match its card (${reason}). Load the model again.`;
  return new RunError("model-corrupt", message, { model: card.id, reason });
}
