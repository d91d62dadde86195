/** What the comparison of a downloaded model with the processor found. */
import type { NumericCheck } from "../../core/hub.ts";
import { fixed } from "./format.ts";
import { localized } from "./language.ts";

const UNCHECKED: Readonly<Record<Extract<NumericCheck, { status: "unchecked" }>["why"], string>> = {
  "runs-on-processor": "it runs on the processor, so there is nothing to compare it with",
  "too-large": "not compared with the processor, because there is no memory for a second copy",
  form: "not compared with the processor, which cannot run this 16-bit form",
};

export const checkWords = localized("check.checkWords", (check: NumericCheck): string => {
  if (check.status === "unchecked") return UNCHECKED[check.why];
  const gap = fixed(check.maxDifference, 4);
  if (check.status === "agrees")
    return check.hasSameTop
      ? `agrees with the processor: the five likeliest tokens are the same, the largest difference is ${gap}`
      : `agrees with the processor: the five likeliest tokens differ, the largest difference is ${gap}`;
  return check.hasSameTop
    ? `differs from the processor: the five likeliest tokens are the same, the largest difference is ${gap}`
    : `differs from the processor: the five likeliest tokens differ, the largest difference is ${gap}`;
});
