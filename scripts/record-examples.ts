/**
 * `npm run examples -- [--world chat|laboratory] [--what runs|lessons|sweep|judge] [--models FOLDER]`
 *   `[--policy FOLDER|FILE.gguf] [--out FOLDER]`
 *
 * Runs the engine and writes the recordings that the page shows: runs that it plays on arrival, those of the lessons, a sweep
 * of each world, and what a small judge said of pairs. They are of the bundled models, and of a real chat model that
 * `npm run get-model` has put into `models/`. Nothing is edited: other models, or a change of the engine, make other
 * recordings, so run it again after either.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readHead, type NamedHead } from "../src/core/heads/head-file.ts";
import type { RecordedJudge } from "../src/core/compare/recorded-judge.ts";
import { CAREFUL_JUDGE, JUDGE_IDS, type JudgeId } from "../src/core/judges.ts";
import type { Trace } from "../src/core/types.ts";
import { bundleWith, openBundle } from "../src/engine/bundle/assemble.ts";
import { withHeads } from "../src/engine/heads/loaded-head.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { LESSON_EXAMPLES } from "./examples/lessons.ts";
import { EXAMPLES, type Example } from "./examples/requests.ts";
import { JUDGE_FILE, laboratoryPairs, recordJudge } from "./examples/judge.ts";
import { recordSweep, SWEEP_FILES } from "./examples/sweeps.ts";
import { trim } from "./examples/trim.ts";
import { BadInput } from "./node/bad-input.ts";
import { wholeRun } from "./node/whole-run.ts";
import { openPolicy } from "./node/open-policy.ts";
import { WORLDS, type World } from "../src/state/settings/worlds.ts";
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

/** The heads that recordings name, each once. */
function headsOf(examples: readonly Example[]): readonly string[] {
  const specs = examples.flatMap(({ request }) => request.sources ?? []);
  return [...new Set(specs.flatMap((spec) => (spec.type === "head" ? [spec.head] : [])))];
}

async function readShipped(head: string): Promise<NamedHead> {
  return readHead(JSON.parse(await readFile(join("public/heads", `${head}.json`), "utf8")));
}

/** The models of each world, opened when the first of its recordings needs them. */
async function openWorld(
  world: World,
  { models: folder, policy }: Folders,
  judge: JudgeId = CAREFUL_JUDGE,
): Promise<Opened> {
  const runtime = await startRuntime("cpu");
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  if (world === "chat") {
    const bare = await openPolicy(policy, runtime, device);
    const heads = await Promise.all(headsOf(EXAMPLES.filter((each) => each.world === world)).map(readShipped));
    return { models: await withHeads(bare, heads), dispose: () => runtime.dispose() };
  }
  const options = { ids: bundleWith(judge), signal: new AbortController().signal, onProgress: () => undefined };
  const { models } = await openBundle(runtime, device, diskFiles(folder), options);
  return { models, dispose: () => runtime.dispose() };
}

/** The laboratory writes the pairs, and the chat model judges them. */
async function judged(folders: Folders): Promise<RecordedJudge> {
  const laboratory = await openWorld("laboratory", folders);
  const pairs = await laboratoryPairs(laboratory.models);
  await laboratory.dispose();
  const chat = await openWorld("chat", folders);
  const onPair = (done: number, of: number): void => {
    if (done % 10 === 0) console.error(`judge: ${done} of ${of} pairs`);
  };
  const record = await recordJudge(pairs, chat.models, onPair);
  await chat.dispose();
  return record;
}

const PARTS = ["runs", "lessons", "sweep", "judge"] as const;

async function write(out: string, file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await writeFile(join(out, file), `${text}\n`);
  const served = gzipSync(text).length;
  console.log(`${file}: ${Math.round(text.length / 1000)} kB, ${Math.round(served / 1000)} kB compressed`);
}

function oneOf<T extends string>(name: string, options: readonly T[], value: string | undefined): readonly T[] {
  const wanted = options.filter((each) => value === undefined || each === value);
  if (wanted.length === 0) throw new BadInput(`--${name} must be one of ${options.join(", ")}, got ${value}`);
  return wanted;
}

/** A lesson may want another judge. */
async function writeLessons(out: string, world: World, folders: Folders): Promise<void> {
  for (const judge of JUDGE_IDS) {
    const lessons = LESSON_EXAMPLES.filter((each) => each.world === world && each.judge === judge);
    if (lessons.length === 0) continue;
    const opened = await openWorld(world, folders, judge);
    for (const lesson of lessons) await write(out, lesson.file, await record(lesson, opened.models));
    await opened.dispose();
  }
}

await runCommand("examples", async () => {
  const read = readOptions([], ["models", "policy", "out", "world", "what"]);
  const { models = BUNDLED, policy = CHAT_POLICY, out = "public/examples" } = read;
  const parts = oneOf("what", PARTS, read.what);
  await mkdir(out, { recursive: true });
  const worlds = parts.some((part) => part !== "judge") ? oneOf("world", WORLDS, read.world) : [];
  for (const world of worlds) {
    const opened = await openWorld(world, { models, policy });
    const runs = EXAMPLES.filter((each) => parts.includes("runs") && each.world === world);
    for (const example of runs) await write(out, example.file, await record(example, opened.models));
    if (parts.includes("sweep")) {
      const onJob = (done: number, of: number): void => console.error(`sweep of the ${world} world: ${done} of ${of}`);
      await write(out, SWEEP_FILES[world], await recordSweep(world, opened.models, onJob));
    }
    await opened.dispose();
    if (parts.includes("lessons")) await writeLessons(out, world, { models, policy });
  }
  if (parts.includes("judge")) await write(out, JUDGE_FILE, await judged({ models, policy }));
  const list = EXAMPLES.map(({ file, title, world }) => ({ file, title, world }));
  await writeFile(join(out, "index.json"), `${JSON.stringify(list, null, 2)}\n`);
});
