import { fixed } from "../format.ts";
import type * as english from "../probe-table.ts";

const percent = (share: number): string => fixed(100 * share, 0);

export const accuracyText: typeof english.accuracyText = ({ accuracy, ci95: [low, high], pairs }, most) => {
  const few = pairs === most ? "" : `, ${pairs} Paare`;
  return `${percent(accuracy)} (${percent(low)}–${percent(high)})${few}`;
};
