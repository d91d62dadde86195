/** The drawer of saved runs in a real IndexedDB: by keyboard, over reloads, out of room, and where it is forbidden. */
import type { Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** The first recording at its end, on a page that never gets a model. */
async function open(prepare: (page: Page) => Promise<unknown> = () => Promise.resolve()): Promise<OpenPage> {
  const viewport = { width: 1280, height: 900 };
  opened = await openPage("about:blank", { gpu: "none", models: "held", viewport });
  const { page } = opened;
  await prepare(page);
  await page.goto(`${inject("pageUrl")}?backend=wasm`);
  await settle(page);
  return opened;
}

const settle = (page: Page): Promise<void> =>
  page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
const drawer = (page: Page) => page.getByRole("dialog", { name: "Saved runs" });
const names = (page: Page): Promise<string[]> => drawer(page).locator("h4").allInnerTexts();
const texts = (page: Page): Promise<string[]> => page.locator(".lane [role=listbox]").allInnerTexts();

async function openDrawer(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Share and save" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Saved runs" }).focus();
  await page.keyboard.press("Enter");
  await drawer(page).waitFor();
}

async function keep(page: Page, name: string): Promise<void> {
  await drawer(page).getByLabel("Name of the run").fill(name);
  await page.keyboard.press("Enter");
}

/** Presses a button of a run without a mouse. */
async function press(page: Page, button: string): Promise<void> {
  await drawer(page).getByRole("button", { name: button, exact: true }).focus();
  await page.keyboard.press("Enter");
}

test("a run is kept, found after a reload, renamed, deleted, brought back and opened, by keyboard alone", async () => {
  const { page } = await open();
  await openDrawer(page);
  await drawer(page).getByText("No runs are kept yet").waitFor();
  await keep(page, "My fox");
  await drawer(page).getByRole("status").filter({ hasText: "Saved as “My fox”" }).waitFor();
  await keep(page, "");
  await expect.poll(() => names(page)).toHaveLength(2);
  const before = await texts(page);

  await page.reload();
  await settle(page);
  await page.getByLabel("Examples").selectOption({ index: 1 });
  await expect.poll(() => texts(page)).not.toEqual(before);
  await openDrawer(page);
  await expect.poll(() => names(page)).toContain("My fox");
  expect(await violations(page)).toEqual([]);

  await press(page, "Rename My fox");
  await page.keyboard.type("My <b>badger</b>");
  await page.keyboard.press("Escape");
  expect(await drawer(page).isVisible()).toBe(true);
  expect(await names(page)).toContain("My fox");
  await press(page, "Rename My fox");
  await page.keyboard.type("My <b>badger</b>");
  await page.keyboard.press("Enter");
  await expect.poll(() => names(page)).toContain("My <b>badger</b>");

  await press(page, "Delete My <b>badger</b>");
  await expect.poll(() => names(page)).toHaveLength(1);
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Undo");
  await page.keyboard.press("Enter");
  await expect.poll(() => names(page)).toContain("My <b>badger</b>");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("Open My <b>badger</b>");

  const downloading = page.waitForEvent("download");
  await press(page, "Export My <b>badger</b>");
  expect((await downloading).suggestedFilename()).toBe("tiller-my-b-badger-b.json");

  await press(page, "Open My <b>badger</b>");
  await drawer(page).waitFor({ state: "hidden" });
  await expect.poll(() => texts(page)).toEqual(before);
}, 60_000);

test("a browser without room says so, and keeps the run once there is room", async () => {
  const { page, context } = await open();
  // Before the first write: the browser asks for its quota once and then remembers what is left.
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1000 });
  await openDrawer(page);
  await keep(page, "one");
  await drawer(page).getByRole("alert").getByText("no more room").waitFor();
  expect(await names(page)).toEqual([]);
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await keep(page, "two");
  await expect.poll(() => names(page)).toEqual(["two"]);
  expect(await drawer(page).getByRole("alert").count()).toBe(0);
}, 60_000);

test.each([
  ["missing", () => Object.defineProperty(globalThis, "indexedDB", { value: undefined })],
  [
    "forbidden",
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("The operation is insecure.", "SecurityError");
      };
    },
  ],
])(
  "where IndexedDB is %s the drawer says so and the page works as ever",
  async (_, forbid) => {
    const { page } = await open((fresh) => fresh.addInitScript(forbid));
    await openDrawer(page);
    await drawer(page).getByRole("alert").getByText("keeps nothing for the page").waitFor();
    await keep(page, "one");
    await drawer(page).getByRole("alert").getByText("Save as a file").waitFor();
    expect(await names(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect((await texts(page)).length).toBeGreaterThan(1);
  },
  60_000,
);

test("a record that was damaged is refused with a reason; it and the screen stay", async () => {
  const { page } = await open();
  await openDrawer(page);
  await keep(page, "one");
  await expect.poll(() => names(page)).toEqual(["one"]);
  const before = await texts(page);
  await page.evaluate(
    () =>
      new Promise<void>((done, fail) => {
        const request = indexedDB.open("tiller-runs");
        request.addEventListener("success", () => {
          const store = request.result.transaction("runs", "readwrite").objectStore("runs");
          const cursor = store.openCursor(IDBKeyRange.bound("trace/", "trace/\uFFFF"));
          cursor.addEventListener("success", () => {
            cursor.result?.update(`{"version":1,"__proto__":{"x":1}}`);
            store.transaction.addEventListener("complete", () => done());
          });
        });
        request.addEventListener("error", () => fail(request.error));
      }),
  );
  await press(page, "Open one");
  await drawer(page).getByRole("alert").getByText("__proto__").waitFor();
  expect(await names(page)).toEqual(["one"]);
  expect(await texts(page)).toEqual(before);
}, 60_000);
