/** The Markdown files name only what is there: files, folders, headings, npm scripts, Python modules, packages. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { anchorsOf, matches, namesIn, pathsInComments } from "./names.ts";

const FILES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && existsSync(path));
const PAGES = FILES.filter((path) => path.endsWith(".md"));
const PACKAGE = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  "scripts" | "dependencies" | "devDependencies",
  Record<string, string>
>;
/** Files of others, and folders that commands write. */
const ELSEWHERE = [
  "chat_template.json",
  "decoder_model_merged.onnx",
  "manifest.json",
  // Of the build.
  "dist/README.md",
  "plain.html",
  "service-worker.js",
  "training/.venv",
  "training/work/<run>/<stage>/",
  // onnxruntime-web's.
  "lib/wasm/wasm-types.ts",
];

const missing = (paths: readonly string[]): string[] =>
  paths.filter((path) => !ELSEWHERE.includes(path) && !matches(path, FILES));

function hasLink(page: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!FILES.some((known) => known === file || known.startsWith(`${file.replace(/\/$/, "")}/`))) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(anchor);
}

function hasModule(name: string): boolean {
  const path = `training/${name.replaceAll(".", "/")}`;
  return FILES.includes(`${path}.py`) || FILES.includes(`${path}/__main__.py`);
}

describe.each(PAGES)("%s", (page) => {
  const names = namesIn(readFileSync(page, "utf8"));

  test("links to pages and headings that are there", () => {
    expect(names.links.filter((target) => !hasLink(page, target))).toEqual([]);
  });

  test("names files and folders that are there", () => {
    expect(missing(names.paths)).toEqual([]);
  });

  test("names commands that are there", () => {
    expect(names.scripts.filter((name) => !(name in PACKAGE.scripts))).toEqual([]);
    expect(names.modules.filter((name) => !hasModule(name))).toEqual([]);
  });
});

test("docs/dependencies.md has a line for every package, and for no other", () => {
  const rows = readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| (`.+?) \|/gm);
  const listed = Array.from(rows, ([, cell]) =>
    [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  ).flat();
  const pythonLists = readFileSync("training/pyproject.toml", "utf8").matchAll(/^(?:dependencies|test) = \[(.*)\]/gm);
  const python = Array.from(pythonLists, ([, list]) =>
    [...(list ?? "").matchAll(/"([\w-]+)/g)].map(([, name]) => name),
  ).flat();
  const node = Object.keys({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies });
  expect(new Set(listed)).toEqual(new Set([...node, ...python]));
});

test("the comments of the code name files that are there", () => {
  const sources = FILES.filter((path) => /\.(?:ts|svelte|py|js|cjs)$/.test(path) && !path.startsWith("test/docs/"));
  const stale = sources.flatMap((path) =>
    missing(pathsInComments(readFileSync(path, "utf8"))).map((name) => `${path}: ${name}`),
  );
  expect(stale).toEqual([]);
});

test("every page under docs/ is linked from another page", () => {
  const linked = PAGES.flatMap((page) =>
    namesIn(readFileSync(page, "utf8")).links.map((target) => join(dirname(page), target.split("#")[0] ?? "")),
  );
  expect(PAGES.filter((page) => page.startsWith("docs/") && !linked.includes(page))).toEqual([]);
});

describe("namesIn", () => {
  test("finds links, paths, npm scripts and modules, and leaves prose and other sites alone", () => {
    const names = namesIn(
      [
        "See [a](b.md#c), [site](https://example.org/x.md) and `[no](link)`. Run `npm run -s vectors -- test/v.json`.",
        "",
        "    npm ci && npm start     builds src/ui/App.svelte.",
        "    python -m tiller_training.evaluate F.jsonl",
        "",
        "and/or is no path; `world/places.py` and `public/models/<id>/` are, `npm test` is a script.",
      ].join("\n"),
    );
    expect(names).toEqual({
      links: ["b.md#c"],
      paths: ["src/ui/App.svelte", "test/v.json", "world/places.py", "public/models/<id>/"],
      scripts: ["start", "vectors", "test"],
      modules: ["tiller_training.evaluate"],
    });
  });

  test("finds paths in comments, and leaves imports and strings alone", () => {
    const source = `/** Read docs/a.md and core/b.ts. */\nimport { x } from "../core/c.ts";\n# See docs/adr/0008.\n`;
    expect(pathsInComments(source)).toEqual(["docs/a.md", "core/b.ts", "docs/adr/0008-*.md"]);
  });

  test("a path is there from the root, as the end of a longer one, or as a pattern; half a name is not", () => {
    const files = ["src/core/vas.ts", "training/tiller_training/world/places.py", "public/models/judge/card.json"];
    for (const path of [
      "src/core/",
      "src/core/vas.ts",
      "world/places.py",
      "public/models/<id>/",
      "src/core/*.ts",
      "card.json",
    ])
      expect(matches(path, files), path).toBe(true);
    for (const path of ["core/vas", "src/cor/", "src/vas.ts", "orld/places.py", "src/core/vasXts", "src/core/*.py"])
      expect(matches(path, files), path).toBe(false);
  });

  test("headings have GitHub's ids", () => {
    expect(anchorsOf("# A b\n## What's k, and β?\n")).toEqual(["a-b", "whats-k-and-β"]);
  });
});
