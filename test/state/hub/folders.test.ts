/** Folders that are remembered: chosen, read two deep, asked for again, refused, moved away, forgotten. */
import { expect, test } from "vitest";
import type { FileEntry, FolderEntry, FolderShelf } from "../../../src/state/hub/folder-shelf.ts";
import { Folders } from "../../../src/state/hub/folders.svelte.ts";

type Tree = { readonly [name: string]: string | Tree };

function folderOf(name: string, tree: Tree, permission: PermissionState = "granted"): FolderEntry {
  const entryOf = ([own, content]: [string, string | Tree]): [string, FileEntry | FolderEntry] =>
    typeof content === "string"
      ? [own, { kind: "file", getFile: async () => new Blob([content]) }]
      : [own, folderOf(own, content)];
  return {
    kind: "directory",
    name,
    async *entries() {
      yield* Object.entries(tree).map(entryOf);
    },
    requestPermission: async () => permission,
  };
}

function shelfWith(picked: FolderEntry | null | Error): {
  readonly shelf: FolderShelf;
  readonly kept: Map<string, FolderEntry>;
} {
  const kept = new Map<string, FolderEntry>();
  const shelf: FolderShelf = {
    pick: async () => {
      if (picked instanceof Error) throw picked;
      return picked;
    },
    list: async () => [...kept.values()],
    keep: async (folder) => void kept.set(folder.name, folder),
    forget: async (name) => void kept.delete(name),
  };
  return { shelf, kept };
}

const MODEL = { "config.json": "{}", ".git": { HEAD: "x" }, onnx: { "model.onnx": "graph", deep: { "a.bin": "a" } } };

test("a chosen folder is read two deep, and remembered for the next visit", async () => {
  const { shelf } = shelfWith(folderOf("gpt2", MODEL));
  const folders = new Folders(shelf);
  const address = await folders.choose();
  expect(address).toMatchObject({ kind: "folder", id: "gpt2" });
  expect(address?.files.map(({ path }) => path)).toEqual(["config.json", "onnx/model.onnx"]);
  expect(await address?.files[1]?.blob.text()).toBe("graph");

  const next = new Folders(shelf);
  await next.look();
  expect(next.remembered.map(({ name }) => name)).toEqual(["gpt2"]);
  const again = await next.open(next.remembered[0]!);
  expect(again?.files).toHaveLength(2);
  await next.forget(next.remembered[0]!);
  expect(next.remembered).toEqual([]);
});

test.each<[string, FolderEntry | null | Error, Folders["problem"]]>([
  ["a visitor who changes their mind", null, null],
  ["a picker that is forbidden", new Error("not here"), "refused"],
  ["an empty folder", folderOf("none", {}), "empty"],
])("%s gives no folder, and nothing is kept", async (_, picked, problem) => {
  const { shelf, kept } = shelfWith(picked);
  const folders = new Folders(shelf);
  expect(await folders.choose()).toBeNull();
  expect(folders.problem).toBe(problem);
  expect(kept.size).toBe(0);
});

test("a folder that may not be read again, or is gone, says so", async () => {
  const folders = new Folders(shelfWith(null).shelf);
  expect(await folders.open(folderOf("gpt2", MODEL, "denied"))).toBeNull();
  expect(folders.problem).toBe("refused");
  const gone: FolderEntry = {
    ...folderOf("gpt2", MODEL),
    // oxlint-disable-next-line require-yield -- it fails before the first entry
    async *entries() {
      throw new DOMException("away", "NotFoundError");
    },
  };
  expect(await folders.open(gone)).toBeNull();
  expect(folders.problem).toBe("gone");
});

test("a browser without handles, or without a database, remembers nothing and works on", async () => {
  const without = new Folders(null);
  await without.look();
  expect(without.isAvailable).toBe(false);
  expect(await without.choose()).toBeNull();
  const broken = { ...shelfWith(folderOf("gpt2", MODEL)).shelf, list: () => Promise.reject(new Error("taken away")) };
  const folders = new Folders({ ...broken, keep: () => Promise.reject(new Error("full")) });
  expect(await folders.choose()).toMatchObject({ id: "gpt2" });
  expect(folders.remembered).toEqual([]);
});
