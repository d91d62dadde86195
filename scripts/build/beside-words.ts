/**
 * What translations import gets a file of its own. The page's first file waits for the words of its language, so words
 * that needed something from that file would wait for each other for ever.
 */
const TRANSLATION = /\/src\/ui\/words\/(?!en\/)[a-z]{2}\//;

interface Bundle {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}

export const besideWords = {
  name: (id: string, bundle: Bundle): string | null => {
    if (TRANSLATION.test(id)) return null;
    const importers = bundle.getModuleInfo(id)?.importers ?? [];
    return importers.some((importer) => TRANSLATION.test(importer)) ? "beside-words" : null;
  },
};
