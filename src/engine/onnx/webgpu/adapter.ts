/** What graphics adapter the browser offers, before any model is loaded. */

export interface AdapterFacts {
  readonly name: string;
  /** A processor that imitates a graphics card: right numbers, slower than WebAssembly. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Null where the browser has no WebGPU or no adapter. */
export async function findAdapter(gpu: GPU | undefined): Promise<AdapterFacts | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter((part) => part !== "").join(" ") || "unnamed adapter";
  return { name, isSoftware: isFallbackAdapter || SOFTWARE.test(`${vendor} ${architecture} ${description}`) };
}
