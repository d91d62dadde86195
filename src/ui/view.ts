/** The views of the page. The address says which one is open, so that it can be linked and gone back from. */
export type View = "play" | "sweep" | "lens";

export function viewOf(hash: string): View {
  return hash === "#sweep" || hash === "#lens" ? (hash.slice(1) as View) : "play";
}
