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

/** @throws RunError "model-corrupt" for a template that cannot be read */
export function chatTemplate(id: string, template: string, marks: Readonly<Record<string, string>>): ChatTemplate {
  const parsed = attempt(id, () => new Template(template));
  return {
    render: (messages) =>
      attempt(id, () => parsed.render({ ...marks, messages, add_generation_prompt: true, tools: null })),
  };
}

function attempt<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The chat template of ${id} does not work with these messages (${reason}). Send the prompt as plain text instead.`;
    throw new RunError("model-corrupt", message, { id, reason }, error);
  }
}
