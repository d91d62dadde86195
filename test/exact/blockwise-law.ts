/** The law of blockwise best-of-K, by walking every k-tuple of blocks. */
import type { Reward } from "./closed-form.ts";
import { isWhole, keyOf, type Probabilities, type Text, type World } from "./world.ts";

/** Whether a block, which has a token, is over. */
export type IsOver = (block: Text) => boolean;
export const ofLength =
  (length: number): IsOver =>
  (block) =>
    block.length === length;
/** Every block after a start, with its probability. */
function blocksAfter(world: World, start: Text, isOver: IsOver): readonly { text: Text; probability: number }[] {
  const found: { text: Text; probability: number }[] = [];
  const grow = (text: Text, probability: number): void => {
    const block = text.slice(start.length);
    if (isWhole(text, world.maxLength) || (block.length > 0 && isOver(block))) found.push({ text, probability });
    else for (const [v, p] of world.next(text).entries()) grow([...text, v], probability * p);
  };
  grow(start, 1);
  return found;
}

/** Walks every k-tuple of blocks, keeps the first of the highest value, and goes on from it. */
export function enumerated(world: World, valueOf: Reward, k: number, isOver: IsOver): Probabilities {
  const law = new Map<string, number>(world.texts.map((text) => [keyOf(text), 0]));
  const write = (start: Text, mass: number): void => {
    if (start.length > 0 && isWhole(start, world.maxLength)) {
      law.set(keyOf(start), law.get(keyOf(start))! + mass);
      return;
    }
    const blocks = blocksAfter(world, start, isOver);
    const values = blocks.map(({ text }) => valueOf(text));
    const chosen = blocks.map(() => 0);
    const draw = (best: number, drawn: number, probability: number): void => {
      if (drawn === k) chosen[best]! += probability;
      else {
        for (const [b, { probability: p }] of blocks.entries()) {
          draw(drawn === 0 || values[b]! > values[best]! ? b : best, drawn + 1, probability * p);
        }
      }
    };
    draw(0, 0, 1);
    for (const [b, p] of chosen.entries()) if (p > 0) write(blocks[b]!.text, mass * p);
  };
  write([], 1);
  return law;
}
