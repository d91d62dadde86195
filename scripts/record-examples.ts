/**
 * `npm run examples -- [--models FOLDER] [--out FOLDER]`
 *
 * Runs the engine on the bundled models and writes the recordings that the page plays on arrival. Nothing is edited:
 * another set of models, or a change of the engine, makes other recordings, so run it again after either.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent, Trace } from "../src/core/types.ts";
import { BUNDLE, openBundle } from "../src/engine/bundle/assemble.ts";
import { decode } from "../src/engine/decode/loop.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { EXAMPLES, type Example } from "./examples/requests.ts";
import { trim } from "./examples/trim.ts";
import { BUNDLED, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";

async function record({ file, request }: Example, models: Models): Promise<Trace> {
  const events: RunEvent[] = [];
  const control = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    turn: () => Promise.resolve(),
    takeChanges: () => [],
  };
  for await (const event of decode(file, request, models, control)) {
    if (event.type === "failed") throw new Error(`${file}: ${event.error.message}`);
    events.push(event);
  }
  return { version: 1, request, schedule: [], models: models.refs, device: models.device, events: trim(events) };
}

await runCommand("examples", async () => {
  const { models: folder = BUNDLED, out = "public/examples" } = readOptions([], ["models", "out"]);
  const runtime = await startRuntime("cpu");
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  const options = { ids: BUNDLE, signal: new AbortController().signal, onProgress: () => undefined };
  const { models } = await openBundle(runtime, device, diskFiles(folder), options);
  await mkdir(out, { recursive: true });
  for (const example of EXAMPLES) {
    const text = JSON.stringify(await record(example, models));
    await writeFile(join(out, example.file), `${text}\n`);
    console.log(`${example.file}: ${Math.round(text.length / 1000)} kB`);
  }
  const list = EXAMPLES.map(({ file, title }) => ({ file, title }));
  await writeFile(join(out, "index.json"), `${JSON.stringify(list, null, 2)}\n`);
  await runtime.dispose();
});
