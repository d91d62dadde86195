import { savedOf } from "../../../src/state/keep/open.ts";
import { describe, expect, test } from "vitest";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { SavedRuns } from "../../../src/state/keep/saved-runs.svelte.ts";
import { writeTrace } from "../../../src/state/keep/trace-file.ts";
import { fc } from "../../properties.ts";
import { fakeTrace } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { hostile } from "./hostile.ts";
import { MemoryRunStore } from "./memory-run-store.ts";

const trace = await fakeTrace();

function shelf() {
  const store = new MemoryRunStore();
  const files: { readonly name: string; readonly content: string }[] = [];
  let ids = 0;
  const saved = new SavedRuns({
    store,
    today: () => 1000 + ids,
    newId: () => `id-${++ids}`,
    saveFile: (name, content) => void files.push({ name, content }),
  });
  return { store, files, saved };
}

/** A shelf with runs called "first", "second" ... as found on the next visit. */
async function shelfOf(...names: readonly string[]) {
  const { store, files, saved } = shelf();
  for (const name of names) await saved.save(trace, name);
  await saved.look();
  return { store, files, saved, first: saved.list!.at(-1)! };
}

const quota = (): DOMException => new DOMException("no room", "QuotaExceededError");

describe("a saved run", () => {
  test("is listed with name, date, prompt, lanes and size, newest first", async () => {
    const { saved } = await shelfOf("one", "two");
    expect(saved.list?.map(({ about }) => about?.name)).toEqual(["two", "one"]);
    expect(saved.list?.[1]?.about).toEqual({
      version: 1,
      name: "one",
      savedAt: 1000,
      kind: "story",
      prompt: trace.request.prompt,
      lanes: trace.request.lanes.map((lane) => lane.name),
      bytes: Buffer.byteLength(writeTrace(trace)),
    });
  });

  test("opens as the run that it was", async () => {
    const { saved, first } = await shelfOf("one");
    expect(await saved.open(first)).toEqual(trace);
  });

  test("without a name is called after its prompt and seed", async () => {
    const { saved } = await shelfOf("  ");
    expect(saved.list?.[0]?.about?.name).toMatch(
      new RegExp(`^${trace.request.prompt.slice(0, 20)}.*, seed ${trace.request.seed}$`),
    );
  });

  test("takes any name, trimmed, and keeps the old one where the new one is empty", async () => {
    const { saved, store } = await shelfOf("one");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 120 }), async (name) => {
        const before = saved.list![0]!.about!.name;
        await saved.rename(saved.list![0]!, name);
        const expected = name.trim().slice(0, 80) || before;
        expect(saved.list?.[0]?.about?.name).toBe(expected);
        expect(store.abouts.get("id-1")).toMatchObject({ name: expected });
      }),
    );
  });

  test("comes back after it was deleted, at its place and unchanged", async () => {
    const { saved, store, first } = await shelfOf("one", "two");
    const kept = store.traces.get(first.id);
    await saved.remove(first);
    expect(saved.list?.map(({ about }) => about?.name)).toEqual(["two"]);
    expect(store.traces.has(first.id)).toBe(false);
    await saved.bringBack();
    expect(saved.list?.map(({ about }) => about?.name)).toEqual(["two", "one"]);
    expect(store.traces.get(first.id)).toBe(kept);
    expect(saved.removed).toBeNull();
  });

  test("is exported as the file that the page opens", async () => {
    const { saved, files, first } = await shelfOf("My fox: <b>1</b>/../x");
    await saved.exportFile(first);
    expect(files).toEqual([{ name: "tiller-my-fox-b-1-b-x.json", content: writeTrace(trace) }]);
  });
});

