/** What `test/fixtures/gguf/make.py` made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Metadata, type Value } from "../../../src/engine/gguf/metadata.ts";

const FOLDER = join(import.meta.dirname, "../../fixtures/gguf");

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, name)));
}

export function fixtureJson(name: string): unknown {
  const bytes = fixtureBytes(name);
  return JSON.parse(new TextDecoder().decode(name.endsWith(".gz") ? gunzipSync(bytes) : bytes)) as unknown;
}

export function metadataOf(fields: Readonly<Record<string, Value>>): Metadata {
  return new Metadata("test.gguf", new Map(Object.entries(fields)));
}

/** As in make.py: FNV-1a over the ids with commas between them. */
export function hashOf(ids: readonly number[]): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(ids.join(","))) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}
