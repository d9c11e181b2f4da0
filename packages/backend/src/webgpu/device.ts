import type { DawnEvents } from './dawn-events.ts';

/** A device of this process or page, ready to compute. */
export interface WebGpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Its adapter's name and driver. */
  readonly name: string;
  /** Whether it computes on the processor. */
  readonly software: boolean;
  /** What lets a tensor be read at once; a browser has no such thing. */
  readonly events?: DawnEvents;
}

/** Limits of the adapter that are asked for whole; others stay at the least that every adapter has. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** An adapter's device, with all that the adapter can. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
}

/** What an adapter is called, and whether it computes on the processor. */
export function describeAdapter({ info }: GPUAdapter): Pick<WebGpuDevice, 'name' | 'software'> {
  const name = [info.device || info.architecture || info.vendor, info.description]
    .filter(Boolean)
    .join(', ');
  // A browser may keep it to itself; SwiftShader is the one that browsers have.
  const software = info.isFallbackAdapter || /swiftshader/i.test(name);
  return { name: name || 'an adapter without a name', software };
}
