/** Two sentences for each term, with its formula. */
export interface Entry {
  readonly title: string;
  readonly text: string;
  readonly formula?: string;
}

export const GLOSSARY = {
  objectives: {
    title: "Objectives",
    text: "Each slider is the weight of one reward: to the right the text is drawn towards it, to the left away from it. At zero the reward takes no part and costs nothing.",
    formula: "r(x, y) = Σ wᵢ rᵢ(x, y)",
  },
  sources: {
    title: "Rewards without training",
    text: "Rewards from models that were never trained as such, and from rules. Nobody fitted a coefficient to them, so b = 1 and the unit is the nat, or what the rule counts: a weight of 1 here is not a weight of 1 on an objective.",
    formula: "log π = log π_ref + (w/β) r − log Z",
  },
  credit: {
    title: "Credit",
    text: "How much likelier the model finds this token under the better prompt than under the worse one, squeezed between −½ and ½. Zero says that both prompts would go on like this.",
    formula: "sigmoid(log π(v | better) − log π(v | worse)) − ½",
  },
  strength: {
    title: "Strength 1/β",
    text: "How far the text may leave the base model for the sake of the reward; at 0 it stays the base model. β is the price of each nat of KL, so lanes with one β aim at one target.",
    formula: "π*(y|x) = π_ref(y|x) exp(r(x, y) / β) / Z(x)",
  },
  kl: {
    title: "KL divergence",
    text: "How far a lane's distribution has moved from the base model, summed over its tokens, in nats: the price of steering. For best-of-N no exact value is known, so a bound (≤) is shown, with an estimate beside it.",
    formula: "KL = Σ π(v) log(π(v) / π_ref(v))",
  },
  truth: {
    title: "Truth",
    text: "What the objective's own definition measures on the finished text, counted in standard deviations of plain text. It never steers anything, except in a lane named oracle.",
  },
  reward: {
    title: "Judge's reward",
    text: "What one trained reward model says of the finished text, the same model for every lane. It learned the truth from examples, so the two can differ; that gap is worth watching.",
  },
  perplexity: {
    title: "Perplexity",
    text: "How surprised the base model is by the text, as the number of equally likely choices per token. Low is what plain sampling would write; high is far from it.",
    formula: "exp(−(1/T) Σ log π_ref(yₜ))",
  },
  distinct: {
    title: "Distinct 1 and 2",
    text: "The share of single tokens and of pairs that are not repeats, from 0 to 1. A reward that is pushed too hard often shows here first, as text that repeats itself.",
  },
  forwards: {
    title: "Forwards per token",
    text: "How many rows the models had to compute for one token that you read, all models together. It is the cost of a strategy, whatever the speed of the device.",
  },
  speed: {
    title: "Tokens per second",
    text: "Tokens of the text you read, over the time in which the lane was at work. Lanes run together in one batch, so each is faster alone.",
  },
  push: {
    title: "Push",
    text: "How much the rewards raised (+) or lowered (−) the log-probability of this token, in nats, against their mean under the base model. At temperature 1: base + pushes − log Z′ = guided.",
    formula: "(wᵢ bᵢ / β)(log πᵢ(v) − E[log πᵢ])",
  },
  logz: {
    title: "log Z′",
    text: "After the pushes the chances no longer add up to one; log Z′ is what must be taken off every token so that they do again. It is the same for all tokens of a step.",
    formula: "log Z′ = log Σ π_ref(v) exp(pushes(v))",
  },
  probability: {
    title: "Probability",
    text: "The chance of this token under the distribution that it was drawn from. Dark marks the unlikely ones.",
  },
  entropy: {
    title: "Entropy",
    text: "How open the choice was at this token, in nats: 0 when only one token was possible. High entropy is where guidance can act cheaply.",
    formula: "H = −Σ π(v) log π(v)",
  },
  flip: {
    title: "Flip",
    text: "An underlined token: with the same random numbers, plain sampling would have picked another one here. It is the mark that guidance acted, not only that it pushed.",
  },
  genarm: {
    title: "GenARM and ARMs",
    text: "An autoregressive reward model (ARM) is a small language model trained so that its log-probabilities are a reward for each next token. GenARM adds them to the base model's at every step.",
    formula: "log π = log π_ref + Σ (wᵢ bᵢ / β) log πᵢ − log Z",
  },
  vas: {
    title: "Value-augmented sampling",
    text: "A value model guesses how good the finished text will be after each of the k likeliest next tokens. Those guesses, less their mean, are added to the base model's log-probabilities.",
    formula: "log π = log π_ref + (1/β)(V(s·a) − mean V) − log Z",
  },
  bon: {
    title: "Best of N",
    text: "Draws N whole texts from the base model and shows the one that the judge likes best. It needs no guide, but costs N times as much; the soft kind draws in proportion to exp(r/β).",
    formula: "y = argmax r(x, yⱼ)",
  },
  reweigh: {
    title: "Re-weighting",
    text: "What other weights would have made of every token that was written, worked out from the scores of the run without asking a model. The words stay; from the first one that would be another, they say what happens on the old text, and only decoding tells how the new one goes on.",
    formula: "log π′ = log π_ref + Σ (w′ᵢ bᵢ / β′) log πᵢ − log Z′",
  },
  temperature: {
    title: "Temperature",
    text: "Below 1 the likely tokens gain, above 1 the unlikely ones; 0 always takes the likeliest. It acts after guidance, and also moves plain sampling away from the base model, so its KL is then above 0.",
  },
  truncation: {
    title: "Truncation",
    text: "Cuts off unlikely tokens before drawing: top-k keeps the k likeliest, top-p the fewest that hold the share p, min-p those of at least that part of the likeliest. It acts after temperature.",
  },
  n: {
    title: "N",
    text: "How many texts best-of-N draws. Twice the N costs twice as much and gains ever less.",
  },
  k: {
    title: "k",
    text: "How many candidates the value model looks at for every token. Tokens outside them are left as the base model has them.",
  },
  seed: {
    title: "Seed",
    text: "The source of all randomness, shared by all lanes: they differ only where guidance made them differ. The lock keeps it for the next run; the dice draw another.",
  },
  length: {
    title: "Length",
    text: "The most tokens that a run writes; a token is a word or a piece of one. A text may end sooner by itself.",
  },
  ensemble: {
    title: "Ensemble",
    text: "With several judges best-of-N can rank by their mean, by the worst of them, or by the mean less their disagreement. The careful judge has one member, so under it they agree; the five fallible ones differ.",
  },
  caps: {
    title: "Caps",
    text: "Beyond some reward a judge no longer tells better from worse, and choosing by it costs truth. A cap says how much of an objective counts; a sample with more gains nothing by it.",
    formula: "score = Σ wᵢ min(rᵢ, capᵢ)",
  },
  hypervolume: {
    title: "Front and hypervolume",
    text: "A setting is on the front when no other of its strategy is as good on both objectives and better on one. The hypervolume is the area between the front and a reference point: larger is better, within one map.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type TermId = keyof typeof GLOSSARY;
