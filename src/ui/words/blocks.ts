/** Words of blockwise lanes: their menu, the blocks in their text, and the table of a block's candidates. */
import type { BlockChoice, BlockEnd, BlockReader } from "../../core/blocks/spec.ts";
import type { StepRule } from "../../core/blocks/step-rewards.ts";
import type { Blockwise } from "../../core/types.ts";
import { blocks, candidates } from "./counts.ts";
import { signed } from "./format.ts";
import { localized } from "./language.ts";

export const blockMenu = localized("blocks.blockMenu", {
  k: "Continuations K",
  block: "Block",
  by: "Ranked by",
  ends: { sentence: "a sentence", tokens: (count: number) => `${count} tokens` },
  readers: { value: "the value model", judge: "the judge" } satisfies Record<BlockReader, string>,
  steps: "Score",
  rules: {
    text: "the text so far",
    sum: "sum over sentences",
    clip: "sum, clipped",
    delta: "sum of differences",
  } satisfies Record<StepRule, string>,
  eta: "η",
  ruleHints: {
    text: "",
    sum: "Every sentence of a block is rewarded, so short sentences and repeats pay. Take a block of 16 or 32 tokens to see it.",
    clip: "Of each sentence’s reward at most η counts, less η. One more sentence never adds.",
    delta: "Each sentence counts less the next one, so only the first sentence of a block is left.",
  } satisfies Record<StepRule, string>,
  hint: "K continuations of each block are written side by side. The one with the highest score goes on. New weights act from the next block on.",
});

export const blockTable = localized("blocks.blockTable", {
  title: (block: number, start: number) => `Block ${block + 1}, from token ${start + 1}`,
  caption: "Candidates of this block, in the order in which they were drawn",
  candidate: "candidate",
  score: "score",
  tokens: "tokens",
  remark: "remark",
  text: "text",
  chosen: "goes on",
  unscored: "none",
  scoreText: (score: number) => signed(score, 3),
  whole: "Blocks are chosen whole: no reward moved this token by itself.",
  same: "All candidates score the same, so the first one goes on.",
});

export const laneBlocks = localized("blocks.laneBlocks", {
  all: (count: number): string => `All ${blocks(count)}`,
  title: (name: string): string => `${name}: all blocks`,
  draws: (count: number): string => `Writes ${candidates(count)} of each block, and the best goes on.`,
  intro:
    "Each score is of the text up to the end of the block. The candidates that did not go on are shown as they were written.",
});

export function endText(block: BlockEnd): string {
  return block === "sentence" ? blockMenu.ends.sentence : blockMenu.ends.tokens(block);
}

/** Of the thin line before a block. */
export const blockTitle = localized("blocks.blockTitle", ({ block, candidates: all, chosen }: BlockChoice): string => {
  const score = all[chosen]?.score ?? null;
  return `Block ${block + 1}: best of ${all.length}${score === null ? "" : `, score ${signed(score, 2)}`}`;
});

/** "K = 4, sentence", and once it runs how many blocks there are. */
export const blockwiseSubtitle = localized(
  "blocks.blockwiseSubtitle",
  ({ k, block }: Blockwise, chosen: number): string => {
    if (chosen > 0) return blocks(chosen);
    return `K = ${k}, ${block === "sentence" ? "sentence" : endText(block)}`;
  },
);
