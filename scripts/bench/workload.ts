/** What is measured: 64 tokens of one story, the end of text suppressed, so that every row does the same work. */
import type { LaneRequest, RunRequest, Strategy } from "../../src/core/types.ts";

export const TOKENS = 64;
export const K = 8;
export const N = 16;

export const ROW_NAMES = [
  "plain",
  "generate",
  "genarm1",
  "genarm2",
  "vas",
  "bon16",
  "bon16-generate",
  "lanes4",
  "lanes4-alone",
] as const;
export type RowName = (typeof ROW_NAMES)[number];

/** Rows of ours that are one run each. */
export type RunName = "plain" | "genarm1" | "genarm2" | "vas" | "bon16" | "bon4" | "lanes4";

/** What a row is compared with; its ratio is its time over that row's. */
export const COMPARED_WITH: Readonly<Record<RowName, RowName | null>> = {
  plain: "generate",
  generate: null,
  genarm1: "plain",
  genarm2: "plain",
  vas: "plain",
  bon16: "bon16-generate",
  "bon16-generate": null,
  lanes4: "lanes4-alone",
  "lanes4-alone": null,
};

/** Lanes that share a row's time: figures are milliseconds per token and lane. */
export function lanesOf(row: RowName): number {
  return row.startsWith("lanes4") ? 4 : 1;
}

/** The lanes of `lanes4`, each also a run of its own. */
export const ALONE: readonly RunName[] = ["plain", "genarm1", "vas", "bon4"];

const beta = 0.5;
const one = { beta, weights: { joy: 1 } };
const ensemble = { ensemble: "mean", lambda: 0 } as const;
const STRATEGIES: Readonly<Record<Exclude<RunName, "lanes4">, Strategy>> = {
  plain: { id: "base" },
  genarm1: { id: "genarm", ...one },
  genarm2: { id: "genarm", beta, weights: { joy: 1, detail: 1 } },
  vas: { id: "vas", ...one, k: K },
  bon16: { id: "bon", ...one, ...ensemble, n: N },
  bon4: { id: "bon", ...one, ...ensemble, n: 4 },
};

export function requestFor(name: RunName, maxTokens: number, seed: number): RunRequest {
  const names = name === "lanes4" ? ALONE : [name];
  const sampling = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 };
  const lanes = names.flatMap((lane): LaneRequest[] =>
    lane === "lanes4" ? [] : [{ name: lane, strategy: STRATEGIES[lane], sampling }],
  );
  const prompt = "Once upon a time a small brown dog lived by the sea with an old sailor.";
  return { version: 1, kind: "story", prompt, seed, maxTokens, suppressEnd: true, lanes };
}
