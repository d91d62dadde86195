/** The desk of a page: it stays while other views are looked at, and goes with the page. */
import { ClassDesk } from "../../state/handin/class-desk.svelte.ts";
import type { Playground } from "../../state/playground.svelte.ts";

const desks = new WeakMap<Playground, ClassDesk>();

export function classDeskOf(playground: Playground): ClassDesk {
  const known = desks.get(playground);
  if (known !== undefined) return known;
  const desk = new ClassDesk(() => playground.around.clock.sleep(0));
  desks.set(playground, desk);
  return desk;
}
