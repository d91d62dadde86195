/** Puts a bundle of model folders together into what the decode loop needs. */
import { RunError } from "../core/errors.ts";
import { OBJECTIVE_IDS, type DeviceReport, type ModelRef, type ObjectiveId } from "../core/types.ts";
import { formatPrompt } from "../objectives/template.ts";
import { truth } from "../objectives/truth.ts";
import { coefficientOf, fileOf, type ModelCard, type ObjectiveRecord } from "./card.ts";
import { checkGraph, specOf } from "./graph-check.ts";
import type { ArmSource, CausalModel, Models, RewardModel, Tokenizer, ValueModel } from "./interfaces.ts";
import { aborted, Loader, sha256, type FetchProgress } from "./loader.ts";
import { OnnxCausalModel } from "./onnx/causal.ts";
import { OnnxRewardModel } from "./onnx/reward.ts";
import type { Runtime, Session } from "./onnx/runtime.ts";
import { OnnxValueModel } from "./onnx/value.ts";
import { probeCausal, probeReward, probeValue } from "./self-check.ts";
import type { FileSource } from "./source.ts";
import { openTokenizer } from "./tokenizer.ts";

/** One folder for each part; the policy first, because its tokenizer serves all. */
export const BUNDLE: readonly string[] = ["policy", ...OBJECTIVE_IDS.map((id) => `arm-${id}`), "value", "judge"];

export interface OpenProgress {
  readonly phase: "fetch" | "verify" | "compile" | "self-check" | "ready";
  readonly modelId: string;
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly modelsDone: number;
  readonly modelsTotal: number;
}

export interface OpenOptions {
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: OpenProgress) => void;
}

export interface OpenedBundle {
  readonly models: Models;
  readonly cards: readonly ModelCard[];
  readonly objectives: readonly ObjectiveRecord[];
}

/** Models of each kind, as they come out of their folders. */
interface Parts {
  policy: CausalModel | null;
  tokenizer: Tokenizer | null;
  readonly arms: Map<ObjectiveId, ArmSource>;
  value: ValueModel | null;
  judge: RewardModel | null;
}

/** The caller disposes the runtime, and every model with it. */
export async function openBundle(
  runtime: Runtime,
  device: DeviceReport,
  source: FileSource,
  options: OpenOptions,
): Promise<OpenedBundle> {
  let state = { modelId: "", loadedBytes: 0, totalBytes: 0, modelsDone: 0, modelsTotal: options.ids.length };
  const report = (phase: OpenProgress["phase"], change: Partial<typeof state>): void => {
    state = { ...state, ...change };
    options.onProgress({ ...state, phase });
  };
  const onProgress = ({ phase, ...where }: FetchProgress): void => report(phase, where);
  const loader = new Loader(source, { signal: options.signal, onProgress });
  const { cards, objectives, totalBytes } = await loader.readBundle(options.ids);
  report("fetch", { totalBytes });
  const parts: Parts = { policy: null, tokenizer: null, arms: new Map(), value: null, judge: null };
  for (const [index, card] of cards.entries()) {
    if (card.kind === "policy") parts.tokenizer = await readTokenizer(loader, card);
    const graph = await loader.graph(card);
    if (options.signal.aborted) throw aborted();
    report("compile", { modelId: card.id });
    const session = await runtime.createSession(graph, specOf(card));
    checkGraph(card, session);
    report("self-check", {});
    await openModel(parts, card, session);
    report(index + 1 === cards.length ? "ready" : "self-check", { modelsDone: index + 1 });
  }
  const { policy, tokenizer, arms, value, judge } = parts;
  if (policy === null || tokenizer === null) {
    throw new RunError(
      "model-missing",
      "The bundle has no policy to decode with. Check that the models folder is complete.",
    );
  }
  const refs = cards.map(refOf);
  return {
    models: { tokenizer, policy, arms, value, judge, refs, device, formatPrompt, truth: judgeOf(objectives) },
    cards,
    objectives,
  };
}

/** The true objectives, with the standardisation that came with the models. */
function judgeOf(objectives: readonly ObjectiveRecord[]): Models["truth"] {
  return (kind, prompt, response) => truth(kind, prompt, response, objectives);
}

export function refOf(card: ModelCard): ModelRef {
  return { id: card.id, sha256: fileOf(card, "onnx/model.onnx").sha256 };
}

async function readTokenizer(loader: Loader, card: ModelCard): Promise<Tokenizer> {
  const { file, config } = await loader.tokenizer(card);
  const { tokenizer, vocabularyLines } = openTokenizer(file, config);
  const fingerprint = await sha256(new TextEncoder().encode(vocabularyLines));
  if (fingerprint === card.vocabulary.fingerprint && tokenizer.vocabSize === card.vocabulary.size) return tokenizer;
  throw new RunError(
    "vocab-mismatch",
    `The tokenizer of ${card.id} has other tokens than its model was trained with. Load the model again.`,
    { model: card.id, expected: card.vocabulary.fingerprint, found: fingerprint },
  );
}

/** Wraps the session as the kind of model that the card says, and checks its numbers on this device. */
async function openModel(parts: Parts, card: ModelCard, session: Session): Promise<void> {
  const { id, context, objectives, vocabulary } = card;
  switch (card.kind) {
    case "policy":
    case "arm": {
      const model = new OnnxCausalModel({ id, context, vocabSize: vocabulary.size }, session);
      await probeCausal(model, card);
      if (card.kind === "policy") parts.policy = model;
      else
        for (const objective of objectives)
          parts.arms.set(objective, { objective, b: coefficientOf(card, objective), model });
      return;
    }
    case "value":
      parts.value = new OnnxValueModel({ id, context, objectives }, session);
      await probeValue(parts.value, card);
      return;
    case "reward":
      parts.judge = new OnnxRewardModel({ id, context, objectives }, session);
      await probeReward(parts.judge, card);
      return;
  }
}
