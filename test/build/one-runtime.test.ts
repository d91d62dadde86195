import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { expect, test } from "vitest";

const packages: readonly string[] = Object.keys(
  JSON.parse(readFileSync("package-lock.json", "utf8")).packages as Record<string, unknown>,
);

/**
 * Two copies have two `Tensor` classes, and the runtime tells its own tensors by `instanceof`: outputs that were
 * allocated beforehand would be refused without a reason.
 */
test.each(["onnxruntime-web", "onnxruntime-common"])("the tree holds one copy of %s", (name) => {
  expect(packages.filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([`node_modules/${name}`]);
});

test("transformers.js and the page load the same runtime", () => {
  const own = createRequire(import.meta.url);
  const theirs = createRequire(own.resolve("@huggingface/transformers"));
  const entry = "onnxruntime-web/webgpu";
  expect(realpathSync(theirs.resolve(entry))).toBe(realpathSync(own.resolve(entry)));
});

test("the Node runtime of transformers.js has its CPU binary without any download", () => {
  const own = createRequire(import.meta.url);
  const folder = dirname(
    createRequire(own.resolve("@huggingface/transformers")).resolve("onnxruntime-node/package.json"),
  );
  expect(existsSync(`${folder}/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)).toBe(true);
});
