/** Probes in the worker: one at a time, and never in the way of a run. */
import { expect, test } from "vitest";
import { RunError } from "../../src/core/errors.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import { Probes } from "../../workers/probes.ts";
import { fakeModels, isTidy, lane, request } from "../fakes.ts";

const CONTRAST: SourceSpec = {
  id: "s1",
  name: "Contrast",
  type: "contrastive",
  model: "policy",
  better: "be kind",
  worse: "be rude",
};
const asked = request([lane({ id: "genarm", beta: 0.5, weights: {} })], {
  sources: [CONTRAST],
  maxTokens: 60,
  suppressEnd: true,
});

function place(free: () => void = () => undefined) {
  const fakes = fakeModels({ context: 512 });
  const turns: (() => void)[] = [];
  const rest = (): Promise<void> => new Promise((resolve) => void turns.push(resolve));
  const probes = new Probes({ now: () => 0, rest }, () => {
    free();
    return fakes.models;
  });
  /** Lets the probe go on, a token at a time, until it waits no more. */
  const goOn = async (tokens = Infinity): Promise<void> => {
    for (let i = 0; i < tokens; i += 1) {
      for (let wait = 0; wait < 50 && turns.length === 0; wait += 1) await Promise.resolve();
      const next = turns.shift();
      if (next === undefined) return;
      next();
    }
  };
  return { fakes, probes, goOn, waiting: () => turns.length };
}

/** A failure that is looked at later is none that nobody looks at. */
function held<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

test("a probe finds a start and an end", async () => {
  const { fakes, probes, goOn } = place();
  const cost = probes.cost(asked, "s1");
  await goOn();
  expect((await cost)?.nats).toBeCloseTo(3, 1);
  const end = probes.end(asked, "s1", (await cost)!.weight);
  await goOn();
  expect((await end)?.weight).toBeGreaterThanOrEqual((await cost)!.weight);
  expect(isTidy(fakes)).toBe(true);
});

test("a probe gives way within a token, fails as aborted, and has let its models go by then", async () => {
  const { fakes, probes, goOn } = place();
  const end = held(probes.end(asked, "s1", 0.1));
  await goOn(4);
  const free = probes.giveWay();
  await goOn(1);
  await free;
  expect(isTidy(fakes)).toBe(true);
  await expect(end).rejects.toMatchObject({ code: "aborted" });
  await probes.giveWay();
});

test("a newer probe takes an older one's place, and both never ask the models at once", async () => {
  const { fakes, probes, goOn } = place();
  const older = held(probes.cost(asked, "s1"));
  await goOn(3);
  const newer = probes.cost(asked, "s1");
  // The table models throw where two calls overlap.
  await goOn();
  await expect(older).rejects.toMatchObject({ code: "aborted" });
  expect((await newer)?.tokens).toBe(60);
  expect(isTidy(fakes)).toBe(true);
});

test("a probe is refused while somebody uses the models, also where that began while it waited", async () => {
  let isBusy = false;
  const { probes, goOn } = place(() => {
    if (isBusy) throw new RunError("invalid-request", "Another run is still going. Stop it first.");
  });
  const older = held(probes.end(asked, "s1", 0.1));
  await goOn(2);
  const newer = held(probes.end(asked, "s1", 0.1));
  isBusy = true;
  await goOn();
  await expect(older).rejects.toMatchObject({ code: "aborted" });
  await expect(newer).rejects.toThrow("still going");
});
