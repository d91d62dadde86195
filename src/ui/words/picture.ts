/** Words in a picture of the lanes. */
import { localized } from "./language.ts";

export const picture = localized("picture.picture", {
  nothing: "nothing asked for",
  asked: (wish: string) => `asked for: ${wish}`,
  seed: (seed: number) => `seed ${seed}`,
  underlined: "underlined: plain sampling would have said another word",
  truth: "truth",
  judge: "judge",
  best: (name: string) => `${name} (best)`,
  atMost: (name: string) => `${name}, at most`,
  nats: (value: string) => `${value} nats`,
  perplexity: "perplexity under the base model",
  tokens: "tokens",
  forwards: "forwards a token",
  notKnown: "not known",
});
