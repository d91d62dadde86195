/**
 * Every test of the project, suite after suite, and one closing line that adds them up.
 *
 *     npm test                      all suites
 *     npm test -- unit browser      some of them
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
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

/** Runs one suite. A suite that broke before it could count its tests is one failed test. */
function runSuite(name: string, suite: Suite): Counts {
  console.log(`\n=== ${name}`);
  rmSync(suite.report, { force: true });
  const [program = "", ...args] = suite.command;
  const { status } = spawnSync(join("node_modules", ".bin", program), args, {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (!existsSync(suite.report)) {
    return status === 0 ? { passed: 0, failed: 0, skipped: 1 } : { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = suite.read(readFileSync(suite.report, "utf8"));
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const unknown = chosen.find((name) => !(name in suites));
if (unknown !== undefined) {
  console.error(`unknown suite "${unknown}"; the suites are ${Object.keys(suites).join(", ")}`);
  process.exit(2);
}
mkdirSync(reports, { recursive: true });
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen) {
  const suite = suites[name];
  if (suite === undefined) continue;
  const counts = runSuite(name, suite);
  console.log(`${name}: ${closingLine(counts)}`);
  total = addCounts(total, counts);
}
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
