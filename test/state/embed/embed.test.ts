/** The embedded comparison without a browser: what it loads, refuses, plays, runs and tells. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { embedQuery, playAddress, wantedIn } from "../../../src/state/embed/address.ts";
import { answerTo, type Heard } from "../../../src/state/embed/conversation.ts";
import { Embed } from "../../../src/state/embed/embed.svelte.ts";
import type { EmbedAnswer, EmbedState } from "../../../src/state/embed/messages.ts";
import { embedAddress, embedHash, embedSnippet } from "../../../src/state/embed/snippet.ts";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { writeTrace } from "../../../src/state/keep/trace-file.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { defaultsOf } from "../../../src/state/settings/worlds.ts";
import { fakeTrace } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { fc } from "../../properties.ts";
import { hostile } from "../keep/hostile.ts";

const PAGE = "https://tiller.example/";
const VIEW = { quantity: "push", textView: "text" } as const;
const link = (world: "chat" | "laboratory"): string => {
  const settings = { ...defaultsOf(world), seed: 77, maxTokens: 8 };
  return writeLink({ world, settings, view: VIEW, models: null }) ?? "";
};
const shipped = (file: string): Promise<unknown> => {
  try {
    return Promise.resolve(JSON.parse(readFileSync(`public/examples/${file}`, "utf8")));
  } catch {
    return Promise.resolve(null);
  }
};

let embed: Embed;
beforeEach(() => {
  const around = fakeSurroundings({ readExample: shipped });
  embed = new Embed({ ...around, spawn: () => around.spawn([]), wholePage: PAGE });
});

async function ask(data: unknown, more: Partial<Heard> = {}, allowed: string | null = null): Promise<EmbedAnswer> {
  const answer = await answerTo(
    embed,
    { data, origin: "https://course.example", isFromParent: true, ...more },
    allowed,
  );
  if (answer === null) throw new Error("no answer");
  return answer;
}
async function askState(data: unknown): Promise<EmbedState> {
  const answer = await ask(data);
  if (answer.type === "refused") throw new Error(answer.why);
  return answer.state;
}
async function phaseBecomes(phase: EmbedState["phase"]): Promise<void> {
  await expect.poll(() => embed.state.phase).toBe(phase);
}

describe("load", () => {
  test("a recording plays, and says where the whole page opens at it", async () => {
    expect(embed.state).toMatchObject({ phase: "empty", lanes: [], canRun: false, page: PAGE });
    await askState({ tiller: 1, type: "load", recording: "adventure" });
    await phaseBecomes("finished");
    const { prompt, source, lanes, canRun, page } = embed.state;
    expect({ source, canRun }).toEqual({ source: "recorded", canRun: true });
    expect(prompt).toContain("hedgehog");
    expect(lanes.map(({ name }) => name)).toEqual(["Plain", "GenARM", "VAS", "Best of 8"]);
    expect(lanes.every(({ text, tokens }) => text.length > 20 && tokens > 10)).toBe(true);
    const reading = readLink(new URL(page).hash);
    expect(reading).toMatchObject({ type: "link", state: { world: "laboratory" } });
    if (reading.type === "link") expect(reading.state.settings.prompts.story).toBe(prompt);
  });

  test("a recording of the chat model does not run in the frame, and words say where it does", async () => {
    await askState({ tiller: 1, type: "load", recording: "chat-story" });
    await phaseBecomes("finished");
    expect(embed.state.canRun).toBe(false);
    expect(await ask({ tiller: 1, type: "run", id: "r" })).toMatchObject({
      type: "refused",
      id: "r",
      why: expect.stringContaining(`the chat model runs in the whole page only: ${PAGE}#2.`) as string,
    });
  });

  test("a link waits for a run; one of a recording's own settings plays it", async () => {
    expect(await askState({ tiller: 1, type: "load", link: link("laboratory") })).toMatchObject({
      phase: "ready",
      source: "none",
      canRun: true,
      page: PAGE + link("laboratory"),
    });
    expect((await ask({ tiller: 1, type: "run", how: "recorded" })).type).toBe("refused");
    await askState({ tiller: 1, type: "load", recording: "helpful-cautious" });
    const { page } = embed.state;
    await askState({ tiller: 1, type: "load", link: new URL(page).hash });
    await phaseBecomes("finished");
    expect(embed.state.source).toBe("recorded");
  });

  test("a run that Tiller saved plays", async () => {
    await askState({ tiller: 1, type: "load", trace: writeTrace(await fakeTrace()) });
    await phaseBecomes("finished");
    expect(embed.state.prompt).toBe(defaultSettings().prompts.story);
  });

  test.each([
    [{ recording: "no-such" }, /there is no recording "no-such" here/],
    [{ recording: "sweep-chat" }, /there is no recording "sweep-chat"/],
    [{ link: "#lessons" }, /the link holds no state/],
    [{ link: "#2.AAAA" }, /^the link: /],
    [{ trace: "{" }, /^the run: it is not JSON/],
    [{ trace: '{"version":1}' }, /^the run: /],
  ])("%j is refused in words and changes nothing", async (wanted, why) => {
    await askState({ tiller: 1, type: "load", recording: "adventure" });
    await phaseBecomes("finished");
    const before = embed.state;
    const answer = await ask({ tiller: 1, type: "load", ...wanted });
    expect(answer.type === "refused" && answer.why).toMatch(why);
    expect(embed.state).toEqual(before);
  });

  test("the last of several loads is shown, and the others are told so", async () => {
    const first = ask({ tiller: 1, type: "load", id: "1", recording: "adventure" });
    const second = ask({ tiller: 1, type: "load", id: "2", recording: "chat-story" });
    expect(await first).toMatchObject({
      type: "refused",
      id: "1",
      why: expect.stringContaining("another load") as string,
    });
    expect(await second).toMatchObject({ type: "state", id: "2" });
    expect(embed.subject?.world).toBe("chat");
  });
});

describe("run", () => {
  test("answers when the run is on its way, runs live, and plays the recording again", async () => {
    await askState({ tiller: 1, type: "load", link: link("laboratory") });
    expect((await askState({ tiller: 1, type: "run" })).phase).toBe("loading");
    expect(await ask({ tiller: 1, type: "run" })).toMatchObject({ type: "refused", why: "a run is under way" });
    await phaseBecomes("finished");
    expect(embed.state).toMatchObject({ source: "live", backend: "wasm", threads: 2, error: null });
    expect(embed.state.lanes.every(({ tokens }) => tokens === 8)).toBe(true);
  });

  test("without a comparison there is nothing to run", async () => {
    expect(await ask({ tiller: 1, type: "run" })).toMatchObject({ type: "refused", why: "nothing is loaded" });
  });

  test("a load in the middle of a run takes its place", async () => {
    await askState({ tiller: 1, type: "load", link: link("laboratory") });
    await askState({ tiller: 1, type: "run" });
    await askState({ tiller: 1, type: "load", recording: "adventure" });
    await phaseBecomes("finished");
    expect(embed.state.source).toBe("recorded");
  });
});

describe("who is heard", () => {
  const STATE = { tiller: 1, type: "state", id: "s" };
  test("only the page that shows the frame", async () => {
    expect(await ask(STATE, { isFromParent: false })).toMatchObject({ type: "refused", id: "s" });
  });
  test("only the origin that the address names, if it names one", async () => {
    const { origin } = embedQuery("?origin=https://course.example");
    expect((await ask(STATE, {}, origin)).type).toBe("state");
    const other = await ask({ tiller: 1, type: "run" }, { origin: "https://other.example" }, origin);
    expect(other.type === "refused" && other.why).toMatch(/another origin/);
  });
  test("messages of other programs get no answer", async () => {
    const heard = { data: { type: "webpackOk" }, origin: "https://course.example", isFromParent: true };
    expect(await answerTo(embed, heard, null)).toBeNull();
  });
});

test("hostile traces and links leave the frame as it was", async () => {
  await askState({ tiller: 1, type: "load", recording: "adventure" });
  await phaseBecomes("finished");
  const before = embed.state;
  const value = fc.oneof(
    hostile.map((each) => JSON.stringify(each)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom("trace", "link"), async (text, field) => {
      const answer = await ask({ tiller: 1, type: "load", [field]: text });
      expect(answer.type).toBe("refused");
      if (answer.type === "refused") expect(answer.why).toMatch(/^[^<>\p{Cc}]{1,301}$/u);
    }),
    { numRuns: 300 },
  );
  expect(embed.state).toEqual(before);
});

describe("addresses", () => {
  test.each([
    ["", null],
    ["#", null],
    ["#play-chat-story", { recording: "chat-story" }],
    ["#play-chat-story?fbclid=x", { recording: "chat-story" }],
    ["#2.abc", { link: "#2.abc" }],
  ])("%j asks for %j", (hash, wanted) => expect(wantedIn(hash)).toEqual(wanted));

  test("the query names a theme and an origin, and nothing else", () => {
    expect(embedQuery("?theme=dark&lang=de")).toEqual({ theme: "dark", origin: null });
    expect(embedQuery("?theme=<b>&origin=")).toEqual({ theme: "auto", origin: null });
  });

  test("the snippet leads to the recording on the screen, or to the state", () => {
    const example = { file: "chat-story.json", title: "A city, as a tale" };
    expect(embedHash(example, "#2.x")).toBe(playAddress("chat-story"));
    expect(embedHash(null, "#2.x")).toBe("#2.x");
    const address = embedAddress("https://host.example/tiller/?world=chat", "#2.x");
    expect(address).toBe("https://host.example/tiller/embed.html#2.x");
    expect(embedAddress("https://host.example/", "#2.x", "de")).toBe("https://host.example/embed.html?lang=de#2.x");
    const html = embedSnippet(address, 'Answers to: "<img src=x onerror=alert(1)>" & more');
    expect(html).toContain('title="Answers to: &quot;&lt;img src=x onerror=alert(1)&gt;&quot; &amp; more"');
    expect(html).toContain(`src="${address}"`);
  });
});
