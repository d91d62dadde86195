/** A whole set of fake models: numbers hashed from the prefix, so that every prefix has logits, values and rewards. */
import type { Models, RunControl, Tokenizer } from "../src/engine/interfaces.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { OBJECTIVE_IDS } from "../src/core/types.ts";
import type {
  LaneChange,
  LaneRequest,
  ObjectiveId,
  RunEvent,
  RunRequest,
  Strategy,
  TokenId,
} from "../src/core/types.ts";
import { tableCausal, tableReward, tableValue, Usage } from "./table-models.ts";

export const FAKE_BOS = 0;
export const FAKE_EOS = 1;
const FAKE_VOCAB = 40;
const FAKE_MEMBERS = 3;

/** A number in [-1, 1) that depends on all of `values` and their order; not the hash of the code under test. */
export function hashed(...values: readonly number[]): number {
  let h = 2166136261;
  for (const value of values) {
    h = Math.imul(h ^ value, 16777619);
    h ^= h >>> 13;
    h = Math.imul(h, 0x5bd1e995);
    h ^= h >>> 15;
  }
  return (h >>> 0) / 2147483648 - 1;
}

function hashedLogits(salt: number, prefix: readonly TokenId[], vocabSize: number): Float32Array {
  const key = Math.round(hashed(salt, ...prefix) * 1e9);
  const logits = new Float32Array(vocabSize);
  for (let v = 0; v < vocabSize; v++) logits[v] = 3 * hashed(key, v);
  // Texts of some length: the start token never comes, the end token seldom.
  logits[FAKE_BOS] = -30;
  logits[FAKE_EOS]! -= 2;
  return logits;
}

/** Ids 2.. spell a letter each with a space before every fifth; the last three are the bytes of one euro sign. */
export function fakeTokenizer(vocabSize = FAKE_VOCAB): Tokenizer {
  const euro = new TextEncoder().encode("€");
  const bytesOf = (id: TokenId): readonly number[] => {
    if (id === FAKE_BOS || id === FAKE_EOS) return [];
    if (id >= vocabSize - 3) return [euro[id - vocabSize + 3]!];
    const letter = 97 + (id % 26);
    return id % 5 === 0 ? [32, letter] : [letter];
  };
  return {
    vocabSize,
    bosId: FAKE_BOS,
    endIds: [FAKE_EOS],
    encode: (text) => Array.from(text, (char) => 2 + ((char.codePointAt(0) ?? 0) % (vocabSize - 5))),
    decode: (ids) => new TextDecoder().decode(Uint8Array.from(ids.flatMap(bytesOf))),
    show: (id) => `<${id}>`,
  };
}

function perObjective(salt: number, prefix: readonly TokenId[]): Float64Array {
  return Float64Array.from(OBJECTIVE_IDS, (_, i) => hashed(salt, i, ...prefix));
}

export interface Fakes {
  readonly models: Models;
  /** By model id: "policy", "arm-joy", "value", "judge". */
  readonly usage: ReadonlyMap<string, Usage>;
}

export interface FakeOptions {
  readonly context?: number;
  readonly armVocab?: number;
  /** Puts NaN into the policy's logits once a response is this long. */
  readonly brokenAt?: number;
}

