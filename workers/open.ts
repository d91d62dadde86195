/** Opens the bundled models for the API: fetches, checks, compiles, and describes what is there. */
import { CAREFUL_JUDGE } from "../src/core/judges.ts";
import { bundleWith, exchangeJudge, openBundle, refOf, type OpenedBundle } from "../src/engine/bundle/assemble.ts";
import { openOnDevice, type Starters } from "../src/engine/bundle/device.ts";
import { bundledStates } from "../src/engine/hub/states/bundled-states.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import type { ModelFiles } from "../src/engine/bundle/model-files.ts";
import type { Engine } from "./api.ts";
import type { LoadOptions, LoadProgress, LoadReport } from "./protocol.ts";

export function openEngine(
  options: LoadOptions,
  place: { readonly starters: Starters; readonly source: ModelFiles },
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<Engine> {
  const { starters, source } = place;
  const ids = bundleWith(options.judge ?? CAREFUL_JUDGE);
  return openOnDevice(options.backend, starters, async (runtime, device) =>
    engineOf(
      runtime,
      source,
      await openBundle(runtime, device, source, { ids, signal, onProgress, giveStates: bundledStates }),
    ),
  );
}

async function engineOf(runtime: Runtime, source: ModelFiles, bundle: OpenedBundle): Promise<Engine> {
  const { teaching } = bundle.models;
  return {
    underJudge: async (judge, signal, onProgress) =>
      engineOf(runtime, source, await exchangeJudge(runtime, source, bundle, judge, { signal, onProgress })),
    models: bundle.models,
    report: { ...reportOf(bundle), ...(teaching !== undefined && { heads: await teaching.identity() }) },
    memory: () => runtime.memory(),
    dispose: () => runtime.dispose(),
  };
}

function reportOf({ models, cards, objectives }: OpenedBundle): LoadReport {
  return {
    device: models.device,
    models: cards.map((card) => ({
      ...refOf(card),
      kind: card.kind,
      objectives: card.objectives,
      params: card.params,
      bytes: card.files.reduce((total, file) => total + file.bytes, 0),
    })),
    objectives,
    context: Math.min(...cards.map((card) => card.context)),
  };
}
