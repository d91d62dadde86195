/** Every sentence of the page stands in src/ui/words: components hold none. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, type AST } from "svelte/compiler";

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Attributes whose value is read or heard by people, of elements and of the page's own components. */
const SPOKEN =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|title|placeholder|label|legend|alt|heading|caption|close|hint|text|names?|summary|value|data-label)$/;
/** Attributes of elements that carry a technical name where those of components carry words. */
const TECHNICAL = new Set(["name", "value", "type"]);
/** Components whose `name` is the name of a drawing. */
const DRAWINGS = new Set(["Icon"]);
const WORD = /\p{L}{2}/u;
const SENTENCE = /\p{L}{2,}[,.:;]? \p{L}/u;

/** Texts that a component holds itself, in the order in which they stand. */
function literalTexts(source: string): string[] {
  const root = parse(source, { modern: true });
  const found: string[] = [];
  const note = (text: string): void => void found.push(text.trim().replaceAll(/\s+/g, " "));
  for (const part of [root.fragment, root.instance?.content, root.module?.content]) {
    if (part !== undefined) visit(part as unknown as Node, note);
  }
  return found;
}

function visit(node: Node, note: (text: string) => void): void {
  switch (node.type) {
    case "Text":
      if (WORD.test(String(node["data"]))) note(String(node["data"]));
      return;
    case "ExpressionTag":
      shownLiterals(node["expression"] as Node, note);
      break;
    case "Literal":
      if (SENTENCE.test(String(node["value"]))) note(String(node["value"]));
      return;
    case "TemplateElement": {
      const { cooked } = node["value"] as { readonly cooked: string };
      if (SENTENCE.test(cooked)) note(cooked);
      return;
    }
    case "RegularElement":
    case "SvelteElement":
    case "Component":
    case "SvelteComponent":
      for (const attribute of node["attributes"] as Node[]) visitAttribute(attribute, node, note);
      visit(node["fragment"] as Node, note);
      return;
    default:
  }
  for (const [key, child] of Object.entries(node)) {
    if (key === "leadingComments" || key === "trailingComments") continue;
    for (const each of Array.isArray(child) ? (child as unknown[]) : [child]) if (isNode(each)) visit(each, note);
  }
}

function visitAttribute(attribute: Node, owner: Node, note: (text: string) => void): void {
  const name = String(attribute["name"]);
  // Class names and styles are parted by spaces, and nobody reads them.
  if (attribute.type !== "Attribute" || name === "class" || name === "style") {
    if (attribute.type !== "Attribute" && isNode(attribute["expression"])) visit(attribute["expression"], note);
    return;
  }
  const isElement = owner.type === "RegularElement" || owner.type === "SvelteElement";
  const isTechnical = isElement ? TECHNICAL.has(name) : DRAWINGS.has(String(owner["name"]));
  const isSpoken = SPOKEN.test(name) && !isTechnical;
  const value = attribute["value"] as AST.Attribute["value"];
  if (value === true) return;
  for (const part of (Array.isArray(value) ? value : [value]) as unknown as Node[]) {
    if (part.type === "Text") {
      if (isSpoken && WORD.test(String(part["data"]))) note(String(part["data"]));
    } else {
      if (isSpoken) shownLiterals(part["expression"] as Node, note);
      visit(part["expression"] as Node, note);
    }
  }
}

/** Single words that an expression can show; sentences are found wherever they stand. */
function shownLiterals(node: Node, note: (text: string) => void): void {
  const isOneWord = (text: string): boolean => WORD.test(text) && !SENTENCE.test(text);
  if (node.type === "Literal" && typeof node["value"] === "string" && isOneWord(node["value"])) note(node["value"]);
  if (node.type === "TemplateLiteral") {
    for (const { value } of node["quasis"] as { readonly value: { readonly cooked: string } }[]) {
      if (isOneWord(value.cooked)) note(value.cooked);
    }
  }
  const inner = node.type === "ConditionalExpression" ? ["consequent", "alternate"] : [];
  if (node.type === "LogicalExpression" || node.type === "BinaryExpression") inner.push("left", "right");
  // What is compared is not shown.
  if (node.type === "BinaryExpression" && node["operator"] !== "+") return;
  for (const key of inner) shownLiterals(node[key] as Node, note);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

describe("no component holds words of its own", () => {
  const components = readdirSync("src/ui", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".svelte"),
  );
  test.each(components)("%s", (file) => {
    expect(literalTexts(readFileSync(join("src/ui", file), "utf8"))).toEqual([]);
  });
});

describe("words in a component are found", () => {
  test.each([
    ["between tags", "<p>Choose a mark</p>", "Choose a mark"],
    ["beside an expression", "<p>{count} runs</p>", "runs"],
    ["in an attribute", '<button aria-label="Close"></button>', "Close"],
    ["in an attribute with an expression", '<button title="Delete {name}"></button>', "Delete"],
    ["for a component of the page", '<Slider label="Seeds" />', "Seeds"],
    ["as one branch of two", '<p>{isOn ? "Pause" : words.goOn}</p>', "Pause"],
    ["in a template", "<p>{`${count} runs`}</p>", "runs"],
    ["in the script", '<script>const names = { n: "the number N" };</script>', "the number N"],
    ["in a template of the script", "<script lang='ts'>const said: string = `Sweep of ${n}`;</script>", "Sweep of"],
    ["in a handler", '<button onclick={() => tell("All is saved.")}></button>', "All is saved."],
    ["in a block", "{#if isEmpty}<p>None</p>{/if}", "None"],
    ["given to a snippet", '{@render note("Not loaded yet")}', "Not loaded yet"],
  ])("%s", (_, source, text) => {
    expect(literalTexts(source)).toEqual([text]);
  });

  test("and what nobody reads is let through", () => {
    const source = `<script>if (kind === "story") go("wasm");</script>
      <p class={isOn ? "button main" : "button"} data-kind="story">{kind === "story" ? words.a : "λ · β"}</p>
      <input type="text" name="kind" value="wasm" inputmode="decimal" /><Icon name="play" />× 2`;
    expect(literalTexts(source)).toEqual([]);
  });
});
