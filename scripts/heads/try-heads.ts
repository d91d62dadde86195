/**
 * `npx tsx scripts/heads/try-heads.ts --heads FOLDER --out FILE.json [--only id,id] [--weights 0.5,1,1.5,2]`
 *   `[--contrast 1.5] [--best-of 16] [--prompts FILE.txt] [--from 1] [--to 20] [--tokens 44] [--seed 11] [--policy models/…]`
 *   `[--scores no]`
 *
 * Answers prompts plainly and under each head at each weight, with the same noise and the settings that the page starts with,
 * and scores every answer by what the heads learned from, unless --scores is no. A value head steers a VAS lane. --contrast
 * adds a lane of each contrast itself, and --best-of plain samples that it picks among. Written as it goes; a file that has
 * some of the prompts already is gone on with.
 */
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { openScorer } from "../../src/engine/scorers/open-scorer.ts";
import { withHeads } from "../../src/engine/heads/loaded-head.ts";
import type { NamedHead } from "../../src/core/heads/head-file.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { BadInput, readOptions, runCommand, startRuntime } from "../node/cli.ts";
import { openPolicy } from "../node/open-policy.ts";
import { OutFile } from "../node/out-file.ts";
import { linesOf, readTextFile } from "../node/text-file.ts";
import { answersTo, type WrittenAnswer } from "./answers.ts";
import { readHeads } from "./head-files.ts";
import { lanesOf, sourcesOf, teacherScores, teacherSource, type Asked } from "./tried-lanes.ts";
import type { TriedAnswer, TriedLane, Tries } from "./tries.ts";

const KEPT_BACK = "scripts/heads/kept-back-prompts.txt";
/** As chat models are sampled on the page. */
const SAMPLING = { plausible: 0.1, temperature: 0.7, topK: 0, topP: 1, minP: 0 } as const;

function number(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (Number.isFinite(found) && found > 0) return found;
  throw new BadInput(`--${name} ${value}: give a number above 0`);
}

/** Of each answer by the heads whose lane it is; plain samples by all, and those of heads that a scorer taught too. */
async function scoresOf(
  models: Models,
  prompt: string,
  heads: readonly NamedHead[],
  lanes: readonly TriedLane[],
  written: readonly WrittenAnswer[],
): Promise<readonly Readonly<Record<string, number>>[]> {
  const scores = written.map((): Record<string, number> => ({}));
  const ofContrasts = new Set(heads.flatMap(({ card }) => (card.teacher.kind === "contrast" ? [card.id] : [])));
  for (const head of heads) {
    const { id } = head.card;
    const isOf = (name: string): boolean => {
      const lane = lanes.find((each) => each.name === name);
      return lane !== undefined && (!("head" in lane) || lane.head === id || !ofContrasts.has(lane.head));
    };
    const own = [...written.keys()].filter((at) => isOf(written[at]!.lane));
    const found = await teacherScores(
      models,
      prompt,
      head,
      own.map((at) => written[at]!),
    );
    own.forEach((at, k) => (scores[at]![id] = found[k]!));
  }
  return scores;
}

/** What an earlier command wrote into the file under the same lanes and settings; null for another file, or none. */
async function earlierTries(
  file: string,
  settings: Pick<Tries, "seed" | "maxTokens" | "lanes">,
): Promise<Tries | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const tries = JSON.parse(text) as Tries;
  const { seed, maxTokens, lanes } = tries;
  return isDeepStrictEqual({ seed, maxTokens, lanes }, settings) ? tries : null;
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
      weights: { [teacherSource(0)]: 1 },
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
    const earlier = await earlierTries(options.out, { seed, maxTokens, lanes });
    const answers: TriedAnswer[] = [...(earlier?.answers ?? [])];
    const isOver = (id: string): boolean => answers.some(({ promptId }) => promptId === id);
    const all = [
      ...(earlier?.prompts.filter((each) => isOver(each.id)) ?? []),
      ...prompts.filter(({ id }) => !isOver(id)),
    ];
    const requested = asked.map(({ lane: { name }, strategy }) => ({ name, strategy, sampling: SAMPLING }));
    for (const { id, prompt } of prompts) {
      if (isOver(id)) continue;
      const written = await answersTo(models, requested, { prompt, seed, maxTokens, sources: sourcesOf(heads) });
      const scores = isScored ? await scoresOf(models, prompt, heads, lanes, written) : written.map(() => ({}));
      for (const [at, answer] of written.entries())
        answers.push({ promptId: id, ...answer, scores: scores[at]!, syllables: scorer.score(answer.text) });
      const tries: Tries = { version: 1, seed, maxTokens, prompts: all, lanes, answers };
      if (!out.tryWrite(tries)) console.error("the answers cannot be written just now");
      console.error(`prompt ${id}, to ${prompts.at(-1)?.id}`);
    }
  } finally {
    out.close();
    await runtime.dispose();
  }
});
