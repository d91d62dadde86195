/**
 * `npx tsx scripts/heads/try-heads.ts --heads FOLDER --out FILE.json [--only id,id] [--weights 0.5,1,1.5,2]`
 *   `[--contrast 1.5] [--best-of 16] [--prompts FILE.txt] [--from 1] [--to 20] [--tokens 44] [--seed 11] [--policy models/…]`
 *   `[--scores no]`
 *
 * Answers prompts plainly and under each head at each weight, with the same noise and the settings that the page starts with,
 * and scores every answer by the contrasts that the heads learned from, unless --scores is no. --contrast adds a lane of each contrast itself, and
 * --best-of plain samples that it picks among. Written as it goes.
 */
import { openScorer } from "../../src/engine/scorers/open-scorer.ts";
import { withHeads } from "../../src/engine/heads/loaded-head.ts";
import { POLICY, type SourceSpec } from "../../src/core/sources/spec.ts";
import type { NamedHead } from "../../src/core/heads/head-file.ts";
import type { Strategy } from "../../src/core/types.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Contrast } from "../../src/engine/teach/teach-contrast.ts";
import { BadInput, readOptions, runCommand, startRuntime } from "../node/cli.ts";
import { openPolicy } from "../node/open-policy.ts";
import { OutFile } from "../node/out-file.ts";
import { linesOf, readTextFile } from "../node/text-file.ts";
import { contrastScores, answersTo, type WrittenAnswer } from "./answers.ts";
import { readHeads } from "./head-files.ts";
import type { TriedAnswer, TriedLane, Tries } from "./tries.ts";

const KEPT_BACK = "scripts/heads/kept-back-prompts.txt";
/** As chat models are sampled on the page. */
const SAMPLING = { plausible: 0.1, temperature: 0.7, topK: 0, topP: 1, minP: 0 } as const;

function number(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (Number.isFinite(found) && found > 0) return found;
  throw new BadInput(`--${name} ${value}: give a number above 0`);
}

interface Asked {
  readonly lane: TriedLane;
  readonly strategy: Strategy;
}

const headSource = (at: number) => `s${2 * at + 1}` as const;
const contrastSource = (at: number) => `s${2 * at + 2}` as const;

function contrastOf({ card: { id, teacher } }: NamedHead): Contrast {
  if (teacher.kind === "contrast") return teacher;
  throw new BadInput(`the head ${id} did not learn from a contrast`);
}

function sourcesOf(heads: readonly NamedHead[]): readonly SourceSpec[] {
  return heads.flatMap((head, at): SourceSpec[] => {
    const { id, name } = head.card;
    const { better, worse } = contrastOf(head);
    return [
      { id: headSource(at), name, type: "head", head: id },
      { id: contrastSource(at), name: `${name} contrast`, type: "contrastive", model: POLICY, better, worse },
    ];
  });
}

function lanesOf({ card: { id } }: NamedHead, at: number, weights: readonly number[], contrast: number | null) {
  const guided = (source: `s${number}`, weight: number): Strategy => {
    return { id: "genarm", beta: 1, weights: { [source]: weight } };
  };
  const own = weights.map((weight): Asked => ({
    lane: { name: `${id} at ${weight}`, by: "head", head: id, weight },
    strategy: guided(headSource(at), weight),
  }));
  if (contrast === null) return own;
  const lane = { name: `${id} contrast`, by: "contrast", head: id, weight: contrast } as const;
  return [...own, { lane, strategy: guided(contrastSource(at), contrast) }];
}

/** Of each answer by the heads whose lane it is; plain samples by all. */
async function scoresOf(
  models: Models,
  prompt: string,
  heads: readonly NamedHead[],
  lanes: readonly TriedLane[],
  written: readonly WrittenAnswer[],
): Promise<readonly Readonly<Record<string, number>>[]> {
  const scores = written.map((): Record<string, number> => ({}));
  for (const head of heads) {
    const { id } = head.card;
    const isOf = (name: string): boolean => {
      const lane = lanes.find((each) => each.name === name);
      return lane !== undefined && (!("head" in lane) || lane.head === id);
    };
    const own = [...written.keys()].filter((at) => isOf(written[at]!.lane));
    const found = await contrastScores(
      models,
      prompt,
      contrastOf(head),
      own.map((at) => written[at]!),
    );
    own.forEach((at, k) => (scores[at]![id] = found[k]!));
  }
  return scores;
}

await runCommand("try-heads", async () => {
  const options = readOptions(
    ["heads", "out"],
    ["only", "weights", "contrast", "best-of", "prompts", "from", "to", "tokens", "seed", "policy", "scores"],
  );
  const heads = await readHeads(options.heads, options.only?.split(","));
  const weights = (options.weights ?? "1").split(",").map((each) => number("weights", each, 1));
  const contrast = options.contrast === undefined ? null : number("contrast", options.contrast, 1);
  const lines = linesOf(readTextFile(options.prompts ?? KEPT_BACK)).filter((line) => line.trim() !== "");
  const [from, to] = [number("from", options.from, 1), number("to", options.to, lines.length)];
  const prompts = lines.slice(from - 1, to).map((prompt, at) => ({ id: String(from + at), prompt }));
  const [maxTokens, seed] = [number("tokens", options.tokens, 44), number("seed", options.seed, 11)];
  const asked: Asked[] = [
    { lane: { name: "plain", by: "plain" }, strategy: { id: "base" } },
    ...heads.flatMap((head, at) => lanesOf(head, at, weights, contrast)),
  ];
  if (options["best-of"] !== undefined) {
    const n = number("best-of", options["best-of"], 16);
    const strategy = {
      id: "bon",
      beta: 1,
      weights: { [contrastSource(0)]: 1 },
      n,
      ensemble: "mean",
      lambda: 0,
    } as const;
    asked.push({ lane: { name: `best of ${n}`, by: "best-of-n", n }, strategy });
  }
  const lanes = asked.map(({ lane }) => lane);
  const isScored = options.scores !== "no";
  const out = new OutFile(options.out);
  const runtime = await startRuntime("cpu");
  try {
    const { backend, adapter, isSoftware, threads } = runtime;
    const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
    const place = options.policy ?? "models/smollm2-135m-instruct";
    const models = await withHeads(await openPolicy(place, runtime, device), heads);
    const scorer = await openScorer({ type: "formula", formula: "syllables" });
    const answers: TriedAnswer[] = [];
    const requested = asked.map(({ lane: { name }, strategy }) => ({ name, strategy, sampling: SAMPLING }));
    for (const { id, prompt } of prompts) {
      const written = await answersTo(models, requested, { prompt, seed, maxTokens, sources: sourcesOf(heads) });
      const scores = isScored ? await scoresOf(models, prompt, heads, lanes, written) : written.map(() => ({}));
      for (const [at, answer] of written.entries())
        answers.push({ promptId: id, ...answer, scores: scores[at]!, syllables: scorer.score(answer.text) });
      const tries: Tries = { version: 1, seed, maxTokens, prompts, lanes, answers };
      if (!out.tryWrite(tries)) console.error("the answers cannot be written just now");
      console.error(`prompt ${id}, to ${prompts.at(-1)?.id}`);
    }
  } finally {
    out.close();
    await runtime.dispose();
  }
});
