/** Every model folder is complete: the card names each file with its true size and hash, and nothing else is there. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Card {
  id: string;
  kind: string;
  vocabulary: { size: number; fingerprint: string };
  files: { path: string; bytes: number; sha256: string }[];
}

interface TokenizerFile {
  model: { vocab: Record<string, number> };
  added_tokens: { id: number; content: string }[];
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}

/** The fingerprint of the contracts: lines `id TAB JSON string of the token`, in id order. */
function fingerprint(tokenizer: TokenizerFile): string {
  const tokens = new Map(Object.entries(tokenizer.model.vocab).map(([token, id]) => [id, token]));
  for (const { id, content } of tokenizer.added_tokens) tokens.set(id, content);
  const ids = [...tokens.keys()].sort((a, b) => a - b);
  return sha256(ids.map((id) => `${id}\t${JSON.stringify(tokens.get(id))}\n`).join(""));
}

const roots = ["test/fixtures/tiny", "public/models"].filter((root) => existsSync(join(root, "policy")));
const folders = roots.flatMap((root) =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name)),
);

describe.each(folders)("%s", (folder) => {
  const card = readJson(join(folder, "card.json")) as Card;

  it("holds exactly the files of its card, byte for byte", () => {
    const listed = card.files.map(({ path }) => path);
    expect(filesIn(folder).sort()).toEqual([...listed, "card.json"].sort());
    for (const { path, bytes, sha256: expected } of card.files) {
      const content = readFileSync(join(folder, path));
      expect({ path, bytes: content.length, sha256: sha256(content) }).toEqual({ path, bytes, sha256: expected });
    }
  });

  it("is named after its model and carries the tokenizer of its fingerprint", () => {
    expect(folder.endsWith(`/${card.id}`)).toBe(true);
    expect(fingerprint(readJson(join(folder, "tokenizer.json")) as TokenizerFile)).toBe(card.vocabulary.fingerprint);
  });
});

describe.each(roots)("%s", (root) => {
  it("shares one vocabulary among all its models", () => {
    const cards = folders
      .filter((folder) => folder.startsWith(root))
      .map((folder) => readJson(join(folder, "card.json")) as Card);
    expect(new Set(cards.map(({ vocabulary }) => vocabulary.fingerprint)).size).toBe(1);
  });
});
