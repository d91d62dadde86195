/**
 * `npx tsx scripts/heads/compare-arms.ts --heads FOLDER --out FILE.json [--only joy,helpful] [--prompts 40] [--strengths 0.5,1,2]`
 * `npx tsx scripts/heads/compare-arms.ts --table FILE.json --heads FOLDER`
 *
 * ARMs of the laboratory and the heads that were distilled from them, on prompts that no model has read: the truth of their
 * texts, what steering cost, and the forwards. Each prompt is answered plainly, under the ARM at half and the whole of its slider,
 * and under the head at each strength, with the same noise. The file is gone on with where a command was cut off. --table prints
 * the means as Markdown, and the gain of both at one KL.
 */
import { readFile } from "node:fs/promises";
import defaults from "../../src/core/defaults.json" with { type: "json" };
import { mean, meanInterval } from "../../src/core/stats.ts";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND, type LaneRequest, type ObjectiveId } from "../../src/core/types.ts";
import { withHeads } from "../../src/engine/heads/loaded-head.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { BadInput, readOptions, runCommand, startRuntime } from "../node/cli.ts";
import { OutFile } from "../node/out-file.ts";
import { wholeRun } from "../node/whole-run.ts";
import { readHeads } from "./head-files.ts";
import { openLaboratory, readLabPrompts } from "./lab-models.ts";
import { curveAt, type Point } from "./equal-kl.ts";

interface Tried {
  readonly objective: ObjectiveId;
  readonly prompt: string;
  readonly lane: string;
  readonly truth: number | null;
  readonly klSteer: number | null;
  /** Rows of forwards, all models. */
  readonly forwards: number;
  readonly tokens: number;
}

const { beta, fullWeight, seed, maxTokens } = defaults;
const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;

function lanesOf(objective: ObjectiveId, strengths: readonly number[]): readonly LaneRequest[] {
  const arm = [0.5, 1].map((share): LaneRequest => {
    const weights = { [objective]: share * fullWeight[objective] };
    return { name: `ARM at ${share}`, strategy: { id: "genarm", beta, weights }, sampling: SAMPLING };
  });
  const head = strengths.map((strength): LaneRequest => {
    return {
      name: `head at ${strength}`,
      strategy: { id: "genarm", beta: 1, weights: { s1: strength } },
      sampling: SAMPLING,
    };
  });
  return [{ name: "plain", strategy: { id: "base" }, sampling: SAMPLING }, ...arm, ...head];
}

async function answer(
  models: Models,
  objective: ObjectiveId,
  prompt: string,
  strengths: readonly number[],
): Promise<readonly Tried[]> {
  const lanes = lanesOf(objective, strengths);
  const kind = OBJECTIVES_OF_KIND.story.some((id) => id === objective) ? "story" : "advice";
  const sources = [{ id: "s1", name: "Head", type: "head", head: `lab-${objective}` }] as const;
  const events = await wholeRun("arms", { version: 1, kind, prompt, seed, maxTokens, sources, lanes }, models);
  const samples = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error("the run did not finish");
  return lanes.map(({ name }, at) => {
    const { truth, klSteer, tokens } = samples.find(({ lane }) => lane === at)!;
    const counts: Readonly<Record<string, number>> = last.lanes[at]!.forwards;
    const forwards = Object.values(counts).reduce((sum, each) => sum + each, 0);
    return { objective, prompt, lane: name, truth: truth[objective] ?? null, klSteer, forwards, tokens: tokens.length };
  });
}

async function readTried(file: string): Promise<readonly Tried[]> {
  const text = await readFile(file, "utf8").catch(() => "[]");
  return JSON.parse(text) as readonly Tried[];
}

/** Of a lane: its gain over plain on the same prompts, sd, and what steering cost. */
function pointOf(tried: readonly Tried[], lane: string) {
  const own = tried.filter((each) => each.lane === lane);
  const gains = own.flatMap(({ prompt, truth }) => {
    const plain = tried.find((each) => each.lane === "plain" && each.prompt === prompt)?.truth ?? null;
    return truth === null || plain === null ? [] : [truth - plain];
  });
  const kl = mean(own.flatMap(({ klSteer }) => klSteer ?? []));
  const forwards = own.reduce((sum, each) => sum + each.forwards, 0) / own.reduce((sum, each) => sum + each.tokens, 0);
  return { kl, gain: meanInterval(gains), forwards, n: gains.length };
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

async function table(file: string): Promise<void> {
  const all = await readTried(file);
  console.log("| objective | lane | gain, sd | KL | forwards a token |\n| --- | --- | ---: | ---: | ---: |");
  const equal: string[] = [];
  for (const objective of OBJECTIVE_IDS) {
    const tried = all.filter((each) => each.objective === objective);
    const names = [...new Set(tried.map(({ lane }) => lane))].filter((name) => name !== "plain");
    const points = new Map(names.map((name) => [name, pointOf(tried, name)]));
    for (const [name, { kl, gain, forwards }] of points) {
      const [low, high] = gain.ci95 ?? [NaN, NaN];
      const shown = `${signed(gain.mean)} (${signed(low)} to ${signed(high)})`;
      console.log(`| ${objective} | ${name} | ${shown} | ${kl.toFixed(1)} | ${forwards.toFixed(2)} |`);
    }
    const curve = (of: string): readonly Point[] =>
      [...points].flatMap(([name, { kl, gain }]) => (name.startsWith(of) ? [{ kl, gain: gain.mean }] : []));
    const [arm, head] = [curve("ARM"), curve("head")];
    const at = Math.min(...[arm, head].map((points2) => Math.max(...points2.map(({ kl }) => kl))));
    if (arm.length > 0)
      equal.push(`| ${objective} | ${at.toFixed(1)} | ${signed(curveAt(arm, at))} | ${signed(curveAt(head, at))} |`);
  }
  console.log("\n| objective | at KL | ARM gains, sd | head gains, sd |\n| --- | ---: | ---: | ---: |");
  for (const line of equal) console.log(line);
}

await runCommand("compare-arms", async () => {
  const options = readOptions(["heads"], ["out", "only", "prompts", "strengths", "table"]);
  if (options.table !== undefined) return table(options.table);
  if (options.out === undefined) throw new BadInput("--out is missing, or --table");
  const wanted = options.only?.split(",") ?? OBJECTIVE_IDS;
  const strengths = (options.strengths ?? "0.5,1,2").split(",").map(Number);
  const objectives = OBJECTIVE_IDS.filter((id) => wanted.includes(id));
  const heads = await readHeads(
    options.heads,
    objectives.map((id) => `lab-${id}`),
  );
  const { keptBack } = await readLabPrompts();
  const tried = [...(await readTried(options.out))];
  const out = new OutFile(options.out);
  const runtime = await startRuntime("cpu");
  try {
    const models = await withHeads(await openLaboratory(runtime), heads);
    for (let at = 0; at < Number(options.prompts ?? 40); at++) {
      for (const objective of objectives) {
        const kind = OBJECTIVES_OF_KIND.story.some((id) => id === objective) ? "story" : "advice";
        const prompt = keptBack[kind][at]!;
        if (tried.some((each) => each.objective === objective && each.prompt === prompt)) continue;
        tried.push(...(await answer(models, objective, prompt, strengths)));
        out.tryWrite(tried);
      }
      console.error(`prompt ${at + 1}`);
    }
  } finally {
    out.close();
    await runtime.dispose();
  }
});
