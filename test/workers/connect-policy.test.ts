/** Which mirrors a worker's address lets it ask. */
import { expect, test } from "vitest";
import { contentSecurityPolicy, workerSecurityPolicy } from "../../scripts/headers.ts";
import { withMirrors } from "../../workers/connect-policy.ts";

const connect = (policy: string): string => /connect-src [^;]*/.exec(policy)?.[0] ?? "";

test("the page asks its own origin alone, the worker the Hub too", () => {
  expect(connect(contentSecurityPolicy)).toBe("connect-src 'self'");
  expect(connect(workerSecurityPolicy)).toMatch(/^connect-src 'self' https:\/\/huggingface\.co /);
  expect(withMirrors(workerSecurityPolicy, "")).toBe(workerSecurityPolicy);
});

test("a mirror in the address is added, by its origin", () => {
  const found = withMirrors(
    workerSecurityPolicy,
    "?connect=https%3A%2F%2Fmodels.example.org%3A8443&connect=https://b.example",
  );
  expect(connect(found)).toMatch(/^connect-src 'self' https:\/\/models\.example\.org:8443 https:\/\/b\.example https:/);
});

test.each([
  "https://*",
  "*",
  "https:",
  "http://a.example",
  "https://a.example/path",
  "https://a.example; script-src *",
  "'unsafe-inline'",
])("%s is no origin and adds nothing", (value) => {
  expect(withMirrors(workerSecurityPolicy, `?connect=${encodeURIComponent(value)}`)).toBe(workerSecurityPolicy);
});
