/** Points at the chosen word on the page and reads off what the screen says about it. */
import type { Locator, Page } from "playwright-core";

export interface SeenLane {
  readonly name: string;
  readonly kl: string;
  readonly forwards: string;
  /** "Adventure: truth −1.85, judge −0.73", one line an objective. */
  readonly scores: readonly string[];
}

export interface Seen {
  readonly title: string;
  readonly prompt: string;
  readonly asked: string;
  readonly word: string;
  readonly token: number;
  readonly sentence: Readonly<Record<"text" | "flips" | "pushes" | "cost" | "plain", string>>;
  /** The chosen word's line of the equation, column by column. */
  readonly equation: readonly (readonly [column: string, value: string])[];
  /** What the inspector says in words. */
  readonly remark: string;
  readonly lane: SeenLane;
  readonly plain: SeenLane;
}

/** One line, without the dots that stand for the space before a word. */
const tidy = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/(^|“)·/g, "$1")
    .replaceAll(" .", ".")
    .trim();
const read = async (locator: Locator): Promise<string> => tidy(await locator.innerText());

export async function readScreen(page: Page, lane: number, position: number): Promise<Seen> {
  await page.locator(".lane").nth(lane).locator(`[data-position="${position}"]`).click();
  const inspector = page.getByLabel("Chosen token");
  await inspector
    .getByText(`token ${position + 1}`, { exact: false })
    .first()
    .waitFor();
  const fact = (name: string): Promise<string> => read(page.locator(`.sentence [data-fact="${name}"]`));
  const columns = await inspector.locator("thead th").allInnerTexts();
  const cells = await inspector.locator("tbody tr.chosen > *").allInnerTexts();
  return {
    title: await read(page.getByLabel("Examples").locator("option:checked")),
    prompt: await read(page.locator(".strip .prompt")),
    asked: await read(page.locator(".strip .asked").first()),
    word: await read(inspector.locator("h2 .word")),
    token: position + 1,
    sentence: {
      text: await fact("text"),
      flips: await fact("flips"),
      pushes: await fact("pushes"),
      cost: await fact("cost"),
      plain: await fact("plain"),
    },
    equation: columns
      .map((column, i) => [tidy(column), tidy(cells[i] ?? "")] as const)
      .filter(([column, value]) => value !== "" && !/^(token|log p|remark|continue)/.test(column)),
    remark: await read(inspector.locator(".right p").first()),
    lane: await readLane(page, lane),
    plain: await readLane(page, 0),
  };
}

async function readLane(page: Page, index: number): Promise<SeenLane> {
  const lane = page.locator(".lane").nth(index);
  const value = (label: string): Promise<string> =>
    read(lane.locator(".facts div").filter({ hasText: label }).locator("dd"));
  const rows = await lane.locator(".scores tbody tr").all();
  const scores = await Promise.all(
    rows.map(async (row) => {
      const [name, truth, judge] = await row.locator("> *").allInnerTexts();
      return `${tidy(name ?? "")}: truth ${tidy((truth ?? "").replace("best", ""))}, judge ${tidy(judge ?? "")}`;
    }),
  );
  return { name: await read(lane.locator("h3")), kl: await value("KL"), forwards: await value("fwd/token"), scores };
}
