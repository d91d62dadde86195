/** `eval` and `logprobs` as programs, on a policy from a folder, from a file and from a server with the Hub's manners. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EvalRun, FailedRun } from "../../scripts/eval/runs.ts";
import { BadInput } from "../../scripts/node/bad-input.ts";
import { diskShelf } from "../../scripts/node/disk-shelf.ts";
import { hubBase } from "../../scripts/node/hub-access.ts";
import { isPolicyPlace, openPolicy, type PolicyOptions } from "../../scripts/node/open-policy.ts";
import { cpuRuntime } from "../../scripts/node/runtimes.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { HUB_MODELS } from "../engine/hub/hub-models.ts";
import { startHubServer, type HubServer } from "../hub-server.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const DEVICE = { backend: "cpu", adapter: "", isSoftware: false, threads: 1, fallbackReason: null } as const;

interface EvalFile {
  readonly unfinished?: { readonly done: number; readonly total: number };
  readonly models: readonly { readonly id: string }[];
  readonly runs: readonly (EvalRun | FailedRun)[];
}

let place: string;
let hub: HubServer;
let runtime: Runtime;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "tiller-command-"));
  hub = await startHubServer({ folder: HUB_MODELS });
  runtime = await cpuRuntime();
  // Programs name the bundled models by a path of the repository; everything else that they write lies in the place.
  symlinkSync(resolve("public"), join(place, "public"));
});
afterAll(async () => {
  await hub.close();
  await runtime.dispose();
  rmSync(place, { recursive: true });
});

type Options = Readonly<Record<string, string>>;

function args(name: string, options: Options): readonly string[] {
  const given = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  return ["--import", TSX, resolve(`scripts/${name}.ts`), ...given];
}

function started(name: string, options: Options): ChildProcess {
  const env = { ...process.env, HF_ENDPOINT: hub.base };
  return spawn(process.execPath, args(name, options), { cwd: place, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Waited for without blocking: the server answers in this process. */
async function ran(name: string, options: Options): Promise<{ status: number; out: string; err: string }> {
  const child = started(name, options);
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  const status = await new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  return { status, out, err };
}

function file(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(place, name), contents);
  return name;
}

const read = (name: string): EvalFile => JSON.parse(readFileSync(join(place, name), "utf8")) as EvalFile;

const REQUEST = {
  version: 1,
  maxTokens: 8,
  plausible: 0.1,
  temperature: 0.7,
  seeds: [1],
  system: "Answer briefly.",
  sources: [{ id: "s1", name: "kind", type: "contrastive", model: "policy", better: "Be kind.", worse: "Be rude." }],
  lanes: [
    { name: "plain", strategy: "base" },
    { name: "kind", strategy: "genarm", beta: 1, weights: { s1: 0.5 } },
  ],
};

function open(name: string, options: PolicyOptions = {}): Promise<Models> {
  return openPolicy(name, runtime, DEVICE, { hubFolder: join(place, "kept"), ...options });
}

describe("a policy", () => {
  test("of the Hub is fetched by its id, kept, and opened the next time without a network", async () => {
    process.env["HF_ENDPOINT"] = hub.base;
    try {
      const seen: string[] = [];
      const first = await open("test/llama-instruct", { onDownload: ({ phase }) => seen.push(phase) });
      expect(first.policy.id).toBe("test/llama-instruct");
      expect(new Set(seen)).toEqual(new Set(["look-up", "fetch", "ready"]));
      const asked = hub.log.length;
      const again = await open("test/llama-instruct", { onDownload: () => expect.fail("nothing is left to fetch") });
      expect(hub.log).toHaveLength(asked);
      expect(again.refs).toEqual(first.refs);
      // The same numbers as from a folder with the same files.
      const local = await open(`${HUB_MODELS}/llama-instruct`);
      const logits = await Promise.all(
        [first, again, local].map(async ({ policy }) => {
          const batch = await policy.open([[1, 2, 3]]);
          const found = [...batch.logits(0)];
          batch.dispose();
          return found;
        }),
      );
      expect(logits[1]).toEqual(logits[0]);
      expect(logits[2]).toEqual(logits[0]);
      await expect(open("test/not-there")).rejects.toThrow(/did not give test\/not-there .*Check the id/);
    } finally {
      delete process.env["HF_ENDPOINT"];
    }
  });

  test("that is a place on the disk is never asked of the Hub", async () => {
    const asked = hub.log.length;
    process.env["HF_ENDPOINT"] = hub.base;
    try {
      for (const name of ["models/not-there", "./test/llama-instruct", "test/model.gguf", "nothing", "a/b/c"]) {
        await expect(open(name)).rejects.toThrow(BadInput);
        await expect(open(name)).rejects.toThrow(`${name}: there is no such file or folder`);
      }
    } finally {
      delete process.env["HF_ENDPOINT"];
    }
    expect(hub.log).toHaveLength(asked);
    expect(["policy", "arm-joy"].filter(isPolicyPlace)).toEqual([]);
    expect(["a/b", "x.gguf", "models/x"].filter(isPolicyPlace)).toHaveLength(3);
  });

  test("comes from the mirror that HF_ENDPOINT names, and another text there is refused", () => {
    expect(hubBase("https://mirror.example//")).toBe("https://mirror.example/");
    expect(hubBase("")).toBe("https://huggingface.co/");
    expect(() => hubBase("mirror.example")).toThrow(/HF_ENDPOINT is "mirror.example"; give a mirror as https/);
  });

  test("may have a name that is longer than a disk takes", async () => {
    const shelf = diskShelf(join(place, "long"));
    const keys = [JSON.stringify(["piece", `https://hub/${"ä+/".repeat(90)}`, "onnx/model.onnx", 0]), "short"];
    for (const key of keys) await shelf.put(key, new TextEncoder().encode(key));
    expect((await shelf.keys()).toSorted()).toEqual(keys.toSorted());
    expect(new TextDecoder().decode((await shelf.get(keys[0]!))!)).toBe(keys[0]);
    await shelf.delete(keys[0]!);
    expect(await shelf.keys()).toEqual(["short"]);
  });
});

