/** The value of a formula for one text. */
import type { Formula, Operator } from "./parse.ts";
import { NAMES, type FormulaName, type FunctionName } from "./names.ts";

/** What a formula may ask of a text. A measure is null where it says nothing of this text. */
export interface FormulaInputs {
  readonly valueOf: (name: FormulaName) => number | null;
  readonly countOf: (words: string) => number;
}

/**
 * @returns null where a measure that the formula uses says nothing of this text; NaN or an infinity for a logarithm or a root of
 *   a negative number and for a division by 0, which whoever collects the scores refuses
 */
export function evaluate(formula: Formula, inputs: FormulaInputs): number | null {
  switch (formula.type) {
    case "number":
      return formula.value;
    case "name":
      return inputs.valueOf(formula.name);
    case "count":
      return inputs.countOf(formula.words);
    case "minus": {
      const value = evaluate(formula.of, inputs);
      return value === null ? null : -value;
    }
    case "operation": {
      const [left, right] = [evaluate(formula.left, inputs), evaluate(formula.right, inputs)];
      return left === null || right === null ? null : operate(formula.operator, left, right);
    }
    case "call":
      return call(formula.name, formula.inputs, inputs);
    default:
      throw new Error(`unknown node ${JSON.stringify(formula satisfies never)}`);
  }
}

/** The names that a formula uses, each once. */
export function namesIn(formula: Formula): readonly FormulaName[] {
  const used = new Set<string>();
  const visit = (node: Formula): void => {
    if (node.type === "name") used.add(node.name);
    else if (node.type === "minus") visit(node.of);
    else if (node.type === "operation") [node.left, node.right].forEach(visit);
    else if (node.type === "call") node.inputs.forEach(visit);
  };
  visit(formula);
  return NAMES.filter((name) => used.has(name));
}

function call(name: FunctionName, formulas: readonly Formula[], inputs: FormulaInputs): number | null {
  if (name === "if") {
    const [test, yes, no] = formulas;
    const holds = evaluate(test!, inputs);
    return holds === null ? null : evaluate(holds === 0 ? no! : yes!, inputs);
  }
  const values: number[] = [];
  for (const formula of formulas) {
    const value = evaluate(formula, inputs);
    if (value === null) return null;
    values.push(value);
  }
  return Math[name](...(values as [number]));
}

function operate(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "<":
      return Number(left < right);
    case "<=":
      return Number(left <= right);
    case ">":
      return Number(left > right);
    case ">=":
      return Number(left >= right);
    case "==":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
    default:
      throw new Error(`unknown operator ${String(operator satisfies never)}`);
  }
}
