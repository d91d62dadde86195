/** Vocabularies of SentencePiece, which give each piece a score and no list of merges. */

/**
 * The merges that a vocabulary with scores stands for: every way to cut a piece into two others, best score first.
 * Order among equals as in Hugging Face's converter, so that ids agree.
 */
export function mergesOf(tokens: readonly string[], scores: readonly number[]): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: Merge[] = [];
  tokens.forEach((token, id) => merges.push(...cutsOf(token, scores[id] ?? 0, ids)));
  merges.sort((a, b) => b.score - a.score || b.leftLetters - a.leftLetters || b.rightLetters - a.rightLetters);
  return merges.map(({ left, right }) => [left, right]);
}

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly leftLetters: number;
  readonly rightLetters: number;
  readonly score: number;
}

function cutsOf(token: string, score: number, ids: ReadonlyMap<string, number>): Merge[] {
  const letters = Array.from(token);
  const cuts: (Merge & { readonly leftId: number; readonly rightId: number })[] = [];
  for (let cut = 1; cut < letters.length; cut += 1) {
    const left = letters.slice(0, cut).join("");
    const right = letters.slice(cut).join("");
    const [leftId, rightId] = [ids.get(left), ids.get(right)];
    if (leftId === undefined || rightId === undefined) continue;
    cuts.push({ left, right, leftLetters: cut, rightLetters: letters.length - cut, score, leftId, rightId });
  }
  return cuts.sort((a, b) => a.leftId - b.leftId || a.rightId - b.rightId);
}

const BAR = "\u2581";

/** The parts of `tokenizer.json` around the vocabulary: spaces become low bars, and a bar goes before the text. */
export function sentencePieceRules(hasSpaceBefore: boolean): { readonly normalizer: object; readonly decoder: object } {
  const bars = { type: "Replace", pattern: { String: " " }, content: BAR };
  const before = { type: "Prepend", prepend: BAR };
  return {
    normalizer: { type: "Sequence", normalizers: hasSpaceBefore ? [before, bars] : [bars] },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: BAR }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(hasSpaceBefore ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
  };
}
