/** The heads that ship: the list, the files, what their cards say, and the policy that they fit. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startRuntime } from "../../scripts/node/cli.ts";
import { openPolicy } from "../../scripts/node/open-policy.ts";
import { checkPolicy } from "../../src/core/heads/head-card.ts";
import { readHead } from "../../src/core/heads/head-file.ts";
import { AnswerFeatures } from "../../src/engine/decode/answer-features.ts";
import { withHeads } from "../../src/engine/heads/loaded-head.ts";

const FOLDER = "public/heads";
const POLICY = "models/smollm2-135m-instruct";
const LARGEST = 80_000;

const files = readdirSync(FOLDER).filter((name) => name !== "index.json");
const list: unknown = JSON.parse(readFileSync(join(FOLDER, "index.json"), "utf8"));
const heads = files.map((file) => readHead(JSON.parse(readFileSync(join(FOLDER, file), "utf8"))));

describe("the heads that ship", () => {
  it("stand in the list with their sizes and hashes, and the list has nothing else", () => {
    const found = files.toSorted().map((file) => {
      const bytes = readFileSync(join(FOLDER, file));
      const { id, name, policy, teacher } = readHead(JSON.parse(bytes.toString("utf8"))).card;
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const world = teacher.kind === "arm" ? { world: "laboratory" } : {};
      return { file, id, name, policy, ...world, bytes: bytes.length, sha256 };
    });
    expect(list).toEqual(found);
    expect(found.length).toBeGreaterThan(2);
    for (const { file, id, bytes } of found) {
      expect(file).toBe(`${id}.json`);
      expect(bytes).toBeLessThan(LARGEST);
    }
  });

  it("say what they learned from, how well, and where a slider starts and ends", () => {
    for (const { card } of heads) {
      expect(card.training.command).toMatch(card.teacher.kind === "arm" ? /teach-arms/ : /^npm run teach -- /);
      if (card.teacher.kind === "arm") continue;
      const { explained, gain, klSteer, perplexityRatio, startStrength, blindRight, blindStrength } = card.metrics;
      expect(explained?.value).toBeCloseTo(card.explained ?? NaN, 3);
      expect(gain?.ci95?.[0]).toBeGreaterThan(0);
      expect(klSteer?.value).toBeGreaterThan(0);
      expect(perplexityRatio?.value).toBeLessThan(1.5);
      expect(startStrength?.value).toBeGreaterThan(0);
      expect(startStrength?.value).toBeLessThanOrEqual(card.sliderEnd);
      expect(blindStrength?.value).toBeLessThanOrEqual(card.sliderEnd);
      expect(blindRight?.n).toBe(20);
      expect(blindRight?.value).toBeGreaterThanOrEqual(0.9);
    }
  });

  it.runIf(existsSync(POLICY))(
    "fit SmolLM2 and give its tokens rewards",
    async () => {
      const runtime = await startRuntime("cpu");
      try {
        const { backend, adapter, isSoftware, threads } = runtime;
        const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
        const models = await openPolicy(POLICY, runtime, device);
        const identity = await models.teaching?.identity();
        expect(identity).toBeDefined();
        const own = heads.filter(({ card }) => card.teacher.kind !== "arm");
        for (const { card } of own) expect(() => checkPolicy(card, identity!)).not.toThrow();
        const { heads: loaded } = await withHeads(models, own);
        const text = models.promptIds(models.policy.id, {
          kind: "advice",
          prompt: "What is rain?",
          instruction: null,
          system: "",
          turns: [],
        });
        const [state] = (await models.policy.readStates?.(text, 1)) ?? [];
        const features = new AnswerFeatures(models.policy.states!).add(state!);
        for (const { card } of own) {
          const head = loaded?.get(card.id);
          if (head?.kind === "value") {
            expect(Math.abs(head.value(features))).toBeLessThan(10);
            continue;
          }
          const rewards = head?.kind === "push" ? head.rewards(features, Int32Array.of(12, 345, 6789)) : [];
          expect(new Set(rewards).size).toBe(3);
          for (const reward of rewards) expect(Math.abs(reward)).toBeLessThan(50);
        }
      } finally {
        await runtime.dispose();
      }
    },
    60_000,
  );
});
