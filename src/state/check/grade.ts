/** What the measurements of a laptop mean for a class, as a code that can be read from the back of the room. */
import type { Backend } from "../../core/types.ts";

export interface LaptopFacts {
  readonly cores: number;
  /** As the browser says it, at most 8; null where it does not. In GB. */
  readonly memoryGb: number | null;
  /** Room that the browser still grants; null where it does not say. In bytes. */
  readonly freeBytes: number | null;
  /** Over https or at localhost: only then a browser gives several threads, the graphics card and use offline. */
  readonly isSecure: boolean;
  readonly isIsolated: boolean;
  /** Whether the browser offers WebGPU at all. */
  readonly hasWebGpu: boolean;
}

export interface Measured {
  readonly backend: Backend;
  readonly isSoftware: boolean;
  readonly threads: number;
  /** Of the small bundled policy, one text. */
  readonly tokensPerSecond: number;
  readonly loadSeconds: number;
}

/** "A" computes on the graphics card, "B" on several threads, "C" on one, "D" runs no model. */
export type Letter = "A" | "B" | "C" | "D";
/** What the laptop can do in a lesson. */
export type Verdict = "all" | "laboratory" | "recordings";
export interface Grade {
  readonly letter: Letter;
  /** 4 is the fastest; 0 where nothing ran. */
  readonly digit: number;
  readonly verdict: Verdict;
}

/** Tokens a second from which a digit holds, the highest first. */
export const DIGITS: readonly (readonly [digit: number, tokensPerSecond: number])[] = [
  [4, 100],
  [3, 30],
  [2, 10],
  [1, 0],
];
/** What the chat model takes, twice over, so that the browser has room too. In GB. */
export const CHAT_MEMORY_GB = 2;

/** @param measured null where no model ran */
export function gradeOf(facts: LaptopFacts, measured: Measured | null): Grade {
  if (measured === null) return { letter: "D", digit: 0, verdict: "recordings" };
  const onCard = measured.backend === "webgpu" && !measured.isSoftware;
  const letter = onCard ? "A" : measured.threads > 1 ? "B" : "C";
  const digit = DIGITS.find(([, speed]) => measured.tokensPerSecond >= speed)?.[0] ?? 1;
  const hasMemory = facts.memoryGb === null || facts.memoryGb >= CHAT_MEMORY_GB;
  const isFast = letter === "C" ? digit === 4 : digit >= 3;
  return { letter, digit, verdict: isFast && hasMemory ? "all" : digit === 1 ? "recordings" : "laboratory" };
}
