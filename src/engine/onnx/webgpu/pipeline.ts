/** Programs of our own, compiled once a device. */
const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** @param code WGSL with one entry point */
function pipelineOf(device: GPUDevice, code: string): GPUComputePipeline {
  const own = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, own);
  const known = own.get(code);
  if (known !== undefined) return known;
  const made = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  own.set(code, made);
  return made;
}

/** Queues one workgroup a row over these resources, in the order of their bindings. */
export function encodeRows(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  { code, rows, resources }: { code: string; rows: number; resources: readonly GPUBufferBinding[] },
): void {
  const pipeline = pipelineOf(device, code);
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = resources.map((resource, binding) => ({ binding, resource }));
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(rows);
  pass.end();
}
