import { expect, test } from "vitest";
import { pieceName, readServedIndex, servedBytes } from "../../src/core/served-models.ts";

const FILE = { path: "onnx/model.onnx", bytes: 5, sha256: "ab".repeat(32), version: "1" };
const indexOf = (...files: readonly unknown[]): unknown => ({
  version: 1,
  models: [{ id: "tiny", name: "Tiny", licence: null, files }],
});

test("a list gives its models, with the sizes of what would be fetched", () => {
  const [model] = readServedIndex(indexOf(FILE, { ...FILE, path: "config.json", sha256: null, pieces: [3, 2] }));
  expect(model).toMatchObject({ id: "tiny", name: "Tiny", licence: null, files: [FILE, { pieces: [3, 2] }] });
  expect(model === undefined ? 0 : servedBytes(model)).toBe(10);
  expect(pieceName("a.gguf", 7)).toBe("a.gguf.007");
});

test("a model without a name is called by its folder", () => {
  expect(readServedIndex({ version: 1, models: [{ id: "tiny", files: [FILE] }] })[0]?.name).toBe("tiny");
});

test.each([
  null,
  "<!doctype html>",
  { version: 2, models: [] },
  { version: 1 },
  { version: 1, models: [{ id: "../up", files: [FILE] }] },
  { version: 1, models: [{ id: "tiny", files: [] }] },
  indexOf({ ...FILE, path: "../secret" }),
  indexOf({ ...FILE, path: "/etc/passwd" }),
  indexOf({ ...FILE, path: ".hidden/x" }),
  indexOf({ ...FILE, path: "a?b" }),
  indexOf({ ...FILE, bytes: -1 }),
  indexOf({ ...FILE, bytes: "5" }),
  indexOf({ ...FILE, pieces: [3, 3] }),
  indexOf({ ...FILE, pieces: [] }),
])("what is no list of models holds none (%#)", (json) => {
  expect(readServedIndex(json)).toEqual([]);
});
