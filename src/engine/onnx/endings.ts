/** Teacher forcing of several texts that begin alike: the beginning runs once, and its cache serves all of them. */
import type { TokenId } from "../../core/types.ts";
import { checkContext, checkFinite, checkPrefixes, longest, paddedIds, roomFor } from "./inputs.ts";
import { product, type Session } from "./runtime.ts";
import { READ_AT_ONCE } from "./stretches.ts";

interface Facts {
  readonly id: string;
  readonly vocabSize: number;
  readonly context: number;
}

/**
 * Each ending is written over the last one in the cache, right behind the beginning. One row is read at a time, because
 * ONNX Runtime's attention appends several tokens to a past for one row only.
 * @param session with a shared cache
 */
export async function* readEndings(
  { id, vocabSize, context }: Facts,
  session: Session,
  beginning: readonly TokenId[],
  endings: readonly (readonly TokenId[])[],
): AsyncGenerator<readonly Float32Array[]> {
  checkPrefixes(id, [beginning], context);
  const most = longest(endings);
  checkContext(id, beginning.length + most, context);
  const width = product(session.shape);
  const logits = new Float32Array((most + 1) * width);
  const device = session.open(1, roomFor(beginning.length + most, context));
  const forward = async (tokens: readonly TokenId[], start: number, picks: readonly number[], into: Float32Array) => {
    const total = start + tokens.length;
    await device.forward({
      rows: 1,
      columns: tokens.length,
      total,
      ids: paddedIds([tokens]),
      lengths: [total],
      starts: [start],
      picks,
      into,
    });
    checkFinite(id, into);
  };
  try {
    await forward(beginning, 0, [beginning.length - 1], logits.subarray(0, width));
    for (const ending of endings) {
      const places = ending.map((_, at) => at);
      for (let at = 0; at < ending.length; at += READ_AT_ONCE) {
        const some = ending.slice(at, at + READ_AT_ONCE);
        const into = logits.subarray((1 + at) * width, (1 + at + some.length) * width);
        await forward(some, beginning.length + at, [...some.keys()], into);
      }
      yield [0, ...places.map((at) => at + 1)].map((at) => logits.subarray(at * width, at * width + vocabSize));
    }
  } finally {
    device.dispose();
  }
}
