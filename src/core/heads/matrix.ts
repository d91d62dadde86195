/**
 * Products of matrices in row-major `Float32Array`s: the hot loops of fitting.
 *
 * Each inner loop works on a tile, so that a number that was read serves several products, and allocates nothing. Rows
 * that fill no tile go through a loop of their own.
 */

/** A matrix that is read: entry (r, t) stands at `r * rowStep + t * columnStep`, so a transpose needs no copy. */
export interface Operand {
  readonly data: Float32Array;
  readonly rowStep: number;
  readonly columnStep: number;
}

export function operand(data: Float32Array, columns: number): Operand {
  return { data, rowStep: columns, columnStep: 1 };
}

export function transposed(data: Float32Array, columns: number): Operand {
  return { data, rowStep: 1, columnStep: columns };
}

/**
 * out[r, i] += sum_t P[r, t] Q[t, i]
 * @param out `[rows, columns]`
 * @param p   `[rows, inner]`
 * @param q   `[inner, columns]`
 */
export function addProduct(
  out: Float32Array,
  p: Operand,
  q: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  const { data, rowStep, columnStep } = p;
  let t = 0;
  for (; t + 3 < inner; t += 4) {
    let r = 0;
    for (; r + 1 < rows; r += 2)
      addTile(out, r, data, r * rowStep + t * columnStep, rowStep, columnStep, q, t, columns);
    if (r < rows)
      for (let s = 0; s < 4; s++) addRow(out, r, data[r * rowStep + (t + s) * columnStep]!, q, t + s, columns);
  }
  for (; t < inner; t++)
    for (let r = 0; r < rows; r++) addRow(out, r, data[r * rowStep + t * columnStep]!, q, t, columns);
}

/** Two rows of `out`, four rows of `q`. */
function addTile(
  out: Float32Array,
  row: number,
  p: Float32Array,
  at: number,
  rowStep: number,
  step: number,
  q: Float32Array,
  from: number,
  columns: number,
): void {
  const below = at + rowStep;
  const a0 = p[at]!;
  const a1 = p[at + step]!;
  const a2 = p[at + 2 * step]!;
  const a3 = p[at + 3 * step]!;
  const b0 = p[below]!;
  const b1 = p[below + step]!;
  const b2 = p[below + 2 * step]!;
  const b3 = p[below + 3 * step]!;
  const q0 = from * columns;
  const q1 = q0 + columns;
  const q2 = q1 + columns;
  const q3 = q2 + columns;
  const o = row * columns;
  for (let i = 0; i < columns; i++) {
    const x = q[q0 + i]!;
    const y = q[q1 + i]!;
    const z = q[q2 + i]!;
    const w = q[q3 + i]!;
    out[o + i]! += a0 * x + a1 * y + a2 * z + a3 * w;
    out[o + columns + i]! += b0 * x + b1 * y + b2 * z + b3 * w;
  }
}

function addRow(out: Float32Array, row: number, factor: number, q: Float32Array, from: number, columns: number): void {
  const o = row * columns;
  const q0 = from * columns;
  for (let i = 0; i < columns; i++) out[o + i]! += factor * q[q0 + i]!;
}

/**
 * out[r, c] = sum_t P[r, t] Q[c, t]
 * @param out `[rows, columns]`
 * @param p   `[rows, inner]`
 * @param q   `[columns, inner]`
 */
export function rowProducts(
  out: Float32Array,
  p: Float32Array,
  q: Float32Array,
  rows: number,
  columns: number,
  inner: number,
): void {
  let r = 0;
  for (; r + 1 < rows; r += 2) {
    let c = 0;
    for (; c + 3 < columns; c += 4) dotTile(out, r, c, p, q, columns, inner);
    for (; c < columns; c++) {
      out[r * columns + c] = dot(p, r * inner, q, c * inner, inner);
      out[(r + 1) * columns + c] = dot(p, (r + 1) * inner, q, c * inner, inner);
    }
  }
  if (r < rows) for (let c = 0; c < columns; c++) out[r * columns + c] = dot(p, r * inner, q, c * inner, inner);
}

/** Two rows of `p`, four rows of `q`. */
function dotTile(
  out: Float32Array,
  row: number,
  column: number,
  p: Float32Array,
  q: Float32Array,
  columns: number,
  inner: number,
): void {
  const p0 = row * inner;
  const p1 = p0 + inner;
  const q0 = column * inner;
  const q1 = q0 + inner;
  const q2 = q1 + inner;
  const q3 = q2 + inner;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let t = 0; t < inner; t++) {
    const x = p[p0 + t]!;
    const y = p[p1 + t]!;
    const u = q[q0 + t]!;
    const v = q[q1 + t]!;
    const w = q[q2 + t]!;
    const z = q[q3 + t]!;
    a0 += x * u;
    a1 += x * v;
    a2 += x * w;
    a3 += x * z;
    b0 += y * u;
    b1 += y * v;
    b2 += y * w;
    b3 += y * z;
  }
  const o = row * columns + column;
  out[o] = a0;
  out[o + 1] = a1;
  out[o + 2] = a2;
  out[o + 3] = a3;
  out[o + columns] = b0;
  out[o + columns + 1] = b1;
  out[o + columns + 2] = b2;
  out[o + columns + 3] = b3;
}

/** Inner product of `size` numbers from `at` in `p` and from `from` in `q`. */
export function dot(p: Float32Array, at: number, q: Float32Array, from: number, size: number): number {
  let sum = 0;
  for (let t = 0; t < size; t++) sum += p[at + t]! * q[from + t]!;
  return sum;
}
