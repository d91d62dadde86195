/** GGUF files of a repository as forms of its model, told by the type of their weights in their names. */
import type { Dtype } from "../../core/hub.ts";
import type { RepoFile } from "./repo.ts";

/** One way in which a repository offers its model. */
export interface Form {
  readonly dtype: Dtype;
  readonly graph: RepoFile;
  /** Weights that lie beside the graph. */
  readonly external: readonly RepoFile[];
  /** Graph and weights. */
  readonly bytes: number;
}

/** A type that stands by itself in a name: not Q4_1 in IQ4_1, nor Q6_K in Q6_K_L. */
const own = (type: string): RegExp => new RegExp(`(?<![A-Z0-9])${type}(?![A-Z0-9_])`);

/** Types that can be read, best first where two of them are of one form. */
const TYPES: readonly (readonly [Dtype, RegExp])[] = [
  ["fp32", own("F32")],
  ["fp16", own("F16")],
  ["q4", own("Q4_1")],
  ["q4", own("Q4_0")],
  ["q8", own("Q8_0")],
  ["q8", own("Q6_K")],
];
/** Types in a name that cannot be read, such as Q4_K_M or BF16. */
const OTHER = /(?<![A-Z0-9])(I?Q\d_?\w*|BF16|TQ\d_\d|MXFP4)/;

export function isGguf(path: string): boolean {
  return /\.gguf$/i.test(path);
}

export function ggufForms(files: readonly RepoFile[]): readonly Form[] {
  const offered = files.filter(({ path }) => isGguf(path));
  const forms = new Map<Dtype, Form>();
  const add = (dtype: Dtype, graph: RepoFile): void => {
    if (!forms.has(dtype)) forms.set(dtype, { dtype, graph, external: [], bytes: graph.bytes });
  };
  for (const [dtype, type] of TYPES) {
    const found = offered.find(({ path }) => type.test(nameOf(path)));
    if (found !== undefined) add(dtype, found);
  }
  // A file whose name tells no type is opened to see; most such files are in 4 bits.
  const [only] = offered;
  if (forms.size === 0 && only !== undefined && !OTHER.test(nameOf(only.path))) add("q4", only);
  return [...forms.values()];
}

/** "folder/model-q4_1.gguf" is "MODEL-Q4_1". */
function nameOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.gguf$/i, "")
    .toUpperCase();
}
