/** What a text is read through, and what comes of it. Plain data for both threads. */
import { checkArray, checkFields, checkNumber, checkOneOf, checkString, refuse } from "../bounds.ts";
import { LIMITS } from "../limits.ts";
import { parseTurns } from "../request.ts";
import { parseSources, sourceProblem } from "../sources/parse.ts";
import type { SourceSpec } from "../sources/spec.ts";
import { OBJECTIVE_IDS, type ChatTurn, type Kind, type ObjectiveId, type TokenId } from "../types.ts";

const OBJECTIVE_REWARDS = ["arm", "value", "judge", "truth"] as const;

/**
 * arm     an autoregressive reward model: b log pi_i of each token
 * value   the value model: V after each token
 * judge   the sequence reward model, asked about the text so far
 * truth   the formula of an objective, of the text so far
 * source  any source of `core/sources/`
 */
export type LensReward =
  | { readonly type: (typeof OBJECTIVE_REWARDS)[number]; readonly objective: ObjectiveId }
  | { readonly type: "source"; readonly source: SourceSpec };

/** An answer to a prompt: tokens that a model drew, its end token included, or a text that a person wrote. */
export interface LensText {
  readonly kind: Kind;
  readonly prompt: string;
  readonly answer: readonly TokenId[] | string;
}

export interface LensAsk {
  readonly reward: LensReward;
  /** What a chat model is told before every prompt. */
  readonly system: string;
  readonly turns: readonly ChatTurn[];
  readonly texts: readonly LensText[];
  /** The lane's own: a head is centred over the tokens that can be drawn under it. */
  readonly plausible: number;
  /** Null for whole scores alone; else token by token, and where only texts have scores, after each sentence or so many tokens. */
  readonly detail: { readonly after: "sentence" | number } | null;
}

export const LENS_LIMITS = { texts: 512, characters: 20_000, after: { min: 1, max: 64 } } as const;

export interface LensReading {
  /** Of the whole text, as the rewards of `LensDetail` are summed up; null where the reward says nothing of it. */
  readonly score: number | null;
  /** Each judge of an ensemble behind `score`; empty for other rewards. */
  readonly members: readonly number[];
  /** Tokens of the answer, the end token left out. */
  readonly tokens: number;
  /** Without the white space around it. */
  readonly text: string;
  /** It had reached its length, or was stopped: no end token ends it. */
  readonly isCut: boolean;
  readonly detail: LensDetail | null;
}

/**
 * push    values[t] = r(y_t|s) - E_{v ~ pi_ref} r(v|s), as a lane shows it at weight / beta = 1. Score: mean r a token, as
 *         best-of-N ranks by it; of an ARM, which ranks nothing, the mean of the values.
 * value   values[t] = V after token t - V before it. Score: V of the whole text.
 * prefix  scores[t] = the score of the text up to token t, where it was asked; values[t] = what it changed since the last such
 *         place, the same for all tokens between. Score: of the whole text.
 * whole   only the score of the whole text.
 */
export interface LensDetail {
  readonly type: "push" | "value" | "prefix" | "whole";
  /** The text that each token adds; empty for the end token and inside a character of several tokens. */
  readonly pieces: readonly string[];
  /** One a token, in units of the reward; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** Of contrastive prompts: sigmoid(r) - 1/2 of each token (arXiv:2412.02685); else empty. */
  readonly credits: readonly number[];
  /** The score after each token, null where it was not asked; empty for pushes and whole texts. */
  readonly scores: readonly (number | null)[];
  /** V before the first token; null where there is none. */
  readonly start: number | null;
}

export type LensNews =
  /** Forwards of a text that is read token by token, texts else. */
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  /** Texts come in their order. */
  | { readonly type: "read"; readonly reading: LensReading };

/** @throws RunError "invalid-request" naming the place, the value and the bound */
export function checkLensAsk(value: unknown): LensAsk {
  const fields = checkFields(value, "ask", ["reward", "system", "turns", "texts", "plausible", "detail"]);
  const plausible = { min: 0, max: 1, hint: "0 switches it off" };
  return {
    reward: checkReward(fields.reward),
    system: checkString(fields.system, "ask.system", LIMITS.systemCharacters),
    turns: parseTurns(fields.turns),
    texts: checkArray(fields.texts, "ask.texts", 1, LENS_LIMITS.texts).map((text, i) =>
      checkText(text, `ask.texts[${i}]`),
    ),
    plausible: checkNumber(fields.plausible, "ask.plausible", plausible),
    detail: fields.detail === null ? null : checkDetail(fields.detail),
  };
}

function checkReward(value: unknown): LensReward {
  const known = checkFields(value, "ask.reward", ["type", "objective", "source"]);
  const type = checkOneOf(known.type, "ask.reward.type", [...OBJECTIVE_REWARDS, "source"]);
  if (type === "source") {
    const [source] = parseSources([checkFields(value, "ask.reward", ["type", "source"]).source], "ask.reward.source");
    const problem = sourceProblem(source!);
    if (problem !== null) throw problem;
    return { type, source: source! };
  }
  const { objective } = checkFields(value, "ask.reward", ["type", "objective"]);
  return { type, objective: checkOneOf(objective, "ask.reward.objective", OBJECTIVE_IDS) };
}

function checkText(value: unknown, path: string): LensText {
  const { kind, prompt, answer } = checkFields(value, path, ["kind", "prompt", "answer"]);
  const common = {
    kind: checkOneOf(kind, `${path}.kind`, ["story", "advice"] as const),
    prompt: checkString(prompt, `${path}.prompt`, LIMITS.promptCharacters),
  };
  if (typeof answer === "string") {
    const text = checkString(answer, `${path}.answer`, LENS_LIMITS.characters);
    if (text.trim() === "") throw refuse(`${path}.answer`, "a text", text, "write or paste one");
    return { ...common, answer: text };
  }
  const id = { min: 0, max: 0x7fffffff, isInteger: true, hint: "give token ids of the policy" };
  const tokens = checkArray(answer, `${path}.answer`, 1, LIMITS.maxTokens);
  return { ...common, answer: tokens.map((token, i) => checkNumber(token, `${path}.answer[${i}]`, id)) };
}

function checkDetail(value: unknown): LensAsk["detail"] {
  const { after } = checkFields(value, "ask.detail", ["after"]);
  if (after === "sentence") return { after };
  const bound = { ...LENS_LIMITS.after, isInteger: true, hint: 'give a number of tokens, or "sentence"' };
  return { after: checkNumber(after, "ask.detail.after", bound) };
}
