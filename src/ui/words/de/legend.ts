import type * as english from "../legend.ts";

export const LEGEND_ENDS: typeof english.LEGEND_ENDS = {
  push: ["runter", "rauf"],
  probability: ["wahrscheinlich", "unwahrscheinlich"],
  kl: ["0", "2,5 nat"],
  entropy: ["0", "4 nat"],
};
