/** Colours and fonts as the page shows them now, light or dark. */
import type { PictureLook } from "./layout.ts";

const COLOURS = ["paper", "panel", "ink", "muted", "line", "accent", "push", "pull", "ramp"] as const;
const FONTS = ["serif", "sans"] as const;

export function readLook(): PictureLook {
  // `light-dark()` is only worked out for a property of an element, so one is asked.
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const font = (name: string): string => {
    probe.style.fontFamily = `var(--${name})`;
    return getComputedStyle(probe).fontFamily;
  };
  const colours = COLOURS.map((name) => [name, colour(name)] as const);
  const fonts = FONTS.map((name) => [name, font(name)] as const);
  probe.remove();
  // Every key of PictureLook is in one of the two lists.
  return Object.fromEntries([...colours, ...fonts]) as unknown as PictureLook;
}
