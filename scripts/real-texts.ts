/**
 * `npm run real-texts -- [--policy FOLDER|FILE.gguf] [--out FILE.md]`
 *
 * Twelve prompts that people ask, answered by a real chat model: plain, and under each contrast of the page at its starting
 * weight, from the page's own defaults. Writes every text as it came, with what it cost, as Markdown.
 */
import { writeFile } from "node:fs/promises";
import type { Models } from "../src/engine/interfaces.ts";
import type { LaneResult, SampleResult } from "../src/core/types.ts";
import { newLane } from "../src/state/settings/settings-data.ts";
import { toRequest } from "../src/state/settings/to-request.ts";
import { CONTRASTS, defaultsOf } from "../src/state/settings/worlds.ts";
import { contrastSources } from "./examples/contrast-sources.ts";
import { readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { wholeRun } from "./node/whole-run.ts";
import { openPolicy } from "./node/open-policy.ts";

const PROMPTS = [
  "What is gravity?",
  "Write a short email to my boss: I will be late today.",
  "How was your day at the beach?",
  "How do I descale a kettle?",
  "My cat is sick. What should I do?",
  "Tell me a story about a lost cat.",
  "Give me three tips for better sleep.",
  "Who was Marie Curie?",
  "What does “carpe diem” mean?",
  "¿Cuál es la capital de Francia?",
  "Should I lend my friend Zoë 500 euros?",
  "Explain how a bicycle stays upright.",
] as const;
const MAX_TOKENS = 64;

interface Answer {
  readonly lane: string;
  readonly result: LaneResult;
  readonly sample: SampleResult;
}

async function answersTo(prompt: string, models: Models): Promise<readonly Answer[]> {
  const own = defaultsOf("chat");
  const { sources, weights } = contrastSources(CONTRASTS.map(({ name }) => name));
  const lanes = CONTRASTS.map(({ name }, i) => {
    const off = Object.fromEntries(sources.map(({ id }) => [id, 0]));
    const id = sources[i]!.id;
    return { ...newLane(`c${i}`, "genarm"), name, weights: { ...weights, ...off, [id]: weights[id]! } };
  });
  const request = toRequest({
    ...own,
    prompts: { ...own.prompts, advice: prompt },
    maxTokens: MAX_TOKENS,
    sources,
    weights,
    lanes: [newLane("p", "base"), ...lanes],
  });
  const events = await wholeRun(prompt, request, models);
  const samples = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
  const finished = events.find((event) => event.type === "finished");
  return (finished?.lanes ?? []).map((result) => {
    const sample = samples.find(({ lane }) => lane === result.lane)!;
    return { lane: request.lanes[result.lane]!.name, result, sample };
  });
}

function section(prompt: string, answers: readonly Answer[]): string {
  const rows = answers.map(({ lane, result, sample }) => {
    const kl = result.klSteer?.type === "exact" ? result.klSteer.sum.toFixed(1) : "∞";
    const text = sample.text
      .trim()
      .replaceAll(/\s*\n\s*/g, " ⏎ ")
      .replaceAll(/[\\|`*_<>[\]~]/g, "\\$&");
    const cut = sample.finish === "length" ? " …" : "";
    return `| ${lane} | ${kl} | ${result.basePerplexity.toFixed(1)} | ${text}${cut} |`;
  });
  return [`### ${prompt}`, "", "| lane | KL | perplexity | text |", "| --- | ---: | ---: | --- |", ...rows, ""].join(
    "\n",
  );
}

await runCommand("real-texts", async () => {
  const { policy = "models/smollm2-135m-instruct", out = ".cache/real-texts.md" } = readOptions([], ["policy", "out"]);
  const runtime = await startRuntime("cpu");
  const { backend, adapter, isSoftware, threads } = runtime;
  const models = await openPolicy(policy, runtime, { backend, adapter, isSoftware, threads, fallbackReason: null });
  const sections: string[] = [];
  for (const [i, prompt] of PROMPTS.entries()) {
    sections.push(section(prompt, await answersTo(prompt, models)));
    // As it goes, so that a run that is cut off leaves what it has.
    await writeFile(out, sections.join("\n"));
    console.error(`${i + 1} of ${PROMPTS.length} prompts`);
  }
  await runtime.dispose();
});