export function fakeModels({ context = 256, armVocab = FAKE_VOCAB, brokenAt = Infinity }: FakeOptions = {}): Fakes {
  const usage = new Map<string, Usage>();
  const meter = (id: string): Usage => {
    const own = new Usage();
    usage.set(id, own);
    return own;
  };
  const policy = tableCausal(
    "policy",
    { vocabSize: FAKE_VOCAB, context },
    (prefix) => {
      const logits = hashedLogits(1, prefix, FAKE_VOCAB);
      if (prefix.length >= brokenAt) logits[3] = NaN;
      return logits;
    },
    meter("policy"),
  );
  const arms = OBJECTIVE_IDS.map((objective, i) => {
    const logitsOf = (prefix: readonly TokenId[]) => hashedLogits(10 + i, prefix, armVocab);
    const model = tableCausal(
      `arm-${objective}`,
      { vocabSize: armVocab, context },
      logitsOf,
      meter(`arm-${objective}`),
    );
    return [objective, { objective, b: 0.5, model }] as const;
  });
  const value = tableValue("value", { objectives: OBJECTIVE_IDS, context }, (p) => perObjective(20, p), meter("value"));
  const judge = tableReward(
    "judge",
    { objectives: OBJECTIVE_IDS, members: FAKE_MEMBERS, context },
    (sequence) =>
      OBJECTIVE_IDS.map((_, i) => Float64Array.from({ length: FAKE_MEMBERS }, (_, m) => hashed(30, i, m, ...sequence))),
    meter("judge"),
  );
  const tokenizer = fakeTokenizer();
  const models: Models = {
    tokenizer,
    policy,
    arms: new Map(arms),
    readers: new Map([policy, ...arms.map(([, arm]) => arm.model)].map((model) => [model.id, model])),
    classifiers: new Map(),
    value,
    judge,
    refs: [...usage.keys()].map((id) => ({ id, sha256: "0".repeat(64) })),
    device: { backend: "cpu", adapter: "table", isSoftware: true, threads: 1, fallbackReason: null },
    promptIds: (_, { prompt, instruction }) => [FAKE_BOS, ...tokenizer.encode((instruction ?? "") + prompt)],
    truth: (kind, _, response) => {
      const letters = response.length;
      return kind === "story"
        ? { joy: letters === 0 ? null : letters % 7, helpful: null }
        : { helpful: letters, joy: null };
    },
  };
  return { models, usage };
}

/** True where every batch that was opened is disposed of. */
export function isTidy({ usage }: Fakes): boolean {
  return [...usage.values()].every(({ opened, disposed }) => opened === disposed);
}

export const PLAIN_SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;

export function lane(strategy: Strategy, sampling: Partial<LaneRequest["sampling"]> = {}): LaneRequest {
  return { name: strategy.id, strategy, sampling: { ...PLAIN_SAMPLING, ...sampling } };
}

export function bestOf(n: number, weights: Partial<Record<ObjectiveId, number>> = { joy: 1 }): LaneRequest {
  return lane({ id: "bon", n, beta: 0.5, weights, ensemble: "mean", lambda: 0.5 });
}

export const GENARM = lane({ id: "genarm", beta: 0.5, weights: { joy: 1 } });
export const VAS = lane({ id: "vas", beta: 0.5, weights: { joy: 2 }, k: 4 });
export const BASE = lane({ id: "base" });

export function request(lanes: readonly LaneRequest[], more: Partial<RunRequest> = {}): RunRequest {
  return { version: 1, kind: "story", prompt: "a fox", seed: 7, maxTokens: 12, lanes, ...more };
}

export interface FakeControl extends RunControl {
  /** Takes effect at the next poll. */
  change(lane: number, change: LaneChange): void;
  abort(): void;
}

/** A control whose clock ticks one millisecond a look. */
export function fakeControl(): FakeControl {
  const aborter = new AbortController();
  let queue: { lane: number; change: LaneChange }[] = [];
  let clock = 0;
  return {
    signal: aborter.signal,
    now: () => clock++,
    turn: () => Promise.resolve(),
    takeChanges: () => {
      const taken = queue;
      queue = [];
      return taken;
    },
    change: (index, change) => void queue.push({ lane: index, change }),
    abort: () => aborter.abort(),
  };
}

/** All events of one run; `onEvent` may steer it through `control`. */
export async function collect(
  { models }: Fakes,
  run: RunRequest,
  onEvent: (event: RunEvent, control: FakeControl) => void = () => {},
): Promise<RunEvent[]> {
  const control = fakeControl();
  const events: RunEvent[] = [];
  for await (const event of decode("run-1", run, models, control)) {
    events.push(event);
    onEvent(event, control);
  }
  return events;
}

export type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

export function eventsOf<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** Tokens of each sample as `lane:sample` -> ids. */
export function tokensOf(events: readonly RunEvent[]): Record<string, readonly TokenId[]> {
  return Object.fromEntries(
    eventsOf(events, "sample").map(({ result }) => [`${result.lane}:${result.sample}`, result.tokens]),
  );
}
