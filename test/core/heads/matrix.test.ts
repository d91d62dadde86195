import { describe, expect, it } from "vitest";
import { addProduct, operand, rowProducts, transposed } from "../../../src/core/heads/matrix.ts";
import { fc } from "../../properties.ts";
import { numbers } from "./small-policy.ts";

const size = fc.integer({ min: 1, max: 9 });
const sizes = fc.record({ rows: size, inner: size, columns: size });

function matrix(rows: number, columns: number, seed: number): Float32Array {
  return Float32Array.from(numbers(rows * columns, seed));
}

function expectClose(actual: Float32Array, entryOf: (r: number, c: number) => number, columns: number): void {
  for (const [at, value] of actual.entries())
    expect(value).toBeCloseTo(entryOf(Math.floor(at / columns), at % columns), 5);
}

describe("products of matrices", () => {
  it("are the sums of their definition, whatever does not fill a tile", () => {
    fc.assert(
      fc.property(sizes, ({ rows, inner, columns }) => {
        const [p, q, start] = [matrix(rows, inner, 1), matrix(inner, columns, 2), matrix(rows, columns, 3)];
        const sum = (r: number, c: number): number => {
          let total = start[r * columns + c]!;
          for (let t = 0; t < inner; t++) total += p[r * inner + t]! * q[t * columns + c]!;
          return total;
        };
        const out = start.slice();
        addProduct(out, operand(p, inner), q, rows, inner, columns);
        expectClose(out, sum, columns);
      }),
    );
  });

  it("read a transpose without a copy", () => {
    fc.assert(
      fc.property(sizes, ({ rows, inner, columns }) => {
        const [p, q] = [matrix(inner, rows, 1), matrix(inner, columns, 2)];
        const out = new Float32Array(rows * columns);
        addProduct(out, transposed(p, rows), q, rows, inner, columns);
        expectClose(
          out,
          (r, c) => {
            let total = 0;
            for (let t = 0; t < inner; t++) total += p[t * rows + r]! * q[t * columns + c]!;
            return total;
          },
          columns,
        );
      }),
    );
  });

  it("of rows with rows are inner products", () => {
    fc.assert(
      fc.property(sizes, ({ rows, inner, columns }) => {
        const [p, q] = [matrix(rows, inner, 1), matrix(columns, inner, 2)];
        const out = new Float32Array(rows * columns);
        rowProducts(out, p, q, rows, columns, inner);
        expectClose(
          out,
          (r, c) => {
            let total = 0;
            for (let t = 0; t < inner; t++) total += p[r * inner + t]! * q[c * inner + t]!;
            return total;
          },
          columns,
        );
      }),
    );
  });
});