describe("eval", { timeout: 60_000 }, () => {
  test("puts the error of a prompt that is too long in its place, reads UTF-16, and does the rest with sources", async () => {
    const prompts = ["Say it.", "far too long ".repeat(100), "Und auf Japanisch: 水 🦊?", "And this?"].join("\r\n");
    file("prompts.txt", Buffer.from(`\uFEFF${prompts}`, "utf16le"));
    file("request.json", `\uFEFF${JSON.stringify(REQUEST)}`);
    const { status, out, err } = await ran("eval", {
      prompts: "prompts.txt",
      request: "request.json",
      out: "out.json",
      policy: "test/llama-instruct",
    });
    expect(err).toContain("2 of 8 runs failed");
    expect(status).toBe(0);
    expect(out).toContain("klSteer");
    const { runs, models, unfinished } = read("out.json");
    expect(unfinished).toBeUndefined();
    expect(models.map(({ id }) => id)).toEqual(["test/llama-instruct"]);
    expect(runs.map((run) => `${run.promptId} ${run.lane}`)).toEqual(
      ["1", "2", "3", "4"].flatMap((id) => [`${id} plain`, `${id} kind`]),
    );
    expect(runs.map((run) => ("error" in run ? run.error.code : "answered"))).toEqual(
      [0, 0, 1, 1, 0, 0, 0, 0].map((isLong) => (isLong === 1 ? "context-overflow" : "answered")),
    );
    const [plain, steered] = runs as readonly EvalRun[];
    expect(plain!.klSteer).toBe(0);
    expect(steered!.klSteer).toBeGreaterThan(0);
    expect(existsSync(join(place, "models/.hub"))).toBe(true);
  });

  test("puts a prompt in its place whose letters the bundled models lack", async () => {
    file("letters.txt", "Once upon a time\n水の火\nTom met a fox");
    const bundled = { ...REQUEST, sources: [], system: "", lanes: [{ name: "plain", strategy: "base" }] };
    file("bundled.json", JSON.stringify(bundled));
    const { status } = await ran("eval", { prompts: "letters.txt", request: "bundled.json", out: "letters.json" });
    expect(status).toBe(0);
    const found = read("letters.json").runs.map((run) => ("error" in run ? run.error.message : "answered"));
    expect(found).toEqual(["answered", expect.stringContaining("read only Latin letters and digits"), "answered"]);
  });

  test.each([
    ["SIGKILL", null],
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("leaves a file that can be read, and that says what is missing, after %s", async (signal, status) => {
    file("many.txt", Array.from({ length: 400 }, (_, i) => `Prompt number ${i}.`).join("\n"));
    file("request.json", JSON.stringify({ ...REQUEST, maxTokens: 40 }));
    const name = `cut-${signal}.json`;
    file(name, "of an earlier command");
    const child = started("eval", {
      prompts: "many.txt",
      request: "request.json",
      out: name,
      policy: resolve(HUB_MODELS, "llama-instruct"),
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    // Progress is told once the first runs are done.
    await new Promise<void>((done) =>
      child.stderr?.setEncoding("utf8").on("data", (text: string) => /[1-9]\d* of 800 runs/.test(text) && done()),
    );
    child.kill(signal);
    expect(await ended).toBe(status);
    const { unfinished, runs } = read(name);
    expect(unfinished).toEqual({ done: runs.length, total: 800 });
    expect(runs.length).toBeLessThan(800);
    if (signal !== "SIGKILL") {
      expect(runs.length).toBeGreaterThan(0);
      expect(readdirSync(place).filter((each) => each.includes(name) && each.endsWith(".part"))).toEqual([]);
    }
  });
});

describe("logprobs", { timeout: 60_000 }, () => {
  test("takes a bundled model, a folder, a file and an id of the Hub with --model", async () => {
    const tiny = file("tiny.Q4_1.gguf", tinyGguf({ architecture: "llama", table: "Q4_1", isTied: true }));
    const names = ["policy", "test/llama-instruct", resolve(HUB_MODELS, "llama-unigram"), tiny];
    const found = await Promise.all(names.map((name) => ran("logprobs", { model: name, ids: "[1,2,3]" })));
    expect(found.map(({ status, err }) => [status, err.replace(/^.*MB.*\n/m, "")])).toEqual(names.map(() => [0, ""]));
    const answers = found.map(({ out }) => JSON.parse(out) as { model: string; logprobs: number[] });
    expect(answers.map(({ model }) => model)).toEqual(["policy", "test/llama-instruct", "llama-unigram", tiny]);
    for (const { logprobs } of answers) {
      expect(logprobs.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 6);
    }
  });

  test("refuses what is neither, with the ways to name a model", () => {
    const { status, stderr } = spawnSync(process.execPath, args("logprobs", { model: "models/none", ids: "[1]" }), {
      cwd: place,
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr).toContain("models/none: there is no such file or folder; give a folder such as models/…");
  });
});
