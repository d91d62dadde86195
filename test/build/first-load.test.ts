/** What index.html starts with: which files are counted, where the build fails, and which file a module goes into. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { firstFiles, overBudget, scriptsIn } from "../../scripts/build/budget.ts";
import { paintedFirst } from "../../scripts/build/first-paint.ts";
import { firstFileOf, waitingFile } from "../../scripts/build/first-files.ts";

const chunk = (code: string, imports: string[] = []) => ({ type: "chunk", code, imports }) as const;
const page = (source: string) => ({ type: "asset", source }) as const;
const HTML = `
  <script type="module" crossorigin src="./assets/index.js"></script>
  <script nomodule src="./old-browser.js"></script>
  <link rel="modulepreload" crossorigin href="./assets/first.js">
  <link rel="stylesheet" href="./assets/first.css"><link rel="preload" as="font" href="./assets/sans.woff2">`;
const bundle = {
  "index.html": page(HTML),
  "check.html": page('<script type="module" src="./assets/check.js"></script>'),
  "assets/index.js": chunk("one;", ["assets/first.js"]),
  "assets/first.js": chunk("two;", ["assets/shared.js"]),
  "assets/shared.js": chunk("three;"),
  "assets/later.js": chunk("later;".repeat(99)),
  "assets/check.js": chunk("check;"),
};

describe("what a page starts with", () => {
  it("is what its HTML names and what that imports at once; nothing of another page", () => {
    expect(scriptsIn(HTML)).toEqual(["assets/index.js", "assets/first.js"]);
    const files = firstFiles(bundle, "index.html");
    expect(files.map(({ name }) => name).toSorted()).toEqual([
      "assets/first.js",
      "assets/index.js",
      "assets/shared.js",
    ]);
    expect(files.find(({ name }) => name === "assets/first.js")?.bytes).toBe(gzipSync("two;").byteLength);
  });

  it("cannot be counted where nothing is found", () => {
    expect(() => firstFiles({}, "index.html")).toThrow("index.html is not in the build");
    expect(() => firstFiles({ "index.html": page("<p>text</p>") }, "index.html")).toThrow("names no script");
    expect(() => firstFiles({ "index.html": page(HTML) }, "index.html")).toThrow("needs assets/first.js");
  });
});

describe("the bound", () => {
  const files = [
    { name: "assets/first.js", bytes: 90_000 },
    { name: "assets/words.js", bytes: 30_000 },
  ];
  it("is kept at the bound itself", () => expect(overBudget(files, 120_000)).toBeNull());
  it("is broken by one byte more, and the files are named", () => {
    const trouble = overBudget([...files, { name: "assets/index.js", bytes: 1 }], 120_000);
    expect(trouble).toContain("120.0 kB");
    expect(trouble).toContain("assets/first.js 90.0 kB");
  });
});

describe("the file of a module", () => {
  const importers: Readonly<Record<string, readonly string[]>> = {
    "/index.html": [],
    "/check.html": [],
    "/src/main.ts": ["/index.html"],
    "/src/ui/App.svelte": ["/src/main.ts"],
    "/src/check.ts": ["/check.html"],
    "/src/ui/words/de/index.ts": [],
    "/src/ui/words/de/rail.ts": ["/src/ui/words/de/index.ts"],
    "/src/ui/words/format.ts": ["/src/ui/words/de/rail.ts", "/src/ui/App.svelte"],
    "/src/core/types.ts": ["/src/ui/words/format.ts", "/src/check.ts"],
    "/src/ui/theme.css": ["/src/main.ts", "/src/check.ts"],
    "/src/ui/Later.svelte": [],
    "/src/ui/rest/parts.ts": [],
    "/src/ui/rail/RailMore.svelte": ["/src/ui/rest/parts.ts"],
    "/src/ui/controls/Slider.svelte": ["/src/ui/rail/RailMore.svelte", "/src/ui/Later.svelte"],
    "/src/ui/controls/Icon.svelte": ["/src/ui/rail/RailMore.svelte", "/src/ui/App.svelte"],
  };
  const info = (id: string) => ({ isEntry: id.endsWith(".html"), importers: importers[id] ?? [] });
  const fileOf = (id: string) => firstFileOf(id, { getModuleInfo: info });

  it("is named after what reaches it at once", () => {
    expect(fileOf("/src/ui/App.svelte")).toBe("first");
    expect(fileOf("/src/ui/words/format.ts")).toBe("first-words");
    expect(fileOf("/src/ui/theme.css")).toBe("first-others");
    expect(fileOf("/src/core/types.ts")).toBe("first-others-words");
    expect(fileOf("/src/ui/controls/Icon.svelte")).toBe("first");
    for (const id of ["/src/ui/rest/parts.ts", "/src/ui/rail/RailMore.svelte", "/src/ui/controls/Slider.svelte"])
      expect(fileOf(id)).toBe("rest");
  });

  it("is the bundler's choice for scripts that start a page, for other pages, and for what comes later", () => {
    for (const id of ["/index.html", "/src/main.ts", "/src/check.ts", "/src/ui/Later.svelte"])
      expect(fileOf(id)).toBeNull();
    expect(fileOf("/src/ui/words/de/rail.ts")).toBeNull();
  });
});

it("a file that translations need must not wait for them", () => {
  const part = (module: string, imports: string[]) => ({ type: "chunk" as const, moduleIds: [module], imports });
  const translations = part("/src/ui/words/de/index.ts", ["shared.js"]);
  const shared = part("/src/core/types.ts", []);
  const first = part("/src/ui/words/language.ts", ["shared.js"]);
  const files = {
    "de.js": translations,
    "shared.js": shared,
    "first.js": first,
    "first.css": { type: "asset" as const },
  };
  expect(waitingFile(files)).toBeNull();
  expect(waitingFile({ ...files, "shared.js": { ...shared, imports: ["first.js"] } })).toBe("first.js");
});

it("the page's text stands before the style sheets that a browser would wait for", () => {
  const sheet = '<link rel="stylesheet" crossorigin href="./assets/first.css">';
  const own = '<noscript><link rel="stylesheet" href="./plain.css" /></noscript>';
  const html = paintedFirst(
    `<title>Tiller</title>\n${sheet}\n</head><body><p>text</p>${own}</body>`,
    "p { margin: 0; }",
  );
  expect(html).toContain("<title>Tiller</title>\n    <style>p { margin: 0; }</style>");
  expect(html.indexOf(sheet)).toBeGreaterThan(html.indexOf("<p>text</p>"));
  expect(html).toContain(own);
  expect(html.indexOf(sheet)).toBe(html.lastIndexOf(sheet));
});
