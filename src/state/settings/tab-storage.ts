/**
 * What a tab keeps is its own: another tab that writes its settings must not change what this one finds after a reload.
 * A new tab begins with what was written last in any of them.
 */

/** The two calls that the state makes of a browser's storage. */
export type KeptText = Pick<Storage, "getItem" | "setItem">;

/**
 * @param tab    lives as long as the tab, reloads included; null where it is forbidden
 * @param shared all tabs of this origin; null where it is forbidden
 */
export function tabStorage(tab: KeptText | null, shared: KeptText | null): KeptText | null {
  if (tab === null || shared === null) return tab ?? shared;
  return {
    getItem: (key) => tab.getItem(key) ?? shared.getItem(key),
    setItem: (key, value) => {
      tab.setItem(key, value);
      shared.setItem(key, value);
    },
  };
}
