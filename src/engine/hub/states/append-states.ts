/**
 * A graph of the Hub that gives its last state beside its logits. Protocol buffers merge a message that comes twice, so a
 * second graph of one node and one output is written behind the last byte of the file: nothing of it is read or moved, and
 * the logits stay the same bit for bit (docs/adr/0028-hub-graphs-give-their-states.md).
 */
import { FLOAT, message, node, port } from "../../gguf/onnx-writer.ts";
import type { VocabularyHead } from "./vocabulary-head.ts";

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, output: 12 } as const;
/** The output that sessions bind (`engine/onnx/runtime.ts`). */
const HIDDEN = "hidden";

/**
 * @returns the file with about a hundred bytes more; states of float16 come out as float32. A state that has the output's name
 *   already needs no node.
 */
export function appendStates(
  file: Uint8Array,
  { state, hidden }: Pick<VocabularyHead, "state" | "hidden">,
): Uint8Array {
  const added = message(MODEL_GRAPH, [
    ...(state === HIDDEN ? [] : message(GRAPH.node, node("Cast", [state], [HIDDEN], { ints: { to: FLOAT } }))),
    ...message(GRAPH.output, port(HIDDEN, FLOAT, ["batch_size", "sequence_length", hidden])),
  ]);
  const longer = new Uint8Array(added.reduce((sum, part) => sum + part.byteLength, file.byteLength));
  longer.set(file);
  let at = file.byteLength;
  for (const part of added) {
    longer.set(part, at);
    at += part.byteLength;
  }
  return longer;
}
