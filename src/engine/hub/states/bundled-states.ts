/** The bundled policy with its states, so that reward heads fit it too. */
import type { GiveStates } from "../../bundle/open-folder.ts";
import { appendStates } from "./append-states.ts";
import { vocabularyHead } from "./vocabulary-head.ts";

/** For `OpenOptions.giveStates`. @throws RangeError where the bytes are no ONNX graph */
export const bundledStates: GiveStates = (graph) => {
  const head = vocabularyHead(graph, new Map());
  if (head === null) return null;
  return {
    graph: appendStates(graph, head),
    states: { hidden: head.hidden, layer: null },
    unembedding: head.unembedding(),
  };
};
