import { expect, test } from "vitest";
import { parseRequest } from "../../../src/core/request.ts";
import type { StrategyId } from "../../../src/core/types.ts";
import { bestOf, lane, request } from "../../fakes.ts";

function parsed(combine: unknown, strategy: Exclude<StrategyId, "base"> = "bon"): unknown {
  const weights = { joy: 1, s1: -1 };
  const isByToken = strategy === "genarm" || strategy === "vas" || strategy === "args";
  const ranking = { beta: 1, weights, ensemble: "mean", lambda: 0 };
  const own = isByToken
    ? { id: strategy, beta: 1, weights: { joy: 1 }, ...(strategy !== "genarm" && { k: 4 }) }
    : strategy === "blockwise"
      ? { id: strategy, k: 4, block: 8, by: "judge", ...ranking }
      : { ...bestOf(4).strategy, id: strategy, weights: strategy === "oracle-bon" ? { joy: 1 } : weights };
  const rule = { id: "s1", name: "short", type: "rule", rule: { type: "length", words: 9 } };
  const wanted = {
    ...request([bestOf(4)]),
    sources: [rule],
    lanes: [{ ...lane({ id: "base" }), strategy: { ...own, combine } }],
  };
  const [first] = parseRequest(wanted).lanes;
  return first!.strategy.id === "base" ? undefined : first!.strategy.combine;
}

test("each way is read with its defaults, and the sum is the same as none", () => {
  expect(parsed({ type: "sum" })).toBeUndefined();
  expect(parsed(undefined)).toBeUndefined();
  expect(parsed({ type: "worst" })).toEqual({ type: "worst", eta: 1 });
  expect(parsed({ type: "harmonic" })).toEqual({ type: "harmonic" });
  expect(parsed({ type: "majority" })).toEqual({ type: "majority" });
  expect(parsed({ type: "robust", lambda: 0.5 })).toEqual({ type: "robust", lambda: 0.5 });
  expect(parsed({ type: "veto", floors: { s1: -3 } })).toEqual({ type: "veto", floors: { s1: -3 } });
  const goals = { type: "goals", targets: { joy: 1, s1: 0.5 }, eta: 0.3, most: { joy: 2 } };
  expect(parsed(goals)).toEqual(goals);
  const priority = { type: "priority", order: ["s1", "joy"], margins: { joy: 0.1 } };
  expect(parsed(priority, "soft-bon")).toEqual(priority);
  expect(parsed({ type: "worst" }, "genarm")).toEqual({ type: "worst", eta: 1 });
  expect(parsed({ type: "goals", targets: { joy: 1 } }, "vas")).toMatchObject({ targets: { joy: 1 }, most: {} });
  expect(parsed({ type: "harmonic" }, "oracle-bon")).toEqual({ type: "harmonic" });
});

test("a way that only ranks whole texts is refused in a lane that chooses tokens, with those that it takes", () => {
  for (const type of ["harmonic", "priority", "veto", "majority", "robust"]) {
    expect(() => parsed({ type, ...(type === "robust" && { lambda: 1 }) }, "genarm")).toThrow(
      new RegExp(`combine.type must be one of sum, worst, goals in a lane of strategy "genarm", got "${type}"`),
    );
  }
});

test("blocks take the ways that score a text by itself, and the others are refused with the reason", () => {
  for (const type of ["worst", "harmonic"]) expect(parsed({ type }, "blockwise")).toMatchObject({ type });
  expect(parsed({ type: "robust", lambda: 0 }, "blockwise")).toEqual({ type: "robust", lambda: 0 });
  expect(parsed({ type: "goals", targets: { joy: 1 } }, "args")).toMatchObject({ type: "goals" });
  for (const type of ["priority", "majority"]) {
    expect(() => parsed({ type }, "blockwise")).toThrow(
      /must be one of sum, worst, harmonic, goals, veto, robust in a lane of strategy "blockwise", got .* end at different times/,
    );
  }
  expect(() => parsed({ type: "veto", floors: {} }, "args")).toThrow(
    /one of sum, worst, goals in a lane of strategy "args"/,
  );
});

test.each([
  [{ type: "median" }, /combine.type must be one of sum, worst/],
  [{ type: "worst", lambda: 1 }, /no setting "lambda"; remove it or use one of type, eta/],
  [{ type: "worst", eta: 0 }, /eta must be a number above 0/],
  [{ type: "robust" }, /lambda must be a number at least 0 and at most 1/],
  [{ type: "robust", lambda: 1.5 }, /lambda must be a number at least 0 and at most 1, got 1.5/],
  [{ type: "veto", floors: { wit: 0 } }, /floors has the unknown objective "wit"; use joy/],
  [{ type: "veto", floors: { joy: Infinity } }, /floors.joy must be a number at least -100 and at most 100/],
  [{ type: "priority", margins: { joy: -1 } }, /margins.joy must be a number at least 0/],
  [{ type: "priority", order: ["joy", "joy"] }, /order must be a list that names each wish once, got "joy"/],
  [{ type: "priority", order: ["wit"] }, /order\[0\] must be one of joy/],
  [{ type: "goals", targets: { adventure: 1 } }, /targets.adventure must be of a wish whose weight is not 0/],
  [{ type: "goals", targets: { __proto__: null, joy: "1" } }, /targets.joy must be a number/],
  ["worst", /combine must be an object/],
])("%j is refused in words", (combine, message) => {
  expect(() => parsed(combine)).toThrow(message);
});
