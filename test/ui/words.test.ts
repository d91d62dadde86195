import { describe, expect, test } from "vitest";
import { WAYS_OUT } from "../../src/ui/words/errors.ts";
import { chipText, loadingText, whereText } from "../../src/ui/words/device.ts";
import { bytes, fixed, optional, perSecond, probability, signed, visibleToken } from "../../src/ui/words/format.ts";
import { lookUp } from "../../src/ui/words/models-dialog.ts";
import { GLOSSARY } from "../../src/ui/words/glossary.ts";
import { status } from "../../src/ui/words/stage.ts";
import { sourceCard } from "../../src/ui/words/sources.ts";
import { changeText } from "../../src/ui/words/token.ts";

describe("numbers", () => {
  test("carry a real minus sign, and none on a rounded zero", () => {
    expect(signed(-1.24, 1)).toBe("\u22121.2");
    expect(signed(1.26, 1)).toBe("+1.3");
    expect(signed(-0.01, 1)).toBe("0.0");
    expect(fixed(-0.04, 1)).toBe("0.0");
  });

  test("that are not there yet hold their place", () => {
    expect(optional(undefined, 1)).toBe("\u2013");
  });

  test("small probabilities are a bound and not zero", () => {
    expect(probability(0.0004)).toBe("<0.001");
    expect(probability(0)).toBe("0.000");
  });

  test("a speed below ten keeps a decimal", () => {
    expect([0.44, 3.96, 9.96, 33.6].map(perSecond)).toEqual(["0.4", "4.0", "10", "34"]);
  });

  test("bytes read as people say them", () => {
    expect(bytes(820)).toBe("820 B");
    expect(bytes(6_900_000)).toBe("6.9 MB");
    expect(bytes(17_200_000)).toBe("17 MB");
    expect(bytes(2_766_000_000)).toBe("2.8 GB");
  });
});

test("rows of logits that came whole are counted, with the reason of each", () => {
  const reads = { cut: 150, whole: { opening: 1, "any-token": 2 } } as const;
  expect(status.wholeRows(1)).toBe("1 row of logits read whole");
  expect(status.wholeRowsTitle(reads)).toBe(
    "The graphics card sends the 64 likeliest tokens of a row, and the whole row where these are not enough. Cut: 150 rows. Whole because Plausible is 0, so that any token may come: 2 rows. Whole because the lane was told how to begin: 1 row.",
  );
});

test("a token that stands alone shows its space and line end", () => {
  expect(visibleToken(" fox")).toBe("\u00b7fox");
  expect(visibleToken("\n")).toBe("\u21b5");
  expect(visibleToken("")).toBe("\u2205");
});

test("a moved slider is told in words", () => {
  expect(changeText({ beta: 0.5, weights: { joy: -1 } })).toBe("\u203a Joy \u22121.0 \u00b7 1/\u03b2 2.0");
  expect(changeText({ weights: {} })).toBe("\u203a all objectives 0");
});

test.each([
  ["files that did not arrive are fetched again", ["network", "model-corrupt"], "load-again"],
  ["a device that computes wrongly is left for the processor", ["non-finite-logits", "self-check-failed"], "use-wasm"],
  ["a worker that is gone has a successor to run on", ["worker-crashed", "device-lost"], "run-again"],
  ["a run that is too long is shortened", ["context-overflow"], "shorten"],
] as const)("the button beside a failure helps: %s", (_, codes, wayOut) => {
  for (const code of codes) expect(WAYS_OUT[code], code).toBe(wayOut);
});

test("a classifier with one output gives a score, and no probability", () => {
  const spec = { id: "s1", name: "Reward", type: "classifier", model: "x", label: "LABEL_0" } as const;
  expect(sourceCard(spec, 2)).toMatchObject({
    formula: expect.stringContaining("log p(label") as string,
    unit: "nats. No coefficient was trained, so b = 1.",
  });
  const scalar = sourceCard(spec, 1);
  expect(scalar.formula).toBe("r(y) = the model’s score of y");
  expect(scalar.unit).toBe("the unit of the model. No coefficient was trained, so b = 1.");
});

test("the glossary explains each word that the page uses without explanation", () => {
  const titles = Object.values(GLOSSARY).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const word of [
    "Lane",
    "Token",
    "Candidate",
    "Policy",
    "Judge’s reward",
    "Value",
    "KL divergence",
    "Seed",
    "Flip",
  ])
    expect(titles).toContain(word);
});

test("one thread is blamed on the server only where isolation is what is missing", () => {
  const device = { backend: "wasm", adapter: "", isSoftware: false, threads: 1, fallbackReason: null } as const;
  const said = (isSecure: boolean, isIsolated: boolean): string => whereText(device, { isSecure, isIsolated });
  expect(said(true, false)).toContain("with 1 thread. More threads need a server that sends isolation headers.");
  expect(said(false, false)).toContain("with 1 thread. Browsers give more threads, and the graphics card, only over");
  expect(said(true, true)).toBe(
    "The models run on the processor, as WebAssembly, with 1 thread. Nothing you type leaves this device.",
  );
});

test("a form in a folder of the visitor's is there, one that was kept too, and any other is not yet", () => {
  expect(lookUp.needs(3e8, "folder", true)).toBe("at least 300 MB of memory, in your folder, suits this device");
  expect(lookUp.needs(3e8, "kept", false)).toBe("at least 300 MB of memory, here");
  expect(lookUp.needs(3e8, "elsewhere", false)).toBe("at least 300 MB of memory, not here yet");
});

test("a model that is kept here loads without a word of bytes", () => {
  const progress = {
    phase: "compile",
    modelId: "tiny",
    loadedBytes: 0,
    totalBytes: 0,
    modelsDone: 0,
    modelsTotal: 1,
  } as const;
  expect(loadingText(progress, null)).toBe("Preparing tiny · 0 of 1 model");
  expect(chipText({ status: "loading", progress, secondsLeft: null })).toBe("Loading");
  const fetched = { ...progress, loadedBytes: 2_000_000, totalBytes: 98_000_000 };
  expect(chipText({ status: "loading", progress: fetched, secondsLeft: null })).toBe("Loading 2.0 MB of 98 MB");
});
