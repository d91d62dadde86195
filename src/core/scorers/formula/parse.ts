/**
 * Formulas over measures of a text, as a tree. Never `eval`: a formula may come in a link.
 *
 *   comparison  sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?        1 if it holds, else 0
 *   sum         product (("+" | "-") product)*
 *   product     sign (("*" | "/") sign)*
 *   sign        "-"? atom
 *   atom        number | name | function "(" comparison ("," comparison)* ")" | count "(" text ")" | "(" comparison ")"
 *
 * `count("please")` is how often these words stand in the text, as whole words in any case.
 */
import type { RunError } from "../../errors.ts";
import { FUNCTIONS, NAMES, type FunctionName, type FormulaName } from "./names.ts";
import { failure, tokensOf, type Token } from "./tokens.ts";

export type Operator = "+" | "-" | "*" | "/" | "<" | "<=" | ">" | ">=" | "==" | "!=";

export type Formula =
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "name"; readonly name: FormulaName }
  | { readonly type: "minus"; readonly of: Formula }
  | { readonly type: "operation"; readonly operator: Operator; readonly left: Formula; readonly right: Formula }
  | { readonly type: "call"; readonly name: FunctionName; readonly inputs: readonly Formula[] }
  | { readonly type: "count"; readonly words: string };

const MAX_DEPTH = 50;
const COMPARISONS = ["<", "<=", ">", ">=", "==", "!="] as const;
const VALUE = 'a number, a name or "("';

/** @throws RunError "invalid-request" with the place in the formula and what was expected there */
export function parseFormula(text: string): Formula {
  return new Parser(tokensOf(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Formula {
    const formula = this.#comparison();
    if (this.#next.type !== "end") throw this.#unexpected("an operator or the end");
    return formula;
  }

  /** The list ends with a token of type "end", which nothing takes. */
  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #takeOperator<T extends string>(operators: readonly T[]): T | null {
    const { type, text } = this.#next;
    const found = type === "operator" ? operators.find((each) => each === text) : undefined;
    if (found === undefined) return null;
    this.#at++;
    return found;
  }

  #expect(operator: string): void {
    if (this.#takeOperator([operator]) === null) throw this.#unexpected(`"${operator}"`);
  }

  #comparison(): Formula {
    if (++this.#depth > MAX_DEPTH) throw failure(this.#next, `at most ${MAX_DEPTH} parentheses inside each other`);
    const left = this.#sum();
    const operator = this.#takeOperator(COMPARISONS);
    this.#depth--;
    if (operator === null) return left;
    const right = this.#sum();
    if (this.#next.type === "operator" && COMPARISONS.some((each) => each === this.#next.text))
      throw this.#unexpected("parentheses around one of two comparisons");
    return { type: "operation", operator, left, right };
  }

  #sum(): Formula {
    let left = this.#product();
    for (let operator = this.#takeOperator(["+", "-"]); operator !== null; operator = this.#takeOperator(["+", "-"]))
      left = { type: "operation", operator, left, right: this.#product() };
    return left;
  }

  #product(): Formula {
    let left = this.#sign();
    for (let operator = this.#takeOperator(["*", "/"]); operator !== null; operator = this.#takeOperator(["*", "/"]))
      left = { type: "operation", operator, left, right: this.#sign() };
    return left;
  }

  #sign(): Formula {
    return this.#takeOperator(["-"]) === null ? this.#atom() : { type: "minus", of: this.#atom() };
  }

  #atom(): Formula {
    if (this.#takeOperator(["("]) !== null) {
      const inner = this.#comparison();
      this.#expect(")");
      return inner;
    }
    const token = this.#next;
    if (token.type === "number") {
      this.#at++;
      return { type: "number", value: Number(token.text) };
    }
    if (token.type !== "name") throw this.#unexpected(VALUE);
    this.#at++;
    if (token.text === "count") return this.#count();
    const called = functionNamed(token.text);
    if (called !== null) return this.#call(called);
    const name = NAMES.find((each) => each === token.text);
    if (name === undefined) throw failure(token, `one of ${[...NAMES, ...Object.keys(FUNCTIONS), "count"].join(", ")}`);
    return { type: "name", name };
  }

  #count(): Formula {
    this.#expect("(");
    const token = this.#next;
    if (token.type !== "text" || !/[\p{L}\p{N}]/u.test(token.text))
      throw this.#unexpected('words in quotes, as in count("please")');
    this.#at++;
    this.#expect(")");
    return { type: "count", words: token.text };
  }

  #call(name: FunctionName): Formula {
    this.#expect("(");
    const inputs = [this.#comparison()];
    while (this.#takeOperator([","]) !== null) inputs.push(this.#comparison());
    const { min, max } = FUNCTIONS[name];
    if (inputs.length < min) throw this.#unexpected(`"," and input ${inputs.length + 1} of ${name}`);
    if (inputs.length > max) throw this.#unexpected(`at most ${max} input${max === 1 ? "" : "s"} of ${name}`);
    this.#expect(")");
    return { type: "call", name, inputs };
  }

  #unexpected(expected: string): RunError {
    return failure(this.#next, expected);
  }
}

function functionNamed(text: string): FunctionName | null {
  return Object.keys(FUNCTIONS).find((name): name is FunctionName => name === text) ?? null;
}
