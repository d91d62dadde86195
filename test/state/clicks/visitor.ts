/** A visitor with a fake worker whose policy takes heads, for the tests of clicks. */
import type { HeadCard } from "../../../src/core/heads/head-card.ts";
import { writeHead } from "../../../src/core/heads/head-file.ts";
import { clicksOf } from "../../../src/state/clicks/open.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { FakeApi, fakeLink, FAKE_REPORT } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

export const POLICY = { fingerprint: "ab".repeat(32), hidden: 2, vocabulary: 8 };

export function headFile(name: string, policy = POLICY): unknown {
  const card: HeadCard = {
    id: name.toLowerCase(),
    name,
    policy,
    teacher: { kind: "contrast", model: "m", better: "Be it.", worse: "Be not." },
    sliderEnd: 2,
    explained: 0.5,
    training: { samples: 120, prompts: 60, seed: 1, command: "test" },
    metrics: {},
  };
  return writeHead({ card, head: { kind: "direction", hidden: 2, c: Float32Array.of(1, -1), unit: 1 } }, "float16");
}

export function visitor(more: Parameters<typeof fakeSurroundings>[0] = {}) {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  api.report = { ...FAKE_REPORT, heads: POLICY };
  const around = fakeSurroundings({ spawn: () => fakeLink(api), ...more });
  const playground = new Playground(around);
  return { api, around, playground, clicks: clicksOf(playground) };
}
