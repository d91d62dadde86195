/**
 * `npm run teach -- --policy models/… --better TEXT --worse TEXT --name NAME --out FILE.json`
 * `npm run teach -- --policy models/… --contrasts FILE.json --out FOLDER`
 * `npm run teach -- --policy models/… --scorer simple-words --name NAME --out FILE.json`
 *   `[--prompts FILE.txt] [--per-prompt 10] [--tokens 42] [--rank 48] [--epochs N] [--rate R] [--seed 1] [--rows 48]`
 *   `[--features last,last-mean] [--guided HEAD.json:1,…] [--keep FOLDER] [--device cpu|wasm]`
 *
 * Teaches reward heads what two instructions prefer, over the policy's own states, and writes each as one small file. A list
 * of contrasts, `[{"name", "better", "worse"}]`, learns from the same samples. --scorer learns what a scorer of whole texts
 * likes: a direction in FILE.json, and in FILE-value.json a value head for VAS and best-of-N. Under --guided every second answer
 * follows a head of an earlier round at its strength, so that a head learns from the states that it will lead to. --keep holds samples
 * and readings as they come, so that a command that was cut off goes on, and a fit can be repeated. The prompts are the sixty that come along, or one a line of a file. Progress is told on stderr, the
 * results on stdout.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LessonProgress } from "../src/core/heads/lesson.ts";
import { LOW_RANK_DEFAULTS } from "../src/core/heads/fit-low-rank.ts";
import { writeHead } from "../src/core/heads/head-file.ts";
import {
  contrastRewards,
  fitContrast,
  readInstruction,
  writeAnswers,
  type Lesson,
  type Taught,
} from "../src/engine/teach/teach-contrast.ts";
import { featuresGiven } from "../src/engine/decode/answer-features.ts";
import { withFeatures } from "../src/engine/teach/answer-states.ts";
import type { Reading } from "../src/engine/teach/read-rewards.ts";
import type { Answer } from "../src/engine/teach/sample-answers.ts";
import { scorerFeatures } from "../src/engine/teach/teach-scorer.ts";
import PROMPTS from "../src/engine/teach/prompts.json" with { type: "json" };
import { idOf, readContrasts, type NamedContrast } from "./heads/contrast-list.ts";
import { readFeatures, readGuides, statesOf } from "./heads/guides.ts";
import { keptIn } from "./heads/kept.ts";
import { readScorer, teachFromScorer } from "./heads/scorer-heads.ts";
import { BadInput, readDevice, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { openPolicy } from "./node/open-policy.ts";

const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const ROWS = 48;
/** Where no card says more, a slider ends at this many nats of spread. */
const SLIDER_END = 3;

function whole(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (Number.isInteger(found) && found >= 1) return found;
  throw new BadInput(`--${name} ${value}: give a whole number from 1`);
}

function rateOf(value: string | undefined): number {
  const found = Number(value ?? LOW_RANK_DEFAULTS.rate);
  if (found > 0 && found <= 1) return found;
  throw new BadInput(`--rate ${value}: give a number above 0, at most 1`);
}

async function promptsOf(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return PROMPTS;
  const text = await readFile(file, "utf8").catch(() => {
    throw new BadInput(`--prompts ${file}: there is no such file`);
  });
  const lines = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  if (lines.length === 0) throw new BadInput(`--prompts ${file}: it has no prompt; write one a line`);
  return lines;
}

interface Wanted {
  readonly contrasts: readonly NamedContrast[];
  readonly fileOf: (contrast: NamedContrast) => string;
}

async function wantedOf(options: Partial<Record<string, string>> & { readonly out: string }): Promise<Wanted> {
  const { better, worse, name, contrasts, out } = options;
  const [single, given] = [[name, better, worse], "--name, --better and --worse"] as const;
  if (options.scorer !== undefined && [better, worse, contrasts].some((each) => each !== undefined))
    throw new BadInput("--scorer: it stands instead of --better and --worse, and of --contrasts");
  if (contrasts !== undefined) {
    if (single.some((each) => each !== undefined)) throw new BadInput(`--contrasts: it stands instead of ${given}`);
    return { contrasts: await readContrasts(contrasts), fileOf: (each) => join(out, `${idOf(each.name)}.json`) };
  }
  if (options.scorer !== undefined) return { contrasts: [], fileOf: () => out };
  if (name === undefined || better === undefined || worse === undefined)
    throw new BadInput(`give ${given}, or --contrasts`);
  return { contrasts: [{ name, better, worse }], fileOf: () => out };
}

/** One line for each tenth of a phase. */
function teller(): (progress: LessonProgress) => void {
  let told = "";
  return ({ phase, done, total }) => {
    const tenth = `${phase} ${Math.floor((10 * done) / total)}`;
    if (tenth !== told) console.error(`${phase}: ${done} of ${total}`);
    told = tenth;
  };
}

