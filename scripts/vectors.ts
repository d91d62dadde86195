/**
 * Checks files of numeric cases against the core: `npm run -s vectors -- FILE...`
 *
 * One line a vector, `id ok|FAIL compared/total maxerr`, and a last line `N passed, N failed`. Every leaf of `expected`
 * must be recomputed from `inputs`; an unknown id or leaf fails. Exit status 1 on any failure, 2 on bad input.
 */
import { checkVector, readVectors } from "./vectors/check.ts";
import { BadInput } from "./node/bad-input.ts";

function main(files: readonly string[]): number {
  if (files.length === 0) {
    console.error("vectors: name at least one file, for example test/vectors/decoding.json");
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    try {
      for (const vector of readVectors(file)) {
        const { agreed, total, maxError, failures } = checkVector(vector);
        const isOk = failures.length === 0;
        if (isOk) passed++;
        else failed++;
        console.log(`${vector.id} ${isOk ? "ok" : "FAIL"} ${agreed}/${total} ${maxError.toExponential(1)}`);
        if (!isOk) console.error(`${vector.id}: ${failures.slice(0, 5).join(", ")}`);
      }
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      console.error(`vectors: ${error.message.startsWith(file) ? "" : `${file}: `}${error.message}`);
      return 2;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
