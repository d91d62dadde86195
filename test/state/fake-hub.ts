/** A `HubApi` over a few made-up repositories, for tests of the screen. */
import type { Dtype } from "../../src/core/hub.ts";
import type { ErrorData } from "../../src/core/errors.ts";
import type { HubApi, KeptModels, RepoReport, Settled } from "../../workers/protocol.ts";

const MB = 1e6;

/** What a made-up repository offers, in bytes. */
export type FakeRepos = Readonly<Record<string, Readonly<Partial<Record<Dtype, number>>>>>;

export class FakeHub implements HubApi {
  readonly repos: FakeRepos;
  /** Every call that would ask another machine. */
  readonly asked: string[] = [];
  kept: KeptModels["models"] = [];
  /** Holds a download until it is resolved or cancelled. */
  gate: Promise<void> = Promise.resolve();
  fault: ErrorData | null = null;
  #cancel: () => void = () => undefined;

  constructor(repos: FakeRepos = { "test/small": { q4: 200 * MB, q4f16: 130 * MB } }) {
    this.repos = repos;
  }

  lookUp: HubApi["lookUp"] = async ({ id }) => {
    this.asked.push(`look ${id}`);
    const repo = this.repos[id];
    if (repo === undefined) return this.#missing(id);
    const forms = Object.entries(repo).map(([dtype, bytes]): RepoReport["forms"][number] => ({
      dtype: dtype as Dtype,
      bytes,
      isKept: this.kept.some((model) => model.id === id && model.dtype === dtype),
      isBest: dtype === "q4",
      obstacle: dtype === "q4f16" ? "card-without-f16" : null,
    }));
    return { ok: true, value: { id, licence: "apache-2.0", forms } };
  };

  prepare: HubApi["prepare"] = async ({ address, dtype }, _, onProgress) => {
    const { id } = address;
    this.asked.push(`fetch ${id}`);
    const form = dtype ?? "q4";
    const totalBytes = this.repos[id]?.[form];
    if (totalBytes === undefined) return this.#missing(id);
    const common = { id, totalBytes, bytesPerSecond: 10 * MB };
    await onProgress({
      ...common,
      phase: "fetch",
      loadedBytes: totalBytes / 4,
      secondsLeft: (totalBytes * 0.75) / 10 / MB,
    });
    const cancelled = new Promise<true>((resolve) => (this.#cancel = () => resolve(true)));
    if (await Promise.race([cancelled, this.gate.then(() => false)])) return aborted;
    if (this.fault !== null) return { ok: false, error: this.fault };
    await onProgress({ ...common, phase: "ready", loadedBytes: totalBytes, secondsLeft: 0 });
    this.kept = [...this.kept, { id, mirror: null, dtype: form, bytes: totalBytes, licence: "apache-2.0" }];
    return this.keptModels();
  };

  cancelPrepare: HubApi["cancelPrepare"] = async () => this.#cancel();

  keptModels: HubApi["keptModels"] = async () => ({
    ok: true,
    value: { models: this.kept, unfinishedBytes: 0, freeBytes: 4000 * MB },
  });

  forgetModel: HubApi["forgetModel"] = async (id, _, dtype) => {
    this.kept = this.kept.filter((model) => model.id !== id || model.dtype !== dtype);
    return this.keptModels();
  };

  forgetAllModels: HubApi["forgetAllModels"] = async () => {
    this.kept = [];
    return this.keptModels();
  };

  #missing(id: string): Settled<never> {
    return { ok: false, error: { code: "model-missing", message: `The Hub has no model ${id}.`, details: { id } } };
  }
}

const aborted = { ok: false, error: { code: "aborted", message: "Loading was cancelled.", details: {} } } as const;
