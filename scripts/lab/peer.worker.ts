/** transformers.js on the very model files of the engine: `generate()` as everybody uses it. */
import "./gpu-counts.ts";
import { AutoModelForCausalLM, env, Tensor } from "@huggingface/transformers";
import { expose } from "comlink";

type Model = Awaited<ReturnType<typeof AutoModelForCausalLM.from_pretrained>>;

let model: Model | null = null;

const api = {
  /** @param id folder of the model, `dtype` the form that it has there */
  async load(pageUrl: string, device: "wasm" | "webgpu", id: string, dtype: "fp32" | "q4"): Promise<void> {
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.useBrowserCache = false;
    // Its cache would load the runtime from a blob, which our policy refuses.
    env.useWasmCache = false;
    env.localModelPath = new URL("models/", pageUrl).href;
    const file = (extension: string): string =>
      new URL(`ort/ort-wasm-simd-threaded.asyncify.${extension}`, pageUrl).href;
    const { wasm } = env.backends.onnx;
    if (wasm === undefined) throw new Error("transformers.js has no WebAssembly backend here");
    wasm.wasmPaths = { mjs: file("js"), wasm: file("wasm") };
    model = await AutoModelForCausalLM.from_pretrained(id, { device, dtype });
  },

  /** Greedy, which costs it least; the end of text is kept away. Returns milliseconds. */
  async generate(prompt: readonly number[], count: number): Promise<number> {
    if (model === null) throw new Error("the model is not loaded");
    const row = (values: readonly number[]): Tensor =>
      new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
    const options = {
      input_ids: row(prompt),
      attention_mask: row(prompt.map(() => 1)),
      max_new_tokens: count,
      min_new_tokens: count,
      do_sample: false,
    };
    const started = performance.now();
    const output = await model.generate(options);
    const ms = performance.now() - started;
    const length = output instanceof Tensor ? (output.dims[1] ?? 0) : 0;
    if (length !== prompt.length + count)
      throw new Error(`generate() gave ${length - prompt.length} tokens, not ${count}`);
    return ms;
  },
};

export type PeerApi = typeof api;

expose(api);
