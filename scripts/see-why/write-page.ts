/** The walkthrough as Markdown, from what was read off the screen. */
import type { Seen } from "./read-screen.ts";

/** Quoted text of a model is no markup. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~]/g, "\\$&");
}

export function seeWhyPage(seen: Seen): string {
  const { sentence, lane, plain, equation } = seen;
  const asked = seen.asked === "" ? "nothing" : seen.asked;
  return `# See why: one sentence, from the screen alone

\`npm run screenshots\` writes this page. It opens the laboratory's first recording, clicks the word that guidance changed most, and
copies the screen. You can read every number below there.

The recording is “${escaped(seen.title)}”. It answers the prompt

> ${escaped(seen.prompt)}

and asks for ${asked}. All lanes share one seed and its noise, so only guidance makes them differ. In the lane
**${escaped(lane.name)}**, click the word “${escaped(seen.word)}” (token ${seen.token}), or go there with the arrow keys.

![The lanes with the chosen word: orange was pushed up, blue was pushed down, an underline marks a changed word](pictures/see-why-lanes.webp)

## Which words did the reward change?

Below the inspector, **Its sentence** sums up the sentence of this word:

> ${escaped(sentence.text)}

Changed: ${escaped(sentence.flips)}. Plain sampling would have drawn the word after “instead of” there, with the same noise. In the
text the changed words are underlined.

![Its sentence: words changed, pushes, cost, and what plain sampling says](pictures/see-why-sentence.webp)

## How much did each objective push?

Over the sentence: ${sentence.pushes}. A push is the amount that an objective adds to the log-probability of the drawn
word, compared with the average word.

For one word the inspector shows the whole sum, as bars and as numbers:

| ${equation.map(([column]) => escaped(column)).join(" | ")} |
| ${equation.map(() => "---:").join(" | ")} |
| ${equation.map(([, value]) => escaped(value)).join(" | ")} |

Base plus pushes minus log Z′ gives the guided log-probability. ${escaped(seen.remark)}

![The equation of the chosen word and of its rivals](pictures/see-why-equation.webp)

## What did it cost?

The sentence: ${sentence.cost}. The whole text: KL ${lane.kl} nats from the base model and ${lane.forwards} forwards per token.
${escaped(plain.name)} costs ${plain.kl} nats and ${plain.forwards} forward. KL measures how far the text moved from the base model. Forwards
measure the work.

The footer of the lane shows the gain. There the truth is exact, and the judge is a model:

| ${escaped(lane.name)} | ${escaped(plain.name)} |
| --- | --- |
${lane.scores.map((line, i) => `| ${escaped(line)} | ${escaped(plain.scores[i] ?? "")} |`).join("\n")}

## What would plain sampling have written?

${escaped(plain.name)} writes from the same seed without guidance. Its sentence at the same place:

> ${escaped(sentence.plain)}

A bar left of a word marks the first difference from the first lane. **Align lanes where they differ** scrolls all lanes there.
The arrow beside a candidate in the inspector starts a branch. It has the same text up to there, takes that word, and goes on.
The tree under **Branches** leads back to the fork.
`;
}
