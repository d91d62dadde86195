/** Puts a popover beside what opened it, inside the window. */
const MARGIN = 8;

export function placeNear(panel: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN));
  const isRoomBelow = at.bottom + MARGIN + height <= innerHeight || at.top < height + MARGIN;
  const top = isRoomBelow ? at.bottom + MARGIN / 2 : at.top - height - MARGIN / 2;
  panel.style.left = `${left}px`;
  panel.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`;
}
