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

This page is written by \`npm run screenshots\`: it opens the first bundled recording, points at the word that guidance
changed most, and copies what the screen says. Every number below can be read there.

The recording is “${escaped(seen.title)}”. It answers the prompt

> ${escaped(seen.prompt)}

and asks for ${asked}. All lanes share one seed and its noise, so they differ only where guidance made them differ. In the
lane **${escaped(lane.name)}**, click the word “${escaped(seen.word)}” (token ${seen.token}), or walk there with the arrow
keys.

![The lanes with the chosen word; orange was pushed up, blue down, an underline marks a changed word](pictures/see-why-lanes.png)

## Which words did the reward change?

Below the inspector, **Its sentence** sums up the sentence that the word stands in:

> ${escaped(sentence.text)}

Changed: ${escaped(sentence.flips)}. The word after “for” is what plain sampling would have drawn there from the same noise.
In the text these words are underlined.

![Its sentence: words changed, pushes, cost, and what plain sampling says](pictures/see-why-sentence.png)

## How much did each objective push?

Over the sentence: ${sentence.pushes}. A push is what an objective adds to the log-probability of the word that was
drawn, compared with the average word.

For the one word the inspector shows the whole sum, as bars and in numbers:

| ${equation.map(([column]) => escaped(column)).join(" | ")} |
| ${equation.map(() => "---:").join(" | ")} |
| ${equation.map(([, value]) => escaped(value)).join(" | ")} |

Base plus pushes minus log Z′ is the guided log-probability. ${escaped(seen.remark)}

![The equation of the chosen word and of its rivals](pictures/see-why-equation.png)

## What did it cost?

The sentence: ${sentence.cost}. The whole text: KL ${lane.kl} nats from the base model and ${lane.forwards} forwards a token,
where ${escaped(plain.name)} spends ${plain.kl} nats and ${plain.forwards}. KL is the price in likeness to the base model, forwards are
the price in work.

Whether it was worth it stands in the lane's footer, where the truth is exact and the judge is a model:

| ${escaped(lane.name)} | ${escaped(plain.name)} |
| --- | --- |
${lane.scores.map((line, i) => `| ${escaped(line)} | ${escaped(plain.scores[i] ?? "")} |`).join("\n")}

## What would have been said without it?

${escaped(plain.name)} writes from the same seed without guidance. Its sentence at the same place:

> ${escaped(sentence.plain)}

The bar left of a word marks where a lane parts from the first one; **Align lanes where they part** scrolls all lanes
there. To see another way on, press the arrow beside any candidate in the inspector: a branch says the same up to there,
takes that word, and goes on. The tree under **Branches** leads back to the fork.
`;
}
