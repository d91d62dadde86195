/** embed.html in a page of another origin: what the three messages do, and what the frame looks like to everybody. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import type { EmbedAnswer, EmbedMessage, EmbedState } from "../../src/state/embed/messages.ts";
import { writeLink } from "../../src/state/keep/link.ts";
import { defaultSettings, newLane } from "../../src/state/settings/settings-data.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Two short lanes, so that a live run is short. */
const settings = {
  ...defaultSettings(),
  maxTokens: 12,
  seed: 4,
  lanes: [newLane("a", "base"), newLane("b", "genarm")],
};
const link = writeLink({
  world: "laboratory",
  settings,
  view: { quantity: "push", textView: "text" },
  models: null,
});

/** A course page: it keeps what the frame says, and asks it. */
const COURSE = (src: string): string => `<!doctype html><html lang="en"><title>Course</title>
<h1>Course</h1><iframe width="320" height="460" title="A comparison" allow="cross-origin-isolated" src="${src}"></iframe>
<script>
  globalThis.heard = [];
  addEventListener("message", ({ data, origin }) => heard.push({ ...data, origin }));
  globalThis.ask = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
</script>`;

let page: Page;
let frame: Frame;
let origin: string;

async function openCourse(address: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": request.url === "/" ? "text/html" : "image/svg+xml", ...headers });
    response.end(
      request.url === "/" ? COURSE(inject("pageUrl") + address) : "<svg xmlns='http://www.w3.org/2000/svg'/>",
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => (server.closeAllConnections(), server.close()));
  ({ origin } = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const opened = await openTab(`${origin}/`, { viewport: { width: 336, height: 560 }, models: "held" });
  closing.push(() => opened.close());
  ({ page } = opened);
  await page.unroute("**/ort/**");
  const found = await (await page.locator("iframe").elementHandle())?.contentFrame();
  if (!found) throw new Error("the course page shows no frame");
  frame = found;
  await frame.locator("footer").waitFor();
  return opened.troubles;
}

type Heard = EmbedAnswer & { readonly origin: string };
const heard = (): Promise<Heard[]> => page.evaluate("heard");

/** @returns the answer to a message */
async function ask(message: unknown, id = crypto.randomUUID()): Promise<EmbedAnswer> {
  await page.evaluate((sent) => (globalThis as unknown as { ask(it: unknown): void }).ask(sent), {
    ...(message as object),
    id,
  });
  const own = (): Promise<Heard | undefined> => heard().then((all) => all.find((each) => each.id === id));
  await expect.poll(own).toBeDefined();
  return (await own())!;
}
async function state(message: EmbedMessage): Promise<EmbedState> {
  const answer = await ask(message);
  if (answer.type === "refused") throw new Error(answer.why);
  return answer.state;
}
const phases = async (): Promise<string[]> =>
  (await heard()).flatMap((each) =>
    each.type === "state" && each.id === null ? [`${each.state.phase} ${each.state.source}`] : [],
  );

test("a page of another origin loads a recording, asks, runs live, and is told in words what cannot be", async () => {
  const troubles = await openCourse("embed.html?backend=wasm&lang=en#play-helpful-cautious");
  await frame.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
  expect(await frame.locator("h1").innerText()).toContain("campfire");
  expect(await frame.getByText("recorded", { exact: true }).count()).toBe(1);
  // 320 pixels: one lane and tabs, and nothing beyond the frame's edge.
  expect(await frame.locator("article:visible").count()).toBe(1);
  await frame.getByRole("button", { name: /^D/ }).press("Enter");
  expect(await frame.locator("article:visible h2").textContent()).toContain("Both");
  expect(await frame.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await frame.locator("article:visible [role=option]").first().press("ArrowRight");
  await expect.poll(() => frame.evaluate(() => document.activeElement?.getAttribute("data-position"))).toBe("1");
  expect(await violations(page)).toEqual([]);
  expect(await frame.getByRole("link", { name: "Open in Tiller" }).getAttribute("href")).toContain("/#2.");

  // load → state → run → state
  expect(await state({ tiller: 1, type: "load", link: link ?? "" })).toMatchObject({ phase: "ready", canRun: true });
  expect((await state({ tiller: 1, type: "state" })).lanes.map(({ name }) => name)).toEqual(["Plain", "GenARM"]);
  expect((await state({ tiller: 1, type: "run", how: "live" })).phase).toMatch(/loading|running/);
  await frame
    .getByRole("status")
    .filter({ hasText: /^Run finished/ })
    .waitFor();
  const done = await state({ tiller: 1, type: "state" });
  expect(done).toMatchObject({ phase: "finished", source: "live", backend: "wasm", threads: 1, error: null });
  expect(done.lanes.every(({ tokens, text }) => tokens > 0 && text !== "")).toBe(true);
  // A frame of another origin has no threads unless the page around it is isolated.
  expect(await frame.evaluate(() => crossOriginIsolated)).toBe(false);
  const news = "empty none, ready recorded, finished recorded, ready none, loading none, running live, finished live";
  await expect.poll(async () => (await phases()).join(", ")).toBe(news);
  const refusals = await Promise.all(
    [
      { tiller: 2, type: "load" },
      { tiller: 1, type: "load", recording: "<img>" },
      { tiller: 1, type: "load", trace: "{" },
    ].map((message) => ask(message)),
  );
  expect(refusals.map((answer) => answer.type)).toEqual(["refused", "refused", "refused"]);
  expect(await state({ tiller: 1, type: "state" })).toEqual(done);
  expect((await heard()).every((each) => each.origin === new URL(inject("pageUrl")).origin)).toBe(true);
  expect(troubles.filter((line) => !line.startsWith("other origin"))).toEqual([]);
}, 120_000);

test("an isolated page may frame it; German and dark; another origin than the address names is refused", async () => {
  const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  await openCourse("embed.html?lang=de&theme=dark&origin=https://course.example#play-chat-simple", isolated);
  await frame.getByText("Das Chatmodell läuft in der ganzen Seite.").waitFor();
  expect(await frame.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(
    await frame.evaluate(() => [document.documentElement.lang, getComputedStyle(document.body).colorScheme]),
  ).toEqual(["de", "dark"]);
  await frame.getByRole("status").filter({ hasText: "fertig" }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await ask({ tiller: 1, type: "state" })).toMatchObject({ type: "refused" });
  // Side by side where there is room.
  await page.setViewportSize({ width: 800, height: 560 });
  await page.locator("iframe").evaluate((element) => element.setAttribute("width", "780"));
  await expect.poll(() => frame.locator("article:visible").count()).toBe(4);
}, 60_000);

test("no other page of Tiller may be framed by a page of another origin", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(`<title>Trap</title><iframe src="${inject("pageUrl")}"></iframe>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => (server.closeAllConnections(), server.close()));
  const opened = await openTab(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { models: "held" });
  closing.push(() => opened.close());
  await expect.poll(() => opened.troubles.join("\n")).toContain("frame-ancestors");
}, 30_000);

test("Share offers the HTML, with the recording that is on the screen", async () => {
  const opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  closing.push(() => opened.close());
  const tab = opened.page;
  await tab.getByText("recorded", { exact: true }).waitFor();
  await tab.getByRole("button", { name: "Share and save" }).click();
  await tab.getByRole("button", { name: "Embed", exact: true }).click();
  const html = await tab.getByRole("textbox", { name: "HTML to copy" }).inputValue();
  expect(html).toMatch(/^<iframe src="http:\/\/127\.0\.0\.1:\d+\/embed\.html#play-adventure"/);
  await tab.getByRole("checkbox", { name: "Always in English" }).check();
  expect(await tab.getByRole("textbox", { name: "HTML to copy" }).inputValue()).toContain("?lang=en#play-adventure");
  await tab.frameLocator("dialog iframe").getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
  expect(await violations(tab)).toEqual([]);
  expect(opened.troubles).toEqual([]);
}, 60_000);
