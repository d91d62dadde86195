import { describe, expect, test } from "vitest";
import { treeFaults, type TreeFile } from "../../scripts/tree/rules.ts";

const file = (path: string, bytes: number, hash = path): TreeFile => ({ path, bytes, hash, isBinary: true });
const page = {
  path: "docs/tour.md",
  text: 'See ![lanes](pictures/lanes.webp) and <img alt="" src="pictures/map.png">.',
};

describe("a tree", () => {
  test("may hold models in their folder, small binaries, long texts, and pictures that a page shows", () => {
    const files = [
      file("public/models/policy/onnx/model.onnx", 5_000_000),
      file("test/fixtures/hub/model.onnx", 300_000),
      { ...file("public/examples/joy.json", 400_000), isBinary: false },
      file("docs/pictures/lanes.webp", 150_000),
      file("docs/pictures/map.png", 10),
    ];
    expect(treeFaults(files, [page])).toEqual([]);
  });

  test("has no binary over 300 kB outside the models' folder", () => {
    expect(treeFaults([file("test/fixtures/large.gz", 300_001)], [])).toEqual([
      "test/fixtures/large.gz has 300001 bytes; a binary file outside public/models/ may have 300000",
    ]);
  });

  test("keeps the one large file that was here before the rule, but no new contents of it", () => {
    const path = "test/fixtures/tiny/fallible/onnx/model.onnx";
    expect(treeFaults([file(path, 597_618, "3849e33daa")], [])).toEqual([]);
    expect(treeFaults([file(path, 597_618, "c86ef5f0aa")], [])).toHaveLength(1);
  });

  test("has no model twice, under whatever name", () => {
    const files = [
      file("public/models/a/model.onnx", 9, "same"),
      file("test/b.gguf", 9, "same"),
      file("c.md", 9, "same"),
    ];
    expect(treeFaults(files, [])).toEqual(["test/b.gguf is a copy of public/models/a/model.onnx; keep one of them"]);
  });

  test("has no picture in docs over 150 kB, and none that no page shows", () => {
    const files = [file("docs/pictures/lanes.webp", 150_001), file("docs/pictures/old.png", 1)];
    expect(treeFaults(files, [page])).toEqual([
      "docs/pictures/lanes.webp has 150001 bytes; a picture may have 150000",
      "docs/pictures/old.png is shown by no page; show it or delete it",
    ]);
  });

  test("has at most ten pictures in docs", () => {
    const names = Array.from({ length: 11 }, (_, i) => `p${i}.webp`);
    const text = names.map((name) => `![](${name})`).join("\n");
    const files = names.map((name) => file(`docs/${name}`, 1));
    expect(treeFaults(files, [{ path: "docs/all.md", text }])).toEqual([
      "docs/ has 11 pictures; at most 10 may be there",
    ]);
    expect(treeFaults(files.slice(1), [{ path: "docs/all.md", text }])).toEqual([]);
  });
});
