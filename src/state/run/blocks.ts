/** A blockwise lane on the screen: the candidates of a block grow side by side, then all of them are the chosen one. */
import type { BlockChoice } from "../../core/blocks/spec.ts";
import { NO_SAMPLE, type LaneView } from "./view.ts";

/** A change waits for the next block, whose position is not known while one is being written. */
const WAITING = Infinity;

export function endOf({ start, candidates, chosen }: BlockChoice): number {
  return start + (candidates[chosen]?.tokens ?? 0);
}

export function withBlock(lane: LaneView, choice: BlockChoice): LaneView {
  const end = endOf(choice);
  const chosen = lane.samples[choice.chosen] ?? NO_SAMPLE;
  const marks = lane.marks.map((mark) => (mark.token === WAITING ? { ...mark, token: end } : mark));
  return { ...lane, samples: lane.samples.map(() => chosen), blocks: [...lane.blocks, choice], marks };
}

/** The position from which a change acts that comes now. */
export function nextBlock({ samples, blocks }: LaneView): number {
  const last = blocks.at(-1);
  const start = last === undefined ? 0 : endOf(last);
  return samples.some(({ steps }) => steps.length > start) ? WAITING : start;
}

/** The block that a token belongs to; null where none is chosen yet. */
export function blockAt({ blocks }: LaneView, position: number): BlockChoice | null {
  return blocks.find((choice) => position >= choice.start && position < endOf(choice)) ?? null;
}
