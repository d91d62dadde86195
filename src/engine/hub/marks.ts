/** Marks are tokens that steer a model, such as the end of a turn. A template writes them; a person can only type their text. */
import type { TokenId } from "../../core/types.ts";
import type { Tokenizer } from "../interfaces.ts";
import type { ChatMessage, ChatPiece } from "./chat.ts";

export interface AddedToken {
  readonly id: TokenId;
  readonly content: string;
  readonly special: boolean;
}

/** A token that steers a model. Some files forget to call theirs special, but brackets give them away. */
export function isMark({ special, content }: AddedToken): boolean {
  return special || /^(<.+>|\[[A-Z_]+\])$/.test(content);
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

/** A message with a space inside each mark, for templates that change what they are given. */
export function broken(message: ChatMessage, marks: readonly AddedToken[]): ChatMessage {
  const content = marks.reduce(
    (text, mark) => text.replaceAll(mark.content, `${mark.content.slice(0, 1)} ${mark.content.slice(1)}`),
    message.content,
  );
  return { ...message, content };
}
