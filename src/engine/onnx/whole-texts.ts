/** Models that read whole texts at once and give a few numbers for each: judges and classifiers. */
import type { TokenId } from "../../core/types.ts";
import { checkFinite, checkPrefixes, longest, paddedIds } from "./inputs.ts";
import type { Session } from "./runtime.ts";

/** Texts read in one forward: attention over whole texts takes memory by the square of their length. */
const ROWS_AT_ONCE = 16;

/** `[text][each]`; texts of different lengths are padded on the right. @throws RunError of inputs and of non-finite numbers */
export async function readWholeTexts(
  { id, context, each }: { readonly id: string; readonly context: number; readonly each: number },
  session: Session,
  texts: readonly (readonly TokenId[])[],
): Promise<readonly Float64Array[]> {
  if (texts.length === 0) return [];
  checkPrefixes(id, texts, context);
  const found: Float64Array[] = [];
  for (let start = 0; start < texts.length; start += ROWS_AT_ONCE) {
    const some = texts.slice(start, start + ROWS_AT_ONCE);
    const flat = await forwardOnce(session, some, each);
    checkFinite(id, flat);
    some.forEach((_, row) => found.push(Float64Array.from(flat.subarray(row * each, (row + 1) * each))));
  }
  return found;
}

async function forwardOnce(
  session: Session,
  texts: readonly (readonly TokenId[])[],
  each: number,
): Promise<Float32Array> {
  const total = longest(texts);
  const into = new Float32Array(texts.length * each);
  const device = session.open(texts.length, 0);
  try {
    await device.forward({
      rows: texts.length,
      columns: total,
      total,
      ids: paddedIds(texts),
      lengths: texts.map((text) => text.length),
      picks: texts.map((_, row) => row),
      into,
    });
  } finally {
    device.dispose();
  }
  return into;
}
