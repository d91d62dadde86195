/** How many tests passed, failed and were skipped, read from the reports of vitest and pytest. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** @param text vitest's JSON report. A file that failed before its first test counts as one failed test. */
export function vitestCounts(text: string): Counts {
  // The report is written by the pinned vitest a moment earlier; a change of its shape shows up as NaN in the closing line.
  const report = JSON.parse(text) as VitestReport;
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param text pytest's JUnit report
 * @throws Error where the report has no totals
 */
export function junitCounts(text: string): Counts {
  const suite = /<testsuite\s[^>]*>/.exec(text)?.[0];
  if (suite === undefined) throw new Error("the JUnit report has no <testsuite>");
  const total = (name: string): number => {
    const value = new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1];
    if (value === undefined) throw new Error(`the JUnit report does not say how many ${name}`);
    return Number(value);
  };
  const failed = total("failures") + total("errors");
  const skipped = total("skipped");
  return { passed: total("tests") - failed - skipped, failed, skipped };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
