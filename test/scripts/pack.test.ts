/** A pack: what is in it, what its two servers answer, and what is refused in words. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classAddressOf, type ClassWish } from "../../scripts/pack/class-address.ts";
import { makePack, type PackPlan } from "../../scripts/pack/make-pack.ts";
import { findModels } from "../../scripts/served/pack-models.ts";
import { readServedIndex } from "../../src/core/served-models.ts";
import { readClassLink, writeClassLink } from "../../src/state/classroom/class-link.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";

let home: string;
let plan: PackPlan;
const wishOf = (patch: Partial<ClassWish>): ClassWish => ({
  lesson: null,
  link: null,
  lang: null,
  models: [],
  ...patch,
});
const at = (...names: readonly string[]): string => join(home, ...names);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-pack-"));
  for (const folder of ["dist/served/old", "dist/assets", "models/tiny"]) await mkdir(at(folder), { recursive: true });
  await writeFile(at("dist/index.html"), "<!doctype html>");
  await writeFile(at("dist/assets/page.js"), "export {};\n");
  await writeFile(at("dist/assets/run.wasm"), new Uint8Array([0, 97, 115, 109]));
  await writeFile(at("dist/served/old/old.gguf"), "old");
  await writeFile(at("models/tiny/tiny.Q4_1.gguf"), tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true }));
  plan = {
    dist: at("dist"),
    address: classAddressOf(wishOf({ lesson: "one-token", lang: "de", models: ["tiny"] })),
    opens: "the lesson",
    models: await findModels(["tiny"], at("models")),
    modelsFolder: at("models"),
    out: at("pack"),
  };
});
afterAll(() => rm(home, { recursive: true }));

test("one folder has the page, the model, two servers and what the teacher reads", async () => {
  expect(await makePack(plan)).toBeGreaterThan(2_000_000);
  expect((await readdir(at("pack"))).toSorted()).toEqual([
    "README.txt",
    "index.html",
    "serve.mjs",
    "serve.py",
    "tiller",
  ]);
  expect((await readdir(at("pack/tiller/served"))).toSorted()).toEqual(["index.json", "tiny"]);
  expect(readServedIndex(JSON.parse(await readFile(at("pack/tiller/served/index.json"), "utf8")))).toHaveLength(1);
  const start = await readFile(at("pack/index.html"), "utf8");
  const href = /id="class" href="([^"]+)"/.exec(start)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect(href).toBe(`tiller/${plan.address}`);
  expect(await readFile(at("pack/README.txt"), "utf8")).toContain("node serve.mjs\r\n");
  expect((await readdir(home)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("or one zip file with the same in one folder", async () => {
  await makePack({ ...plan, models: [], out: at("class.zip") });
  const files = unzipSync(await readFile(at("class.zip")));
  expect(Object.keys(files).toSorted()).toEqual(
    ["README.txt", "index.html", "serve.mjs", "serve.py", "tiller/assets/page.js", "tiller/assets/run.wasm"]
      .concat(["tiller/index.html", "tiller/served/index.json"])
      .map((name) => `class/${name}`),
  );
  expect(files["class/tiller/assets/run.wasm"]).toEqual(new Uint8Array([0, 97, 115, 109]));
});

describe("what is refused", () => {
  test("a place that is taken, and nothing is left behind", async () => {
    await mkdir(at("taken"));
    await writeFile(at("taken/mine.txt"), "mine");
    await expect(makePack({ ...plan, out: at("taken") })).rejects.toThrow(
      /is there already; remove it, or choose another/,
    );
    expect(await readdir(at("taken"))).toEqual(["mine.txt"]);
  });

  test("a place that cannot be a folder", async () => {
    await expect(makePack({ ...plan, out: at("taken/mine.txt/pack") })).rejects.toThrow(
      /a file lies where a folder should/,
    );
  });

  test("a pack that is larger than the room there is", async () => {
    const [model] = plan.models;
    const huge = { ...model!, files: model!.files.map((file) => ({ ...file, bytes: 1e17 })) };
    await expect(makePack({ ...plan, models: [huge], out: at("huge") })).rejects.toThrow(
      /the pack needs 100000000\d{3} MB and \d+ MB are free; free some room/,
    );
  });

  test("a model that is not there, with the command that fetches it", async () => {
    await expect(findModels(["smollm2-135m-instruct"], at("models"))).rejects.toThrow(
      /run "npm run get-model -- smollm2-135m-instruct"/,
    );
  });

  const good = `https://example.org/x/${writeClassLink({ hide: ["seed"], seed: null, lang: null, look: null, model: "m", load: null }, "#lesson-strength")}#lesson-strength`;
  test.each<[Partial<ClassWish>, RegExp]>([
    [{}, /give one of --lesson ID and --link URL/],
    [{ lesson: "strength", link: good }, /give one of/],
    [{ lesson: "nonsense" }, /there is no lesson "nonsense"; there are one-token, strength/],
    [{ lesson: "strength", lang: "fr" }, /--lang fr: choose one of en, de/],
    [{ link: "https://example.org/" }, /it opens nothing/],
    [{ link: "http://[" }, /this is no address/],
    [{ link: good.replace("hide=seed", "hide=prompt") }, /cut off or was changed/],
    [{ link: "?hide=promt#lesson-strength" }, /“hide” cannot be “promt”/],
    [{ link: "#2.AAAAAAAAA.AAAA" }, /the state in it cannot be read/],
    [{ link: "#lesson-nonsense" }, /there is no lesson "nonsense"/],
    [{ link: good, models: ["other"] }, /names the model m; add --with-model m/],
  ])("%j", (patch, said) => {
    expect(() => classAddressOf(wishOf(patch))).toThrow(said);
  });

  test("while a good link keeps what was ticked, and takes the language", () => {
    const [search, hash] = classAddressOf(wishOf({ link: good, lang: "de" })).split(/(?=#)/);
    expect(readClassLink(search ?? "", hash ?? "")).toMatchObject({ link: { hide: ["seed"], lang: "de", model: "m" } });
  });
});

describe.each([
  ["node", "serve.mjs"],
  ["python3", "serve.py"],
])("%s %s", (program, script) => {
  let server: ChildProcess;
  let base = "";
  beforeAll(async () => {
    // A free port of this machine, found by the system.
    const port = 20_000 + (process.pid % 20_000) + (program === "node" ? 0 : 1);
    server = spawn(program, [at("pack", script), String(port)], { cwd: tmpdir() });
    const said = await new Promise<string>((done) => {
      let all = "";
      server.stdout?.on("data", (piece: Buffer) => {
        all += piece.toString();
        if (/For the board:\s+\S+/.test(all)) done(all);
      });
    });
    if (!said.includes(`http://localhost:${port}/`)) throw new Error(said);
    base = `http://127.0.0.1:${port}/`;
  }, 20_000);
  afterAll(() => server.kill());

  test("sends the types and the isolation headers", async () => {
    for (const [path, type] of [
      ["", "text/html"],
      ["tiller/", "text/html"],
      ["tiller/assets/page.js", "text/javascript"],
      ["tiller/assets/run.wasm", "application/wasm"],
      ["tiller/served/tiny/tiny.Q4_1.gguf", "application/octet-stream"],
      ["tiller/served/index.json?x=1", "application/json"],
    ]) {
      const response = await fetch(base + path);
      expect([path, response.status, response.headers.get("content-type")]).toEqual([path, 200, type]);
      expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    }
    expect((await fetch(`${base}tiller`, { redirect: "manual" })).status).toBe(301);
  });

  test("gives nothing from outside its folder, and goes on after nonsense", async () => {
    for (const path of ["..%2fmodels%2ftiny%2ftiny.Q4_1.gguf", "%2e%2e/dist/index.html", "nothing.html", "%"]) {
      expect([400, 404]).toContain((await fetch(base + path)).status);
    }
    expect((await fetch(base)).status).toBe(200);
  });
});
