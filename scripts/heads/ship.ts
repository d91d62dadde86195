/**
 * `npx tsx scripts/heads/ship.ts --heads FOLDER --tries FILE.json,FILE.json [--only id,id]`
 *   `[--plan scripts/heads/shipped.json] [--out public/heads]`
 *
 * Puts the heads of the plan where the page finds them. What was measured goes into their cards: the gain by the contrast,
 * what steering costs and the perplexity at the strength of the blind reading, where the slider starts and ends. --only
 * leaves the others of the plan as they are. Then the list beside them is written anew, from the files that are there.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readHead, writeHead, type NamedHead } from "../../src/core/heads/head-file.ts";
import type { Metric, PolicyIdentity } from "../../src/core/heads/head-card.ts";
import { BadInput, readOptions, runCommand } from "../node/cli.ts";
import { INDEX, readHeads } from "./head-files.ts";
import { figuresOf, isSteeredBy, laneOfHead, sliderEndOf, type Tries } from "./tries.ts";

interface Planned {
  readonly id: string;
  /** Where a slider starts: the manner shows, and answers of 120 tokens hold. */
  readonly startStrength: number;
  /** Prompts whose answers told so; five of 120 tokens where nothing is said. */
  readonly startPrompts?: number;
  /** Pairs of 44 tokens told apart, of all, at a strength. */
  readonly blind: { readonly strength: number; readonly right: number; readonly pairs: number };
}

/** A line of the list that the page reads. */
export interface ListedHead {
  readonly file: string;
  readonly id: string;
  readonly name: string;
  readonly policy: PolicyIdentity;
  /** Of heads for the bundled models; the others are for a chat model. */
  readonly world?: "laboratory";
  readonly bytes: number;
  readonly sha256: string;
}

const DIGITS = 4;
/** Prompts whose answers of 120 tokens were read at several strengths (docs/heads.md). */
const LONG_ANSWERS = 5;

function rounded({ value, n, ci95 }: Metric): Metric {
  const short = (each: number): number => Number(each.toPrecision(DIGITS));
  return { value: short(value), n, ci95: ci95 === null ? null : [short(ci95[0]), short(ci95[1])] };
}

function shipped({ card, head }: NamedHead, planned: Planned, tries: Tries): unknown {
  const { startStrength, startPrompts = LONG_ANSWERS, blind } = planned;
  const figures = figuresOf(tries, laneOfHead(tries, card.id, blind.strength), card.id);
  const metrics = {
    ...card.metrics,
    gain: figures.gain,
    klSteer: figures.klSteer,
    perplexityRatio: { value: figures.perplexityRatio, n: figures.n, ci95: null },
    startStrength: { value: startStrength, n: startPrompts, ci95: null },
    blindStrength: { value: blind.strength, n: blind.pairs, ci95: null },
    blindRight: { value: blind.right / blind.pairs, n: blind.pairs, ci95: null },
  };
  const measured = Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, rounded(metric)]));
  const type = head.kind === "value" ? "float16" : "int8";
  return writeHead({ card: { ...card, sliderEnd: sliderEndOf(tries, card.id), metrics: measured }, head }, type);
}

async function listOf(folder: string): Promise<readonly ListedHead[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json") && name !== INDEX).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(folder, file));
      const { id, name, policy, teacher } = readHead(JSON.parse(bytes.toString("utf8"))).card;
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const world = teacher.kind === "arm" ? ({ world: "laboratory" } as const) : {};
      return { file, id, name, policy, ...world, bytes: bytes.length, sha256 };
    }),
  );
}

await runCommand("ship", async () => {
  const {
    heads,
    tries,
    plan = "scripts/heads/shipped.json",
    out = "public/heads",
    only,
  } = readOptions(["heads", "tries"], ["plan", "out", "only"]);
  const whole = JSON.parse(await readFile(plan, "utf8")) as readonly Planned[];
  const planned = whole.filter(({ id }) => only === undefined || only.split(",").includes(id));
  const files = tries.split(",").map(async (file) => JSON.parse(await readFile(file, "utf8")) as Tries);
  const measured = await Promise.all(files);
  const found = await readHeads(
    heads,
    planned.map(({ id }) => id),
  );
  await mkdir(out, { recursive: true });
  for (const [at, each] of planned.entries()) {
    if (each.blind.right < 18 || each.blind.pairs !== 20)
      throw new BadInput(`${each.id}: ${each.blind.right} of ${each.blind.pairs} were told apart, and 18 of 20 ship`);
    const own = measured.find(({ lanes }) => lanes.some((lane) => isSteeredBy(lane, each.id)));
    if (own === undefined) throw new BadInput(`--tries ${tries}: ${each.id} was not tried in any of them`);
    await writeFile(join(out, `${each.id}.json`), `${JSON.stringify(shipped(found[at]!, each, own))}\n`);
  }
  const list = await listOf(out);
  await writeFile(join(out, INDEX), `${JSON.stringify(list, null, 2)}\n`);
  for (const { id, bytes } of list) console.log(`${id}: ${(bytes / 1000).toFixed(1)} kB`);
});
