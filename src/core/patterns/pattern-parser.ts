/** From the text of a regular expression to its parts; `pattern.ts` says which are known. */

export type Node =
  | { readonly type: "take"; readonly has: (character: string) => boolean }
  /** A place between two characters, "" before the first and after the last. */
  | { readonly type: "at"; readonly holds: (before: string, after: string) => boolean }
  | { readonly type: "sequence"; readonly parts: readonly Node[] }
  | { readonly type: "choice"; readonly parts: readonly Node[] }
  | { readonly type: "repeat"; readonly part: Node; readonly min: number; readonly max: number };

type Test = (character: string) => boolean;

const MAX_REPEAT = 100;
const MAX_DEPTH = 50;
const isDigit: Test = (character) => /^\d$/.test(character);
const isWord: Test = (character) => /^\w$/.test(character);
const isSpace: Test = (character) => /^\s$/.test(character);
const CLASSES: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: (character) => !isDigit(character),
  w: isWord,
  W: (character) => !isWord(character),
  s: isSpace,
  S: (character) => !isSpace(character),
};
const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

export class PatternParser {
  readonly #characters: readonly string[];
  readonly #ignoresCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, ignoresCase: boolean) {
    this.#characters = Array.from(pattern);
    this.#ignoresCase = ignoresCase;
  }

  /** @throws SyntaxError with what is wrong and the way out */
  parse(): Node {
    const node = this.#choice();
    if (this.#peek() !== undefined) throw new SyntaxError('it has a ")" without a "("; put "\\" before it');
    return node;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string | undefined {
    return this.#characters[this.#at++];
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`it nests groups more than ${MAX_DEPTH} deep; use fewer`);
    const parts = [this.#sequence()];
    while (this.#peek() === "|") {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return parts.length === 1 ? parts[0]! : { type: "choice", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { type: "sequence", parts };
  }

  #repeated(part: Node): Node {
    const bounds = this.#bounds();
    if (bounds === null) return part;
    // Lazy or greedy makes no difference to whether it is found.
    if (this.#peek() === "?") this.#at++;
    if (this.#bounds() !== null)
      throw new SyntaxError("it repeats a part that already repeats; put that part in a group");
    return { type: "repeat", part, min: bounds[0], max: bounds[1] };
  }

  #bounds(): readonly [number, number] | null {
    const next = this.#peek();
    const known = next === "*" ? [0, Infinity] : next === "+" ? [1, Infinity] : next === "?" ? [0, 1] : null;
    if (known !== null) {
      this.#at++;
      return [known[0]!, known[1]!];
    }
    if (next !== "{") return null;
    const found = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.#characters.slice(this.#at, this.#at + 12).join(""));
    if (found === null) throw new SyntaxError('it has "{" without numbers; put "\\" before it');
    const min = Number(found[1]);
    const max = found[2] === "" ? min : found[3] === "" ? Infinity : Number(found[3]);
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT) || min > max) {
      throw new SyntaxError(`numbers in braces may be at most ${MAX_REPEAT}, with the smaller one first; change them`);
    }
    this.#at += found[0].length;
    return [min, max];
  }

  #atom(): Node {
    const character = this.#take() ?? "";
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { type: "take", has: this.#set() };
      case ".":
        return { type: "take", has: (each) => each !== "\n" };
      case "^":
        return { type: "at", holds: (before) => before === "" || before === "\n" };
      case "$":
        return { type: "at", holds: (_, after) => after === "" || after === "\n" };
      case "\\":
        return this.#escaped();
      case "*":
      case "+":
      case "?":
      case "{":
        throw new SyntaxError(`it has nothing before "${character}" to repeat; put "\\" before it`);
      default:
        return { type: "take", has: this.#letter(character) };
    }
  }

  #group(): Node {
    if (this.#peek() === "?") {
      this.#at++;
      if (this.#take() !== ":")
        throw new SyntaxError("it has a look-around or a named group, which Tiller does not support; use plain groups");
    }
    const node = this.#choice();
    if (this.#take() !== ")") throw new SyntaxError('it has a "(" without a ")"; put "\\" before it');
    return node;
  }

  #escaped(): Node {
    const character = this.#take();
    if (character === undefined) throw new SyntaxError('it ends in "\\"; write it twice');
    if (character === "b" || character === "B") {
      const wants = character === "b";
      return { type: "at", holds: (before, after) => (isWord(before) !== isWord(after)) === wants };
    }
    if (/[1-9k]/.test(character))
      throw new SyntaxError("it has a back-reference, which Tiller does not support; write the text again");
    const known = CLASSES[character];
    return { type: "take", has: known ?? this.#letter(LETTERS[character] ?? character) };
  }

  #letter(letter: string): Test {
    if (!this.#ignoresCase) return (each) => each === letter;
    const lower = letter.toLowerCase();
    return (each) => each.toLowerCase() === lower;
  }

  /** After "[". */
  #set(): Test {
    const isNegated = this.#peek() === "^";
    if (isNegated) this.#at++;
    const tests: Test[] = [];
    for (let isFirst = true; this.#peek() !== "]" || isFirst; isFirst = false) {
      const from = this.#member();
      if (typeof from !== "string") {
        tests.push(from);
        continue;
      }
      const isRange = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]";
      if (!isRange) {
        tests.push(this.#letter(from));
        continue;
      }
      this.#at++;
      const to = this.#member();
      if (typeof to !== "string" || to < from)
        throw new SyntaxError(`the range that starts at "${from}" is backwards; swap its ends`);
      const inRange: Test = (each) => each >= from && each <= to;
      const inEither: Test = (each) => inRange(each.toLowerCase()) || inRange(each.toUpperCase());
      tests.push(this.#ignoresCase ? inEither : inRange);
    }
    this.#at++;
    return (each) => tests.some((test) => test(each)) !== isNegated;
  }

  #member(): string | Test {
    const character = this.#take();
    if (character === undefined) throw new SyntaxError('it has a "[" without a "]"; put "\\" before it');
    if (character !== "\\") return character;
    const escaped = this.#take() ?? "\\";
    return CLASSES[escaped] ?? LETTERS[escaped] ?? escaped;
  }
}
