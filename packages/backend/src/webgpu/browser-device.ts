import { BackendUnavailable } from '../names/unavailable.ts';
import { describeAdapter, requestDevice, type WebGpuDevice } from './device.ts';

/**
 * A WebGPU device of the browser.
 *
 * @param software - Whether an adapter that computes on the CPU is acceptable.
 * @throws BackendUnavailable if this browser has no WebGPU, or no acceptable adapter.
 */
export async function openBrowserDevice(software: boolean): Promise<WebGpuDevice> {
  const { gpu } = (globalThis as unknown as { readonly navigator: { readonly gpu?: GPU } })
    .navigator;
  if (gpu === undefined) {
    const reason =
      'this browser has no WebGPU, or the page came neither by https nor from localhost';
    throw new BackendUnavailable('webgpu', reason);
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    throw new BackendUnavailable('webgpu', 'this browser has no adapter for it');
  const described = describeAdapter(adapter);
  if (described.software && !software) {
    const reason = `its only adapter, ${described.name}, computes on the CPU; choose it by name to use it anyway`;
    throw new BackendUnavailable('webgpu', reason);
  }
  return { device: await requestDevice(adapter), info: adapter.info, ...described };
}
