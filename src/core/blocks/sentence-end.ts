/** Where a sentence ends while it is being written: nobody knows yet what comes next. */

/** A mark that ends sentences, with the quotes and brackets that close after it; or a line that ends. */
const END = /(?:[.!?…\u3002\uFF01\uFF1F]["'”’»)\]*_]*\s*|\n\s*)$/;
/** Full stops that end no sentence: after a title, an initial or a usual short form, and after the number of a list's entry. */
const NO_END = /(?:(?:^|[\s"'“‘(])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|No|[A-Z])|(?:^|\n)\s*\d{1,3})\.\s*$/;

/** @param block the text of the block so far; one without a letter or a digit has not begun */
export function sentenceEnds(block: string): boolean {
  return /[\p{L}\p{N}]/u.test(block) && END.test(block) && !NO_END.test(block);
}
