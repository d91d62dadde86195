/** How large a language model is, as far as its card, its name and its files tell. */

export interface SizedModel {
  readonly id: string;
  /** As its card says; null where it has none. */
  readonly params: number | null;
  /** Of its files. */
  readonly bytes: number;
}

/**
 * Below this a model is warned of as a judge of two texts. SmolLM2-135M named the same place in six of six comparisons,
 * whatever stood there. Even large models do in part of them (Zheng et al., arXiv:2306.05685, table 2: GPT-3.5 is consistent
 * in 46 % of pairs), and smaller ones more often; no chat model below a billion parameters has been seen to judge here.
 */
export const JUDGE_PARAMS = 1e9;
/** No form that can be loaded stores a weight in fewer bits. */
const FEWEST_BITS = 4;

/** Parameters that a name tells, such as 135e6 for "SmolLM2-135M-Instruct"; null where it tells none. */
export function paramsInName(id: string): number | null {
  const found = /(?:^|[-_/ .])(\d+(?:\.\d+)?)([MB])(?![A-Za-z0-9])/i.exec(id);
  if (found === null) return null;
  return Number(found[1]) * (found[2]?.toUpperCase() === "B" ? 1e9 : 1e6);
}

export interface ModelSize {
  readonly params: number;
  /** The model may have fewer: only the size of its files is known. */
  readonly isBound: boolean;
}

/** The size of a model that is too small to judge; null for one that may be large enough. */
export function tooSmallToJudge({ id, params, bytes }: SizedModel): ModelSize | null {
  const told = params ?? paramsInName(id);
  const size = told === null ? { params: (bytes * 8) / FEWEST_BITS, isBound: true } : { params: told, isBound: false };
  return size.params > 0 && size.params < JUDGE_PARAMS ? size : null;
}
