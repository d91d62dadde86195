/** Counts WebGPU calls by wrapping the prototypes; answers on a BroadcastChannel named after the worker, and can destroy the device. */

export interface GpuCounts {
  dispatches: number;
  submits: number;
  bindGroups: number;
  /** Buffers created. */
  buffers: number;
  /** Buffers created and not destroyed. */
  liveBuffers: number;
  bytesRead: number;
}

export type GpuQuestion = "counts" | "destroy";

const counts: GpuCounts = { dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, liveBuffers: 0, bytesRead: 0 };
const devices = new Set<GPUDevice>();

/** Calls `before` ahead of a method of a prototype; does nothing where there is no WebGPU. */
function watch<T extends object>(
  prototype: T | undefined,
  method: keyof T,
  before: (self: T, args: readonly unknown[]) => void,
): void {
  const original = prototype?.[method];
  if (prototype === undefined || typeof original !== "function") return;
  const wrapped = function (this: T, ...args: unknown[]): unknown {
    before(this, args);
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(prototype, method, { value: wrapped, configurable: true, writable: true });
}

const scope = globalThis as Partial<
  Record<"GPUDevice" | "GPUQueue" | "GPUBuffer" | "GPUComputePassEncoder", { prototype: object }>
>;
const device = scope.GPUDevice?.prototype as GPUDevice | undefined;
const pass = scope.GPUComputePassEncoder?.prototype as GPUComputePassEncoder | undefined;
const buffer = scope.GPUBuffer?.prototype as GPUBuffer | undefined;
const queue = scope.GPUQueue?.prototype as GPUQueue | undefined;

const destroyed = new WeakSet<GPUBuffer>();
watch(device, "createBuffer", (self) => {
  devices.add(self);
  counts.buffers += 1;
  counts.liveBuffers += 1;
});
watch(device, "createBindGroup", () => (counts.bindGroups += 1));
watch(pass, "dispatchWorkgroups", () => (counts.dispatches += 1));
watch(pass, "dispatchWorkgroupsIndirect", () => (counts.dispatches += 1));
watch(queue, "submit", () => (counts.submits += 1));
watch(buffer, "destroy", (self) => {
  if (destroyed.has(self)) return;
  destroyed.add(self);
  counts.liveBuffers -= 1;
});
watch(buffer, "mapAsync", (self, args) => (counts.bytesRead += Number(args[2] ?? self.size)));

const channel = new BroadcastChannel(`gpu-counts ${self.name}`);
channel.addEventListener("message", ({ data }: MessageEvent<GpuQuestion | GpuCounts>) => {
  if (data === "destroy") for (const own of devices) own.destroy();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  if (data === "counts" || data === "destroy") channel.postMessage({ ...counts });
});
