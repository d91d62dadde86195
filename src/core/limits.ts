/** Bounds of a request; the models' context bounds prompt and length further. */
export const LIMITS = {
  lanes: 12,
  n: 64,
  /** Rows decoded together: one a lane, N for best-of-N. */
  rows: 128,
  maxTokens: 4096,
  promptCharacters: 20_000,
  systemCharacters: 4000,
  turns: 12,
  nameCharacters: 80,
  scheduledChanges: 10_000,
  weight: 100,
  temperature: 100,
} as const;
