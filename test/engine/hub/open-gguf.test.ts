import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { chooseForm, filesFor, formsOf } from "../../../src/engine/hub/choose-files.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { plainForward } from "../gguf/plain-forward.ts";
import { tinyModels } from "../gguf/tiny-models.ts";
import { tinyGguf, type TinyShape } from "../gguf/tiny-gguf.ts";

const TINY: TinyShape = { architecture: "llama", table: "Q8_0", isTied: true };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
});
afterAll(() => runtime.dispose());

const open = (bytes: Uint8Array<ArrayBuffer>): Promise<Models> => tinyModels(runtime, bytes);

describe("a GGUF file in a folder", () => {
  it("opens as a policy whose chat is that of its own template", async () => {
    const models = await open(tinyGguf(TINY));
    const { policy, tokenizer } = models;
    const ids = models.promptIds("tiny", {
      kind: "advice",
      prompt: "Why?",
      instruction: "Be brief.",
      system: "",
      turns: [],
    });
    const turns = [{ prompt: "Hi", answer: "Hello." }];
    const told = models.promptIds("tiny", {
      kind: "advice",
      prompt: "Why?",
      instruction: null,
      system: " Be kind. ",
      turns,
    });
    expect(tokenizer.decode(told)).toBe("system\nBe kind.\nuser\nHi\nassistant\nHello.\nuser\nWhy?\nassistant\n");
    expect(ids[0]).toBe(1);
    expect(tokenizer.decode(ids)).toBe("user\nBe brief.\n\nWhy?\nassistant\n");
    expect(ids.filter((id) => id < 3)).toEqual([1, 2, 1]);
    expect(tokenizer.endIds).toEqual([2, 0]);
    const [found] = await policy.read(ids, 1);
    const expected = plainForward(TINY)(ids).at(-1);
    const apart = Array.from(expected ?? [], (value, id) => Math.abs(value - (found?.[id] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
  });

  it("is told by name where it is a pointer or holds another kind of model", async () => {
    const pointer = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
    await expect(open(pointer)).rejects.toThrow("tiny.Q4_1.gguf of tiny cannot be used: it is a pointer of Git LFS");
    const other = tinyGguf({ ...TINY, fields: { "general.architecture": "gemma3" } });
    await expect(open(other)).rejects.toThrow('tiny cannot be used: its architecture is "gemma3"');
  });
});

describe("GGUF files of a repository", () => {
  const listing = (...paths: string[]): Parameters<typeof formsOf>[0] => ({
    id: "a/b",
    revision: "main",
    licence: null,
    files: paths.map((path) => ({ path, bytes: 2 ** 26, sha256: null, version: null })),
  });
  const formsIn = (...paths: string[]): string[] =>
    formsOf(listing(...paths)).map(({ dtype, graph }) => `${dtype} ${graph.path}`);

  it("are forms by the type in their names, and types that cannot be read are none", () => {
    const all = [
      "m.Q4_K_M.gguf",
      "m.Q4_0.gguf",
      "m.Q4_1.gguf",
      "m-q8_0.gguf",
      "m_f16.gguf",
      "m.BF16.gguf",
      "m.IQ4_NL.gguf",
    ];
    expect(formsIn(...all)).toEqual(["fp16 m_f16.gguf", "q4 m.Q4_1.gguf", "q8 m-q8_0.gguf"]);
    expect(formsIn("model.gguf")).toEqual(["q4 model.gguf"]);
    expect(formsIn("m.Q4_K_M.gguf", "m.Q5_K_S.gguf")).toEqual([]);
  });

  it("stand back behind graphs of the same repository", () => {
    expect(formsIn("m.Q4_1.gguf", "onnx/model_q4.onnx")).toEqual(["q4 onnx/model_q4.onnx"]);
  });

  it("need no other file, and run on every device", () => {
    const found = listing("m.Q8_0.gguf", "m.F16.gguf", "config.json");
    for (const device of [{ backend: "wasm", hasF16: false } as const, { backend: "webgpu", hasF16: false } as const]) {
      const form = chooseForm(found, device);
      expect(form.dtype).toBe("q8");
      expect(filesFor(found, form).map(({ path }) => path)).toEqual(["m.Q8_0.gguf"]);
      expect(chooseForm(found, device, "fp16").graph.path).toBe("m.F16.gguf");
    }
  });

  it("are refused before the download where none has a type that can be read", () => {
    const device = { backend: "wasm", hasF16: false } as const;
    expect(() => chooseForm(listing("m.Q4_K_M.gguf"), device)).toThrow("GGUF files, but none with weights of type F32");
  });
});
