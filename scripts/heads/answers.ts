/** Answers of lanes to one prompt, written without being scored by every source: scores are read afterwards, once each. */
import { perplexity } from "../../src/core/kl.ts";
import { logSoftmax } from "../../src/core/logprobs.ts";
import { distinctN } from "../../src/core/metrics.ts";
import { RunError } from "../../src/core/errors.ts";
import { mean } from "../../src/core/stats.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { LaneRequest, RowStep, RunRequest, TokenId } from "../../src/core/types.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Contrast } from "../../src/engine/teach/teach-contrast.ts";

export interface WrittenAnswer {
  readonly lane: string;
  /** Of best-of-N; 0 elsewhere. */
  readonly sample: number;
  /** The end token included. */
  readonly tokens: readonly TokenId[];
  readonly text: string;
  readonly finish: "eos" | "length";
  /** Nats; null where plain sampling never draws one of the tokens. */
  readonly klSteer: number | null;
  readonly basePerplexity: number;
  readonly distinct2: number;
}

export interface AnswerOptions {
  readonly prompt: string;
  readonly seed: number;
  readonly maxTokens: number;
  readonly sources: readonly SourceSpec[];
}

/** More lanes than a request may have are written in groups. */
const LANES_TOGETHER = 12;

/** @throws RunError what a run fails with */
export async function answersTo(
  models: Models,
  lanes: readonly LaneRequest[],
  options: AnswerOptions,
): Promise<readonly WrittenAnswer[]> {
  const answers: WrittenAnswer[] = [];
  for (let from = 0; from < lanes.length; from += LANES_TOGETHER) {
    const group = lanes.slice(from, from + LANES_TOGETHER);
    answers.push(...(await writeGroup(models, { version: 1, kind: "advice", ...options, lanes: group })));
  }
  return answers;
}

async function writeGroup(models: Models, request: RunRequest): Promise<readonly WrittenAnswer[]> {
  const control = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    turn: () => Promise.resolve(),
    takeChanges: () => [],
  };
  const rows = request.lanes.flatMap(({ strategy }, lane) =>
    Array.from({ length: "n" in strategy ? strategy.n : 1 }, (_, sample) => ({ lane, sample, steps: [] as RowStep[] })),
  );
  const isEnd = (token: TokenId): boolean => models.tokenizer.endIds.includes(token);
  const isDone = ({ steps }: (typeof rows)[number]): boolean =>
    steps.length === request.maxTokens || isEnd(steps.at(-1)?.token ?? -1);
  for await (const event of decode("answers", request, models, control)) {
    if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
    if (event.type !== "step") continue;
    for (const step of event.rows)
      rows.find(({ lane, sample }) => lane === step.lane && sample === step.sample)!.steps.push(step);
    // What follows is the scoring of every text by every source.
    if (rows.every(isDone)) break;
  }
  return rows.map(({ lane, sample, steps }) => {
    const tokens = steps.map(({ token }) => token);
    const isWhole = isEnd(tokens.at(-1)!);
    const costs = steps.map(({ klSteer }) => klSteer);
    return {
      lane: request.lanes[lane]!.name,
      sample,
      tokens,
      text: models.tokenizer.decode(isWhole ? tokens.slice(0, -1) : tokens).trim(),
      finish: isWhole ? "eos" : "length",
      klSteer: costs.includes(null) ? null : sum(costs.map((cost) => cost ?? 0)),
      basePerplexity: perplexity(sum(steps.map(({ baseLogprob }) => baseLogprob)), tokens.length),
      distinct2: distinctN(tokens, 2),
    };
  });
}

/** Mean over the tokens of log pi(token | better) - log pi(token | worse) of answers to one prompt, nats. */
export async function contrastScores(
  models: Models,
  prompt: string,
  { better, worse }: Contrast,
  answers: readonly Pick<WrittenAnswer, "tokens">[],
): Promise<readonly number[]> {
  const { policy } = models;
  const under = async (instruction: string): Promise<number[]> => {
    const ids = models.promptIds(policy.id, { kind: "advice", prompt, instruction, system: "", turns: [] });
    const endings = answers.map(({ tokens }) => tokens.slice(0, -1));
    const found: number[] = [];
    if (policy.readEndings === undefined) throw new Error(`${policy.id} cannot go on from a prompt`);
    for await (const rows of policy.readEndings(ids, endings)) {
      const { tokens } = answers[found.length]!;
      found.push(mean(tokens.map((token, i) => logSoftmax(Float64Array.from(rows[i]!))[token]!)));
    }
    return found;
  };
  const [up, down] = [await under(better), await under(worse)];
  return up.map((score, i) => score - down[i]!);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
