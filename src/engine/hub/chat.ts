/** Turns what a person writes into the text that a chat model was trained to answer, by the model's own template. */
import { Template } from "@huggingface/jinja";
import { RunError } from "../../core/errors.ts";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A stretch of a rendered chat. Only the template's own text may hold marks; what a person wrote stays text. */
export interface ChatPiece {
  readonly text: string;
  readonly isTyped: boolean;
}

export interface ChatTemplate {
  /** The messages in the template's marks, up to where the answer begins. */
  render(messages: readonly ChatMessage[]): string;
  /** The same, in pieces that tell the template's text from what was typed; null where they cannot be told apart. */
  pieces(messages: readonly ChatMessage[]): readonly ChatPiece[] | null;
}

/** Llama 3 puts the day into its prompt. The same request must give the same text tomorrow: its own default stays. */
const FIXED = { date_string: "26 Jul 2024", tools: null, add_generation_prompt: true } as const;

/** The same day for templates that ask the clock themselves: Friday 26 July 2024, midnight. */
const FIXED_TIME: Readonly<Record<string, string>> = {
  Y: "2024",
  y: "24",
  m: "07",
  d: "26",
  e: "26",
  j: "208",
  b: "Jul",
  h: "Jul",
  B: "July",
  a: "Fri",
  A: "Friday",
  H: "00",
  I: "12",
  M: "00",
  S: "00",
  p: "AM",
  Z: "UTC",
  z: "+0000",
  F: "2024-07-26",
  T: "00:00:00",
  D: "07/26/24",
  "-d": "26",
  "-m": "7",
  "-H": "0",
  "-I": "12",
  "-M": "0",
  "%": "%",
};

/** @param format as of Python's strftime; what is not known stays as it is written */
export function fixedTime(format: string): string {
  return format.replace(/%(-?[A-Za-z%])/g, (written, field: string) => FIXED_TIME[field] ?? written);
}

/** @throws RunError "model-corrupt" for a template that cannot be read */
export function chatTemplate(id: string, template: string, marks: Readonly<Record<string, string>>): ChatTemplate {
  // The library's own `strftime_now` reads the clock and cannot be replaced, so the template asks under another name.
  const source = template.replaceAll(/\bstrftime_now\b/g, "fixed_time");
  const parsed = attempt(id, () => new Template(source));
  const render = (messages: readonly ChatMessage[]): string =>
    attempt(id, () =>
      firstThatKeeps(messages, (shaped) =>
        parsed.render({ ...marks, ...FIXED, fixed_time: fixedTime, messages: shaped }),
      ),
    );
  return { render, pieces: (messages) => piecesOf(render, messages) };
}

/**
 * Templates differ in what they take: some know no system role, some want a message in parts, and some leave out in
 * silence what they do not know. The first shape in which no message is lost wins.
 */
function firstThatKeeps(messages: readonly ChatMessage[], render: (shaped: readonly object[]) => string): string {
  const shapes = [messages, inParts(messages), withoutSystem(messages), inParts(withoutSystem(messages))];
  let first: { readonly text: string } | null = null;
  let failure: unknown = null;
  for (const shaped of shapes) {
    try {
      const text = render(shaped);
      if (messages.every(({ content }) => text.includes(content.trim()))) return text;
      first ??= { text };
    } catch (error) {
      failure ??= error;
    }
  }
  if (first === null) throw failure;
  return first.text;
}

function inParts(messages: readonly ChatMessage[]): readonly object[] {
  return messages.map(({ role, content }) => ({ role, content: [{ type: "text", text: content }] }));
}

/** The system's words at the head of the user's. */
function withoutSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [system, next, ...rest] = messages;
  if (system?.role !== "system" || next === undefined) return messages;
  return [{ ...next, content: `${system.content}\n\n${next.content}` }, ...rest];
}

/**
 * Renders a second time with signs around each message and reads the pieces off them. Templates may trim a message; signs
 * would keep its spaces, so the trimmed message is tried too. Null where the template changes the text in another way.
 */
function piecesOf(
  render: (messages: readonly ChatMessage[]) => string,
  messages: readonly ChatMessage[],
): readonly ChatPiece[] | null {
  const whole = render(messages);
  const [open, close] = signsBeside(whole);
  for (const shape of [(text: string) => text, (text: string) => text.trim()]) {
    const signed = messages.map((each) => ({ ...each, content: `${open}${shape(each.content)}${close}` }));
    const rendered = render(signed);
    if (rendered.replaceAll(open, "").replaceAll(close, "") !== whole) continue;
    const [before = "", ...parts] = rendered.split(open);
    // A template may drop the end of a message, and the sign with it.
    if (before.includes(close) || parts.some((part) => !part.includes(close))) continue;
    const pieces = parts.flatMap((part): ChatPiece[] => {
      const end = part.lastIndexOf(close);
      return [
        { text: part.slice(0, end), isTyped: true },
        { text: part.slice(end + 1), isTyped: false },
      ];
    });
    return [{ text: before, isTyped: false }, ...pieces].filter(({ text }) => text !== "");
  }
  return null;
}

/** Two characters for private use that a text does not hold. */
function signsBeside(text: string): [string, string] {
  const free: string[] = [];
  for (let code = 0xe000; free.length < 2; code++) {
    const sign = String.fromCodePoint(code);
    if (!text.includes(sign)) free.push(sign);
  }
  return [free[0]!, free[1]!];
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
