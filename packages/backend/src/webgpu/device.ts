import type { DawnEvents } from './dawn-events.ts';

/** A device of this process or page, ready to compute. */
export interface WebGpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Its adapter's name and driver. */
  readonly name: string;
  /** Whether it computes on the CPU. */
  readonly software: boolean;
  /** Allows tensors to be read synchronously; undefined in a browser. */
  readonly events?: DawnEvents;
}

/** Limits that are requested at the adapter's maximum; others keep the default that every adapter supports. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** An adapter's device, with the adapter's features and limits. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
}

/** An adapter's name, and whether it computes on the CPU. */
export function describeAdapter({ info }: GPUAdapter): Pick<WebGpuDevice, 'name' | 'software'> {
  const name = [info.device || info.architecture || info.vendor, info.description]
    .filter(Boolean)
    .join(', ');
  // A browser may hide it; browsers use SwiftShader.
  const software = info.isFallbackAdapter || /swiftshader/i.test(name);
  return { name: name || 'an adapter without a name', software };
}
