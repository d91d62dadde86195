/** Reward heads with random numbers for the benchmark: they take as long as taught ones. */
import type { PolicyIdentity } from "../../src/core/heads/head-card.ts";
import { writeHead } from "../../src/core/heads/head-file.ts";
import { normal, STREAMS } from "../../src/core/heads/seeded.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { Weights } from "../../src/core/types.ts";

const COUNT = 6;
/** As large as heads become that learn from a contrast. */
const RANK = 64;
const idOf = (head: number): string => `random-${head + 1}`;

/** Six files, of heads that read the last state. */
export function sixHeads(policy: PolicyIdentity): readonly unknown[] {
  const { hidden } = policy;
  let drawn = 0;
  const numbers = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => size * normal(1, STREAMS.start, drawn++));
  return Array.from({ length: COUNT }, (_, i) => {
    const [a, b, c] = [numbers(RANK * hidden, 0.05), numbers(RANK * hidden, 0.01), numbers(hidden, 0.01)];
    const [mean, scale] = [numbers(hidden, 0.1), new Float32Array(hidden).fill(1)];
    const head = { kind: "low-rank", hidden, rank: RANK, features: ["last"], mean, scale, a, b, c, unit: 1 } as const;
    const card = {
      id: idOf(i),
      name: idOf(i),
      policy,
      teacher: { kind: "clicks", clicks: 1 },
      sliderEnd: 1,
      explained: null,
      training: { samples: 0, prompts: 0, seed: 1, command: "none" },
      metrics: {},
    } as const;
    return writeHead({ card, head }, "int8");
  });
}

/** All six, each with a small say. */
export function headSources(): { readonly sources: readonly SourceSpec[]; readonly weights: Weights } {
  const sources = Array.from({ length: COUNT }, (_, i): SourceSpec => {
    return { id: `s${i + 1}`, name: idOf(i), type: "head", head: idOf(i) };
  });
  return { sources, weights: Object.fromEntries(sources.map(({ id }) => [id, 0.1])) };
}
