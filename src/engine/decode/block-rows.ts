/**
 * The rows of a blockwise lane (`core/blocks/blockwise.ts`). At the beginning of a block the text forks into K rows, which
 * draw like the samples of best-of-N; one that has ended its block waits for the others, unless a better one has ended
 * already; then the best goes on alone, and forks again.
 *
 * Noise: candidate 0 goes on with the noise that has drawn the text so far, and each other one takes a stream that no
 * row of the lane has drawn from. So K = 1 is plain sampling, the first block has the samples 0 to K - 1 of best-of-N, and
 * no number that a choice was made by is drawn from again.
 */
import { sentenceEnds } from "../../core/blocks/sentence-end.ts";
import { stepReturn, WHOLE_TEXT } from "../../core/blocks/step-rewards.ts";
import { longestBlock, type BlockCandidate, type BlockChoice } from "../../core/blocks/spec.ts";
import { bestOfNKlEstimate } from "../../core/kl.ts";
import type { Blockwise } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { scoreBlocks } from "./block-scores.ts";
import { Sentences } from "./sentences.ts";
import type { Lane } from "./lane.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { Lockstep } from "./lockstep.ts";
import type { Row } from "./row.ts";

interface Block {
  readonly index: number;
  readonly start: number;
  /** The text before the block. */
  readonly textBefore: string;
  readonly logprobBefore: number;
  /** As it stood when the block began: a change acts from the next block on. */
  readonly strategy: Blockwise;
  readonly rows: readonly Row[];
  /** Texts that are scored: of each row its sentences in this block, or its end alone. */
  readonly sentences: Sentences;
  readonly ended: Map<Row, BlockCandidate>;
}

export class BlockRows implements LaneRows {
  readonly lane: Lane;
  readonly #binding: Binding;
  /** What has been chosen so far. */
  #text: Row;
  #block: Block | null = null;
  #blocks = 0;
  /** Streams of the noise that rows have drawn from. */
  #streams = 1;

  constructor(lane: Lane, row: Row, binding: Binding) {
    this.lane = lane;
    this.#text = row;
    this.#binding = binding;
  }

  get live(): readonly Row[] {
    if (this.#block === null) return this.#text.finish === null ? [this.#text] : [];
    const best = this.#best(this.#block);
    return this.#block.rows.filter((row) => this.#isWriting(row) || (row === best && row.finish === null));
  }

  get writing(): readonly Row[] {
    return this.live.filter((row) => this.#isWriting(row));
  }

  /** One text. In a run that was broken off it ends with the first candidate of the block that was being written. */
  get texts(): readonly Row[] {
    const row = this.#block?.rows[0] ?? this.#text;
    return [row.sample === 0 ? row : row.fork(0, row.noise)];
  }

  begin(lockstep: Pick<Lockstep, "fork">): void {
    const { strategy, opening } = this.lane;
    const from = this.#text;
    if (strategy.id !== "blockwise" || this.#block !== null || from.finish !== null) return;
    // An opening is given: there is nothing to choose.
    if (from.tokens.length < opening.length) return;
    const rows = Array.from({ length: strategy.k }, (_, sample) =>
      from.fork(sample, sample === 0 ? from.noise : this.#streams++),
    );
    lockstep.fork(from, rows);
    this.#block = {
      index: this.#blocks++,
      start: from.tokens.length,
      textBefore: from.stream.text,
      logprobBefore: from.logprobSum,
      strategy,
      rows,
      sentences: new Sentences(strategy.steps ?? WHOLE_TEXT, from.stream.text.length),
      ended: new Map(),
    };
  }

  async end(): Promise<BlockChoice | null> {
    const block = this.#block;
    if (block === null) return null;
    const written = block.rows.filter((row) => !block.ended.has(row));
    const over = written.filter((row) => isOver(row, block));
    for (const row of written) block.sentences.note(row, over.includes(row));
    const steps = over.map((row) => block.sentences.of(row));
    const scores = await scoreBlocks(steps.flat(), block.strategy, this.#binding);
    let at = 0;
    for (const [i, row] of over.entries()) {
      const own = scores.slice(at, (at += steps[i]!.length));
      block.ended.set(row, candidateOf(row, block, own));
    }
    return block.ended.size === block.rows.length ? this.#choose(block) : null;
  }

  #choose({ index, start, rows, ended, strategy, logprobBefore }: Block): BlockChoice {
    const best = this.#best({ rows, ended })!;
    this.#text = best;
    this.#block = null;
    const { steps = { blocks: 0, klEstimate: 0 } } = this.lane;
    // Rounding can lift the probability of a certain block above 1.
    const probability = Math.min(1, Math.exp(best.logprobSum - logprobBefore));
    this.lane.steps = {
      blocks: steps.blocks + 1,
      klEstimate: steps.klEstimate + bestOfNKlEstimate(strategy.k, probability),
    };
    const candidates = rows.map((row) => ended.get(row)!);
    return { lane: this.lane.index, block: index, start, candidates, chosen: best.sample };
  }

  #isWriting(row: Row): boolean {
    return this.#block?.ended.has(row) !== true && row.finish === null;
  }

  /** Of the candidates that have ended the one that best-of-N would take: the first of the highest score. */
  #best({ rows, ended }: Pick<Block, "rows" | "ended">): Row | null {
    const scoreOf = (row: Row): number => ended.get(row)?.score ?? -Infinity;
    return rows
      .filter((row) => ended.has(row))
      .reduce<Row | null>((best, row) => (best === null || scoreOf(row) > scoreOf(best) ? row : best), null);
  }
}

function candidateOf(
  row: Row,
  { start, textBefore, strategy }: Block,
  rewards: readonly (number | null)[],
): BlockCandidate {
  const { steps = WHOLE_TEXT } = strategy;
  return {
    text: row.stream.text.slice(textBefore.length),
    tokens: row.tokens.length - start,
    score: stepReturn(rewards, steps),
    ...(steps.rule === "text" ? {} : { steps: rewards }),
  };
}

function isOver(row: Row, { start, textBefore, strategy }: Block): boolean {
  if (row.finish !== null || row.tokens.length - start >= longestBlock(strategy.block)) return true;
  return strategy.block === "sentence" && sentenceEnds(row.stream.text.slice(textBefore.length));
}
