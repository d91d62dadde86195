/** The code of a laptop, and the check that finds it, on a worker made up for tests. */
import { describe, expect, test } from "vitest";
import { gradeOf, type LaptopFacts, type Measured } from "../../../src/state/check/grade.ts";
import type { Link } from "../../../src/state/worker/supervisor.ts";
import { LaptopCheck } from "../../../src/state/check/laptop-check.svelte.ts";
import { laptopCheck as words } from "../../../src/ui/words/laptop-check.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";

const FACTS: LaptopFacts = {
  cores: 8,
  memoryGb: 8,
  freeBytes: 5e9,
  isSecure: true,
  isIsolated: true,
  hasWebGpu: true,
};
const MEASURED: Measured = { backend: "wasm", isSoftware: false, threads: 4, tokensPerSecond: 50, loadSeconds: 2 };
const codeOf = (facts: Partial<LaptopFacts>, measured: Partial<Measured> | null): string => {
  const grade = gradeOf({ ...FACTS, ...facts }, measured === null ? null : { ...MEASURED, ...measured });
  return `${words.codeText(grade)} ${grade.verdict}`;
};

test.each<[Partial<LaptopFacts>, Partial<Measured> | null, string]>([
  [{}, { backend: "webgpu", tokensPerSecond: 150 }, "A4 all"],
  [{}, { backend: "webgpu", isSoftware: true, threads: 1, tokensPerSecond: 5 }, "C1 recordings"],
  [{}, {}, "B3 all"],
  [{ memoryGb: null }, {}, "B3 all"],
  [{ memoryGb: 1 }, {}, "B3 laboratory"],
  [{}, { tokensPerSecond: 29.9 }, "B2 laboratory"],
  [{}, { threads: 1, tokensPerSecond: 60 }, "C3 laboratory"],
  [{}, { threads: 1, tokensPerSecond: 100 }, "C4 all"],
  [{}, { tokensPerSecond: 3 }, "B1 recordings"],
  [{}, null, "D0 recordings"],
])("%j %j is %s", (facts, measured, said) => {
  expect(codeOf(facts, measured)).toBe(said);
});

describe("the check", () => {
  const checkWith = (link: Link): LaptopCheck => {
    let ms = 0;
    return new LaptopCheck({
      facts: () => Promise.resolve(FACTS),
      spawn: () => link,
      modelsUrl: "models/",
      backend: "auto",
      now: () => (ms += 20),
    });
  };

  test("measures what the worker writes", async () => {
    const check = checkWith(fakeLink(new FakeApi({ stepMs: 0, loadMs: 0 })));
    await check.run();
    expect(check.error).toBeNull();
    expect(check.state).toBe("done");
    expect(check.measured?.tokensPerSecond).toBeCloseTo(50);
    expect(check.grade?.digit).toBe(3);
  });

  test("says why nothing ran", async () => {
    const { api, ...rest } = fakeLink(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const error = { code: "internal", message: "no WebAssembly", details: {} } as const;
    const check = checkWith({ ...rest, api: { ...api, load: () => Promise.resolve({ ok: false, error }) } });
    await check.run();
    expect(check.grade).toEqual({ letter: "D", digit: 0, verdict: "recordings" });
    expect(check.error?.message).toBe("no WebAssembly");
  });
});
