/**
 * `npx tsx scripts/heads/teach-arms.ts --out FOLDER [--keep FOLDER] [--only joy,helpful] [--per-prompt 4] [--rank 40]`
 *
 * Distils the six ARMs of the laboratory into heads over its policy. The reward of a token is the log-probability that the ARM
 * gives it, at the plausible tokens of answers that the plain policy wrote. --keep holds answers and readings, so that a command
 * that was cut off goes on.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOW_RANK_DEFAULTS } from "../../src/core/heads/fit-low-rank.ts";
import { writeHead } from "../../src/core/heads/head-file.ts";
import { TokenRewardsBuilder, type TokenRewards } from "../../src/core/heads/token-rewards.ts";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND, type Kind, type ObjectiveId, type TokenId } from "../../src/core/types.ts";
import type { CausalModel, Models } from "../../src/engine/interfaces.ts";
import { addRewards, readUnder, type Reading } from "../../src/engine/teach/read-rewards.ts";
import { sampleAnswers, type Answer } from "../../src/engine/teach/sample-answers.ts";
import { fitContrast } from "../../src/engine/teach/teach-contrast.ts";
import { BadInput, readOptions, runCommand, startRuntime } from "../node/cli.ts";
import { keptIn } from "./kept.ts";
import { openLaboratory, readLabPrompts } from "./lab-models.ts";

const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const [ROWS, SEED, TOKENS] = [48, 1, 200];
/** Where a slider ends until lanes have been tried. */
const SLIDER_END = 3;

const kindOf = (objective: ObjectiveId): Kind =>
  OBJECTIVES_OF_KIND.story.some((id) => id === objective) ? "story" : "advice";

function promptsOf(models: Models, kind: Kind, prompts: readonly string[]): readonly (readonly TokenId[])[] {
  return prompts.map((prompt) =>
    models.promptIds(models.policy.id, { kind, prompt, instruction: null, system: "", turns: [] }),
  );
}

async function write(models: Models, prompts: readonly (readonly TokenId[])[], perPrompt: number): Promise<Answer[]> {
  const { signal } = new AbortController();
  const options = { perPrompt, maxTokens: TOKENS, sampling: SAMPLING, seed: SEED, rows: ROWS, signal };
  const answers: Answer[] = [];
  for await (const group of sampleAnswers(models, prompts, { ...options, features: ["last"] })) {
    answers.push(...group);
    console.error(`${answers.length} of ${prompts.length * perPrompt} answers`);
  }
  return answers;
}

/** Answers to one prompt stand side by side. */
async function readBy(
  model: CausalModel,
  prompts: readonly (readonly TokenId[])[],
  answers: readonly Answer[],
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const [at, prompt] of prompts.entries()) {
    for await (const reading of readUnder(
      model,
      prompt,
      answers.filter((answer) => answer.prompt === at),
    ))
      readings.push(reading);
  }
  return readings;
}

function rewardsOf({ policy }: Models, answers: readonly Answer[], readings: readonly Reading[]): TokenRewards {
  const data = new TokenRewardsBuilder(["last"], policy.states!.hidden);
  for (const [at, answer] of answers.entries()) {
    const reading = readings[at]!;
    addRewards(
      data,
      answer,
      reading,
      reading.map((logits) => new Float32Array(logits.length)),
    );
  }
  return data.data();
}

await runCommand("teach-arms", async () => {
  const options = readOptions(["out"], ["keep", "only", "per-prompt", "rank"]);
  const wanted = options.only?.split(",") ?? OBJECTIVE_IDS;
  const odd = wanted.find((each) => !OBJECTIVE_IDS.some((id) => id === each));
  if (odd !== undefined) throw new BadInput(`--only ${odd}: choose among ${OBJECTIVE_IDS.join(", ")}`);
  const [perPrompt, rank] = [Number(options["per-prompt"] ?? 4), Number(options.rank ?? LOW_RANK_DEFAULTS.rank)];
  const kept = keptIn(options.keep ?? null);
  const { teaching } = await readLabPrompts();
  const runtime = await startRuntime("cpu");
  try {
    const models = await openLaboratory(runtime);
    const identity = await models.teaching!.identity();
    for (const objective of OBJECTIVE_IDS.filter((id) => wanted.includes(id))) {
      const kind = kindOf(objective);
      const prompts = promptsOf(models, kind, teaching[kind]);
      const key = [models.refs[0], kind, teaching[kind], perPrompt, TOKENS, SEED];
      const answers = await kept.of(key, () => write(models, prompts, perPrompt));
      const { model, b } = models.arms.get(objective)!;
      const readings = await kept.of([key, objective, models.refs], () => readBy(model, prompts, answers));
      const lesson = { seed: SEED, prompts: teaching[kind], perPrompt, fit: { rank } };
      const control = {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        rest: async () => undefined,
      };
      const { head, measured, samples, states, spread } = await fitContrast(
        models,
        rewardsOf(models, answers, readings),
        lesson,
        control,
      );
      const { value, n, ci95 } = measured.explained;
      const name = `${objective[0]!.toUpperCase()}${objective.slice(1)}, head`;
      const card = {
        id: `lab-${objective}`,
        name,
        policy: identity,
        teacher: { kind: "arm", model: model.id, objective, b },
        sliderEnd: SLIDER_END,
        explained: value,
        training: {
          samples,
          prompts: teaching[kind].length,
          seed: SEED,
          command: `npx tsx scripts/heads/teach-arms.ts --only ${objective} --per-prompt ${perPrompt} --rank ${rank}`,
        },
        metrics: { explained: { value, n, ci95 }, spread: { value: spread, n: states, ci95: null } },
      } as const;
      const file = join(options.out, `${card.id}.json`);
      const text = `${JSON.stringify(writeHead({ card, head }, "int8"))}\n`;
      await writeFile(file, text);
      const interval = ci95 === null ? "" : ` (${ci95.map((each) => each.toFixed(2)).join(" to ")})`;
      console.log(
        `${objective}: explains ${value.toFixed(3)}${interval} on ${n} prompts, ${samples} answers, ${states} states, spread ${spread.toFixed(2)}, unit ${head.unit.toFixed(2)}, ${(text.length / 1000).toFixed(0)} kB`,
      );
    }
  } finally {
    await runtime.dispose();
  }
});
