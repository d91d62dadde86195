/** A recorded run as plain HTML, for browsers that run no script, or an old one. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { RowStep, Trace } from "../../src/core/types.ts";
import { examplesIn } from "../../src/state/run/examples.svelte.ts";
import { reduce } from "../../src/state/run/reduce.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../../src/state/run/view.ts";
import { readTrace } from "../../src/state/keep/trace-file.ts";
import { laneFacts } from "../../src/state/stage/facts.ts";
import { isFlip } from "../../src/state/stage/tint.ts";
import { knownText, klLabel } from "../../src/ui/words/lane.ts";
import { fixed } from "../../src/ui/words/format.ts";
import { OBJECTIVE_NAMES } from "../../src/ui/words/names.ts";
import { contentSecurityPolicy } from "../headers.ts";

const EXAMPLES = "public/examples";
/** Where index.html takes the run. */
const MARK = "<!--recorded-run-->";
const STYLE = '<link rel="stylesheet" href="./plain.css" />';

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The prompt and every lane's text of a run that is over, with its figures. */
export function recordedHtml(trace: Trace): string {
  const view = trace.events.reduce(reduce, IDLE_VIEW);
  return [
    "<h2>A recorded run</h2>",
    "<p>One prompt, one seed, and the same small model in every answer. Only what steers it differs.",
    "Underlined: plain sampling would have said another word.</p>",
    `<p class="prompt">${escapeHtml(trace.request.prompt)}</p>`,
    ...view.lanes.map((lane, index) =>
      [
        `<h3>${escapeHtml(lane.request.name)}</h3>`,
        `<p class="figures">${escapeHtml(figuresOf(view, index))}</p>`,
        `<p class="text">${shownSample(lane).steps.map(tokenHtml).join("").trim()}</p>`,
      ].join("\n"),
    ),
  ].join("\n");
}

function tokenHtml(step: RowStep): string {
  const [space = ""] = /^\s*/.exec(step.text) ?? [];
  const word = escapeHtml(step.text.slice(space.length));
  return space + (isFlip(step) && word !== "" ? `<u>${word}</u>` : word);
}

function figuresOf(view: RunView, index: number): string {
  const facts = laneFacts(view, index);
  if (facts === null) return "";
  const asked = facts.objectives.filter(({ weight }) => weight !== 0);
  return [
    ...asked.map(({ id, truth }) => `${OBJECTIVE_NAMES[id]} ${knownText(truth, 1)}`),
    ...facts.sources.map(({ spec, score }) => `${spec.name} ${knownText(score, 1)}`),
    ...(facts.kl === null ? [] : [`${klLabel(facts.kl)} ${fixed(facts.kl.nats, 1)} nats`]),
    `${facts.length} tokens`,
  ].join(" · ");
}

/** The whole page for old browsers. */
export function plainHtml(run: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy.replaceAll("'", "&#39;")}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tiller: a recorded run</title>
    <link rel="icon" href="./icon.svg" type="image/svg+xml" />
    ${STYLE}
  </head>
  <body>
    <main class="plain">
      <h1>Tiller</h1>
      <p>Tiller steers a small language model with rewards while it writes, inside the browser. This page shows one run of
      it without a script. The live page needs a browser of 2024 or later, with JavaScript and WebAssembly.</p>
      <p><a href="./">Open the live page</a></p>
      ${run}
    </main>
  </body>
</html>
`;
}

async function firstRecording(root: string): Promise<string> {
  const read = (file: string): Promise<string> => readFile(join(root, EXAMPLES, file), "utf8");
  const [first] = examplesIn(JSON.parse(await read("index.json")));
  if (first === undefined) throw new Error(`${EXAMPLES}/index.json names no recording`);
  const reading = readTrace(await read(first.file));
  if (reading.type === "broken") throw new Error(`${EXAMPLES}/${first.file}: ${reading.why}`);
  return recordedHtml(reading.trace);
}

/** Writes the run into index.html, for visitors without scripts, and into plain.html, where old browsers are led. */
export function plainPage(): Plugin {
  let root = ".";
  return {
    name: "tiller:plain-page",
    configResolved(config) {
      ({ root } = config);
    },
    transformIndexHtml: {
      order: "post",
      async handler(html, { path }) {
        if (!path.endsWith("/index.html")) return undefined;
        if (!html.includes(MARK)) throw new Error(`index.html has no ${MARK}`);
        const run = `${STYLE}\n${await firstRecording(root)}`;
        const attrs = { nomodule: true, src: "./old-browser.js" };
        return { html: html.replace(MARK, () => run), tags: [{ tag: "script", attrs, injectTo: "head" }] };
      },
    },
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: "plain.html", source: plainHtml(await firstRecording(root)) });
    },
  };
}
