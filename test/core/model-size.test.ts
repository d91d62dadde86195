import { describe, expect, test } from "vitest";
import { paramsInName, tooSmallToJudge } from "../../src/core/model-size.ts";

describe("the size of a model", () => {
  test.each([
    ["HuggingFaceTB/SmolLM2-135M-Instruct", 135e6],
    ["smollm2-135m-instruct", 135e6],
    ["onnx-community/Qwen2.5-0.5B-Instruct", 0.5e9],
    ["unsloth/Llama-3.2-1B-Instruct-GGUF", 1e9],
    ["TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1.1e9],
    ["SmolLM2-1.7B.Q4_1.gguf", 1.7e9],
    ["openai-community/gpt2", null],
    ["Xenova/distilgpt2", null],
    ["google/gemma-3-4bit", null],
    ["someone/model-8B3", null],
  ])("is read off the name %s", (id, params) => {
    expect(paramsInName(id)).toBe(params);
  });

  test("warns of a judge below a billion parameters, by its card, its name, or the size of its files", () => {
    expect(tooSmallToJudge({ id: "policy", params: 3e6, bytes: 3e6 })).toEqual({ params: 3e6, isBound: false });
    expect(tooSmallToJudge({ id: "a/b-360M", params: null, bytes: 4e9 })).toEqual({ params: 360e6, isBound: false });
    expect(tooSmallToJudge({ id: "a/b-1B", params: null, bytes: 1e8 })).toBeNull();
    expect(tooSmallToJudge({ id: "gpt2", params: null, bytes: 250e6 })).toEqual({ params: 500e6, isBound: true });
    expect(tooSmallToJudge({ id: "phi", params: null, bytes: 2e9 })).toBeNull();
    expect(tooSmallToJudge({ id: "unknown", params: null, bytes: 0 })).toBeNull();
  });
});
