/** The QR code of a link, made on this device: as a path for the page, and as a picture for slides and paper. */
import { encode } from "uqr";

/** Light modules around the code, which readers need. */
const QUIET = 4;
/** Pixels of the picture at least, so that it stays sharp on a projector and on paper. */
const PICTURE_PIXELS = 1200;
const DARK = "#000000";
const LIGHT = "#ffffff";

export interface Qr {
  /** Modules on a side, the quiet border included. */
  readonly size: number;
  /** Dark modules beside each other: where the first one is, and how many there are. */
  readonly runs: readonly { readonly x: number; readonly y: number; readonly length: number }[];
  /** The same for an SVG; one unit is a module. */
  readonly path: string;
}

export function qrOf(text: string): Qr {
  const { size, data } = encode(text, { ecc: "M", border: QUIET });
  const runs = data.flatMap((row, y) => Array.from(rowsOfDark(row), ({ start, length }) => ({ x: start, y, length })));
  return { size, runs, path: runs.map(({ x, y, length }) => `M${x} ${y}h${length}v1h-${length}z`).join("") };
}

function* rowsOfDark(row: readonly boolean[]): Generator<{ readonly start: number; readonly length: number }> {
  for (let start = 0; start < row.length; start++) {
    if (row[start] !== true) continue;
    const end = row.indexOf(false, start);
    const length = (end === -1 ? row.length : end) - start;
    yield { start, length };
    start += length;
  }
}

/** Black on white in every theme: cameras read it so. */
export function qrPicture({ size, runs }: Qr): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const pixels = Math.ceil(PICTURE_PIXELS / size);
  canvas.width = canvas.height = size * pixels;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = LIGHT;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(pixels, pixels);
    context.fillStyle = DARK;
    for (const { x, y, length } of runs) context.fillRect(x, y, length, 1);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the browser drew no picture")) : resolve(blob)));
  });
}
