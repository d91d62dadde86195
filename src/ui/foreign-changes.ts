/**
 * Finds what a translating browser or an extension did to the page's text: it puts elements in the place of text nodes.
 * The components go on writing into the nodes that they made, which nobody sees any more.
 */
export interface ForeignChanges {
  /** Whether text of the page was wrapped or replaced since the last call. */
  readonly take: () => boolean;
  readonly stop: () => void;
}

/** @param onlost called when a component wrote into a text that is no longer on the page */
export function watchForeignChanges(root: HTMLElement, onlost: () => void): ForeignChanges {
  let isChanged = false;
  const lost = new MutationObserver((records) => {
    if (records.some(({ target }) => !target.isConnected)) onlost();
  });
  const note = (records: readonly MutationRecord[]): void => {
    if (isForeign(records)) isChanged = true;
    for (const text of records.flatMap(removedTexts))
      if (!text.isConnected) lost.observe(text, { characterData: true });
  };
  const observer = new MutationObserver(note);
  observer.observe(root, { childList: true, subtree: true });
  return {
    take: () => {
      note(observer.takeRecords());
      const was = isChanged;
      isChanged = false;
      return was;
    },
    stop: () => {
      observer.disconnect();
      lost.disconnect();
    },
  };
}

/**
 * Svelte writes a text in place, and puts in and takes out whole blocks in steps of their own. So it never puts something
 * in the place of a text in one step, never moves a text to another parent, and never takes out just the text before
 * which it put an element.
 */
export function isForeign(records: readonly MutationRecord[]): boolean {
  return records.some((record, i) => {
    const texts = removedTexts(record);
    if (Array.from(record.addedNodes).some((node) => node.nodeName === "FONT")) return true;
    if (texts.length > 0 && record.addedNodes.length > 0) return true;
    if (texts.some((text) => text.isConnected && text.parentNode !== record.target)) return true;
    return texts.some((text) =>
      records
        .slice(0, i)
        .some(
          ({ addedNodes: [added], nextSibling, previousSibling }) =>
            added instanceof Element &&
            ((nextSibling === text && record.previousSibling === added) ||
              (previousSibling === text && record.nextSibling === added && added.textContent !== "")),
        ),
    );
  });
}

function removedTexts({ removedNodes }: MutationRecord): Text[] {
  return Array.from(removedNodes).filter((node): node is Text => node instanceof Text && node.data.trim() !== "");
}
