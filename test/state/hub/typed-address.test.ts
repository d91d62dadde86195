/** What may be typed as a model, a mirror or a folder. */
import { expect, test } from "vitest";
import { readAddress, readFolder } from "../../../src/state/hub/typed-address.ts";

test.each([
  ["  HuggingFaceTB/SmolLM2-135M-Instruct ", "HuggingFaceTB/SmolLM2-135M-Instruct"],
  ["https://huggingface.co/onnx-community/gpt2-ONNX/tree/main", "onnx-community/gpt2-ONNX"],
  ["gpt2", "gpt2"],
])("%s is the id %s", (typed, id) => {
  expect(readAddress(typed, "")).toEqual({ ok: true, address: { kind: "hub", id, mirror: null } });
});

test.each(["", "a/b/c", "../x", "a b/c", "https://example.org/a/b", "javascript:alert(1)"])("%s is no id", (typed) => {
  expect(readAddress(typed, "")).toEqual({ ok: false, problem: "no-id" });
});

test.each([
  ["https://models.example.org/hub", "https://models.example.org/hub/"],
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000/"],
])("%s is a mirror", (typed, mirror) => {
  expect(readAddress("a/b", typed)).toMatchObject({ ok: true, address: { mirror } });
});

test.each([
  ["x", "no-address"],
  ["ftp://a.example/", "no-address"],
  ["http://models.example.org/", "not-https"],
  ["https://me:secret@a.example/", "has-password"],
])("%s is no mirror: %s", (typed, problem) => {
  expect(readAddress("a/b", typed)).toEqual({ ok: false, problem });
});

test("a folder's files are named from inside it", () => {
  const file = (path: string): File => Object.assign(new File(["x"], "x"), { webkitRelativePath: path });
  expect(readFolder([file("gpt2/config.json"), file("gpt2/onnx/model.onnx")])).toMatchObject({
    kind: "folder",
    id: "gpt2",
    files: [{ path: "config.json" }, { path: "onnx/model.onnx" }],
  });
  expect(readFolder([])).toBeNull();
});
