/** Teacher forcing of one text. Where the logits lie on a card, one log-probability a position comes back, and no row. */
import { CUT_SIZE, type BesideAsk } from "../../core/cut-logits.ts";
import { logSumExp } from "../../core/logprobs.ts";
import type { TokenId } from "../../core/types.ts";
import { checkFinite, checkPrefixes } from "./inputs.ts";
import { product, type DeviceRows, type LogitsOnCard, type Session } from "./runtime.ts";
import { stretchesOf } from "./stretches.ts";

interface Facts {
  readonly id: string;
  readonly vocabSize: number;
  readonly context: number;
}

interface Place {
  readonly session: Session;
  /** One row of it, for this text. */
  readonly device: DeviceRows;
  /** Positions at once. */
  readonly most: number;
}

/**
 * @param count  how many of the last tokens
 * @returns      the log-probability of each after the ones before it, nats
 */
export async function readLogprobs(
  { id, vocabSize, context }: Facts,
  { session, device, most }: Place,
  text: readonly TokenId[],
  count: number,
): Promise<Float64Array> {
  const before = text.slice(0, -1);
  checkPrefixes(id, [before], context);
  if (!(count >= 1 && count < text.length)) throw new RangeError(`${count} tokens of a text of ${text.length}`);
  const tokens = text.slice(-count);
  const logprobs = new Float64Array(count);
  const width = product(session.shape);
  const whole = (row: Float32Array, token: TokenId): number => {
    const logits = row.subarray(0, vocabSize);
    checkFinite(id, logits);
    return logits[token]! - logSumExp(logits);
  };
  for (const { call, from, count: own } of stretchesOf(before, count, most)) {
    const said = tokens.slice(from, from + own);
    if (device.onCard === undefined) {
      const into = new Float32Array(own * width);
      await device.forward({ ...call, into });
      said.forEach((token, t) => (logprobs[from + t] = whole(into.subarray(t * width, (t + 1) * width), token)));
      continue;
    }
    await device.forward({ ...call, into: new Float32Array(0), stays: true });
    const card = device.onCard();
    for (const [t, beside] of (await card.beside(besideThemselves(card, said), vocabSize)).entries()) {
      if (beside === null) {
        const logits = new Float32Array(width);
        await card.bring([t], logits);
        logprobs[from + t] = whole(logits, said[t]!);
      } else logprobs[from + t] = beside.logits[0]! - beside.logZ;
    }
  }
  return logprobs;
}

/** Each row beside itself: for its log Z, and its logit at the token that came. */
function besideThemselves(card: LogitsOnCard, tokens: readonly TokenId[]): BesideAsk[] {
  const held = card.hold();
  return tokens.map((token, row) => {
    const cut = { ids: new Int32Array(CUT_SIZE).fill(token), logits: new Float32Array(CUT_SIZE), logZ: 0 };
    return { row, held, heldRow: row, cut, banned: new Set() };
  });
}
