/** Which sample a lane shows, and by what scores. */
import { bestOfN } from "../../core/best-of-n.ts";
import { judgedScores, trueScores } from "../../core/combine/rank.ts";
import { softBestOfN } from "../../core/soft-best-of-n.ts";
import type { SampleResult, Strategy } from "../../core/types.ts";

export interface SampleChoice {
  readonly chosen: number;
  readonly scores: readonly (number | null)[];
}

type Judged = Pick<SampleResult, "rewardMembers" | "sources" | "truth">;

/** @param samples the lane's finished samples in order; @param seed decides the choice of soft best-of-N alone */
export function selectSample(strategy: Strategy, samples: readonly Judged[], seed: number): SampleChoice {
  switch (strategy.id) {
    case "base":
    case "genarm":
    case "vas":
    case "blockwise":
    case "args":
      return { chosen: 0, scores: [] };
    case "bon": {
      const scores = judgedScores(strategy, samples);
      return { chosen: bestOfN(scores), scores };
    }
    case "soft-bon": {
      const scores = judgedScores(strategy, samples);
      return { chosen: softBestOfN(scores, strategy.beta, seed), scores };
    }
    case "oracle-bon": {
      const scores = trueScores(strategy, samples);
      return { chosen: bestOfN(scores), scores };
    }
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}
