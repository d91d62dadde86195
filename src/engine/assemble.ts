/** Puts a bundle of model folders together into what the decode loop needs. */
import { RunError } from "../core/errors.ts";
import { OBJECTIVE_IDS, type DeviceReport, type ModelRef, type ObjectiveId } from "../core/types.ts";
import { truth } from "../objectives/truth.ts";
import { coefficientOf, fileOf, type ModelCard, type ObjectiveRecord } from "./card.ts";
import { checkGraph, specOf } from "./graph-check.ts";
import type { ArmSource, CausalModel, Models, RewardModel, Tokenizer, ValueModel } from "./interfaces.ts";
import { aborted, Loader, sha256, type FetchProgress } from "./loader.ts";
import { OnnxCausalModel } from "./onnx/causal.ts";
import { OnnxRewardModel } from "./onnx/reward.ts";
import type { Runtime, Session } from "./onnx/runtime.ts";
import { OnnxValueModel } from "./onnx/value.ts";
import { bundledPrompts } from "./prompts.ts";
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

/** One opened folder. */
export type Part =
  | { readonly kind: "policy" | "arm"; readonly model: CausalModel }
  | { readonly kind: "value"; readonly model: OnnxValueModel }
  | { readonly kind: "reward"; readonly model: OnnxRewardModel };

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
  let tokenizer: Tokenizer | null = null;
  const parts: Part[] = [];
  for (const [index, card] of cards.entries()) {
    if (card.kind === "policy") tokenizer = await readTokenizer(loader, card);
    const graph = await loader.graph(card);
    if (options.signal.aborted) throw aborted();
    report("compile", { modelId: card.id });
    const session = await openSession(runtime, card, graph);
    report("self-check", {});
    parts.push(await openPart(card, session));
    report(index + 1 === cards.length ? "ready" : "self-check", { modelsDone: index + 1 });
  }
  const models = { ...modelsOf(cards, parts), tokenizer: tokenizer ?? missingPolicy() };
  const promptIds = bundledPrompts(models.tokenizer);
  return { models: { ...models, device, promptIds, truth: judgeOf(objectives) }, cards, objectives };
}

/** One model by itself, for looking at its numbers. */
export async function openOne(runtime: Runtime, source: FileSource, id: string): Promise<Part & { card: ModelCard }> {
  const loader = new Loader(source, { signal: new AbortController().signal, onProgress: () => undefined });
  const card = await loader.card(id);
  return { ...(await openPart(card, await openSession(runtime, card, await loader.graph(card)))), card };
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

async function openSession(runtime: Runtime, card: ModelCard, graph: Uint8Array): Promise<Session> {
  const session = await runtime.createSession(graph, specOf(card));
  checkGraph(card, session);
  return session;
}

/** Wraps a session as the kind of model that its card says, and checks its numbers on this device. */
async function openPart(card: ModelCard, session: Session): Promise<Part> {
  const { id, kind, context, objectives, vocabulary } = card;
  if (kind === "value") {
    const model = new OnnxValueModel({ id, context, objectives }, session);
    await probeValue(model, card);
    return { kind, model };
  }
  if (kind === "reward") {
    const model = new OnnxRewardModel({ id, context, objectives }, session);
    await probeReward(model, card);
    return { kind, model };
  }
  const model = new OnnxCausalModel({ id, context, vocabSize: vocabulary.size }, session);
  await probeCausal(model, card);
  return { kind, model };
}

/** Every part in its place. */
function modelsOf(
  cards: readonly ModelCard[],
  parts: readonly Part[],
): Pick<Models, "policy" | "arms" | "readers" | "classifiers" | "value" | "judge" | "refs"> {
  const arms = new Map<ObjectiveId, ArmSource>();
  const readers = new Map<string, CausalModel>();
  let policy: CausalModel | null = null;
  let value: ValueModel | null = null;
  let judge: RewardModel | null = null;
  for (const [index, part] of parts.entries()) {
    const card = cards[index];
    if (card === undefined) continue;
    if (part.kind === "policy" || part.kind === "arm") readers.set(card.id, part.model);
    if (part.kind === "policy") policy = part.model;
    else if (part.kind === "value") value = part.model;
    else if (part.kind === "reward") judge = part.model;
    else for (const objective of card.objectives) arms.set(objective, armOf(card, objective, part.model));
  }
  const classifiers = new Map<string, never>();
  return { policy: policy ?? missingPolicy(), arms, readers, classifiers, value, judge, refs: cards.map(refOf) };
}

function armOf(card: ModelCard, objective: ObjectiveId, model: CausalModel): ArmSource {
  return { objective, b: coefficientOf(card, objective), model };
}

function missingPolicy(): never {
  const message = "The bundle has no policy to decode with. Check that the models folder is complete.";
  throw new RunError("model-missing", message);
}
