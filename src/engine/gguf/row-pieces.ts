/** Large matrices of float32 in pieces: the runtime packs each as it opens a session, and holds it twice while it does. */

const PIECE_BYTES = 2 ** 21;
/** Matrices of a layer stay in one piece: more products would cost more than they save. */
const WIDE_BYTES = 2 ** 24;

export interface RowPiece {
  readonly from: number;
  readonly count: number;
}

export function rowPieces(rows: number, columns: number): readonly RowPiece[] {
  if (4 * rows * columns <= WIDE_BYTES) return [{ from: 0, count: rows }];
  const most = Math.max(1, Math.floor(PIECE_BYTES / (4 * columns)));
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => {
    return { from: i * most, count: Math.min(most, rows - i * most) };
  });
}
