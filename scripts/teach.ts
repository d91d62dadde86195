/**
 * `npm run teach -- --policy models/… --better TEXT --worse TEXT --name NAME --out FILE.json
 *   [--prompts FILE.txt] [--per-prompt 10] [--tokens 42] [--rank 64] [--epochs 5] [--seed 1] [--device cpu|wasm]`
 *
 * Teaches a reward head what two instructions prefer, over the policy's own states, and writes it as one small file. The
 * prompts are the sixty that come along, or one a line of a file. Progress is told on stderr, the result on stdout.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { FeatureName } from "../src/core/heads/features.ts";
import { writeHead } from "../src/core/heads/head-file.ts";
import { teachContrast, type TeachProgress } from "../src/engine/teach/teach-contrast.ts";
import PROMPTS from "../src/engine/teach/prompts.json" with { type: "json" };
import { BadInput, readDevice, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { openPolicy } from "./node/open-policy.ts";

const FEATURES: readonly FeatureName[] = ["last"];
const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const ROWS = 16;
/** Where no card says more, a slider ends at this many nats of spread. */
const SLIDER_END = 3;

function whole(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (Number.isInteger(found) && found >= 1) return found;
  throw new BadInput(`--${name} ${value}: give a whole number from 1`);
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

/** One line for each tenth of a phase. */
function teller(): (progress: TeachProgress) => void {
  let told = "";
  return ({ phase, done, total }) => {
    const tenth = `${phase} ${Math.floor((10 * done) / total)}`;
    if (tenth !== told) console.error(`${phase}: ${done} of ${total}`);
    told = tenth;
  };
}

await runCommand("teach", async () => {
  const options = readOptions(
    ["policy", "better", "worse", "name", "out"],
    ["prompts", "per-prompt", "tokens", "rank", "epochs", "seed", "device"],
  );
  const device = readDevice(options.device);
  if (device === "webgpu")
    throw new BadInput("--device webgpu: heads are taught on a processor here; choose cpu or wasm");
  const { better, worse, name } = options;
  const prompts = await promptsOf(options.prompts);
  const [rank, epochs] = [whole("rank", options.rank, 64), whole("epochs", options.epochs, 5)];
  const seed = whole("seed", options.seed, 1);
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
    const lesson = {
      better,
      worse,
      prompts,
      perPrompt: whole("per-prompt", options["per-prompt"], 10),
      maxTokens: whole("tokens", options.tokens, 42),
      sampling: SAMPLING,
      features: FEATURES,
      seed,
      fit: { rank, epochs },
    };
    const control = {
      signal: new AbortController().signal,
      rows: ROWS,
      onProgress: teller(),
      rest: async () => undefined,
    };
    const taught = await teachContrast(models, lesson, control);
    const { explained } = taught.measured;
    const card = {
      id: name.toLowerCase().replaceAll(/[^\w.-]+/g, "-"),
      name,
      policy: await models.teaching!.identity(),
      teacher: { kind: "contrast", model: models.policy.id, better, worse },
      sliderEnd: SLIDER_END,
      explained: explained.value,
      training: {
        samples: taught.samples,
        prompts: prompts.length,
        seed,
        command: `npm run teach -- --better ${JSON.stringify(better)} --worse ${JSON.stringify(worse)} --seed ${seed}`,
      },
      metrics: { explained: { value: explained.value, n: explained.n, ci95: explained.ci95 } },
    } as const;
    const file = JSON.stringify(writeHead({ card, head: taught.head }, "int8"));
    await writeFile(options.out, `${file}\n`);
    const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
    const interval = explained.ci95 === null ? "" : ` (95 %: ${explained.ci95.map(percent).join(" to ")})`;
    console.log(
      `${name}: ${percent(explained.value)} explained on ${explained.n} held-out prompts${interval}, ${taught.samples} samples, ${taught.states} states, rewards spread by ${taught.spread.toFixed(2)} nats; ${(file.length / 1000).toFixed(0)} kB in ${options.out}`,
    );
  } finally {
    await runtime.dispose();
  }
});
