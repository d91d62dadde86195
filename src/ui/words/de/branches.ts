import type * as english from "../branches.ts";

export const branches: typeof english.branches = {
  title: "Zweige",
  token: (position) => `Token ${position + 1}:`,
  not: "nicht",
  quoted: (words) => `„${words}“`,
  show: "Spur zeigen",
  rewind: "Zur Gabelung zurück",
  remove: "Zweig entfernen",
  keys: "Pfeiltasten bewegen · Enter zeigt die Spur · Rücktaste geht zurück · Entf entfernt",
};
