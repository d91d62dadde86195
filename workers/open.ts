/** Opens the bundled models for the API: fetches, checks, compiles, and describes what is there. */
import { BUNDLE, openBundle, refOf, type OpenedBundle } from "../src/engine/assemble.ts";
import { openOnDevice, type Starters } from "../src/engine/device.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import type { FileSource } from "../src/engine/source.ts";
import type { Engine } from "./api.ts";
import type { LoadOptions, LoadProgress, LoadReport } from "./protocol.ts";

export function openEngine(
  options: LoadOptions,
  place: { readonly starters: Starters; readonly source: FileSource },
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<Engine> {
  return openOnDevice(options.backend, place.starters, async (runtime, device) =>
    engineOf(runtime, await openBundle(runtime, device, place.source, { ids: BUNDLE, signal, onProgress })),
  );
}

function engineOf(runtime: Runtime, bundle: OpenedBundle): Engine {
  return {
    models: bundle.models,
    report: reportOf(bundle),
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
