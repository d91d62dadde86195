/** Where a route is only an approximation, how far is it from pi*? Written to docs/exact-world.md, and checked. */
import { describe, expect, it } from "vitest";
import type { LaneRequest } from "../../src/core/types.ts";
import { lane } from "../fakes.ts";
import { enumerated, ofLength } from "./blockwise-law.ts";
import {
  argsNext,
  bestOfNDistribution,
  bradleyTerryArm,
  divergence,
  expectation,
  largestGap,
  distributionOf,
  meanValue,
  productDistribution,
  softBestOfNDistribution,
  softValue,
  target,
  tokenwiseArm,
  totalVariation,
  valueDistribution,
} from "./closed-form.ts";
import type { Reward } from "./closed-form.ts";
import { decodedDistribution, modelsOf } from "./decoder.ts";
import type { Parts } from "./decoder.ts";
import { makeWorld } from "./world.ts";
import type { Probabilities } from "./world.ts";

const WORLD = makeWorld(6, 4, 3);
const PATIENCE_MS = 120_000;
const BETAS = [2, 1, 0.5, 0.25];
/** The coefficient that the ARMs are trained with. */
const B = 0.5;

const JOY: Reward = (text) => WORLD.reward(text, 0);
const ADVENTURE: Reward = (text) => WORLD.reward(text, 1);
const SUM: Reward = (text) => JOY(text) + ADVENTURE(text);
const REF = distributionOf(WORLD, WORLD.next);

interface Route {
  readonly name: string;
  readonly reward: Reward;
  /** The distribution as the closed form gives it; for routes over tokens also as the decoder has it. */
  readonly expected: Probabilities;
  readonly decoded: Probabilities;
}

function genarm(beta: number, isBoth: boolean): LaneRequest {
  return lane({ id: "genarm", beta, weights: isBoth ? { joy: 1, adventure: 1 } : { joy: 1 } });
}

function vas(beta: number, k: number, isBoth: boolean): LaneRequest {
  return lane({ id: "vas", beta, weights: isBoth ? { joy: 1, adventure: 1 } : { joy: 1 }, k });
}

async function routesAt(beta: number): Promise<Route[]> {
  const all = WORLD.vocabSize;
  const decodedBy = (own: LaneRequest, parts: Parts) =>
    decodedDistribution(WORLD, modelsOf(WORLD, { b: B, ...parts }), own);
  const perfect = [tokenwiseArm(WORLD, JOY, beta, B), tokenwiseArm(WORLD, ADVENTURE, beta, B)];
  const trained = bradleyTerryArm(WORLD, JOY, B);
  const soft = [softValue(WORLD, JOY, beta), softValue(WORLD, ADVENTURE, beta)];
  const mean = meanValue(WORLD, JOY);
  const armRoute = async (name: string, reward: Reward, arms: typeof perfect): Promise<Route> => ({
    name,
    reward,
    expected: distributionOf(WORLD, productDistribution(WORLD, arms, B / beta)),
    decoded: await decodedBy(genarm(beta, arms.length > 1), { arms }),
  });
  const valueRoute = async (name: string, reward: Reward, values: Reward[], k: number): Promise<Route> => ({
    name,
    reward,
    expected: distributionOf(WORLD, valueDistribution(WORLD, values, beta, k)),
    decoded: await decodedBy(vas(beta, k, values.length > 1), { values }),
  });
  const argsRoute = async (name: string, judge: Reward, k: number): Promise<Route> => ({
    name,
    reward: JOY,
    expected: distributionOf(WORLD, argsNext(WORLD, [judge], beta, k)),
    decoded: await decodedBy(lane({ id: "args", beta, weights: { joy: 1 }, k }), { judged: [judge] }),
  });
  const chosen = (name: string, distribution: Probabilities): Route => ({
    name,
    reward: JOY,
    expected: distribution,
    decoded: distribution,
  });
  return [
    await armRoute("GenARM, token-wise optimal ARM (exact)", JOY, perfect.slice(0, 1)),
    await armRoute("GenARM, Bradley–Terry optimal ARM", JOY, [trained]),
    await valueRoute("VAS, soft value, all tokens (exact)", JOY, soft.slice(0, 1), all),
    await valueRoute("VAS, soft value, k = 2", JOY, soft.slice(0, 1), 2),
    await valueRoute("VAS, mean value (TD), all tokens", JOY, [mean], all),
    await argsRoute("ARGS, soft value in the judge’s place, all tokens (exact)", soft[0]!, all),
    await argsRoute("ARGS, judge of whole texts, all tokens", JOY, all),
    await argsRoute("ARGS, judge of whole texts, k = 2", JOY, 2),
    chosen("blockwise best-of-4, blocks of 1 token, mean value", enumerated(WORLD, mean, 4, ofLength(1))),
    chosen("blockwise best-of-4, blocks of 1 token, judge of whole texts", enumerated(WORLD, JOY, 4, ofLength(1))),
    chosen("best-of-4", bestOfNDistribution(WORLD, JOY, 4)),
    chosen("soft best-of-2", softBestOfNDistribution(WORLD, JOY, beta, 2)),
    chosen("soft best-of-3", softBestOfNDistribution(WORLD, JOY, beta, 3)),
    await armRoute("GenARM, two objectives, token-wise optimal ARMs", SUM, perfect),
    await valueRoute("VAS, two objectives, soft values, all tokens", SUM, soft, all),
  ];
}

