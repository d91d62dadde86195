/** Several models of the Hub together: fetched, opened one after another, checked, and compared with the policy. */
import { RunError } from "../../core/errors.ts";
import type { DownloadProgress, Dtype, NumericCheck } from "../../core/hub.ts";
import type { TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { Runtime } from "../onnx/runtime.ts";
import { requireFit, usableSize } from "./compatibility.ts";
import { fetchModel, type FetchedModel, type FetchOptions } from "./fetch-model.ts";
import type { DeviceLimits, MemoryPlan } from "./memory.ts";
import {
  compareDistributions,
  compareScores,
  PROBE,
  probeCausal,
  requireListening,
  toleranceOf,
} from "./numeric-check.ts";
import type { HubModel } from "./hub-model.ts";
import { readGraph } from "./graph.ts";
import { openHubModel } from "./open-model.ts";
import { requireOperators } from "./operators.ts";
import type { RepoFiles } from "./repo.ts";

export interface ModelToOpen {
  readonly repo: RepoFiles;
  /** Null lets the device choose. */
  readonly dtype: Dtype | null;
}

export interface LineupProgress {
  readonly phase: "fetch" | "compile" | "self-check" | "ready";
  readonly id: string;
  readonly download: DownloadProgress | null;
  readonly modelsDone: number;
  readonly modelsTotal: number;
}

export interface LineupOptions {
  readonly runtime: Runtime;
  readonly limits: DeviceLimits;
  readonly plan: MemoryPlan;
  readonly fetching: Omit<FetchOptions, "dtype" | "onProgress">;
  readonly onProgress: (progress: LineupProgress) => void;
  /** Starts the processor's runtime, to check a graphics card against; null where the models run there anyway. */
  readonly startReference: (() => Promise<Runtime>) | null;
}

/** What was found of a model when it was compared with the policy. */
export interface Pair {
  readonly first: string;
  readonly second: string;
  /** Ids that both have. */
  readonly shared: number;
  readonly dropped: readonly { readonly id: TokenId; readonly token: string }[];
}

export interface Lineup {
  readonly policy: HubModel & { readonly kind: "causal" };
  /** Every model by its id, the policy among them, in the order of the wishes. */
  readonly loaded: ReadonlyMap<string, HubModel>;
  readonly fetched: ReadonlyMap<string, FetchedModel>;
  /** Ids that every causal model has. */
  readonly vocabSize: number;
  readonly pairs: readonly Pair[];
  readonly checks: ReadonlyMap<string, NumericCheck>;
}

/**
 * The first wish is the policy. The caller disposes the runtime, and every model with it.
 * @throws RunError "vocab-mismatch", "self-check-failed" and what fetching and opening throw
 */
export async function openLineup(wishes: readonly ModelToOpen[], options: LineupOptions): Promise<Lineup> {
  const loaded = new Map<string, HubModel>();
  const fetched = new Map<string, FetchedModel>();
  const checks = new Map<string, NumericCheck>();
  const pairs: Pair[] = [];
  let policy: Lineup["policy"] | null = null;
  let usedBytes = 0;
  const inspect = (id: string, graph: Uint8Array): Promise<void> =>
    requireOperators(id, readGraph(id, graph), options.runtime);
  for (const { repo, dtype } of wishes) {
    if (loaded.has(repo.id)) throw twice(repo.id);
    const report = (phase: LineupProgress["phase"], download: DownloadProgress | null = null): void =>
      options.onProgress({ phase, id: repo.id, download, modelsDone: loaded.size, modelsTotal: wishes.length });
    const onProgress = (download: DownloadProgress): void => report("fetch", download);
    const files = await fetchModel(repo, { ...options.fetching, dtype, onProgress, inspect });
    if (options.fetching.signal.aborted) throw aborted();
    report("compile");
    const opened = await openHubModel(files, { ...options, usedBytes });
    report("self-check");
    const check = await checkNumbers(files, opened, options, usedBytes);
    if (check.status === "differs") throw wrongNumbers(opened.id, check);
    if (policy === null) policy = asPolicy(opened);
    else if (opened.kind === "causal") pairs.push(pairOf(policy, opened));
    checks.set(opened.id, check);
    fetched.set(opened.id, files);
    loaded.set(opened.id, opened);
    usedBytes += opened.need.weightBytes + opened.need.cacheBytes + opened.need.logitBytes;
    report(loaded.size === wishes.length ? "ready" : "self-check");
  }
  if (policy === null) throw new RunError("model-missing", "No policy is chosen. Choose the model that writes.");
  return { policy, loaded, fetched, vocabSize: sharedSize(policy, pairs), pairs, checks };
}

/**
 * The line-up without one of the models that reward, whose session is freed. Rows over it must be disposed before.
 * @throws RunError "invalid-request" for the policy, without which nothing writes; "model-missing" for an id that is not loaded
 */
export async function unloadFrom(lineup: Lineup, id: string): Promise<Lineup> {
  const gone = lineup.loaded.get(id);
  if (gone === undefined) {
    const known = [...lineup.loaded.keys()].join(", ");
    throw new RunError("model-missing", `${id} is not loaded, so it cannot be unloaded. Loaded are ${known}.`, { id });
  }
  if (gone === lineup.policy) {
    const message = `${id} is the model that writes, so it cannot be unloaded alone. Load other models in its place.`;
    throw new RunError("invalid-request", message, { id });
  }
  await gone.dispose();
  const pairs = lineup.pairs.filter(({ second }) => second !== id);
  return {
    policy: lineup.policy,
    loaded: without(lineup.loaded, id),
    fetched: without(lineup.fetched, id),
    checks: without(lineup.checks, id),
    pairs,
    vocabSize: sharedSize(lineup.policy, pairs),
  };
}

function without<T>(models: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  return new Map([...models].filter(([key]) => key !== id));
}

function sharedSize(policy: Lineup["policy"], pairs: readonly Pair[]): number {
  return Math.min(usableSize(policy.vocabulary), ...pairs.map(({ shared }) => shared));
}

function asPolicy(opened: HubModel): Lineup["policy"] {
  if (opened.kind === "causal") return opened;
  const message = `${opened.id} is a classifier: it scores texts and cannot write them. Use it as a source, and choose a causal model to write.`;
  throw new RunError("invalid-request", message, { id: opened.id });
}

function pairOf(policy: Lineup["policy"], other: HubModel & { readonly kind: "causal" }): Pair {
  const { shared, dropped } = requireFit(policy.vocabulary, other.vocabulary);
  return { first: policy.id, second: other.id, shared, dropped };
}

async function checkNumbers(
  files: FetchedModel,
  opened: HubModel,
  { startReference, plan }: LineupOptions,
  usedBytes: number,
): Promise<NumericCheck> {
  if (startReference === null) return { status: "unchecked", why: "runs-on-processor" };
  if (opened.dtype === "fp16" || opened.dtype === "q4f16") {
    if (opened.kind === "causal") await requireListening(opened.model, probeIds(opened));
    return { status: "unchecked", why: "form" };
  }
  const runtime = await startReference();
  try {
    const limits: DeviceLimits = { backend: runtime.backend, maxBufferBytes: null, budgetBytes: null };
    const twin = await openHubModel(files, { runtime, limits, usedBytes, plan });
    return await compare(twin, opened);
  } catch (error) {
    // A model that fits the card alone is used unchecked, and the device card says so.
    if (error instanceof RunError && error.code === "out-of-memory") return { status: "unchecked", why: "too-large" };
    throw error;
  } finally {
    await runtime.dispose();
  }
}

async function compare(reference: HubModel, found: HubModel): Promise<NumericCheck> {
  const tolerance = toleranceOf(found.dtype);
  if (reference.kind === "classifier" && found.kind === "classifier") {
    const [[a], [b]] = [await reference.model.score([PROBE]), await found.model.score([PROBE])];
    return compareScores(a ?? new Float64Array(), b ?? new Float64Array(), tolerance);
  }
  if (reference.kind !== "causal" || found.kind !== "causal") throw new Error("one graph cannot be of two kinds");
  const ids = probeIds(found);
  return compareDistributions(await probeCausal(reference.model, ids), await probeCausal(found.model, ids), tolerance);
}

function probeIds({ text, model }: Lineup["policy"]): TokenId[] {
  return text.plainIds(PROBE).filter((id) => id < model.vocabSize);
}

function wrongNumbers(id: string, check: Extract<NumericCheck, { readonly maxDifference: number }>): RunError {
  const message = `This graphics card computes ${id} wrongly: it differs from the processor by ${check.maxDifference.toPrecision(2)} nats, and at most ${check.tolerance} is allowed. Switch to WebAssembly in the device menu.`;
  const { maxDifference, tolerance, hasSameTop } = check;
  return new RunError("self-check-failed", message, { model: id, maxDifference, tolerance, hasSameTop });
}

function twice(id: string): RunError {
  const message = `${id} is chosen twice. One copy serves every source that uses it, so remove one of the two.`;
  return new RunError("invalid-request", message, { id });
}
