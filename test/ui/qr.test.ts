/** The path of a QR code draws its modules, every one once. */
import { encode } from "uqr";
import { expect, test } from "vitest";
import { qrOf } from "../../src/ui/classroom/qr.ts";

const LINKS = ["https://example.org/", `https://example.org/?class=1-00000000#2.${"x-Y_z".repeat(390)}`];

test.each(LINKS)("%.40s", (text) => {
  const { size, path } = qrOf(text);
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let i = 0; i < Number(length); i++) drawn[Number(y)]![Number(x) + i]! += 1;
  }
  expect(path.replaceAll(/M\d+ \d+h\d+v1h-\d+z/g, "")).toBe("");
  expect(drawn).toEqual(encode(text, { ecc: "M", border: 4 }).data.map((row) => row.map(Number)));
});
