/**
 * Answers that a person chooses between: to each prompt some plain ones with different noise, and some that a head steers up
 * and down, so that answers differ in what there are words and sliders for. Nothing in them says how they were written.
 */
import type { AnswersAsk, AnswersNews, WrittenAnswer } from "../../core/clicks/answers.ts";
import { RunError } from "../../core/errors.ts";
import { readHead } from "../../core/heads/head-file.ts";
import { shuffle } from "../../core/heads/seeded.ts";
import { hash32 } from "../../core/noise.ts";
import type { SourceId, SourceSpec } from "../../core/sources/spec.ts";
import type { LaneRequest, RunRequest, TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import { decode } from "../decode/loop.ts";
import { TextStream } from "../decode/text-stream.ts";
import { withHeads } from "../heads/loaded-head.ts";
import type { LoadedHead, Models, RunControl } from "../interfaces.ts";
import PROMPTS from "../teach/prompts.json" with { type: "json" };
import { AnswerMeasures } from "./measure-answers.ts";

export interface AnswersControl {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Lets other work of the thread run. */
  readonly rest: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** As chat models are sampled on the page, a little warmer, so that answers differ. */
const SAMPLING = { plausible: 0.1, temperature: 0.85, topK: 0, topP: 1, minP: 0 } as const;
const USUAL_TOKENS = 40;
/** So many are sent together: a pair, so that a person need not wait for the rest. */
const AT_ONCE = 2;
const PLAIN = 2;
/** Heads that steer at one prompt, each up and down; with many heads they take turns. */
const STEERING = 3;
/** Best-of-N stands for its samples here; it has to rank by something, and what it ranks by does not matter. */
const RANKED_BY: SourceSpec = { id: "s8", name: "brevity", type: "scorer", scorer: { type: "brevity" } };

const NEVER = new AbortController().signal;

interface NamedHead {
  readonly id: string;
  readonly head: LoadedHead;
}

/**
 * The answers prompt by prompt, two at a time. Progress is told in tokens of the longest answers.
 * @throws RunError "aborted", and what heads or prompts that do not fit are refused with
 */
export async function* writeAnswersToJudge(
  models: Models,
  ask: AnswersAsk,
  { signal, now, rest, onProgress }: AnswersControl,
  maxTokens = USUAL_TOKENS,
): AsyncGenerator<AnswersNews & { readonly type: "answers" }> {
  const { ready, heads } = await prepared(models, ask.heads);
  const measures = await AnswerMeasures.open(
    ready,
    heads.map(({ head }) => head),
  );
  const steering = heads.filter(({ head }) => head.kind === "push");
  const prompts = promptsOf(ask);
  const { endIds } = ready.tokenizer;
  const total = prompts.length * maxTokens;
  for (const [n, { prompt, place }] of prompts.entries()) {
    const request = requestOf(prompt, hash32(ask.seed, place, 0, 0), taking(steering, place), maxTokens);
    const onStep = (step: number): void => onProgress(n * maxTokens + step, total);
    // A run that is aborted would still score what it has; one whose turn fails ends at once.
    const turn = async (): Promise<void> => {
      await rest();
      if (signal.aborted) throw aborted();
    };
    const rows = await rowsOf(request, ready, { signal: NEVER, now, turn, takeChanges: () => [] }, onStep);
    const before = ready.promptIds(ready.policy.id, variantOf(prompt));
    const texts = new Set([""]);
    let answers: WrittenAnswer[] = [];
    for (const tokens of rows) {
      if (signal.aborted) throw aborted();
      const isCut = !endIds.includes(tokens.at(-1)!);
      const text = textOf(ready, before, isCut ? tokens : tokens.slice(0, -1));
      if (texts.has(text)) continue;
      texts.add(text);
      answers.push({ prompt, text, isCut, measures: await measures.of({ before, tokens, text }) });
      await rest();
      if (answers.length < AT_ONCE) continue;
      yield { type: "answers", answers, prompts: n };
      answers = [];
    }
    if (signal.aborted) throw aborted();
    onProgress((n + 1) * maxTokens, total);
    yield { type: "answers", answers, prompts: n + 1 };
  }
}

/**
 * The tokens of every row. The run is left once the last token is drawn: what follows would read each text once for each
 * head, and one reading serves all heads (`measure-answers.ts`).
 */
async function rowsOf(
  request: RunRequest,
  models: Models,
  control: RunControl,
  onStep: (step: number) => void,
): Promise<readonly (readonly TokenId[])[]> {
  const rows = new Map<string, TokenId[]>();
  const isOver = (tokens: readonly TokenId[]): boolean =>
    tokens.length === request.maxTokens || models.tokenizer.endIds.includes(tokens.at(-1)!);
  for await (const event of decode("answers", request, models, control)) {
    if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
    if (event.type !== "step") continue;
    for (const { lane, sample, token } of event.rows) {
      const key = `${lane} ${sample}`;
      rows.set(key, [...(rows.get(key) ?? []), token]);
    }
    onStep(event.step);
    const all = [...rows.values()];
    if (all.every(isOver)) return all;
  }
  throw new Error("a run ended before its rows did");
}

/** As a lane shows it, without the white space around it. */
function textOf({ tokenizer }: Models, before: readonly TokenId[], tokens: readonly TokenId[]): string {
  const stream = TextStream.after(tokenizer, before);
  for (const token of tokens) stream.push(token);
  stream.flush();
  return stream.text.trim();
}

async function prepared(models: Models, files: readonly unknown[]) {
  // Answers are measured by the states of the policy that writes them, so heads of a sibling have no place here.
  const { heads: _, siblings: _others, ...bare } = models;
  const named = files.map(readHead);
  const ready: Models = named.length === 0 ? bare : await withHeads(bare, named);
  const heads = named.map(({ card: { id } }): NamedHead => ({ id, head: ready.heads!.get(id)! }));
  return { ready, heads };
}

/** `place` decides the noise and which heads steer, so a prompt that comes again is answered otherwise. */
function promptsOf({ ownPrompts, listed, from, seed }: AnswersAsk) {
  const order = shuffle(Int32Array.from(PROMPTS.keys()), seed, 0);
  const places = Array.from({ length: listed }, (_, i) => from + i);
  return [
    ...ownPrompts.map((prompt, i) => ({ prompt, place: OWN + from + i })),
    ...places.map((place) => ({ prompt: PROMPTS[order[place % order.length]!]!, place })),
  ];
}
/** Places of the visitor's own prompts, far from those of the list. */
const OWN = 1_000_000;

function taking(heads: readonly NamedHead[], place: number): readonly NamedHead[] {
  if (heads.length <= STEERING) return heads;
  return Array.from({ length: STEERING }, (_, i) => heads[(place * STEERING + i) % heads.length]!);
}

const variantOf = (prompt: string) => ({ kind: "advice", prompt, instruction: null, system: "", turns: [] }) as const;

function requestOf(prompt: string, seed: number, heads: readonly NamedHead[], maxTokens: number): RunRequest {
  const steered = heads.map(({ id }, i): { readonly id: string; readonly source: SourceId } => ({
    id,
    source: `s${i + 1}`,
  }));
  const sources = steered.map(({ id, source }): SourceSpec => ({ id: source, name: source, type: "head", head: id }));
  const plain: LaneRequest = {
    name: "plain",
    strategy: {
      id: "bon",
      n: PLAIN + (heads.length === 0 ? 2 * STEERING : 0),
      beta: 1,
      weights: { [RANKED_BY.id]: 1 },
      ensemble: "mean",
      lambda: 0,
    },
    sampling: SAMPLING,
  };
  const lanes = steered.flatMap(({ source }) =>
    [1, -1].map((weight): LaneRequest => ({
      name: source,
      strategy: { id: "genarm", beta: 1, weights: { [source]: weight } },
      sampling: SAMPLING,
    })),
  );
  return {
    version: 1,
    kind: "advice",
    prompt,
    seed,
    maxTokens,
    sources: [...sources, RANKED_BY],
    lanes: [plain, ...lanes],
  };
}
