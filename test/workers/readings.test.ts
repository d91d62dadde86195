import { expect, test } from "vitest";
import { promptStates } from "../../workers/readings.ts";
import { fakeModels } from "../fakes.ts";

const { models } = fakeModels();

test("the mean of the states over all tokens of a prompt, one forward a prompt", async () => {
  const asked: number[] = [];
  const readStates = (text: readonly number[], count: number) => {
    asked.push(text.length);
    expect(count).toBe(text.length);
    const middle = new Float32Array(2);
    return Promise.resolve(text.map((token) => ({ hidden: Float32Array.of(token, 1), middle, logits: middle })));
  };
  const withStates = { ...models, policy: { ...models.policy, readStates } };
  const prompts = ["a fox", "the sea"].map((prompt) => ({ kind: "story" as const, prompt }));
  const found = (await promptStates(withStates, prompts))!;
  for (const [i, { prompt }] of prompts.entries()) {
    const ids = models.promptIds("policy", { kind: "story", prompt, instruction: null, system: "", turns: [] });
    expect(asked[i]).toBe(ids.length);
    expect(found[i]![0]).toBeCloseTo(ids.reduce((sum, id) => sum + id, 0) / ids.length, 4);
    expect(found[i]![1]).toBeCloseTo(1, 5);
  }
});

test("null where the policy gives no states, and an error where no model is loaded", async () => {
  expect(await promptStates(models, [{ kind: "story", prompt: "a fox" }])).toBeNull();
  await expect(promptStates(null, [])).rejects.toThrow(/load/i);
});
