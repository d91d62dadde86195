/** Recomputes the vectors of reward heads from their inputs, by calling the core. */
import { armCentre, armContribution } from "../../src/core/contributions.ts";
import { temporalDifferences } from "../../src/core/heads/fit-direction.ts";
import { directionRewards, shiftOf, type Direction } from "../../src/core/heads/head.ts";
import { NormalEquations } from "../../src/core/heads/ridge.ts";
import { meanRow, type Unembedding } from "../../src/core/heads/unembedding.ts";
import { klDivergence, logSoftmax } from "../../src/core/logprobs.ts";
import { BadInput } from "../node/bad-input.ts";
import type { Recompute } from "./token-strategies.ts";

function unembeddingOf(rows: readonly number[][]): Unembedding {
  const hidden = rows[0]?.length ?? 0;
  return { vocabulary: rows.length, hidden, rowOf: (token, out) => out.set(rows[token] ?? []) };
}

/** W_U x, `[vocabulary]`. */
function lmHead(rows: readonly number[][], x: Float64Array): Float64Array {
  return Float64Array.from(rows, (row) => row.reduce((sum, entry, i) => sum + entry * (x[i] ?? NaN), 0));
}

function deviation(ref: Float64Array, rewards: Float64Array): number {
  const centre = armCentre(ref, rewards);
  return Math.sqrt(rewards.reduce((sum, reward, v) => sum + Math.exp(ref[v]!) * (reward - centre) ** 2, 0));
}

export const rewardHeads: Readonly<Record<string, Recompute>> = {
  head_directions(inputs) {
    const rows = inputs.matrix("unembedding");
    const unembedding = unembeddingOf(rows);
    const mean = meanRow(unembedding);
    const hidden = Float64Array.from(inputs.numbers("hidden"));
    const beta = inputs.number("beta");
    const weights = inputs.numbers("weights");
    const heads = inputs
      .matrix("directions")
      .map((c): Direction => ({ kind: "direction", hidden: hidden.length, c: Float64Array.from(c), unit: 1 }));
    const rewards = heads.map((head) => directionRewards(head, unembedding, mean));
    const ref = logSoftmax(lmHead(rows, hidden));
    // The second pass of the LM head, on the shifted state.
    const shift = shiftOf(heads, weights, beta, new Map());
    const guided = logSoftmax(
      lmHead(
        rows,
        hidden.map((x, i) => x + shift[i]!),
      ),
    );
    return {
      rewards,
      logprobs: guided,
      contributions: rewards.map((own, i) => {
        const centre = armCentre(ref, own);
        return own.map((reward) => armContribution(weights[i]! / beta, reward, centre));
      }),
      units: rewards.map((own) => deviation(ref, own)),
      kl: klDivergence(guided, ref),
    };
  },

  head_td_fit(inputs) {
    const episodes = inputs.rows("episodes");
    const targets = episodes.map((episode) => temporalDifferences(episode.numbers("values"), episode.number("reward")));
    const features = episodes.map((episode) => episode.matrix("features"));
    const size = features[0]?.[0]?.length;
    if (size === undefined) throw new BadInput("inputs must have an episode with features");
    const equations = new NormalEquations(size);
    for (const [e, rows] of features.entries())
      for (const [t, row] of rows.entries()) equations.add(Float64Array.from(row), targets[e]![t]!);
    return {
      targets: targets.flatMap((each) => [...each]),
      direction: equations.solve(inputs.number("ridge")),
    };
  },
};
