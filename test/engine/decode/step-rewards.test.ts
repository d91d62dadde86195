/** A text that repeats itself for reward, and how clip and delta stop it. */
import { describe, expect, it } from "vitest";
import type { StepRewards } from "../../../src/core/blocks/step-rewards.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest } from "../../../src/core/types.ts";
import { collect, eventsOf, FAKE_BOS, FAKE_EOS, fakeModels, lane, request } from "../../fakes.ts";
import { tableCausal } from "../../table-models.ts";

/** "great." is short and praised; "we walked to the sea." is long and tells something. */
const WORDS = ["", "", " great", ".", " we", " walked", " to", " the", " sea"];
const [GREAT, STOP, WE] = [2, 3, 4];

/** Starts a sentence with "great" or "we" and ends it, as the text so far goes. */
function nextLogits(prefix: readonly number[]): Float64Array {
  const last = prefix.at(-1) ?? FAKE_BOS;
  const logits = new Float64Array(WORDS.length).fill(-30);
  if (last === STOP || last === FAKE_BOS || last >= WORDS.length) {
    logits[GREAT] = Math.log(0.3);
    logits[WE] = Math.log(0.7);
  } else logits[last === GREAT || last === 8 ? STOP : last + 1] = 0;
  return logits;
}

function models() {
  const fakes = fakeModels();
  const decode = (ids: readonly number[]): string => ids.map((id) => WORDS[id] ?? "").join("");
  const tokenizer = { ...fakes.models.tokenizer, vocabSize: WORDS.length, endIds: [FAKE_EOS], decode };
  const policy = tableCausal("policy", { vocabSize: WORDS.length }, nextLogits);
  const bare = { ...fakes.models, tokenizer, policy, arms: new Map(), value: null, judge: null };
  return { ...fakes, models: { ...bare, promptIds: () => [FAKE_BOS] } };
}

/** 1 once the word has been said: a second time adds nothing to the text's score. */
const PRAISE: SourceSpec = {
  id: "s1",
  name: "praise",
  type: "scorer",
  scorer: { type: "keywords", wanted: ["great"], unwanted: [] },
};
const SEEDS = [1, 2, 3, 4, 5, 6];

function blockwise(k: number, steps: StepRewards | null): LaneRequest {
  const ranking = { beta: 1, weights: { s1: 1 }, ensemble: "mean", lambda: 0 } as const;
  return lane({ id: "blockwise", k, block: 24, by: "judge", ...ranking, ...(steps !== null && { steps }) });
}

/** How often texts of 48 tokens say the praised word, mean over seeds. */
async function praised(own: LaneRequest): Promise<number> {
  let count = 0;
  for (const seed of SEEDS) {
    const run = request([own], { sources: [PRAISE], maxTokens: 48, suppressEnd: true, seed });
    const events = await collect(models(), run);
    expect(eventsOf(events, "failed")).toEqual([]);
    count += eventsOf(events, "sample")[0]!.result.text.match(/great/g)?.length ?? 0;
  }
  return count / SEEDS.length;
}

describe("rewards of single sentences", () => {
  it("are collected by repeating a praised word; clip and delta stop that", async () => {
    const plain = await praised(lane({ id: "base" }));
    const sum = await praised(blockwise(16, { rule: "sum", eta: 0 }));
    const clip = await praised(blockwise(16, { rule: "clip", eta: 1 }));
    const delta = await praised(blockwise(16, { rule: "delta", eta: 0 }));
    const text = await praised(blockwise(16, null));
    expect(sum).toBeGreaterThan(2 * plain);
    for (const tame of [clip, delta, text]) expect(tame).toBeLessThan((sum + plain) / 2);
  });

  it("are told of each candidate, and sum up to its score", async () => {
    const own = blockwise(3, { rule: "sum", eta: 0 });
    const events = await collect(models(), request([own], { sources: [PRAISE], maxTokens: 48, suppressEnd: true }));
    for (const { choice } of eventsOf(events, "block")) {
      for (const { text, score, steps } of choice.candidates) {
        expect(steps).toHaveLength(text.split(".").filter((part) => part.trim() !== "").length);
        expect(score).toBeCloseTo(
          steps!.reduce<number>((total, reward) => total + (reward ?? 0), 0),
          10,
        );
      }
    }
  });
});
