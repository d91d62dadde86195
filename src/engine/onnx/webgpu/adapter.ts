/** The graphics adapter that the browser offers, and a device on it that ONNX Runtime can use. */

export interface AdapterFacts {
  readonly name: string;
  /** A processor that imitates a graphics card: right numbers, slower than WebAssembly. */
  readonly isSoftware: boolean;
  /** Whether shaders can compute in 16 bits. */
  readonly hasF16: boolean;
  readonly maxBufferBytes: number;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;
const OPTIONS: GPURequestAdapterOptions = { powerPreference: "high-performance" };

/** Null where the browser has no WebGPU or no adapter. */
export async function findAdapter(gpu: GPU | undefined): Promise<AdapterFacts | null> {
  const adapter = await gpu?.requestAdapter(OPTIONS);
  if (!adapter) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter((part) => part !== "").join(" ") || "unnamed adapter";
  return {
    name,
    isSoftware: isFallbackAdapter || SOFTWARE.test(`${vendor} ${architecture} ${description}`),
    hasF16: adapter.features.has("shader-f16"),
    maxBufferBytes: adapter.limits.maxBufferSize,
  };
}

/** The runtime's attention shader assumes subgroups of at least 8 lanes and is wrong on adapters with smaller ones. */
const SMALLEST_SUBGROUP = 8;

/** What ONNX Runtime asks for when it makes a device itself. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBuffersPerShaderStage",
] as const;

/** Null where the adapter that was found has gone since. */
export async function openDevice(gpu: GPU | undefined): Promise<GPUDevice | null> {
  const adapter = await gpu?.requestAdapter(OPTIONS);
  if (!adapter) return null;
  const hasSubgroups = adapter.features.has("subgroups") && adapter.info.subgroupMinSize >= SMALLEST_SUBGROUP;
  return adapter.requestDevice({
    requiredFeatures: [
      ...(hasSubgroups ? (["subgroups"] as const) : []),
      ...(adapter.features.has("shader-f16") ? (["shader-f16"] as const) : []),
    ],
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
}
