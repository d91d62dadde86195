/** What deploys the page says what the page needs: headers, rights, and commands that are there. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildOptions } from "../../scripts/build/build-options.ts";
import { embedHeaders } from "../../scripts/headers.ts";
import { BadInput } from "../../scripts/node/bad-input.ts";

describe("npm run build", () => {
  test("takes the address at which the build will stand, with or without its slash", () => {
    const plain = { models: [], site: null, host: null };
    expect(buildOptions([])).toEqual(plain);
    expect(buildOptions(["--site", "https://a.example/b"])).toEqual({ ...plain, site: "https://a.example/b/" });
    expect(buildOptions(["--site", "https://a.example/b/", "--for", "space", "--with-model", "m"])).toEqual({
      models: ["m"],
      site: "https://a.example/b/",
      host: "space",
    });
  });

  test.each([
    [["--site", "a.example"], "--site a.example: this is no address"],
    [["--site", "file:///tmp"], "begins with https:// or http://"],
    [["--site", "https://a.example/?x#y"], "has no ? or #"],
    [["--for", "moon"], "--for moon: choose space"],
    [["--sight", "x"], "usage: npm run build"],
  ])("refuses %j in words", (args, words) => {
    expect(() => buildOptions(args)).toThrow(BadInput);
    expect(() => buildOptions(args)).toThrow(words);
  });
});

test("a Space sends the isolation headers, and may be shown in the Hub's page", () => {
  const [, front = ""] = /^---\n(.*?)\n---\n/s.exec(readFileSync("scripts/deploy/space.md", "utf8")) ?? [];
  const isolation = Object.entries(embedHeaders).filter(([name]) => name.startsWith("Cross-Origin"));
  expect(isolation).toHaveLength(3);
  for (const [name, value] of isolation) expect(front).toContain(`\n  ${name.toLowerCase()}: ${value}`);
  expect(front).toContain("\nsdk: static\napp_file: index.html\n");
  expect(/short_description: (.*)/.exec(front)?.[1]?.length).toBeLessThanOrEqual(60);
});

describe("the workflow for GitHub Pages", () => {
  const workflow = readFileSync(".github/workflows/pages.yml", "utf8");
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> };

  test("runs commands that are there", () => {
    const commands = Array.from(workflow.matchAll(/^ +run: (.+)$/gm), ([, command]) => command ?? "");
    expect(commands).toEqual([".ci/run", 'npm run build -- --site "$SITE"']);
    expect(scripts).toHaveProperty("build");
    expect(readFileSync(".ci/run", "utf8")).toContain("npm test");
  });

  test("pins every action, and only the job that deploys may write", () => {
    const actions = Array.from(workflow.matchAll(/uses: (.+)/g), ([, action]) => action ?? "");
    expect(actions.length).toBeGreaterThan(3);
    expect(actions.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([]);
    const [before = "", deploy = ""] = workflow.split("\n  deploy:\n");
    expect(before).not.toContain("write");
    expect(deploy.match(/[\w-]+: write/g)).toEqual(["pages: write", "id-token: write"]);
  });
});
