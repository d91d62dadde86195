/** What rules are made of: rewards that are read off a text. */
export type Rule =
  | { readonly type: "length"; readonly words: number }
  | { readonly type: "keywords"; readonly wanted: readonly string[]; readonly unwanted: readonly string[] }
  | { readonly type: "readability"; readonly grade: number }
  | { readonly type: "json" }
  | { readonly type: "pattern"; readonly pattern: string };
