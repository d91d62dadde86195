/**
 * The push of a reward on each token of a finished text, as decoding shows it at weight / beta = 1: one forward a part.
 *
 *   b ( r(y_t|s_t) - E_{v ~ pi_ref} r(v|s_t) )          r a term's signed log-probabilities (`term-reward.ts`) or a head's reward
 */
import { armContribution } from "../../core/contributions.ts";
import { listedCentre, rewardAt } from "../../core/listed-rewards.ts";
import { logprobsInto, logSumExp, probabilitiesInto } from "../../core/logprobs.ts";
import { termCentre, termRewardOf } from "../../core/term-reward.ts";
import type { TokenId } from "../../core/types.ts";
import { AnswerFeatures } from "../decode/answer-features.ts";
import type { Binding, PromptedModel, TermPart } from "../decode/binding.ts";
import { drawableTokens } from "../decode/drawable-tokens.ts";
import type { Logits, PushingHead, RowState } from "../interfaces.ts";
import type { Said } from "./said.ts";

/** What pushes: the parts of a term with its b, or a head. */
export type Pusher =
  | { readonly type: "term"; readonly parts: readonly TermPart[]; readonly b: number }
  | { readonly type: "head"; readonly head: PushingHead; readonly plausible: number };

export interface TokenPushes {
  readonly pushes: number[];
  /** r of each token, neither centred nor multiplied by b. */
  readonly rewards: number[];
}

/** Called after every forward, with how many there are in all; throws where the reading is to end. */
export type Tick = (total: number) => Promise<void>;

/** Logits that lie in memory at once: those of a large vocabulary are read in several stretches. */
const LOGIT_BYTES = 48 * 2 ** 20;

interface Stretch {
  readonly from: number;
  /** Places of the text, of which `from` to `to - 1` are read. */
  readonly to: number;
}

function stretchesOf({ tokens, binding }: Said, readers: number): readonly Stretch[] {
  const bytes = Float32Array.BYTES_PER_ELEMENT * binding.models.policy.vocabSize * readers;
  const size = Math.max(8, Math.floor(LOGIT_BYTES / bytes));
  return Array.from({ length: Math.ceil(tokens.length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(tokens.length, (i + 1) * size),
  }));
}

/** The models that are read, the policy among them. */
function readersOf({ binding }: Said, pusher: Pusher): readonly PromptedModel[] {
  const parts = pusher.type === "term" ? pusher.parts.map(({ prompted }) => prompted) : [stateReader(binding, pusher)];
  return [...new Set([binding.policy, ...parts])];
}

/** Whose states a head reads: the policy's, or those of a model beside it. */
function stateReader(binding: Binding, { head }: Pusher & { readonly type: "head" }): PromptedModel {
  return binding.siblingOf(head) ?? binding.policy;
}

export async function readPushes(said: Said, pusher: Pusher, tick: Tick): Promise<TokenPushes> {
  const found: TokenPushes = { pushes: [], rewards: [] };
  const readers = readersOf(said, pusher);
  const weigh = pusher.type === "term" ? termWeigher(said, pusher) : headWeigher(said, pusher);
  const stretches = stretchesOf(said, readers.length);
  for (const { from, to } of stretches) {
    const read = new Map<PromptedModel, readonly Reading[]>();
    for (const reader of readers) {
      const text = [...reader.prompt, ...said.tokens.slice(0, to - 1)];
      const wantsStates = pusher.type === "head" && reader === stateReader(said.binding, pusher);
      read.set(reader, await (wantsStates ? readStates(reader, text, to - from) : readLogits(reader, text, to - from)));
      await tick(readers.length * stretches.length);
    }
    for (let i = 0; i < to - from; i++) {
      const { reward, centre } = weigh((reader) => read.get(reader)![i]!, said.tokens[from + i]!);
      found.rewards.push(reward);
      found.pushes.push(armContribution(pusher.type === "term" ? pusher.b : 1, reward, centre));
    }
  }
  return found;
}

interface Reading {
  readonly logits: Logits;
  readonly state?: RowState;
}

type Weigh = (
  at: (reader: PromptedModel) => Reading,
  token: TokenId,
) => { readonly reward: number; readonly centre: number };

function termWeigher({ binding }: Said, { parts }: Pusher & { type: "term" }): Weigh {
  const { vocabSize } = binding.models.policy;
  const base = new Float64Array(vocabSize);
  return (at, token) => {
    logprobsInto(at(binding.policy).logits, base);
    probabilitiesInto(base, base);
    const scores = parts.map(({ prompted, sign }) => {
      const { logits } = at(prompted);
      return { logits, sign, logZ: logSumExp(logits) };
    });
    return { reward: termRewardOf(scores)(token), centre: termCentre(() => base, scores) };
  };
}

/** A head is centred over the tokens that can be drawn, as in decoding; the token of the text may be another. */
function headWeigher({ binding }: Said, pusher: Pusher & { type: "head" }): Weigh {
  const { head, plausible } = pusher;
  const { policy } = binding.models;
  const reader = stateReader(binding, pusher);
  if (reader.model.states === undefined) throw new Error(`${reader.model.id} gives no states`);
  const answer = new AnswerFeatures(reader.model.states);
  const base = new Float64Array(policy.vocabSize);
  return (at, token) => {
    const { logits } = at(binding.policy);
    logprobsInto(logits, base);
    const features = answer.add(at(reader).state!);
    const tokens = drawableTokens(logits, plausible);
    const list = { tokens, rewards: head.rewards(features, tokens) };
    const known = rewardAt(list, token);
    const reward = Number.isNaN(known) ? head.rewards(features, Int32Array.of(token))[0]! : known;
    return { reward, centre: listedCentre(base, list) };
  };
}

async function readLogits(
  { model }: PromptedModel,
  text: readonly TokenId[],
  count: number,
): Promise<readonly Reading[]> {
  return (await model.read(text, count)).map((logits) => ({ logits }));
}

async function readStates(
  { model }: PromptedModel,
  text: readonly TokenId[],
  count: number,
): Promise<readonly Reading[]> {
  if (model.readStates === undefined) throw new Error(`${model.id} gives no states`);
  return (await model.readStates(text, count)).map(({ logits, hidden, middle }) => ({
    logits,
    state: { hidden, middle },
  }));
}
