import { describe, expect, test } from "vitest";
import { addCounts, closingLine, junitCounts, vitestCounts } from "../../scripts/test-counts.ts";

const ran = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

describe("the closing line of npm test", () => {
  test("a test file that breaks on import is a failure", () => {
    const testResults = [
      { status: "passed", assertionResults: [{}] },
      { status: "failed", assertionResults: [{}] },
      { status: "failed", assertionResults: [] },
    ];
    expect(vitestCounts(JSON.stringify({ ...ran, testResults }))).toEqual({ passed: 7, failed: 2, skipped: 3 });
  });

  test("errors in pytest fixtures count as failures", () => {
    const xml = `<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.5">`;
    expect(junitCounts(xml)).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  test("a report without totals is refused", () => {
    expect(() => junitCounts("<testsuites></testsuites>")).toThrow("no <testsuite>");
    expect(() => junitCounts(`<testsuite errors="0">`)).toThrow("how many failures");
  });

  test("suites add up", () => {
    const sum = addCounts({ passed: 1, failed: 0, skipped: 2 }, { passed: 10, failed: 3, skipped: 0 });
    expect(closingLine(sum)).toBe("11 passed, 3 failed, 2 skipped");
  });
});
