/** A table model as a judge: of its prompt it sees which of two texts stand there, in order, and which words were asked. */
import type { Models, Tokenizer } from "../../../src/engine/interfaces.ts";
import { fakeModels } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const END = 0;
const TOKENS = [
  "",
  "A",
  "B",
  "1",
  "2",
  "3",
  "4",
  "5",
  "§",
  "¤",
  "Yes",
  "No",
  "no",
  "?",
  "it",
  " is",
  " short",
  ".",
  "\n",
  "!",
] as const;

const tokenizer: Tokenizer = {
  vocabSize: TOKENS.length,
  bosId: END,
  endIds: [END],
  encode: (text) => {
    const whole = TOKENS.findIndex((token) => token === text);
    if (whole > 0) return [whole];
    return [...text].flatMap((letter) => (["§", "¤", "?"].includes(letter) ? [TOKENS.indexOf(letter as "§")] : []));
  },
  decode: (ids) => ids.map((id) => TOKENS[id] ?? "").join(""),
  show: String,
};

/** @param logitsOf of the marks after a prompt in which x is the first text, y the second and ? a question mark */
export function judgedBy(logitsOf: (seen: string, written: string) => Readonly<Record<string, number>>, context = 256) {
  const usage = new Usage();
  const policy = tableCausal(
    "policy",
    { vocabSize: TOKENS.length, context },
    (prefix) => {
      const shown = prefix.map((id) => TOKENS[id] ?? "");
      const at = shown.findLastIndex((token) => ["§", "¤", "?"].includes(token)) + 1;
      const seen = shown.slice(0, at).join("").replaceAll("§", "x").replaceAll("¤", "y");
      const logits = logitsOf(seen, shown.slice(at).join(""));
      return Float64Array.from(TOKENS, (token) => logits[token] ?? -30);
    },
    usage,
  );
  const promptIds: Models["promptIds"] = (_, { prompt }) => [END, ...tokenizer.encode(prompt)];
  const fakes = fakeModels().models;
  const models: Models = { ...fakes, tokenizer, policy, promptIds, readers: new Map([["policy", policy]]) };
  return { models, usage };
}

export const QUESTION = { model: "policy", rubric: "kinder", task: "go", first: "§", second: "¤" } as const;