/** What teaches this head alone. Places of files are those of whoever ran it. */
function commandOf(
  texts: Readonly<Partial<Record<string, string>>>,
  options: Readonly<Partial<Record<string, string>>>,
): string {
  const kept = ["prompts", "per-prompt", "tokens", "rank", "epochs", "rate", "seed", "features", "guided"] as const;
  const settings = Object.fromEntries(kept.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));
  const parts = Object.entries({ ...texts, ...settings }).map(([key, value = ""]) => {
    return `--${key} ${/^[\w./-]+$/.test(value) ? value : JSON.stringify(value)}`;
  });
  return `npm run teach -- ${parts.join(" ")}`;
}

function lineOf({ name }: NamedContrast, { measured, samples, states, spread }: Taught, bytes: number, file: string) {
  const { value, n, ci95 } = measured.explained;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const interval = ci95 === null ? "" : ` (95 %: ${ci95.map(percent).join(" to ")})`;
  return `${name}: ${percent(value)} explained on ${n} held-out prompts${interval}, ${samples} samples, ${states} states, rewards spread by ${spread.toFixed(2)} nats; ${(bytes / 1000).toFixed(0)} kB in ${file}`;
}

await runCommand("teach", async () => {
  const options = readOptions(
    ["policy", "out"],
    `better worse name contrasts scorer prompts per-prompt tokens rank epochs rate seed rows features guided keep device`.split(
      " ",
    ),
  );
  const device = readDevice(options.device);
  if (device === "webgpu")
    throw new BadInput("--device webgpu: heads are taught on a processor here; choose cpu or wasm");
  const { contrasts, fileOf } = await wantedOf(options);
  const scorer = options.scorer === undefined ? null : await readScorer(options.scorer);
  const { rank: usualRank, epochs: usualEpochs } = LOW_RANK_DEFAULTS;
  const seed = whole("seed", options.seed, 1);
  let lesson: Lesson = {
    prompts: await promptsOf(options.prompts),
    perPrompt: whole("per-prompt", options["per-prompt"], 10),
    maxTokens: whole("tokens", options.tokens, 42),
    sampling: SAMPLING,
    features: readFeatures(options.features),
    seed,
    fit: {
      rank: whole("rank", options.rank, usualRank),
      epochs: whole("epochs", options.epochs, usualEpochs),
      rate: rateOf(options.rate),
    },
  };
  const onProgress = teller();
  const { signal } = new AbortController();
  const control = { signal, rows: whole("rows", options.rows, ROWS), onProgress, rest: async () => undefined };
  const kept = keptIn(options.keep ?? null);
  const runtime = await startRuntime(device);
  try {
    const { backend, adapter, isSoftware, threads } = runtime;
    const models = await openPolicy(options.policy, runtime, {
      backend,
      adapter,
      isSoftware,
      threads,
      fallbackReason: null,
    });
    // What a head reads is chosen at the fit, so all that the policy gives is kept.
    const sampled = scorer === null ? featuresGiven(statesOf(models)) : scorerFeatures(models);
    if (scorer !== null) lesson = { ...lesson, features: sampled };
    const { guides, names: guideNames } = await readGuides(options.guided, models);
    const { prompts, perPrompt, maxTokens } = lesson;
    const key = [models.refs, prompts, perPrompt, maxTokens, sampled, seed, guideNames];
    const written = await kept.list<Answer>(key);
    const answers = await writeAnswers(models, { ...lesson, features: sampled, guides }, control, written);
    if (scorer !== null) {
      const { name = scorer.type, out } = options;
      const command = commandOf({ scorer: options.scorer, name }, options);
      const lines = await teachFromScorer(models, { scorer, name, out, command }, { lesson, answers }, control);
      for (const line of lines) console.log(line);
      return;
    }
    const readings = new Map<string, readonly Reading[]>();
    const readOnce = async (instruction: string): Promise<readonly Reading[]> => {
      const tell = (done: number): void => onProgress({ phase: "read", done, total: answers.length });
      const known = readings.get(instruction);
      if (known !== undefined) return known;
      const found = await readInstruction(
        models,
        lesson,
        instruction,
        answers,
        signal,
        tell,
        await kept.list([key, instruction]),
      );
      readings.set(instruction, found);
      return found;
    };
    const asked = answers.map((answer) => ({
      ...answer,
      states: answer.states.map((state) => withFeatures(state, sampled, lesson.features)),
    }));
    // One head after the other, so that the first can be tried while the next are read.
    for (const contrast of contrasts) {
      const { name, better, worse } = contrast;
      const rewards = contrastRewards(models, lesson, asked, await readOnce(better), await readOnce(worse));
      const taught = await fitContrast(models, rewards, lesson, control);
      const { explained } = taught.measured;
      const card = {
        id: idOf(name),
        name,
        policy: await models.teaching!.identity(),
        teacher: { kind: "contrast", model: models.policy.id, better, worse },
        sliderEnd: SLIDER_END,
        explained: explained.value,
        training: {
          samples: taught.samples,
          prompts: prompts.length,
          seed,
          command: commandOf({ name, better, worse }, options),
        },
        metrics: { explained: { value: explained.value, n: explained.n, ci95: explained.ci95 } },
      } as const;
      const file = `${JSON.stringify(writeHead({ card, head: taught.head }, "int8"))}\n`;
      await writeFile(fileOf(contrast), file);
      console.log(lineOf(contrast, taught, file.length, fileOf(contrast)));
    }
  } finally {
    await runtime.dispose();
  }
});
