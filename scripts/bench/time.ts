/** Times on a backend, alternating: a round measures every row once, so that a busy moment falls on all alike. */
import type { Lab } from "../lab/open.ts";
import { ALONE, lanesOf, N, requestFor, ROW_NAMES, TOKENS, type RowName, type RunName } from "./workload.ts";

/** Milliseconds per token and lane of every row, and forwards per token. */
export interface Round {
  readonly ms: Readonly<Record<RowName, number>>;
  readonly forwards: Readonly<Record<RowName, number>>;
}

const RUNS: readonly RunName[] = ["plain", "genarm1", "genarm2", "vas", "bon16", "lanes4", "bon4"];

/** Round 0 warms up and is dropped. */
export async function timeRounds(lab: Lab, rounds: number, tell: (line: string) => void): Promise<Round[]> {
  const { promptTokens } = await lab.page.evaluate(
    (request) => window.bench.timeRun(request),
    requestFor("plain", 1, 0),
  );
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = await timeRound(lab, promptTokens, round);
    if (round > 0) measured.push(result);
    tell(
      `round ${round} of ${rounds}: plain ${result.ms.plain.toFixed(2)} ms, generate ${result.ms.generate.toFixed(2)} ms`,
    );
  }
  return measured;
}

async function timeRound(lab: Lab, prompt: readonly number[], seed: number): Promise<Round> {
  const ms = new Map<RunName | RowName, number>();
  const forwards = new Map<RunName | RowName, number>();
  const generate = (): Promise<number> =>
    lab.page.evaluate(([ids, count]) => window.bench.timeGenerate(ids, count), [prompt, TOKENS] as const);
  // Ours and the peer's take turns.
  const peer: number[] = [];
  for (const name of RUNS) {
    const timed = await lab.page.evaluate((request) => window.bench.timeRun(request), requestFor(name, TOKENS, seed));
    ms.set(name, timed.ms);
    forwards.set(name, timed.forwards);
    peer.push(await generate());
  }
  while (peer.length < N) peer.push(await generate());
  ms.set("generate", median(peer));
  ms.set(
    "bon16-generate",
    peer.reduce((sum, value) => sum + value, 0),
  );
  forwards.set("generate", TOKENS).set("bon16-generate", TOKENS * N);
  ms.set("lanes4-alone", sumOf(ms, ALONE));
  forwards.set("lanes4-alone", sumOf(forwards, ALONE));
  const each = (values: ReadonlyMap<RunName | RowName, number>, share: (row: RowName) => number) =>
    Object.fromEntries(ROW_NAMES.map((row) => [row, (values.get(row) ?? NaN) / share(row)])) as Record<RowName, number>;
  return { ms: each(ms, (row) => TOKENS * lanesOf(row)), forwards: each(forwards, () => TOKENS) };
}

function sumOf(values: ReadonlyMap<RunName | RowName, number>, names: readonly RunName[]): number {
  return names.reduce((sum, name) => sum + (values.get(name) ?? NaN), 0);
}

/** Linear between the neighbours; `share` 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
