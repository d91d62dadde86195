/** Whether two wishes name one model, in whatever form: it is loaded once. */
import type { ModelWish } from "../../../workers/protocol.ts";

export function isSameWish(one: ModelWish, other: ModelWish): boolean {
  const mirror = ({ address }: ModelWish): string | null => (address.kind === "hub" ? address.mirror : null);
  return (
    one.address.kind === other.address.kind && one.address.id === other.address.id && mirror(one) === mirror(other)
  );
}