function distances({ reward }: Route, distribution: Probabilities, beta: number): number[] {
  const best = target(WORLD, reward, beta);
  return [
    divergence(best, distribution),
    totalVariation(best, distribution),
    divergence(distribution, REF),
    expectation(WORLD, distribution, reward),
    expectation(WORLD, best, reward),
  ];
}

const HEAD = `# The exact world: how far each route is from its target

A world of ${WORLD.vocabSize} tokens and texts of at most ${WORLD.maxLength} tokens has ${WORLD.texts.length} texts. So the distribution of pi* and of every route
can be summed up without sampling. \`test/exact/distances.test.ts\` writes this page. It runs the real decoder along every
text, with tables in place of models, and checks the decoder's distribution against a separate computation to 1e-9. The
distances below are those of the decoder's distribution. Rewards are uniform in (-1.5, 1.5), and ARMs have b = ${B}. A route
with distance 0 is exact. The other distances are the cost of an approximation whose parts are all perfect.

- distance: KL(pi* || route), nats, and total variation, the largest difference in the probability of any set of texts
- price: KL(route || base), nats
- reward: expected reward of the route, and of pi*
`;

describe("the distances to pi*", () => {
  it(
    "agree with a separate computation, vanish for the exact routes alone, and are those on the page",
    { timeout: PATIENCE_MS },
    async () => {
      let page = HEAD;
      for (const beta of BETAS) {
        page += `\n## beta = ${beta}\n\n| route | KL(pi* \\|\\| route) | total variation | price | reward | reward of pi* |\n| --- | ---: | ---: | ---: | ---: | ---: |\n`;
        for (const route of await routesAt(beta)) {
          expect(largestGap(route.decoded, route.expected)).toBeLessThan(1e-9);
          const own = distances(route, route.decoded, beta);
          for (const [i, distance] of distances(route, route.expected, beta).entries())
            expect(own[i]).toBeCloseTo(distance, 9);
          expect(own[1]! < 1e-9).toBe(route.name.includes("(exact)"));
          // Rounding may leave -1e-17, which must not print as -0.0000.
          page += `| ${route.name} | ${own.map((x) => (Math.abs(x) < 5e-5 ? 0 : x).toFixed(4)).join(" | ")} |\n`;
        }
      }
      await expect(page).toMatchFileSnapshot("../../docs/exact-world.md");
    },
  );

  it("shrink as beta grows", { timeout: PATIENCE_MS }, async () => {
    const [far, near] = [await routesAt(4), await routesAt(0.5)];
    for (const [i, route] of far.entries()) {
      // These do not know beta, and nothing reaches what a route has dropped.
      if (/^best-of|^blockwise|^ARGS.*k = 2/.test(route.name) || route.name.includes("(exact)")) continue;
      const [wide, tight] = [distances(near[i]!, near[i]!.decoded, 0.5)[0]!, distances(route, route.decoded, 4)[0]!];
      expect(tight).toBeLessThan(wide);
    }
  });
});
