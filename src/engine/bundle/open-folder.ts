/** One model folder becomes one model: fetched, compiled, and its numbers checked on this device. */
import type { LoadProgress } from "../../core/types.ts";
import type { ModelCard } from "./card.ts";
import { checkGraph, graphSpec } from "./graph-check.ts";
import type { Unembedding } from "../../core/heads/unembedding.ts";
import type { CausalModel, StateSizes } from "../interfaces.ts";
import { aborted, Loader, type FetchProgress } from "./loader.ts";
import { OnnxCausalModel } from "../onnx/causal.ts";
import { OnnxRewardModel } from "../onnx/reward.ts";
import type { Runtime, Session } from "../onnx/runtime.ts";
import { OnnxValueModel } from "../onnx/value.ts";
import { checkCausal, checkReward, checkValue } from "./self-check.ts";
import type { ModelFiles } from "./model-files.ts";

export interface OpenOptions {
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
  /** So that the policy gives its states, for reward heads; it gives none where this is left out. */
  readonly giveStates?: GiveStates;
}

/** A graph that gives its states beside its logits, and the rows of its head of the vocabulary. */
export interface GivesStates {
  readonly graph: Uint8Array;
  readonly states: StateSizes;
  readonly unembedding: Unembedding;
}
/** Null for a graph that cannot. */
export type GiveStates = (graph: Uint8Array) => GivesStates | null;

/** One opened folder. */
export type OpenedModel =
  | { readonly kind: "policy" | "arm"; readonly model: CausalModel; readonly unembedding?: Unembedding }
  | { readonly kind: "value"; readonly model: OnnxValueModel }
  | { readonly kind: "reward"; readonly model: OnnxRewardModel };

export interface Following {
  readonly loader: Loader;
  readonly report: (phase: LoadProgress["phase"], change: Partial<Omit<LoadProgress, "phase">>) => void;
}

/** A loader whose progress, with what else is reported, goes to the caller as one state. */
export function follow(files: ModelFiles, { ids, signal, onProgress: tell }: OpenOptions): Following {
  let state = { modelId: "", loadedBytes: 0, totalBytes: 0, modelsDone: 0, modelsTotal: ids.length };
  const report: Following["report"] = (phase, change) => {
    state = { ...state, ...change };
    tell({ ...state, phase });
  };
  const onProgress = ({ phase, ...where }: FetchProgress): void => report(phase, where);
  return { loader: new Loader(files, { signal, onProgress }), report };
}

export async function openFolder(
  runtime: Runtime,
  { loader, report }: Following,
  card: ModelCard,
  { signal, giveStates }: Pick<OpenOptions, "signal" | "giveStates">,
): Promise<OpenedModel> {
  const graph = await loader.graph(card);
  if (signal.aborted) throw aborted();
  report("compile", { modelId: card.id });
  const given = card.kind === "policy" ? (giveStates?.(graph) ?? null) : null;
  const session = await openSession(runtime, card, given?.graph ?? graph, given?.states);
  report("self-check", {});
  return openBundledModel(card, session, given);
}

export async function openSession(
  runtime: Runtime,
  card: ModelCard,
  graph: Uint8Array,
  states?: StateSizes,
): Promise<Session> {
  const session = await runtime.createSession(graph, { ...graphSpec(card), ...(states !== undefined && { states }) });
  checkGraph(card, session);
  return session;
}

/** Wraps a session as the kind of model that its card says, and checks its numbers; one that fails is closed. */
export async function openBundledModel(
  card: ModelCard,
  session: Session,
  given: Omit<GivesStates, "graph"> | null = null,
): Promise<OpenedModel> {
  try {
    return await checkedModel(card, session, given);
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

async function checkedModel(
  card: ModelCard,
  session: Session,
  given: Omit<GivesStates, "graph"> | null,
): Promise<OpenedModel> {
  const { id, kind, context, objectives, vocabulary } = card;
  if (kind === "value") {
    const model = new OnnxValueModel({ id, context, objectives }, session);
    await checkValue(model, card);
    return { kind, model };
  }
  if (kind === "reward") {
    const model = new OnnxRewardModel({ id, context, objectives }, session);
    await checkReward(model, card);
    return { kind, model };
  }
  const model = new OnnxCausalModel({ id, context, vocabSize: vocabulary.size, states: given?.states }, session);
  await checkCausal(model, card);
  return { kind, model, ...(given !== null && { unembedding: given.unembedding }) };
}
