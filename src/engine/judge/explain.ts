/**
 * One sentence of a judge that says why the text that it preferred is better. It is written afterwards and is no reason of the
 * choice: the probabilities were read before, and the sentence would defend the other text as well.
 */
import { whyPrompt } from "../../core/compare/judge-prompts.ts";
import type { ComparisonQuestion } from "../../core/comparison.ts";
import type { TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import { TextStream } from "../decode/text-stream.ts";
import type { Logits, Models } from "../interfaces.ts";
import { checkRoom } from "./marks.ts";
import { checkQuestion } from "./question.ts";

/** The sentence is begun for the model, which else repeats the task. */
const BEGINS = "Text A is better because";
const MOST_TOKENS = 60;
/** A mark that ends a sentence, and what may stand behind it; not the dot of a number or a letter alone. */
const ENDS = /[\p{L}\p{N}"”’)]{2}[.!?]+["”’)]*\s*$/u;

export interface ExplainControl {
  readonly signal: AbortSignal;
  readonly rest: () => Promise<void>;
  /** The sentence so far. */
  readonly onText: (text: string) => void;
}

/**
 * The likeliest token each time.
 * @param question untrusted; `first` is the text that was preferred
 * @throws RunError "invalid-request", "model-missing", "context-overflow", "aborted"
 */
export async function explainChoice(
  question: ComparisonQuestion,
  models: Models,
  { signal, rest, onText }: ExplainControl,
): Promise<string> {
  const { model, rubric, task, first, second, asked } = checkQuestion(question, models);
  const { tokenizer } = models;
  const prompt = [...asked(whyPrompt({ rubric, task, a: first, b: second })), ...tokenizer.encode(BEGINS)];
  checkRoom(model, [prompt], MOST_TOKENS);
  const stream = TextStream.after(tokenizer, prompt);
  const batch = await model.open([prompt], { ahead: MOST_TOKENS });
  try {
    for (let step = 0; step < MOST_TOKENS; step++) {
      if (signal.aborted) throw aborted();
      const token = likeliest(batch.logits(0));
      if (tokenizer.endIds.includes(token)) break;
      stream.push(token);
      // A second line is another thought.
      const [line = "", more] = stream.text.trimStart().split("\n");
      onText(`${BEGINS} ${line.trim()}`);
      if (more !== undefined || ENDS.test(line)) break;
      await batch.step([token]);
      await rest();
    }
  } finally {
    batch.dispose();
  }
  stream.flush();
  return `${BEGINS} ${(stream.text.trimStart().split("\n")[0] ?? "").trim()}`;
}

/** The first on ties. */
function likeliest(logits: Logits): TokenId {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
