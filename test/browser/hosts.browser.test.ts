/** Hosts that serve the page in another way than `npm start`: each misbehaves in one way. */
import { readdir, readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { serve } from "../../scripts/serve.ts";
import { openTab } from "./beside-runtime.ts";
import { openPage, type OpenOptions, type OpenPage } from "./chromium.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(url: string, options: Pick<OpenOptions, "models" | "keepsOffline"> = {}): Promise<OpenPage> {
  const opened = await openPage(url, { gpu: "none", ...options });
  closing.push(() => opened.close());
  return opened;
}

/** Another port than the other tests', in the process that has the runtime compiled. */
async function openBeside(url: string): Promise<OpenPage> {
  const opened = await openTab(url);
  closing.push(() => opened.close());
  return opened;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** A host in front of the built page that changes the answers to some paths. */
async function host(change: (path: string, answer: Answer) => void): Promise<string> {
  const plain = await serve({ folder: "dist", headers: false });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", plain.url).pathname;
    fetch(new URL(path, plain.url))
      .then(async (found) => {
        const type = found.headers.get("content-type") ?? "";
        const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
        const answer = { status: found.status, headers, body: Buffer.from(await found.arrayBuffer()) };
        change(path, answer);
        send(response, answer);
      })
      // The test is over, and what stands behind is closed.
      .catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(
    () => plain.close(),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the host has no port");
  return `http://127.0.0.1:${address.port}/`;
}

const chip = (page: Page) => page.locator(".chip").first();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Loads the models and writes a few words with them. @returns what each lane says */
async function writeAFewWords(page: Page): Promise<string[]> {
  const length = page.getByRole("textbox", { name: "Length, number" }).first();
  await length.fill("8");
  await length.press("Tab");
  const stop = button(page, "Stop");
  if (await stop.isEnabled()) await stop.click();
  await button(page, "Run").click();
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor();
  return page.locator(".lane [role=listbox]").allInnerTexts();
}

test("over plain http by name the page runs on one thread, and says what the browser keeps from it", async () => {
  const { port } = new URL(inject("pageUrl"));
  const { page, troubles } = await open(`http://teacher.test:${port}/`);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  const note = page.getByRole("note").filter({ hasText: "plain http" });
  expect(await note.innerText()).toMatch(/no WebGPU, one processor thread,.*https, or at localhost/s);
  await writeAFewWords(page);
  await chip(page).click();
  await page.getByText("Browsers give more threads, and the graphics card, only over https").waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Go on over http").click();
  expect(await note.count()).toBe(0);
  // Saved runs need ids, which a browser makes itself only in a secure context.
  await button(page, "Share and save").click();
  await button(page, "Saved runs").click();
  await page.getByLabel("Name of the run").fill("Over http");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Open Over http" }).waitFor();
  // The browser says on the console that it ignores the isolation headers there.
  expect(troubles.filter((line) => !line.includes("Cross-Origin-Opener-Policy"))).toEqual([]);
}, 90_000);

test("no file of the build needs a type that simple hosts lack, and no two differ in case alone", async () => {
  const names = await readdir("dist", { recursive: true });
  expect(names.filter((name) => name.endsWith(".mjs"))).toEqual([]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
}, 10_000);

test("a host that sends WebAssembly as bytes of no type is no obstacle", async () => {
  const url = await host((path, { headers }) => {
    if (path.endsWith(".wasm")) headers["Content-Type"] = "application/octet-stream";
  });
  const { page } = await openBeside(`${url}?backend=wasm`);
  for (const text of await writeAFewWords(page)) expect(text.trim()).not.toBe("");
}, 90_000);

test("a host that compresses model files is no obstacle", async () => {
  const url = await host((path, answer) => {
    if (!path.startsWith("/models/")) return;
    answer.body = gzipSync(answer.body, { level: 1 });
    answer.headers["Content-Encoding"] = "gzip";
  });
  const { page } = await openBeside(`${url}?backend=wasm`);
  for (const text of await writeAFewWords(page)) expect(text.trim()).not.toBe("");
}, 90_000);

const RUNTIME = /\/ort\/.*\.js$/;

test.each([
  [
    "that sends scripts of the runtime as bytes of no type",
    (path: string, answer: Answer) => {
      if (RUNTIME.test(path)) answer.headers["Content-Type"] = "application/octet-stream";
    },
    /The server sends ort-wasm-simd-threaded\.\w+\.js as application\/octet-stream.*text\/javascript/,
  ],
  [
    "that lacks the runtime and answers with a page",
    (path: string, answer: Answer) => {
      if (!RUNTIME.test(path)) return;
      answer.status = 404;
      answer.headers["Content-Type"] = "text/html";
      answer.body = Buffer.from("<p>Not here</p>");
    },
    /The file ort-wasm-simd-threaded\.\w+\.js is not there \(the server answered 404\)/,
  ],
  [
    "that answers a missing model with its start page",
    (path: string, answer: Answer) => {
      if (!path.endsWith("/value/onnx/model.onnx")) return;
      answer.headers["Content-Type"] = "text/html";
      answer.body = Buffer.from("<!doctype html><p>Start</p>");
    },
    /The file value\/onnx\/model\.onnx is not there/,
  ],
  [
    "that cuts a model short",
    (path: string, answer: Answer) => {
      if (path.endsWith("/value/onnx/model.onnx")) answer.body = answer.body.subarray(0, 1000);
    },
    /The file value\/onnx\/model\.onnx is damaged/,
  ],
] as const)(
  "a host %s is told in words",
  async (_, change, words) => {
    const { page } = await openBeside(`${await host(change)}?backend=wasm`);
    await page.getByText(words).first().waitFor();
    expect(await page.getByText("went wrong in Tiller itself").count()).toBe(0);
  },
  60_000,
);

const WAITING = "the page's script did not run";

test("opened as a file, the page says that it needs a server", async () => {
  const { page } = await open(pathToFileURL(resolve("dist/index.html")).href);
  await page.getByText(WAITING).waitFor();
  await page.getByText("It needs a web server: run npm start.").waitFor();
}, 30_000);

test("a host that sends no script as a script shows what to set", async () => {
  const url = await host((path, { headers }) => {
    if (path.endsWith(".js")) headers["Content-Type"] = "application/octet-stream";
  });
  const { page } = await open(url);
  await page.getByText(WAITING).waitFor();
  await page.getByText("as text/javascript").waitFor();
}, 30_000);

test("under a sub-path whose slash is missing, npm start's server adds it and another host's page says so", async () => {
  const server = await serve({ folder: "dist", basePath: "/class/tiller/" });
  closing.push(() => server.close());
  const { page } = await open(server.url.slice(0, -1), { models: "held" });
  expect(new URL(page.url()).pathname).toBe("/class/tiller/");
  const index = await readFile("dist/index.html");
  const careless = await host((path, answer) => {
    if (path !== "/class/tiller") return;
    Object.assign(answer, { status: 200, headers: { "Content-Type": "text/html" }, body: index });
  });
  const lost = await open(`${careless}class/tiller`);
  await lost.page.getByText("lacks the slash at its end").waitFor();
}, 60_000);

test("a page that starts never shows the words for a script that did not run", async () => {
  const { page } = await open(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  await page.locator("h1").first().waitFor();
  expect(await page.getByText(WAITING).count()).toBe(0);
}, 30_000);
