/** Puts the line about newer versions above the page. */
import { mount } from "svelte";
import { Updates, type Versions } from "../../state/update/updates.svelte.ts";
import UpdateLine from "./UpdateLine.svelte";

export function announce(versions: Versions, isBusy: () => boolean): void {
  const target = document.createElement("div");
  document.body.prepend(target);
  mount(UpdateLine, { target, props: { updates: new Updates(versions, isBusy) } });
}
