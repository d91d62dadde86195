/**
 * `npx tsx scripts/webgpu-greedy.ts [--tokens 4]`
 *
 * Whether a graphics card writes what WebAssembly writes: the real model in `models/`, greedy, in Chromium. On a software
 * adapter a step takes many seconds, so this is no test. Prints the tokens of both and what a step costs the card.
 */
import { loadReal, REAL_MODEL, REAL_MODELS, requestOf } from "./bench/real.ts";
import { openLab, type Lab } from "./lab/open.ts";
import { BadInput, readOptions, runCommand } from "./node/cli.ts";

const PROMPTS = ["How do I descale a kettle?", "Who was Marie Curie?", "Tell me a story about a lost cat."];

interface Written {
  readonly tokens: readonly (readonly number[])[];
  readonly text: string;
}

async function write(lab: Lab, prompt: string, maxTokens: number): Promise<Written> {
  const greedy = requestOf("real-plain", maxTokens, 0);
  const [lane] = greedy.lanes;
  if (lane === undefined) throw new Error("the request has no lane");
  const request = { ...greedy, prompt, lanes: [lane, { ...lane, name: "again" }] };
  const events = await lab.run(request);
  const failed = events.find((event) => event.type === "failed");
  if (failed !== undefined) throw new Error(failed.error.message);
  const results = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
  return { tokens: results.map(({ tokens }) => tokens), text: results[0]?.text ?? "" };
}

await runCommand("webgpu-greedy", async () => {
  const options = readOptions([], ["tokens"]);
  const tokens = Number(options.tokens ?? 4);
  if (!Number.isInteger(tokens) || tokens < 2)
    throw new BadInput(`--tokens ${options.tokens}: give a whole number from 2`);
  const lab = await openLab({ models: "test/fixtures/tiny", served: REAL_MODELS, gpu: "best" });
  try {
    const started = performance.now();
    const tell = (line: string): void =>
      console.error(`${((performance.now() - started) / 1000).toFixed(0)} s: ${line}`);
    await loadReal(lab, "webgpu");
    const { gpuBytes } = await lab.memory();
    tell(
      `${REAL_MODEL} is on the card, its numbers agree with the processor's; ${((gpuBytes ?? 0) / 1e6).toFixed(0)} MB there`,
    );
    const isSoftware = await lab.page.evaluate(
      async () => (await navigator.gpu?.requestAdapter())?.info.isFallbackAdapter,
    );
    const prompts = isSoftware === true ? PROMPTS.slice(0, 1) : PROMPTS;
    const before = await lab.askGpu("counts");
    const short = await write(lab, prompts[0] ?? "", 1);
    const between = await lab.askGpu("counts");
    tell(`first token: ${JSON.stringify(short.text)}`);
    const found = new Map<string, Written>();
    for (const prompt of prompts) found.set(prompt, await write(lab, prompt, tokens));
    const after = await lab.askGpu("counts");
    if (prompts.length === 1) {
      for (const key of ["dispatches", "submits", "bindGroups", "buffers", "bytesRead"] as const) {
        const step = (after[key] - between[key] - (between[key] - before[key])) / (tokens - 1);
        console.log(`${key} a step of two rows: ${step.toFixed(1)}`);
      }
    }
    await lab.restart();
    await loadReal(lab, "wasm");
    for (const [prompt, written] of found) {
      const reference = await write(lab, prompt, tokens);
      const isSame = JSON.stringify(reference.tokens) === JSON.stringify(written.tokens);
      console.log(
        `${isSame ? "same" : "DIFFERENT"}: ${prompt} WebGPU ${JSON.stringify(written.text)}, WebAssembly ${JSON.stringify(reference.text)}`,
      );
      if (!isSame) process.exitCode = 1;
    }
  } finally {
    await lab.close();
  }
});
