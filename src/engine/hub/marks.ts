/** Marks are tokens that steer a model, such as the end of a turn. A template writes them; a person can only type their text. */
import type { TokenId } from "../../core/types.ts";
import type { Tokenizer } from "../interfaces.ts";
import type { ChatPiece } from "./chat.ts";

export interface AddedToken {
  readonly id: TokenId;
  readonly content: string;
  readonly special: boolean;
}

/** A token that steers a model. Some files forget to call theirs special, but brackets give them away. */
export function isMark({ special, content }: AddedToken): boolean {
  return special || /^(<.+>|\[\/?[A-Za-z_]+\])$/.test(content);
}

/** The template's marks by their ids, and all text between two marks as one text. */
export function encodePieces(
  pieces: readonly ChatPiece[],
  marks: readonly AddedToken[],
  tokenizer: Tokenizer,
): TokenId[] {
  const ids: TokenId[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") ids.push(...tokenizer.encode(text));
    text = "";
  };
  // The longest mark first: one may begin with another.
  const ordered = marks.toSorted((a, b) => b.content.length - a.content.length);
  for (const piece of pieces) {
    for (let at = 0; at < piece.text.length;) {
      const mark = piece.isTyped ? undefined : ordered.find(({ content }) => piece.text.startsWith(content, at));
      if (mark === undefined) text += piece.text[at++];
      else {
        flush();
        ids.push(mark.id);
        at += mark.content.length;
      }
    }
  }
  flush();
  return ids;
}

/** A text with a space inside each mark, for templates that change what they are given. */
export function broken(text: string, marks: readonly AddedToken[]): string {
  return marks.reduce(
    (left, { content }) => left.replaceAll(content, `${content.slice(0, 1)} ${content.slice(1)}`),
    text,
  );
}

/** A text without any sign that a mark could be made of, for templates and normalizers that make marks of other text. */
export function stripped(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\s.,;:!?'"()-]/gu, " ");
}

/** The model part of a tokenizer file. */
interface Model {
  readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number, ...unknown[]])[];
  readonly [key: string]: unknown;
}

/**
 * The same vocabulary with its marks under names that no text has. Vocabularies may hold their marks as words, and a
 * piece that a text can spell is found in it. The word for what is unknown keeps its name: it steers nothing.
 */
export function withHiddenMarks<M extends Model>(model: M, marks: readonly AddedToken[]): M {
  const hidden = new Set(marks.map(({ content }) => content));
  if (typeof model["unk_token"] === "string") hidden.delete(model["unk_token"]);
  // Half of a surrogate pair: no text that can be read holds it.
  const nameOf = (word: string): string => (hidden.has(word) ? `\uD800${word}` : word);
  const { vocab } = model;
  if (isList(vocab)) {
    if (!vocab.some(([word]) => hidden.has(word))) return model;
    return { ...model, vocab: vocab.map(([word, ...rest]) => [nameOf(word), ...rest]) };
  }
  if (!marks.some(({ content }) => Object.hasOwn(vocab, content))) return model;
  return { ...model, vocab: Object.fromEntries(Object.entries(vocab).map(([word, id]) => [nameOf(word), id])) };
}

function isList(vocab: Model["vocab"]): vocab is readonly (readonly [string, number, ...unknown[]])[] {
  return Array.isArray(vocab);
}
