/** A reading as the worker would send it, with numbers that a test can foretell: a text's score is its length in tokens. */
import type { LensAsk, LensReading, LensText } from "../../../src/core/lens/reading.ts";

export function fakeReading({ detail }: Pick<LensAsk, "detail">, { answer }: LensText): LensReading {
  const pieces = typeof answer === "string" ? answer.split(/(?= )/) : answer.map((token) => ` w${token}`);
  const values = pieces.map((_, t) => t - 1);
  const push = { type: "push", pieces, values, credits: [], scores: [], start: null } as const;
  return {
    score: pieces.length,
    members: [],
    tokens: pieces.length,
    text: pieces.join("").trim(),
    isCut: false,
    detail: detail === null ? null : push,
  };
}
