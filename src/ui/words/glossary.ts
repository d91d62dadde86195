/** The terms of the page, each explained in a few sentences, with its formula where it has one. */
import { localized } from "./language.ts";

export interface Entry {
  readonly title: string;
  readonly text: string;
  readonly formula?: string;
}

export const GLOSSARY = localized("glossary.GLOSSARY", {
  lane: {
    title: "Lane",
    text: "One column of the page. Every lane writes an answer to the same prompt with its own strategy.",
  },
  token: {
    title: "Token",
    text: "The unit that a model reads and writes: a word or a piece of a word. Text is written one token at a time.",
  },
  policy: {
    title: "Policy",
    text: "The language model that writes the text. Before any reward steers it, it is also called the base model.",
  },
  candidate: {
    title: "Candidate",
    text: "A token that could come next. The inspector lists the likeliest candidates of each token.",
  },
  objectives: {
    title: "Objectives",
    text: "Each slider is the weight of one reward. To the right it draws the text towards the reward, to the left away from it. At 0 the reward has no effect and costs nothing.",
    formula: "r(x, y) = Σ wᵢ rᵢ(x, y)",
  },
  sources: {
    title: "Rewards without training",
    text: "Rewards that come from other models or from rules. No model was trained for them, so b = 1. Their units differ, so a weight of 1 here is not the same as a weight of 1 on an objective.",
    formula: "log π = log π_ref + (w/β) r − log Z",
  },
  credit: {
    title: "Credit",
    text: "How much likelier this token is under the better prompt than under the worse prompt, from −½ to ½. At 0 it is equally likely under both.",
    formula: "sigmoid(log π(v | better) − log π(v | worse)) − ½",
  },
  combine: {
    title: "Combine",
    text: "How several rewards become one score. The weighted sum lets a good reward make up for a bad one. The other ways do not, each in its own manner. A lane can have a way of its own.",
    formula: "sum Σ wᵢ rᵢ · worst min wᵢ rᵢ · goals w ← max(0, w + η(θ − r))",
  },
  persona: {
    title: "Persona",
    text: "Weights under a name. Some come with the page, and you can keep your own.",
  },
  gate: {
    title: "Labelled prompts",
    text: "Each labelled prompt has a persona. The more your prompt is like one of them, the larger the share of its persona in the weights. A slider that you move is left alone.",
    formula: "w = Σ softmax(sim(prompt, promptⱼ) / T) wⱼ",
  },
  strength: {
    title: "Strength 1/β",
    text: "How far the rewards may move the text away from the base model. At 0 the text is the base model’s. β is the price of one nat of KL. Lanes with the same β have the same target.",
    formula: "π*(y|x) = π_ref(y|x) exp(r(x, y) / β) / Z(x)",
  },
  kl: {
    title: "KL divergence",
    text: "What steering cost: how far a lane’s distribution is from plain sampling with the same temperature and truncation, summed over its tokens, in nats. Plain sampling has 0, and a higher value means more steering. The KL to the base model at temperature 1, without truncation, stands beside it. With top-k, top-p or min-p a lane may keep tokens that plain sampling leaves out. The first KL is then infinite, and the second is shown alone. For best-of-N the exact value is unknown, so an upper bound (≤) and an estimate are shown.",
    formula: "KL = Σ π(v) log(π(v) / π_plain(v))",
  },
  truth: {
    title: "Truth",
    text: "What the definition of the objective measures on the finished text, in standard deviations of plain text. Higher is better. It steers nothing, except in a lane that is called oracle.",
  },
  reward: {
    title: "Judge’s reward",
    text: "The score of the finished text by the judge, a trained reward model. Higher is better. The same judge scores every lane. It learned the truth from examples, so it can be wrong.",
  },
  value: {
    title: "Value",
    text: "What the value model expects the finished text to score if this candidate comes next. Higher is better.",
  },
  perplexity: {
    title: "Perplexity",
    text: "How surprising the text is to the base model, as the number of equally likely choices per token. Text of the base model itself has a low value.",
    formula: "exp(−(1/T) Σ log π_ref(yₜ))",
  },
  distinct: {
    title: "Distinct 1 and 2",
    text: "The share of single tokens, and of pairs of tokens, that are different from each other. 1 means no repetition. Too much reward often makes a text repeat itself, and then this share falls.",
  },
  forwards: {
    title: "Forwards per token",
    text: "How many rows all models together computed for each token of the text. It measures the cost of a strategy, and it does not depend on the device.",
  },
  speed: {
    title: "Tokens per second",
    text: "Tokens of the shown text per second of the lane’s work. Lanes run together, so each lane alone would be faster.",
  },
  spearman: {
    title: "Spearman’s correlation",
    text: "How well one order agrees with another: 1 is the same order, −1 the opposite one, 0 none. It looks at ranks alone, as best-of-N does. Near −1 with length, a reward ranks by shortness.",
  },
  push: {
    title: "Push",
    text: "How much the rewards raised (+) or lowered (−) the log-probability of this token, in nats, compared with their mean under the base model. At temperature 1: base + pushes − log Z′ = guided.",
    formula: "(wᵢ bᵢ / β)(log πᵢ(v) − E[log πᵢ])",
  },
  logz: {
    title: "log Z′",
    text: "After the pushes, the probabilities no longer add up to 1. Subtracting log Z′ from every token corrects this. It is the same for all tokens of a step.",
    formula: "log Z′ = log Σ π_ref(v) exp(pushes(v))",
  },
  probability: {
    title: "Probability",
    text: "The probability of this token in the distribution that it was drawn from. Unlikely tokens are darker.",
  },
  entropy: {
    title: "Entropy",
    text: "How undecided the model was at this token, in nats. 0 means that only one token was possible. At a high value, guidance can change the token at little cost.",
    formula: "H = −Σ π(v) log π(v)",
  },
  flip: {
    title: "Flip",
    text: "A token that guidance changed. With the same seed, plain sampling would have drawn another token here. Flips are underlined.",
  },
  genarm: {
    title: "GenARM and ARMs",
    text: "An autoregressive reward model (ARM) is a small language model. It was trained so that its log-probabilities are a reward for each next token. GenARM adds them to the base model’s log-probabilities at every token.",
    formula: "log π = log π_ref + Σ (wᵢ bᵢ / β) log πᵢ − log Z",
  },
  vas: {
    title: "Value-augmented sampling (VAS)",
    text: "A value model predicts the final score for each of the k likeliest next tokens. VAS subtracts the mean of these values and adds the rest to the base model’s log-probabilities.",
    formula: "log π = log π_ref + (1/β)(V(s·a) − mean V) − log Z",
  },
  blockwise: {
    title: "Blockwise best of K",
    text: "K continuations of a block are written side by side. A block is a sentence or a number of tokens. The one with the highest score goes on, and the next block begins there. Any score of a text so far will do: no reward for each token is needed.",
    formula: "KL ≤ blocks · (log K − (K − 1)/K)",
  },
  bon: {
    title: "Best of N",
    text: "The base model writes N texts, and the lane shows the one that the judge scores highest. It costs N times as much as one text. Soft best-of-N draws one of them with a probability in proportion to exp(r/β).",
    formula: "y = argmax r(x, yⱼ)",
  },
  reweigh: {
    title: "Re-weighting",
    text: "What other weights would have done to the tokens of this text, computed from saved scores. No model runs. After the first token that would change, the numbers still describe the old text. Continue from there to write the new one.",
    formula: "log π′ = log π_ref + Σ (w′ᵢ bᵢ / β′) log πᵢ − log Z′",
  },
  temperature: {
    title: "Temperature",
    text: "Below 1, likely tokens become likelier. Above 1, unlikely tokens do. 0 always takes the likeliest token. It acts after guidance, and on plain sampling too.",
  },
  plausible: {
    title: "Plausible tokens",
    text: "Before any reward acts, tokens leave whose probability under the base model is below this share of the likeliest token’s. A strong reward then cannot pick a token that makes no sense here. 0 keeps every token. It acts on plain sampling too.",
    formula: "π_ref(v) ≥ a · max π_ref",
  },
  truncation: {
    title: "Truncation",
    text: "Removes unlikely tokens before one is drawn. top-k keeps the k likeliest tokens. top-p keeps the fewest tokens that have the share p together. min-p keeps tokens with at least p times the probability of the likeliest one. It acts after temperature.",
  },
  n: {
    title: "N",
    text: "How many texts best-of-N draws. Twice the N costs twice as much, and each further text improves the result less.",
  },
  k: {
    title: "k",
    text: "How many candidates the value model scores for each token. It does not change the other tokens.",
  },
  seed: {
    title: "Seed",
    text: "The number that all random choices come from. All lanes share it, so they differ only where guidance changed a token. The lock keeps the seed for the next run. The dice draw a new one.",
  },
  length: {
    title: "Length",
    text: "The largest number of tokens that a run writes. A text can end earlier.",
  },
  ensemble: {
    title: "Ensemble",
    text: "With several judges, best-of-N can rank by their mean, by the lowest of their scores, by the mean minus their disagreement, or by a mix of mean and lowest. The careful judge is a single model, so all of these agree. The five fallible judges differ.",
  },
  caps: {
    title: "Caps",
    text: "A judge cannot tell very high rewards apart, so choosing by them can lower the truth. A cap limits how much of an objective counts in the ranking. Reward above the cap gains nothing.",
    formula: "score = Σ wᵢ min(rᵢ, capᵢ)",
  },
  hypervolume: {
    title: "Front and hypervolume",
    text: "A setting is on the front if no other setting of its strategy is at least as good on both objectives and better on one. The hypervolume is the area between the front and a reference point. Larger is better. Compare it only within one map.",
  },
  positionBias: {
    title: "Position bias",
    text: "How much the place of a text moves a judge that is asked which of two is better, from −½ (always the second place) to ½ (always the first). The mean over both orders takes it out. A vote is one wording of the question, in both orders.",
    formula: "bias = (P₁(A) + P₂(A)) / 2 − ½",
  },
  equalKl: {
    title: "Reward at equal KL",
    text: "What two ways of decoding earn where both have moved as far from plain sampling. It is read off the curves of a sweep, only where both were seen at that KL or on both sides of it.",
  },
} as const satisfies Readonly<Record<string, Entry>>);

export type TermId = keyof typeof GLOSSARY;
