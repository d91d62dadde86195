/** Sources over the table models "strong" and "weak". */
import type { SourceSpec } from "../src/core/sources/spec.ts";

export const RATIO: SourceSpec = {
  id: "s1",
  name: "Ratio",
  type: "sibling-ratio",
  strong: "strong",
  weak: "weak",
  criteria: "",
};
