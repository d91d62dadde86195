import { describe, expect, it } from "vitest";
import { ConjugateGradients } from "../../../src/core/heads/conjugate-gradients.ts";
import { NormalEquations } from "../../../src/core/heads/ridge.ts";
import { fc } from "../../properties.ts";
import { numbers } from "./small-policy.ts";

describe("ridge regression in closed form", () => {
  it("solves a case by hand", () => {
    // Sums: [[1 + 1, 1], [1, 1 + 4]] = [[2, 1], [1, 5]] and [3 + 1, 2 + 1] with x = (1, 0), (1, 1), (0, 2) and y = 3, 1, 1.
    const equations = new NormalEquations(2);
    equations.add(Float64Array.of(1, 0), 3);
    equations.add(Float64Array.of(1, 1), 1);
    equations.add(Float64Array.of(0, 2), 1);
    // (G + 1 I) w = b: [[3, 1], [1, 6]] w = [4, 3], so w = [21, 5] / 17.
    expect([...equations.solve(1)]).toEqual([21 / 17, 5 / 17].map((x) => expect.closeTo(x, 14) as number));
    expect(equations.count).toBe(3);
  });

  it("weighs an observation as that many copies of it", () => {
    const [once, copies] = [new NormalEquations(3), new NormalEquations(3)];
    for (let n = 0; n < 5; n++) {
      const x = numbers(3, n);
      once.add(x, n, 3);
      for (let copy = 0; copy < 3; copy++) copies.add(x, n);
    }
    const expected = copies.solve(0.1);
    for (const [i, w] of once.solve(0.1).entries()) expect(w).toBeCloseTo(expected[i]!, 10);
  });

  it("adds the sums of two sets of observations", () => {
    const [left, right, both] = [1, 2, 3].map(() => new NormalEquations(3)) as [
      NormalEquations,
      NormalEquations,
      NormalEquations,
    ];
    for (let n = 0; n < 6; n++) {
      left.add(numbers(3, n), n);
      right.add(numbers(3, 50 + n), -n);
      both.add(numbers(3, n), n);
      both.add(numbers(3, 50 + n), -n, 12);
    }
    const expected = both.solve(2);
    for (const [i, w] of left.plus(right, 12).solve(2).entries()) expect(w).toBeCloseTo(expected[i]!, 12);
  });

  it("satisfies its equations, and so do conjugate gradients", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }), (size, count) => {
        const equations = new NormalEquations(size);
        const observations = Array.from({ length: count }, (_, n) => ({ x: numbers(size, n), y: Math.cos(n) }));
        for (const { x, y } of observations) equations.add(x, y);
        const multiply = (w: Float64Array, out: Float64Array): void => {
          for (let i = 0; i < size; i++) out[i] = 0.5 * w[i]!;
          for (const { x } of observations) {
            const value = x.reduce((sum, each, i) => sum + each * w[i]!, 0);
            for (let i = 0; i < size; i++) out[i]! += value * x[i]!;
          }
        };
        const rhs = new Float64Array(size);
        for (const { x, y } of observations) for (let i = 0; i < size; i++) rhs[i]! += y * x[i]!;
        const w = equations.solve(0.5);
        const image = new Float64Array(size);
        multiply(w, image);
        for (let i = 0; i < size; i++) expect(image[i]).toBeCloseTo(rhs[i]!, 9);
        const solver = new ConjugateGradients(multiply, rhs);
        while (solver.residual > 1e-11 && solver.iterations < 100) solver.step();
        for (let i = 0; i < size; i++) expect(solver.solution[i]).toBeCloseTo(w[i]!, 7);
      }),
    );
  });

  it("says that the samples leave a direction open, and what to do", () => {
    const equations = new NormalEquations(2);
    equations.add(Float64Array.of(1, 2), 3);
    equations.add(Float64Array.of(2, 4), 1);
    expect(() => equations.solve(0)).toThrow(/column 2.*ridge of 0 does not decide it.*more samples or a larger ridge/);
    expect([...equations.solve(1e-3)].every(Number.isFinite)).toBe(true);
  });

  it.each([
    [[NaN, 1], 1],
    [[1, Infinity], 1],
    [[1, 1], NaN],
  ])("refuses %j with %d, and says which observation it was", (x, y) => {
    const equations = new NormalEquations(2);
    equations.add(Float64Array.of(1, 0), 1);
    expect(() => equations.add(Float64Array.from(x), y)).toThrow("Observation 2 has a number that is not finite");
  });

  it("takes no step where the right side is 0", () => {
    const solver = new ConjugateGradients((x, out) => out.set(x), new Float64Array(3));
    solver.step();
    expect([solver.residual, solver.iterations, ...solver.solution]).toEqual([0, 0, 0, 0, 0]);
  });
});
