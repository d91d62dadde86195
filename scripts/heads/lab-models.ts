/** The bundled models with a policy that gives its states, and the prompts of their world. */
import { readFile } from "node:fs/promises";
import type { Kind } from "../../src/core/types.ts";
import { BUNDLE, openBundle } from "../../src/engine/bundle/assemble.ts";
import { bundledStates } from "../../src/engine/hub/states/bundled-states.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { BUNDLED } from "../node/cli.ts";
import { diskFiles } from "../node/disk-files.ts";

export async function openLaboratory(runtime: Runtime): Promise<Models> {
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  const { signal } = new AbortController();
  const options = { ids: BUNDLE, signal, onProgress: () => undefined, giveStates: bundledStates };
  return (await openBundle(runtime, device, diskFiles(BUNDLED), options)).models;
}

/** Drawn from the generator of the bundled world, from its splits for training and for prompts that no model has read. */
export interface LabPrompts {
  readonly teaching: Readonly<Record<Kind, readonly string[]>>;
  readonly keptBack: Readonly<Record<Kind, readonly string[]>>;
}

export async function readLabPrompts(): Promise<LabPrompts> {
  return JSON.parse(await readFile("scripts/heads/lab-prompts.json", "utf8")) as LabPrompts;
}
