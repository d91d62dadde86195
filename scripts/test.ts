/**
 * Every test of the project and one closing line that adds them up.
 *
 *     npm test                      all suites
 *     npm test -- unit browser      some of them
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { addCounts, closingLine, junitCounts, vitestCounts, type Counts } from "./test-counts.ts";

const reports = ".cache/test-reports";

interface Suite {
  readonly command: readonly string[];
  readonly report: string;
  readonly read: (text: string) => Counts;
}

function vitestSuite(project: string): Suite {
  const report = join(reports, `${project}.json`);
  const command = [
    "vitest",
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  return { command, report, read: vitestCounts };
}

const trainingReport = join(reports, "training.xml");
const suites: Readonly<Record<string, Suite>> = {
  unit: vitestSuite("unit"),
  browser: vitestSuite("browser"),
  training: {
    // pytest runs in training/, and takes the report's path from there.
    command: ["tsx", "scripts/test-training.ts", `--junitxml=../${trainingReport}`],
    report: trainingReport,
    read: junitCounts,
  },
};

/** A suite that broke before it could count its tests is one failed test. */
function countsOf(suite: Suite, status: number | null): Counts {
  if (!existsSync(suite.report)) {
    return status === 0 ? { passed: 0, failed: 0, skipped: 1 } : { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = suite.read(readFileSync(suite.report, "utf8"));
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param isAside its output waits for its end, and it takes only what the suite in front leaves of the processor */
async function runSuite(name: string, suite: Suite, isAside: boolean): Promise<Counts> {
  if (!isAside) console.log(`\n=== ${name}`);
  rmSync(suite.report, { force: true });
  const [program = "", ...args] = suite.command;
  const child = spawn(join("node_modules", ".bin", program), args, {
    stdio: isAside ? ["ignore", "pipe", "pipe"] : "inherit",
    shell: process.platform === "win32",
  });
  if (isAside && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => said.push(part));
  const status = await new Promise<number | null>((done) => {
    child.once("close", done);
    child.once("error", () => done(null));
  });
  if (isAside) console.log(`\n=== ${name}\n${Buffer.concat(said).toString()}`);
  const counts = countsOf(suite, status);
  console.log(`${name}: ${closingLine(counts)}`);
  return counts;
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const unknown = chosen.find((name) => !(name in suites));
if (unknown !== undefined) {
  console.error(`unknown suite "${unknown}"; the suites are ${Object.keys(suites).join(", ")}`);
  process.exit(2);
}
mkdirSync(reports, { recursive: true });
// Installing Python's packages waits for the network, and browsers wait for one another: training runs aside.
const wanted = Object.entries(suites).filter(([name]) => chosen.includes(name));
const isAside = (name: string): boolean => name === "training" && wanted.length > 1;
const aside = wanted.filter(([name]) => isAside(name)).map(([name, suite]) => runSuite(name, suite, true));
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, suite] of wanted) {
  if (!isAside(name)) total = addCounts(total, await runSuite(name, suite, false));
}
for (const counts of await Promise.all(aside)) total = addCounts(total, counts);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
