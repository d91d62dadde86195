import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { sha256 } from "../../../src/engine/bundle/sha256.ts";

afterEach(() => vi.unstubAllGlobals());

const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 7) % 251);
const expected = createHash("sha256").update(bytes).digest("hex");

test("a file's hash is that of SHA-256", async () => {
  expect(await sha256(bytes)).toBe(expected);
});

test("a page that came over plain http, where the browser hashes nothing, finds the same hash", async () => {
  vi.stubGlobal("crypto", {});
  expect(await sha256(bytes)).toBe(expected);
  expect(await sha256(new Uint8Array())).toBe(createHash("sha256").digest("hex"));
});

test("shared memory is hashed too", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  expect(await sha256(shared)).toBe(expected);
});
