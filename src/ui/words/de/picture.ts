import type * as english from "../picture.ts";

export const picture: typeof english.picture = {
  nothing: "nichts verlangt",
  asked: (wish) => `verlangt: ${wish}`,
  seed: (seed) => `Seed ${seed}`,
  underlined: "unterstrichen: ungesteuert wäre es ein anderes Wort",
  truth: "Wahrheit",
  judge: "Gutachter",
  best: (name) => `${name} (am besten)`,
  atMost: (name) => `${name}, höchstens`,
  nats: (value) => `${value} nat`,
  perplexity: "Perplexität unter dem Basismodell",
  tokens: "Tokens",
  forwards: "Durchgänge pro Token",
  notKnown: "nicht bekannt",
};
