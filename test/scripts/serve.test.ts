import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownModel } from "../../scripts/get-model/known-models.ts";
import { listModels } from "../../scripts/served/list-models.ts";
import { serve, type RunningServer, type ServeOptions } from "../../scripts/serve.ts";

let outside: string;
let server: RunningServer | undefined;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), "tiller-serve-"));
  await mkdir(join(outside, "site", "deep"), { recursive: true });
  await writeFile(join(outside, "secret.txt"), "secret");
  await writeFile(join(outside, "site", "index.html"), "<p>front</p>");
  await writeFile(join(outside, "site", "deep", "a b.json"), "{}");
});

afterEach(async () => {
  await server?.close();
  await rm(outside, { recursive: true });
});

async function open(options: Partial<ServeOptions> = {}): Promise<string> {
  server = await serve({ folder: join(outside, "site"), ...options });
  return server.url;
}

/** The status of a path sent as it is; `fetch` would resolve the dots before sending. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((done, failed) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on("error", failed)
      .end();
  });
}

test("a folder answers with its index.html, isolated and under the policy", async () => {
  const response = await fetch(await open());
  expect(await response.text()).toBe("<p>front</p>");
  expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self' 'wasm-unsafe-eval'");
});

test("embed.html may be framed by any page, other pages by their own origin and the Hub's", async () => {
  const url = await open();
  const policyOf = async (path: string): Promise<string> =>
    (await fetch(url + path)).headers.get("content-security-policy") ?? "";
  expect(await policyOf("")).toMatch(/; frame-ancestors 'self' https:\/\/huggingface\.co$/);
  expect(await policyOf("embed.html")).not.toContain("frame-ancestors");
  const embed = await fetch(`${url}embed.html?lang=de`);
  expect(embed.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(embed.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
});

test("a plain host under a sub-path sends no special headers and nothing above the sub-path", async () => {
  const url = await open({ headers: false, basePath: "/fair/shop/" });
  const response = await fetch(`${url}deep/a%20b.json`);
  expect(await response.json()).toEqual({});
  expect(response.headers.get("cross-origin-embedder-policy")).toBeNull();
  expect((await fetch(new URL("/index.html", url))).status).toBe(404);
  // A line is written when its answer has left, which may be after the answer is here.
  await expect
    .poll(() => server?.log.toSorted())
    .toEqual(["GET /fair/shop/deep/a%20b.json 200", "GET /index.html 404"]);
});

test("an unchanged file is not sent twice", async () => {
  const url = await open();
  const etag = (await fetch(url)).headers.get("etag");
  const again = await fetch(url, { headers: { "If-None-Match": etag ?? "" } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/deep", "/missing.html", "/%00"])(
  "%s is not found",
  async (path) => {
    expect(await rawStatus(await open(), path)).toBe(404);
  },
);

test("a part of a file is sent where a part is asked for", async () => {
  const response = await fetch(await open(), { headers: { Range: "bytes=3-7" } });
  expect([response.status, response.headers.get("content-range"), await response.text()]).toEqual([
    206,
    "bytes 3-7/12",
    "front",
  ]);
});

test("a sub-path without its slash is sent on to the one with it, query included", async () => {
  const url = await open({ basePath: "/fair/shop/" });
  const response = await fetch(`${url.slice(0, -1)}?backend=wasm`);
  expect([response.url, await response.text()]).toEqual([`${url}?backend=wasm`, "<p>front</p>"]);
});

test("a file that changed on disk is sent as it is now", async () => {
  const url = await open();
  await (await fetch(url)).text();
  await writeFile(join(outside, "site", "index.html"), "<p>later</p>");
  expect(await (await fetch(url)).text()).toBe("<p>later</p>");
});

test("an address that cannot be decoded and a method that writes are refused", async () => {
  const url = await open();
  expect(await rawStatus(url, "/%zz")).toBe(400);
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
});

test("a taken port is the caller's to handle", async () => {
  const port = Number(new URL(await open()).port);
  await expect(serve({ folder: outside, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

async function putModel(path: string, text: string): Promise<string> {
  const models = join(outside, "models");
  await mkdir(join(models, path, ".."), { recursive: true });
  await writeFile(join(models, path), text);
  return models;
}

test("a folder of real models is listed as it is now, and its files come whole or in part", async () => {
  await putModel("tiny/tiny.gguf", "GGUF file");
  await putModel("tiny/.download/part", "no");
  await putModel("empty/readme.txt", "no model");
  const models = await putModel("graph/onnx/model.onnx", "graph");
  const url = await open({ models, basePath: "/class/" });
  const list = await (await fetch(`${url}served/index.json`)).json();
  expect(list).toMatchObject({
    version: 1,
    models: [
      { id: "graph", name: "graph", licence: null, files: [{ path: "onnx/model.onnx", bytes: 5, sha256: null }] },
      { id: "tiny", files: [{ path: "tiny.gguf", bytes: 9 }] },
    ],
  });
  const part = await fetch(`${url}served/tiny/tiny.gguf`, { headers: { Range: "bytes=5-" } });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 5-8/9", "file"]);
  expect(await (await fetch(`${url}served/graph/onnx/model.onnx`)).text()).toBe("graph");
  await putModel("later/m.gguf", "GGUF");
  const later = (await (await fetch(`${url}served/index.json`)).json()) as { models: { id: string }[] };
  expect(later.models.map(({ id }) => id)).toEqual(["graph", "later", "tiny"]);
});

test.each([
  "/served/tiny/.download/part",
  "/served/empty/readme.txt",
  "/served/..%2fsecret.txt",
  "/served/tiny/..%2f..%2fsecret.txt",
  "/served/",
  "/served/tiny",
])("%s of the models is not handed out", async (path) => {
  await putModel("tiny/.download/part", "no");
  await putModel("empty/readme.txt", "no model");
  const models = await putModel("tiny/tiny.gguf", "GGUF");
  expect(await rawStatus(await open({ models }), path)).toBe(404);
});

test("where the folder of models is empty, a list that was built with the page is served", async () => {
  await mkdir(join(outside, "site", "served"));
  await writeFile(join(outside, "site", "served", "index.json"), '{"version":1,"models":[]}');
  const url = await open({ models: join(outside, "none") });
  expect(await (await fetch(`${url}served/index.json`)).json()).toEqual({ version: 1, models: [] });
});

test("a model that get-model knows is listed with its name, its licence and the hash that it must have", async () => {
  const known = knownModel("smollm2-135m-instruct");
  const models = await putModel(`${known?.id}/${known?.file}`, "");
  await truncate(join(models, known?.id ?? "", known?.file ?? ""), known?.bytes);
  expect((await listModels(models)).models).toMatchObject([
    { name: "SmolLM2-135M-Instruct", licence: "apache-2.0", files: [{ sha256: known?.sha256 }] },
  ]);
});