describe("a database that refuses", () => {
  test("for want of room says so, and nothing is half saved", async () => {
    const { saved, store } = await shelfOf("one");
    store.refusal = quota();
    expect(await saved.save(trace, "two")).toBe(false);
    expect(saved.trouble).toEqual({ type: "full", detail: "no room" });
    expect(saved.list?.map(({ about }) => about?.name)).toEqual(["one"]);
    store.refusal = null;
    expect(await saved.save(trace, "two")).toBe(true);
    expect(saved.trouble).toBeNull();
  });

  test.each([
    ["a private window", new DOMException("denied", "SecurityError")],
    ["a missing database", new TypeError("indexedDB is undefined")],
    ["something that is no error", "no"],
  ])("%s is said in words, whatever is asked", async (_, refusal) => {
    const { saved, store, first } = await shelfOf("one");
    const before = saved.list;
    store.refusal = refusal;
    for (const ask of [
      () => saved.look(),
      () => saved.save(trace, "two"),
      () => saved.open(first),
      () => saved.rename(first, "three"),
      () => saved.remove(first),
      () => saved.exportFile(first),
    ]) {
      saved.trouble = null;
      await ask();
      expect(saved.trouble).toMatchObject({ type: "unavailable" });
      expect(saved.list).toBe(before);
    }
    expect(saved.removed).toBeNull();
    store.refusal = null;
    expect(await saved.open(first)).toEqual(trace);
  });

  test("in the middle of bringing a run back keeps the run at hand", async () => {
    const { saved, store, first } = await shelfOf("one");
    await saved.remove(first);
    store.refusal = quota();
    await saved.bringBack();
    expect(saved.removed?.run).toBe(first);
    store.refusal = null;
    await saved.bringBack();
    expect(await saved.open(first)).toEqual(trace);
  });
});

describe("a record that is broken", () => {
  test("is refused with a reason on opening, and stays", async () => {
    const { saved, store, first } = await shelfOf("one");
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        store.traces.set(first.id, value);
        expect(await saved.open(first)).toBeNull();
        expect(["broken", "missing"]).toContain(saved.trouble?.type);
        expect(store.traces.get(first.id)).toBe(value);
      }),
    );
  });

  test("leaves the screen as it is", async () => {
    const store = new MemoryRunStore();
    const playground = new Playground(fakeSurroundings({ runStore: store }));
    await playground.start();
    const saved = savedOf(playground);
    await saved.save(playground.run.trace()!, "one");
    const run = saved.list![0]!;
    store.traces.set(run.id, "{}");
    const { view } = playground.run;
    expect(await playground.opened.openSaved(saved, run)).toBe(false);
    expect(playground.run.view).toBe(view);
    expect(saved.trouble?.type).toBe("broken");
  });

  test("about a run is listed as unreadable, and can be exported, deleted and brought back", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (about) => {
        const { saved, store, files } = await shelfOf("one", "two");
        store.abouts.set("id-1", about);
        await saved.look();
        const odd = saved.list!.find(({ id }) => id === "id-1")!;
        expect(odd.about).toBeNull();
        await saved.exportFile(odd);
        expect(files).toHaveLength(1);
        await saved.remove(odd);
        await saved.bringBack();
        expect(store.abouts.get("id-1")).toBe(about);
        expect(saved.list).toHaveLength(2);
      }),
    );
  });
});

test("an opened run shows what it showed, beside the visitor's own settings, and asks for no model", async () => {
  const around = fakeSurroundings();
  const there = new Playground(around);
  await there.start();
  await savedOf(there).save(there.run.trace()!, "one");
  const { lanes } = there.run.view;
  // Another visit: the same store, a page without models.
  const here = new Playground({
    ...around,
    spawn: () => {
      throw new Error("no model is needed");
    },
  });
  here.settings.setWeight("joy", -2);
  const saved = savedOf(here);
  await saved.look();
  expect(await here.opened.openSaved(saved, saved.list![0]!)).toBe(true);
  expect(here.run.source).toBe("recorded");
  expect(here.run.view.lanes).toEqual(lanes);
  expect(here.settings.data.weights.joy).toBe(-2);
});
