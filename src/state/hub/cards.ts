/** The three chat models that most people choose from: what each costs on this device, and where its file comes from. */
import type { ServedModel } from "../../core/served-models.ts";
import { servedBytes } from "../../core/served-models.ts";
import type { KeptModels, ModelWish } from "../../../workers/protocol.ts";
import { CURATED, ggufMemory, keptForms, type CuratedModel, type GgufFile } from "./curated.ts";
import type { Speed, SpeedBackend, Speeds } from "./speeds.ts";

export interface ModelCard {
  readonly place: "small" | "better" | "larger";
  readonly isBest: boolean;
  readonly name: string;
  readonly repo: string;
  readonly file: string;
  readonly licence: string | null;
  /** What would be downloaded; null until the repository was asked. */
  readonly bytes: number | null;
  readonly memory: number;
  /** Null where nothing is known of this device. */
  readonly speed: Speed | null;
  readonly fits: boolean;
  readonly source: "hub" | "server" | "kept";
  readonly wish: ModelWish;
}

export interface CardDevice {
  readonly backend: SpeedBackend;
  /** Memory that models may take; null where the browser does not tell. */
  readonly budgetBytes: number | null;
}

/** What a WebAssembly heap can hold. */
const HEAP_BYTES = 4 * 2 ** 30;
/** Other things need memory too, and while a model loads its file lies beside it. */
const SHARE = 0.5;
/** A slower answer is no fun to wait for. */
const LEAST_PER_SECOND = 5;

type Chat = CuratedModel & { readonly gguf: GgufFile };

/** Smallest first. */
const CHATS: readonly Chat[] = CURATED.filter((model): model is Chat => model.gguf !== null).toSorted(
  (a, b) => a.gguf.params - b.gguf.params,
);

export function modelCards(
  device: CardDevice,
  speeds: Speeds,
  kept: KeptModels | null,
  served: { readonly base: string; readonly models: readonly ServedModel[] },
): readonly ModelCard[] {
  const all = CHATS.map((model) => cardOf(model, device, speeds, kept, served));
  const best = all.findLastIndex(({ fits, speed }) => fits && (speed === null || speed.perSecond >= LEAST_PER_SECOND));
  const third = Math.max(2, best);
  const places = ["small", "better", "larger"] as const;
  return [0, 1, third].flatMap((index, at) => {
    const card = all[index];
    return card === undefined ? [] : [{ ...card, place: places[at] ?? "larger", isBest: index === Math.max(0, best) }];
  });
}

function cardOf(
  { name, licence, cacheBytesPerToken, gguf }: Chat,
  { backend, budgetBytes }: CardDevice,
  speeds: Speeds,
  kept: KeptModels | null,
  { base, models }: Parameters<typeof modelCards>[3],
): Omit<ModelCard, "place" | "isBest"> {
  const { repo, file, dtype } = gguf;
  const onServer = models.find(({ id }) => id === gguf.served) ?? null;
  const memory = ggufMemory(gguf, cacheBytesPerToken, backend);
  const bound = Math.min(budgetBytes ?? HEAP_BYTES, backend === "wasm" ? HEAP_BYTES : Infinity);
  const isKept = (at: string | null, id: string): boolean => keptForms(id, at, kept).length > 0;
  const isServedHere = gguf.served !== null && isKept(base, gguf.served);
  const fromServer = onServer !== null || isServedHere;
  const others = CHATS.flatMap((each) => idsOf(each.gguf).map((id) => [id, each.gguf.params] as const));
  return {
    name,
    repo,
    file,
    licence,
    bytes: onServer === null ? gguf.bytes : servedBytes(onServer),
    memory,
    speed: speeds.of(idsOf(gguf), gguf.params, backend, others),
    fits: memory <= SHARE * bound,
    source: isServedHere || isKept(null, repo) ? "kept" : fromServer ? "server" : "hub",
    wish:
      gguf.served !== null && fromServer
        ? { address: { kind: "served", id: gguf.served, base }, dtype: null }
        : { address: { kind: "hub", id: repo, mirror: null }, dtype },
  };
}

function idsOf({ repo, served }: GgufFile): string[] {
  return [repo, ...(served === null ? [] : [served])];
}
