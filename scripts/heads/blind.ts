/**
 * `npx tsx scripts/heads/blind.ts pairs --tries FILE.json --head ID --weight W [--count 20] [--seed 1] --out FILE.md --key FILE.json`
 * `npx tsx scripts/heads/blind.ts score --key FILE.json --verdicts FILE.txt`
 *
 * Blind reading of a head. The first command writes pairs of plain and steered answers without saying which is which, and the
 * key into another file. A reader writes a line for each pair, `1` or `2` for the text that is steered and then a remark. The
 * second command opens the key and counts.
 */
import { readFile, writeFile } from "node:fs/promises";
import { BadInput } from "../node/bad-input.ts";
import { runCommand } from "../node/cli.ts";
import { parseArgs } from "node:util";
import { chanceOf, parseVerdicts, rightOf, shuffledPairs, type TwoTexts } from "./pairs.ts";
import { laneOfHead, type Tries } from "./tries.ts";

interface Key {
  readonly head: string;
  readonly weight: number;
  readonly seed: number;
  readonly pairs: readonly { readonly promptId: string; readonly prompt: string; readonly steered: 1 | 2 }[];
}

function textsOf({ prompts, lanes, answers }: Tries, head: string, weight: number, count: number): TwoTexts[] {
  const lane = laneOfHead({ lanes }, head, weight);
  const textOf = (name: string, id: string): string => {
    const found = answers.find((answer) => answer.lane === name && answer.promptId === id);
    if (found === undefined) throw new BadInput(`prompt ${id} has no answer of ${name}`);
    return found.text;
  };
  const texts = prompts.slice(0, count).map(({ id, prompt }) => {
    return { promptId: id, prompt, plain: textOf("plain", id), steered: textOf(lane, id) };
  });
  if (texts.length < count) throw new BadInput(`--count ${count}: the file has ${texts.length} prompts`);
  return texts;
}

function need(values: Readonly<Record<string, string | undefined>>, name: string): string {
  const found = values[name];
  if (found === undefined) throw new BadInput(`--${name} is missing`);
  return found;
}

async function writePairs(values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const tries = JSON.parse(await readFile(need(values, "tries"), "utf8")) as Tries;
  const [head, weight] = [need(values, "head"), Number(need(values, "weight"))];
  const [count, seed] = [Number(values.count ?? 20), Number(values.seed ?? 1)];
  const pairs = shuffledPairs(textsOf(tries, head, weight, count), seed);
  const page = pairs.map(({ prompt, first, second }, at) => {
    return `## ${at + 1}. ${prompt}\n\n[1] ${first}\n\n[2] ${second}\n`;
  });
  await writeFile(need(values, "out"), page.join("\n"));
  const key: Key = {
    head,
    weight,
    seed,
    pairs: pairs.map(({ promptId, prompt, steered }) => ({ promptId, prompt, steered })),
  };
  await writeFile(need(values, "key"), `${JSON.stringify(key, null, 1)}\n`);
}

async function score(values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const key = JSON.parse(await readFile(need(values, "key"), "utf8")) as Key;
  const verdicts = parseVerdicts(await readFile(need(values, "verdicts"), "utf8"));
  const steered = key.pairs.map((pair) => pair.steered);
  const right = rightOf(steered, verdicts);
  const chance = chanceOf(right, verdicts.length);
  console.log(
    `${key.head} at ${key.weight}: ${right} of ${verdicts.length} right, by guessing ${chance.toExponential(1)}`,
  );
  for (const [at, verdict] of verdicts.entries()) {
    const mark = verdict.steered === steered[at] ? "right" : "wrong";
    console.log(`| ${at + 1} | ${key.pairs[at]!.prompt} | ${verdict.remark} | ${mark} |`);
  }
}

await runCommand("blind", async () => {
  const names = ["tries", "head", "weight", "count", "seed", "out", "key", "verdicts"];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [task] = positionals;
  if (task === "pairs") return writePairs(values);
  if (task === "score") return score(values);
  throw new BadInput(`${task ?? "nothing"} is asked for; choose pairs or score`);
});
