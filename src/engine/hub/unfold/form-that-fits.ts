/** Chooses how a graph of the Hub lies in memory: on a processor as float32 where that fits, else as it is stored. */
import { RunError } from "../../../core/errors.ts";
import type { Arithmetic } from "../../../core/hub.ts";
import type { ExternalFile } from "../../onnx/runtime.ts";
import type { Architecture } from "../architecture.ts";
import { invalidGraph, type Graph } from "../graph.ts";
import type { OpenModelOptions } from "../hub-model.ts";
import { checkMemory, memoryNeed, rowNeed, type MemoryNeed } from "../memory.ts";
import { prepareGraph, type PreparedGraph } from "./prepare-graph.ts";

export interface GraphFiles {
  readonly graph: Uint8Array;
  /** Weights beside the graph, by the names that it has for them. */
  readonly external: ReadonlyMap<string, Uint8Array>;
}

export interface FittingForm {
  readonly graph: Uint8Array;
  readonly external: readonly ExternalFile[];
  readonly need: MemoryNeed;
  readonly arithmetic: Arithmetic;
}

/** @throws RunError "out-of-memory" where no form fits, "model-corrupt" for weights that are cut off */
export function formThatFits(
  id: string,
  graph: Graph,
  architecture: Architecture,
  files: GraphFiles,
  { runtime: { backend }, plan, limits, usedBytes }: OpenModelOptions,
): FittingForm {
  const rows = rowNeed(architecture, plan);
  const fileBytes = [...files.external.values()].reduce((sum, file) => sum + file.byteLength, files.graph.byteLength);
  if (backend !== "wasm") {
    const need = memoryNeed(graph.weightBytes, rows, backend, fileBytes);
    checkMemory(id, need, graph, limits, usedBytes);
    const external = [...files.external].map(([path, bytes]) => ({ path, bytes }));
    return { graph: files.graph, external, need, arithmetic: "stored" };
  }
  const form = (isUnfolding: boolean): FittingForm => {
    const prepared = prepare(id, files, isUnfolding);
    const need = memoryNeed(prepared.weightBytes, rows, backend, fileBytes);
    checkMemory(id, need, prepared, limits, usedBytes);
    const arithmetic = isUnfolding && prepared.unfolded > 0 ? "float32" : "stored";
    return { graph: prepared.graph, external: prepared.external, need, arithmetic };
  };
  try {
    return form(true);
  } catch (error) {
    if (!(error instanceof RunError) || error.code !== "out-of-memory") throw error;
    return form(false);
  }
}

function prepare(id: string, { graph, external }: GraphFiles, isUnfolding: boolean): PreparedGraph {
  try {
    return prepareGraph(graph, external, isUnfolding);
  } catch (error) {
    throw error instanceof RangeError ? invalidGraph(id, error) : error;
  }
}
