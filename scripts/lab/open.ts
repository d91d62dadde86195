/** Builds the lab page beside a folder of models, serves it, and drives it in headless Chromium. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { RunError } from "../../src/core/errors.ts";
import type { Backend, RunEvent, RunRequest } from "../../src/core/types.ts";
import type { LoadReport, ModelWish, Settled, TillerApi } from "../../workers/protocol.ts";
import { ortFiles } from "../build/ort-files.ts";
import { launchChromium } from "../chromium.ts";
import { serve } from "../serve.ts";
import type { GpuCounts, GpuQuestion } from "./gpu-counts.ts";

export interface LabOptions {
  /** Folder of model folders. */
  readonly models: string;
  /** Folder of real models that the lab offers as its own server's; none where nothing is said. */
  readonly served?: string;
  /** "best" takes a real graphics card where there is one, else the software adapter. */
  readonly gpu: "software" | "best";
  /** "bench.html" has transformers.js beside the engine. */
  readonly entry?: "index.html" | "bench.html";
}

export interface Lab {
  readonly page: Page;
  /** Address of the page's folder. */
  readonly url: string;
  readonly browserVersion: string;
  /** Throws what the worker answers instead of a report. */
  load(backend: Backend | "auto", lineup?: readonly ModelWish[]): Promise<LoadReport>;
  /** All events but the steps. */
  run(request: RunRequest): Promise<readonly RunEvent[]>;
  runWithSteps(request: RunRequest): Promise<readonly RunEvent[]>;
  /** Throws what the worker answers where it refuses one of them. */
  useHeads(files: readonly unknown[]): Promise<void>;
  memory(): ReturnType<TillerApi["memory"]>;
  /** Asks the worker of that name. */
  askGpu(question: GpuQuestion, worker?: "engine" | "peer"): Promise<GpuCounts>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openLab({ models, served, entry = "index.html", gpu }: LabOptions): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), "tiller-lab-"));
  await buildLab(folder, entry);
  await cp(models, join(folder, "models"), { recursive: true });
  const server = await serve({ folder, ...(served !== undefined && { models: served }) });
  const { browser, page } = await openPage(server.url + entry, gpu);
  return {
    page,
    url: server.url,
    browserVersion: browser.version(),
    async load(backend, lineup) {
      return valueOf(
        await page.evaluate(([wish, wanted]) => window.lab.load(wish, wanted), [backend, lineup] as const),
      );
    },
    async useHeads(files) {
      valueOf(await page.evaluate((wanted) => window.lab.useHeads(wanted), files));
    },
    run: (request) => page.evaluate((wanted) => window.lab.run(wanted, false), request),
    runWithSteps: (request) => page.evaluate((wanted) => window.lab.run(wanted, true), request),
    memory: () => page.evaluate(() => window.lab.memory()),
    askGpu: (question, worker = "engine") => askGpu(page, question, worker),
    restart: () => page.evaluate(() => window.lab.restart()),
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function valueOf<T>(answer: Settled<T>): T {
  if (answer.ok) return answer.value;
  throw new RunError(answer.error.code, answer.error.message, answer.error.details);
}

async function openPage(url: string, gpu: LabOptions["gpu"]): Promise<{ browser: Browser; page: Page }> {
  const browser = await launchChromium({ gpu: gpu === "best" ? "hardware" : "software" });
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "lab" in window);
  const hasAdapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  if (hasAdapter || gpu === "software") return { browser, page };
  await browser.close();
  return openPage(url, "software");
}

async function buildLab(folder: string, entry: string): Promise<void> {
  const root = resolve("scripts/lab");
  const outDir = relative(root, folder);
  await build({
    root,
    configFile: false,
    base: "./",
    publicDir: false,
    logLevel: "warn",
    plugins: [ortFiles()],
    resolve: {
      conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"],
      dedupe: ["onnxruntime-web", "onnxruntime-common"],
    },
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      modulePreload: { polyfill: false },
      rolldownOptions: { input: resolve(root, entry) },
    },
  });
}

function askGpu(page: Page, question: GpuQuestion, worker: string): Promise<GpuCounts> {
  return page.evaluate(
    ([asked, name]) =>
      new Promise<GpuCounts>((done) => {
        const channel = new BroadcastChannel(`gpu-counts ${name}`);
        channel.addEventListener("message", ({ data }: MessageEvent<GpuCounts | GpuQuestion>) => {
          if (typeof data === "string") return;
          channel.close();
          done(data);
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
        channel.postMessage(asked);
      }),
    [question, worker] as const,
  );
}
