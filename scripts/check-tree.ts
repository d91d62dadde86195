/**
 * `tsx scripts/check-tree.ts`, a part of `npm run lint`: says which files of git's index do not belong into the repository
 * (`scripts/tree/rules.ts`), and ends with status 1 where there are any.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { treeFaults, type TreeFile } from "./tree/rules.ts";

/** Git's own test of a binary file: a zero byte near its start. */
const LOOKED_AT = 8000;

function readTree(): readonly TreeFile[] {
  const listed = execFileSync("git", ["ls-files", "--stage", "-z"], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return listed.split("\0").flatMap((line) => {
    const [, hash = "", path = ""] = /^\d+ (\w+) 0\t(.+)$/s.exec(line) ?? [];
    if (path === "" || !existsSync(path)) return [];
    const isBinary = readFileSync(path).subarray(0, LOOKED_AT).includes(0);
    return [{ path, hash, bytes: statSync(path).size, isBinary }];
  });
}

const files = readTree();
const pages = files
  .filter(({ path }) => path.endsWith(".md"))
  .map(({ path }) => ({ path, text: readFileSync(path, "utf8") }));
const faults = treeFaults(files, pages);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${files.length} files: no large binary, no second copy of a model, no unused picture`);
