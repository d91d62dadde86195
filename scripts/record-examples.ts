/**
 * `npm run examples -- [--world chat|laboratory] [--models FOLDER] [--policy FOLDER|FILE.gguf] [--out FOLDER]`
 *
 * Runs the engine and writes the recordings that the page plays on arrival: of the bundled models, and of a real chat model
 * that `npm run get-model` has put into `models/`. Nothing is edited: other models, or a change of the engine, make other
 * recordings, so run it again after either.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readHead, type NamedHead } from "../src/core/heads/head-file.ts";
import type { Trace } from "../src/core/types.ts";
import { BUNDLE, openBundle } from "../src/engine/bundle/assemble.ts";
import { withHeads } from "../src/engine/heads/loaded-head.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { EXAMPLES, type Example } from "./examples/requests.ts";
import { trim } from "./examples/trim.ts";
import { BadInput } from "./node/bad-input.ts";
import { wholeRun } from "./node/whole-run.ts";
import { openPolicy } from "./node/open-policy.ts";
import { FIRST_HEADS, WORLDS, type World } from "../src/state/settings/worlds.ts";
import { BUNDLED, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";

const CHAT_POLICY = "models/smollm2-135m-instruct";

interface Folders {
  readonly models: string;
  readonly policy: string;
}

interface Opened {
  readonly models: Models;
  dispose(): Promise<void>;
}

async function record({ file, request }: Example, models: Models): Promise<Trace> {
  const events = trim(await wholeRun(file, request, models));
  return { version: 1, request, schedule: [], models: models.refs, device: models.device, events };
}

async function readShipped(head: string): Promise<NamedHead> {
  return readHead(JSON.parse(await readFile(join("public/heads", `${head}.json`), "utf8")));
}

/** The models of each world, opened when the first of its recordings needs them. */
async function openWorld(world: World, { models: folder, policy }: Folders): Promise<Opened> {
  const runtime = await startRuntime("cpu");
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  if (world === "chat") {
    const bare = await openPolicy(policy, runtime, device);
    const heads = await Promise.all(FIRST_HEADS.map(({ head }) => readShipped(head)));
    return { models: await withHeads(bare, heads), dispose: () => runtime.dispose() };
  }
  const options = { ids: BUNDLE, signal: new AbortController().signal, onProgress: () => undefined };
  const { models } = await openBundle(runtime, device, diskFiles(folder), options);
  return { models, dispose: () => runtime.dispose() };
}

await runCommand("examples", async () => {
  const read = readOptions([], ["models", "policy", "out", "world"]);
  const { models = BUNDLED, policy = CHAT_POLICY, out = "public/examples", world: only } = read;
  const wanted = WORLDS.filter((world) => only === undefined || world === only);
  if (wanted.length === 0) throw new BadInput(`--world must be one of ${WORLDS.join(", ")}, got ${only}`);
  await mkdir(out, { recursive: true });
  for (const world of wanted) {
    const opened = await openWorld(world, { models, policy });
    for (const example of EXAMPLES.filter((each) => each.world === world)) {
      const text = JSON.stringify(await record(example, opened.models));
      await writeFile(join(out, example.file), `${text}\n`);
      const served = gzipSync(text).length;
      console.log(`${example.file}: ${Math.round(text.length / 1000)} kB, ${Math.round(served / 1000)} kB compressed`);
    }
    await opened.dispose();
  }
  const list = EXAMPLES.map(({ file, title, world }) => ({ file, title, world }));
  await writeFile(join(out, "index.json"), `${JSON.stringify(list, null, 2)}\n`);
});
