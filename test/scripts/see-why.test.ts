/** The walkthrough says what the bundled recording says: its numbers are worked out here again, not read off a screen. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { laneFacts } from "../../src/state/stage/facts.ts";
import { reduce } from "../../src/state/run/reduce.ts";
import { sentences } from "../../src/state/stage/sentence.ts";
import { readTrace } from "../../src/state/keep/trace-file.ts";
import { IDLE_VIEW, shownSample } from "../../src/state/run/view.ts";
import { fixed, optional, signed } from "../../src/ui/words/format.ts";
import { pushName } from "../../src/ui/words/names.ts";
import { chooseSentence } from "../../scripts/see-why/choose.ts";
import { escaped } from "../../scripts/see-why/write-page.ts";

const list = JSON.parse(readFileSync("public/examples/index.json", "utf8")) as { file: string; world: string }[];
const first = list.find(({ world }) => world === "laboratory");
const reading = readTrace(readFileSync(`public/examples/${first?.file}`, "utf8"));
if (reading.type === "broken") throw new Error(reading.why);
const view = reading.trace.events.reduce(reduce, IDLE_VIEW);
const { lane, sentence, position } = chooseSentence(view);
/** Line breaks are the formatter's. */
const flat = (text: string): string => text.replaceAll(/\n> ?/g, " ").replaceAll(/\s+/g, " ").replaceAll("\\", "");
const page = flat(readFileSync("docs/see-why.md", "utf8"));
const STALE = "docs/see-why.md is about another recording; run npm run screenshots";

describe("docs/see-why.md", () => {
  test("quotes the sentence that guidance changed most, and plain's at the same place", () => {
    expect(page, STALE).toContain(flat(escaped(sentence.text)));
    const plain = sentences(shownSample(view.lanes[0]!).steps)[sentence.number - 1];
    expect(page, STALE).toContain(plain === undefined ? "has no sentence" : flat(escaped(plain.text)));
  });

  test("names every changed word with plain's word, the word in view and its place", () => {
    for (const { text, plainText } of sentence.flips) {
      expect(page, STALE).toContain(flat(escaped(text.trim())));
      expect(page, STALE).toContain(flat(escaped(plainText.trim())));
    }
    expect(page, STALE).toContain(`(token ${position + 1})`);
    expect(page, STALE).toContain(`${sentence.flips.length} of ${sentence.steps.length} tokens`);
  });

  test("states pushes, KL and forwards as the recording has them", () => {
    for (const { id, nats } of sentence.pushes)
      expect(page, STALE).toContain(`${pushName(id)} ${signed(nats, 2)} nats`);
    expect(page, STALE).toContain(`KL ${fixed(sentence.kl, 2)} nats`);
    const facts = laneFacts(view, lane);
    expect(page, STALE).toContain(`KL ${fixed(facts?.kl?.nats ?? NaN, 1)} nats from the base model`);
    expect(page, STALE).toContain(`and ${optional(facts?.forwardsPerToken, 1)} forwards per token`);
  });

  test("has its three pictures, each below 300 kB", () => {
    for (const [, path] of readFileSync("docs/see-why.md", "utf8").matchAll(/\]\((pictures\/[^)]+)\)/g)) {
      expect(readFileSync(`docs/${path}`).length).toBeLessThan(300_000);
    }
  });
});
