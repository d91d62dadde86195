/** What the command lines share: arguments, bad input, models. */
import { parseArgs } from "node:util";
import { RunError } from "../../src/core/errors.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { BadInput } from "./bad-input.ts";
import { cpuRuntime, wasmRuntime } from "./runtimes.ts";

export { BadInput };

export const BUNDLED = "public/models";

/** Parses `--name value` options; unknown names, positional arguments and missing values are bad input. */
export function readOptions<K extends string, O extends string>(
  required: readonly K[],
  optional: readonly O[],
): Record<K, string> & Partial<Record<O, string>> {
  const names = [...required, ...optional];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  let values: Partial<Record<string, string | boolean>>;
  try {
    values = parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new BadInput(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  for (const name of required) {
    if (typeof values[name] !== "string") throw new BadInput(`--${name} is missing`);
  }
  return values as Record<K, string> & Partial<Record<O, string>>;
}

export const DEVICES = ["cpu", "wasm", "webgpu"] as const;
export type DeviceName = (typeof DEVICES)[number];

export function readDevice(value: string | undefined): DeviceName {
  const device = DEVICES.find((name) => name === (value ?? "cpu"));
  if (device === undefined) throw new BadInput(`--device ${value}: choose one of ${DEVICES.join(", ")}`);
  return device;
}

/** Small matrices gain nothing from more threads, and one thread sums in one order. */
export function startRuntime(device: Exclude<DeviceName, "webgpu">): Promise<Runtime> {
  return device === "cpu" ? cpuRuntime(1) : wasmRuntime(1);
}

/** Runs a command; bad input and refused requests end it with status 2 and one line, anything else with its stack. */
export async function runCommand(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
    // onnxruntime keeps worker threads that would hold the process open.
    process.exitCode ??= 0;
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof RunError)) throw error;
    console.error(`${name}: ${error.message.replaceAll("\n", " ")}`);
    process.exitCode = 2;
  }
}
