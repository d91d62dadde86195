/** The recorded run for browsers without scripts: whole, readable, and harmless whatever it says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plainHtml, recordedHtml } from "../../scripts/build/plain-page.ts";
import { examplesIn } from "../../src/state/run/examples.svelte.ts";
import { readTrace } from "../../src/state/keep/trace-file.ts";
import type { Trace } from "../../src/core/types.ts";

const LIST = examplesIn(JSON.parse(readFileSync("public/examples/index.json", "utf8")));

function recording(file: string): Trace {
  const reading = readTrace(readFileSync(`public/examples/${file}`, "utf8"));
  if (reading.type === "broken") throw new Error(reading.why);
  return reading.trace;
}
/** What a reader sees of markup. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

test.each(LIST)("$file: its prompt, every lane's text and its figures are there", ({ file }) => {
  const trace = recording(file);
  const html = recordedHtml(trace);
  const text = textOf(html);
  expect(text).toContain(trace.request.prompt);
  const finished = trace.events.find((event) => event.type === "finished");
  for (const { lane, chosen } of finished?.type === "finished" ? finished.lanes : []) {
    const steps = trace.events.flatMap((event) => (event.type === "step" ? event.rows : []));
    const said = steps.filter((row) => row.lane === lane && row.sample === chosen).map((row) => row.text);
    expect(text).toContain(said.join("").trim());
  }
  expect(html.match(/<h3>/g)).toHaveLength(trace.request.lanes.length);
  expect(html.match(/<u>/g)?.length).toBeGreaterThan(5);
  expect(text).toMatch(/KL \d+\.\d nats · \d+ tokens/);
});

test("what a recording says is text and never markup", () => {
  const evil = `</p><script>alert(1)</script><img src=x onerror='alert("1")'> & more`;
  const trace = recording("chat-simple.json");
  const lanes = trace.request.lanes.map((lane) => ({ ...lane, name: evil }));
  const request = { ...trace.request, prompt: evil, lanes };
  const events = trace.events.map((event) => {
    if (event.type === "started") return { ...event, request };
    if (event.type !== "step") return event;
    return { ...event, rows: event.rows.map((row) => ({ ...row, text: evil })) };
  });
  const html = recordedHtml({ ...trace, request, events });
  const tags = Array.from(html.matchAll(/<([^>]*)>/g), ([, tag]) => tag ?? "");
  const own = ["h2", "h3", "p", "u", 'p class="figures"', 'p class="prompt"', 'p class="text"'];
  expect(tags.filter((tag) => !own.includes(tag.replace(/^\//, "")))).toEqual([]);
  expect(textOf(html)).toContain(evil);
});

test("the page for old browsers has no script, and the policy of the others", () => {
  const html = plainHtml("<h2>A recorded run</h2>");
  expect(html).not.toMatch(/<script|style=|onload/);
  expect(html).toContain("script-src &#39;self&#39; &#39;wasm-unsafe-eval&#39;");
  expect(html).toContain("<h2>A recorded run</h2>");
});
