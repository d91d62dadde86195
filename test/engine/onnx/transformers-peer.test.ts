/** Policies and reward models load unchanged in transformers.js and give the tokens that PyTorch gives. */
import { readFileSync } from "node:fs";
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from "@huggingface/transformers";
import { beforeAll, describe, expect, it } from "vitest";

interface Case {
  model: string;
  kind: string;
  rows: { prompt: number[]; greedy?: number[] }[];
}

const MODELS = "test/fixtures/tiny";

function casesOf(file: string): Case[] {
  const content = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
  return content.cases.filter(({ kind }) => kind === "policy" || kind === "arm");
}

function int64Row(values: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
}

async function greedyTokens(model: string, prompt: readonly number[], count: number): Promise<number[]> {
  const peer = await AutoModelForCausalLM.from_pretrained(model);
  try {
    const output = await peer.generate({
      input_ids: int64Row(prompt),
      attention_mask: int64Row(prompt.map(() => 1)),
      max_new_tokens: count,
      do_sample: false,
    });
    if (!(output instanceof Tensor)) throw new Error("generate() returned no tensor of tokens");
    const rows = output.tolist() as bigint[][];
    return rows[0]!.slice(prompt.length).map(Number);
  } finally {
    await peer.dispose();
  }
}

/** transformers.js stops after the end-of-text token, the reference goes on. */
function untilEnd(tokens: readonly number[]): number[] {
  const end = tokens.indexOf(1);
  return end < 0 ? [...tokens] : tokens.slice(0, end + 1);
}

beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = `${MODELS}/`;
});

describe.each(casesOf(`${MODELS}/expected.json`))("$model in transformers.js", ({ model, rows }) => {
  it("continues a prompt greedily as PyTorch does", async () => {
    const { prompt, greedy } = rows[0]!;
    expect(await greedyTokens(model, prompt, greedy!.length)).toEqual(untilEnd(greedy!));
  });
});

it("the tokenizer loads and brings text back unchanged", async () => {
  const tokenizer = await AutoTokenizer.from_pretrained("policy");
  const text = 'The fox said: "Wait!" — and ran over the bridge.';
  const ids = tokenizer.encode(text, { add_special_tokens: false });
  expect(ids.length).toBeGreaterThan(5);
  expect(tokenizer.decode(ids)).toBe(text);
});
