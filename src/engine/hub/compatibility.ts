/** Whether two models mean the same by every id, so that their numbers can be added token by token. */
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";

export interface Vocabulary {
  readonly id: string;
  /** The token of every id, added ones included; holes are undefined. */
  readonly tokens: readonly (string | undefined)[];
  /** Logits that the graph gives; beyond the tokens they are padding. */
  readonly columns: number;
  readonly endIds: readonly TokenId[];
}

export type Compatibility =
  | {
      readonly fits: true;
      /** Ids that both have: the models are compared over these. */
      readonly shared: number;
      /** Ids of the longer vocabulary that are left out, with their tokens. */
      readonly dropped: readonly { readonly id: TokenId; readonly token: string }[];
    }
  | {
      readonly fits: false;
      /** The first id with two meanings; null where all agree but the end of an answer is left out. */
      readonly id: TokenId | null;
      readonly reason: string;
    };

/** How many ids a model can be asked about: padding has no token, a token without a column no number. */
export function usableSize({ tokens, columns }: Pick<Vocabulary, "tokens" | "columns">): number {
  return Math.min(tokens.length, columns);
}

/** `first` is the policy where one of the two is. */
export function compareVocabularies(first: Vocabulary, second: Vocabulary): Compatibility {
  const shared = Math.min(usableSize(first), usableSize(second));
  for (let id = 0; id < shared; id += 1) {
    if (first.tokens[id] === second.tokens[id]) continue;
    const [a, b] = [shown(first.tokens[id]), shown(second.tokens[id])];
    return { fits: false, id, reason: `id ${id} is ${a} in ${first.id} and ${b} in ${second.id}` };
  }
  const longer = usableSize(first) > usableSize(second) ? first : second;
  const dropped: { id: TokenId; token: string }[] = [];
  for (let id = shared; id < usableSize(longer); id += 1) {
    const token = longer.tokens[id];
    if (token !== undefined) dropped.push({ id, token });
  }
  const end = first.endIds.every((id) => id >= shared) ? first.endIds[0] : undefined;
  if (end === undefined) return { fits: true, shared, dropped };
  const reason = `${first.id} ends its answers with id ${end}, and ${second.id} has no such id`;
  return { fits: false, id: null, reason };
}

/** @throws RunError "vocab-mismatch" with the first id that differs */
export function requireFit(first: Vocabulary, second: Vocabulary): Compatibility & { readonly fits: true } {
  const found = compareVocabularies(first, second);
  if (found.fits) return found;
  const message = `${first.id} and ${second.id} cannot steer each other: ${found.reason}. Use models of one family, such as an instruct model with its base.`;
  throw new RunError("vocab-mismatch", message, { first: first.id, second: second.id, token: found.id });
}

function shown(token: string | undefined): string {
  return token === undefined ? "no token" : JSON.stringify(token);
}
