/** Words of the help page: what each key does. */
import { localized } from "./language.ts";

export const help = localized("help.help", {
  title: "Keys and words",
  hint: "Keys work everywhere except in text fields and on controls.",
  keys: [
    ["← →", "step through the tokens"],
    ["↑ ↓", "from a token: go to the same place in the next lane"],
    ["Home End", "from a token: go to the first or last token"],
    ["Space", "run, pause, continue"],
    [".", "write one more token"],
    ["Esc", "stop the run, or close what is open"],
    ["?", "open this page"],
  ],
  areOn: "Keys are on",
  signsTitle: "Signs",
  /** Every sign of the page that is neither a letter nor usual punctuation; `test/ui/signs.test.ts` keeps it whole. */
  signs: [
    ["·", "before a token: the token begins with a space. Between figures it only separates them."],
    ["\u21b5", "a line end inside a token"],
    ["\u2205", "a token without text"],
    ["<0x9>", "a control character, by its number"],
    ["–", "not known yet, or not defined here. In “A – B” it means “to”."],
    ["+ −", "a reward or a push above or below the mean"],
    ["≤ ≥", "at most, at least: the figure is a bound, not the exact value"],
    ["→", "from plain sampling to the lane’s own distribution. As a key: the right arrow."],
    ["↑ ↓", "at an axis: the direction in which it grows. On a button: one place up or down."],
    ["›", "a slider was moved here"],
    ["› ⌄ ↳", "in the tree of branches: folded, unfolded, and a branch without branches of its own"],
    ["▲", "the best lane by this number in this run; elsewhere a small crown"],
    ["●", "a recorded run, not one of this device"],
    ["■", "in the lens: the token that ends the text"],
    ["×", "times. On a button: close or remove."],
    ["½", "one half"],
    ["∞", "without bound"],
    ["Σ", "the sum over rewards, tokens or texts"],
    [
      "π, π_ref, π_plain",
      "a distribution over tokens: of the lane, of the policy, and of plain sampling under the same settings",
    ],
    ["β, 1/β", "the price of one nat of KL, and its inverse, the strength"],
    ["λ", "how much the second part of a rule counts, such as the disagreement of judges"],
    ["η, θ, ←", "of goals: the step size, the aim, and “becomes”"],
    ["ᵢ ⱼ ₜ ₁ ₂", "which reward, which text, which token, which order"],
    ["′", "after a change, such as log Z′ after the rewards"],
    ["²", "squared"],
    ["H", "entropy"],
    ["p", "probability"],
    ["…", "goes on, or work in progress"],
  ],
});

export const page = localized("help.page", {
  close: "Close",
  typed: (label: string) => `${label}, number`,
  slider: (label: string, value: string, warning: string | null) =>
    warning === null ? `${label} ${value}` : `${label} ${value}, ${warning}`,
  chartsMissing: "The charts could not be downloaded. Check the connection and load the page again.",
  sweepMissing: "The sweep could not be downloaded. Check the connection and load the page again.",
  lensMissing: "The lens could not be downloaded. Check the connection and load the page again.",
  modelsMissing: "The list of models could not be downloaded. Check the connection and load the page again.",
  classMissing: "The window could not be downloaded. Check the connection and load the page again.",
  teachMissing: "The window could not be downloaded. Check the connection and load the page again.",
});
