/** Turns what a person writes into the text that a chat model was trained to answer, by the model's own template. */
import { Template } from "@huggingface/jinja";
import { RunError } from "../../core/errors.ts";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ChatTemplate {
  /** The messages in the template's marks, up to where the answer begins. */
  render(messages: readonly ChatMessage[]): string;
}

/** Llama 3 puts the day into its prompt. The same request must give the same text tomorrow: its own default stays. */
const FIXED = { date_string: "26 Jul 2024", tools: null, add_generation_prompt: true } as const;

/** @throws RunError "model-corrupt" for a template that cannot be read */
export function chatTemplate(id: string, template: string, marks: Readonly<Record<string, string>>): ChatTemplate {
  const parsed = attempt(id, () => new Template(template));
  return {
    render: (messages) => attempt(id, () => parsed.render({ ...marks, ...FIXED, messages })),
  };
}

function attempt<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The chat template of ${id} does not work with these messages (${reason}). Choose another model of its family, or its base.`;
    throw new RunError("model-corrupt", message, { id, reason }, error);
  }
}
