/** Opens models of the Hub for the API, and describes what was found of them. */
import type { DeviceReport } from "../src/core/types.ts";
import { openOnDevice, type Starters } from "../src/engine/bundle/device.ts";
import type { DeviceTraits } from "../src/engine/hub/choose-files.ts";
import { modelsOfLineup } from "../src/engine/hub/lineup-models.ts";
import { openLineup, unloadFrom, type Lineup, type LineupProgress } from "../src/engine/hub/lineup.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import type { AdapterFacts } from "../src/engine/onnx/webgpu/adapter.ts";
import type { Models } from "../src/engine/interfaces.ts";
import type { Engine } from "./api.ts";
import { repoOf, type HubDesk } from "./hub-desk.ts";
import type { LineupReport, LoadOptions, LoadProgress, LoadReport, ModelWish } from "./protocol.ts";

export interface LineupPlace {
  readonly starters: Starters;
  readonly desk: HubDesk;
  /** Memory that models may take; null where the browser does not tell. */
  readonly budgetBytes: number | null;
}

/**
 * What memory is announced for: four lanes as the page has them at first, a usual prompt and answer. Plain sampling and a
 * best-of-8 take eight rows, and two lanes under heads one each. Contrasts, more lanes and longer texts take more.
 */
const PLAN = { rows: 10, tokens: 256, promptTokens: 128 } as const;

export function openLineupEngine(
  { backend, lineup: wishes = [] }: LoadOptions & { readonly lineup?: readonly ModelWish[] },
  { starters, desk, budgetBytes }: LineupPlace,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<Engine> {
  return openOnDevice(backend, starters, async (runtime, device) => {
    const adapter = runtime.backend === "webgpu" ? await starters.findAdapter() : null;
    const lineup = await openLineup(
      wishes.map(({ address, dtype }) => ({ repo: repoOf(address), dtype: fitting(dtype, runtime, adapter) })),
      {
        runtime,
        limits: { backend: runtime.backend, maxBufferBytes: adapter?.maxBufferBytes ?? null, budgetBytes },
        plan: PLAN,
        fetching: desk.fetching(traitsOf(runtime, adapter), signal),
        onProgress: (progress) => onProgress(asLoadProgress(progress)),
        startReference: runtime.backend === "webgpu" ? (starters.wasm ?? null) : null,
      },
    );
    return engineOf(lineup, runtime, device);
  });
}

/** Which heads can steer: those of the policy, and those of its siblings. */
async function headsOf({ teaching, siblings }: Models): Promise<Pick<LoadReport, "heads" | "siblingHeads">> {
  return {
    ...(teaching !== undefined && { heads: await teaching.identity() }),
    ...(siblings !== undefined && {
      siblingHeads: await Promise.all([...siblings.values()].map((place) => place.identity())),
    }),
  };
}

async function engineOf(lineup: Lineup, runtime: Runtime, device: DeviceReport): Promise<Engine> {
  const models = await modelsOfLineup(lineup, device);
  return {
    models,
    report: { ...reportOf(lineup, models), ...(await headsOf(models)) },
    unload: async (id) => engineOf(await unloadFrom(lineup, id), runtime, device),
    memory: () => runtime.memory(),
    dispose: () => runtime.dispose(),
  };
}

function traitsOf({ backend }: Pick<Runtime, "backend">, adapter: AdapterFacts | null): DeviceTraits {
  return { backend, hasF16: adapter?.hasF16 ?? false };
}

/** A form chosen for the card is not asked of the processor that a run falls back to. */
function fitting(dtype: ModelWish["dtype"], runtime: Runtime, adapter: AdapterFacts | null): ModelWish["dtype"] {
  const isHalf = dtype === "fp16" || dtype === "q4f16";
  return isHalf && !traitsOf(runtime, adapter).hasF16 ? null : dtype;
}

function asLoadProgress({ phase, id, download, modelsDone, modelsTotal }: LineupProgress): LoadProgress {
  const { loadedBytes = 0, totalBytes = 0 } = download ?? {};
  return { phase, modelId: id, loadedBytes, totalBytes, modelsDone, modelsTotal };
}

function reportOf(lineup: Lineup, { device, refs, policy, classifiers }: Models): LoadReport {
  const opened = [...lineup.loaded.values()];
  const found: LineupReport["models"] = opened.map((each) => ({
    id: each.id,
    kind: each.kind,
    dtype: each.dtype,
    arithmetic: each.arithmetic,
    peakBytes: each.need.peakBytes,
    check: lineup.checks.get(each.id) ?? { status: "unchecked", why: "runs-on-processor" },
    labels: each.kind === "classifier" ? each.model.labels : [],
    hasChat: each.text.chat !== null,
  }));
  const contexts = opened.map((each) => (each.kind === "causal" ? each.model.context : Infinity));
  return {
    device,
    models: opened.map((each, index) => ({
      id: each.id,
      sha256: refs[index]?.sha256 ?? "",
      kind: each.id === policy.id ? "policy" : each.kind === "causal" ? "reader" : "classifier",
      objectives: [],
      params: null,
      bytes: lineup.fetched.get(each.id)?.manifest.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0,
    })),
    objectives: [],
    classifiers: [...classifiers.values()].map(({ id, labels }) => ({ id, labels })),
    context: Math.min(...contexts),
    lineup: { vocabSize: lineup.vocabSize, models: found, pairs: lineup.pairs },
  };
}
