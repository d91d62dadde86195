/** The one sentence of a judge: begun for it, streamed, ended by its full stop, and cancelled between tokens. */
import { expect, test } from "vitest";
import { explainChoice } from "../../../src/engine/judge/explain.ts";
import { judgedBy, QUESTION } from "./judge-models.ts";

const NEXT: Readonly<Record<string, string>> = {
  "": "it",
  it: " is",
  "it is": " short",
  "it is short": ".",
  "it is short.": "!",
};
const writing = (ends: Readonly<Record<string, string>> = NEXT) =>
  judgedBy((_, written) => ({ [ends[written] ?? ""]: 5 }));
const quiet = { signal: new AbortController().signal, rest: () => Promise.resolve(), onText: () => undefined };

test("it ends with its sentence, and comes word by word", async () => {
  const { models, usage } = writing();
  const texts: string[] = [];
  const said = await explainChoice(QUESTION, models, { ...quiet, onText: (text) => void texts.push(text) });
  expect(said).toBe("Text A is better because it is short.");
  expect(texts).toEqual(["it", "it is", "it is short", "it is short."].map((own) => `Text A is better because ${own}`));
  expect(usage.disposed).toBe(usage.opened);
});

test("it ends with the line, with the model's own end, and after sixty tokens at the latest", async () => {
  const line = writing({ ...NEXT, "it is short": "\n" });
  expect(await explainChoice(QUESTION, line.models, quiet)).toBe("Text A is better because it is short");
  const own = writing({ "": "it", it: "" });
  expect(await explainChoice(QUESTION, own.models, quiet)).toBe("Text A is better because it");
  const endless = judgedBy(() => ({ it: 5 }));
  expect((await explainChoice(QUESTION, endless.models, quiet)).match(/it/g)).toHaveLength(60);
});

test("a cancel ends it within a token and frees what it held", async () => {
  const { models, usage } = writing();
  const controller = new AbortController();
  const control = { ...quiet, signal: controller.signal, onText: () => controller.abort() };
  await expect(explainChoice(QUESTION, models, control)).rejects.toMatchObject({ code: "aborted" });
  expect(usage.forwards).toHaveLength(2);
  expect(usage.disposed).toBe(usage.opened);
});

test("texts that leave no room for a sentence are refused with the way out", async () => {
  const { models } = judgedBy(() => ({}), 62);
  await expect(explainChoice({ ...QUESTION, first: "§".repeat(4) }, models, quiet)).rejects.toThrow(
    /reads at most 62 tokens. Shorten the texts or the rubric/,
  );
});
