/** What makes the page installable, and what others show of a link to it. */
import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { headTags, PREVIEW } from "../../scripts/build/page-head.ts";

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
}
const MANIFEST = JSON.parse(readFileSync("public/manifest.json", "utf8")) as Record<string, unknown> & {
  readonly icons: readonly Icon[];
};

/** Width and height of a PNG, from its first chunk. */
function sizeOf(path: string): string {
  const bytes = readFileSync(path);
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test("the manifest has what browsers ask for before they install, and works under any sub-path", () => {
  expect(MANIFEST).toMatchObject({ short_name: "Tiller", start_url: "./", scope: "./", display: "minimal-ui" });
  const png = MANIFEST.icons.filter(({ type }) => type === "image/png");
  expect(png.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`)).toEqual([
    "192x192 any",
    "512x512 any",
    "512x512 maskable",
  ]);
  for (const { src, sizes } of png) {
    expect(sizeOf(`public/${src}`)).toBe(sizes);
    expect(statSync(`public/${src}`).size).toBeLessThan(10_000);
  }
});

const contentOf = (site: string | undefined, name: string): unknown =>
  headTags(site).find(({ attrs }) => attrs?.["property"] === name)?.attrs?.["content"];

test("a build that knows its address names the picture by its whole address, any other by where it lies", () => {
  expect(contentOf("https://a.example/tiller/", "og:image")).toBe(`https://a.example/tiller/${PREVIEW.file}`);
  expect(contentOf("https://a.example/tiller/", "og:url")).toBe("https://a.example/tiller/");
  expect([contentOf(undefined, "og:image"), contentOf(undefined, "og:url")]).toEqual([`./${PREVIEW.file}`, undefined]);
  expect(statSync(`public/${PREVIEW.file}`).size).toBeLessThan(300_000);
});

test("the colours of the window around the page are its grounds", () => {
  const grounds = headTags(undefined).flatMap(({ attrs }) =>
    attrs?.["name"] === "theme-color" ? [String(attrs["content"])] : [],
  );
  const [, light, dark] = /--paper: light-dark\((#\w+), (#\w+)\)/.exec(readFileSync("src/ui/theme.css", "utf8")) ?? [];
  expect(grounds).toEqual([light, dark]);
  expect(MANIFEST).toMatchObject({ background_color: light, theme_color: light });
});
