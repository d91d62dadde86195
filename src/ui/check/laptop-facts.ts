/** What the browser says of the laptop, without measuring. */
import type { LaptopFacts } from "../../state/check/grade.ts";

export async function laptopFacts(): Promise<LaptopFacts> {
  // Not in every browser, and so not in TypeScript's DOM types.
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return {
    cores: navigator.hardwareConcurrency,
    memoryGb: deviceMemory ?? null,
    freeBytes: await freeBytes(),
    isSecure: isSecureContext,
    isIsolated: crossOriginIsolated,
    hasWebGpu: "gpu" in navigator,
  };
}

/** Browsers keep the answer from a page that came over plain http. */
async function freeBytes(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? null : quota - (usage ?? 0);
  } catch {
    return null;
  }
}
