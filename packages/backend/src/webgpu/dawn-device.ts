import { existsSync, readdirSync } from 'node:fs';
import type * as WebGpu from 'webgpu';
import { type Changes, defineProperty } from '../changes/changes.ts';
import { onMissing } from '../names/missing-package.ts';
import { BackendUnavailable } from '../names/unavailable.ts';
import { createDawnEvents, type DawnEvents } from './dawn-events.ts';
import { describeAdapter, requestDevice, type WebGpuDevice } from './device.ts';

/** The choice of a device. */
export interface DeviceChoice {
  /** A part of the adapter's name. Default: the adapter that Dawn ranks fastest. */
  readonly device: string | undefined;
  /** Whether an adapter that computes on the CPU is acceptable. */
  readonly software: boolean;
}

/** The package for WebGPU in Node. */
const PACKAGES = 'webgpu@^0.6.2 @tensorflow/tfjs-backend-webgpu';

/**
 * A device of Dawn, WebGPU's implementation for Node, with its classes and `navigator.gpu` made global, as in a browser.
 *
 * @throws BackendUnavailable if the package `webgpu` is missing or does not load, or has no acceptable adapter.
 */
export async function openDawn(choice: DeviceChoice, changes: Changes): Promise<WebGpuDevice> {
  if (process.env['HALP_WEBGPU'] === 'off') {
    throw new BackendUnavailable('webgpu', 'it is turned off by HALP_WEBGPU=off');
  }
  if (!choice.software) requireGraphics();
  const { create, globals } = await import('webgpu').catch(onMissing('webgpu', 'webgpu', PACKAGES));
  const events = createDawnEvents();
  const { gpu, adapter } = await chooseAdapter(create, events, choice);
  const { name, software } = describeAdapter(adapter);
  if (software && !choice.software) {
    const reason = `its only adapter, ${name}, computes on the CPU; choose it by name to use it anyway`;
    throw new BackendUnavailable('webgpu', reason);
  }
  const device = await events.begin(() => requestDevice(adapter));
  makeGlobal(gpu, globals, changes);
  return { device, info: adapter.info, name, software, events };
}

/** Refuses machines without a GPU before Dawn is loaded, which would report that on standard error. */
function requireGraphics(): void {
  if (process.platform !== 'linux') return;
  const rendering = existsSync('/dev/dri') && readdirSync('/dev/dri').some(isRenderNode);
  // NVIDIA's driver without a render node; the GPU of Windows in WSL.
  if (rendering || existsSync('/dev/nvidiactl') || existsSync('/dev/dxg')) return;
  throw new BackendUnavailable('webgpu', 'this machine shows no graphics processor');
}

function isRenderNode(name: string): boolean {
  return name.startsWith('renderD');
}

type Dawn = Pick<typeof WebGpu, 'create' | 'globals'>;

async function chooseAdapter(
  create: Dawn['create'],
  events: DawnEvents,
  { device }: DeviceChoice,
): Promise<{ gpu: GPU; adapter: GPUAdapter }> {
  let adapter: GPUAdapter | null;
  const gpu = create(device === undefined ? [] : [`adapter=${device}`]);
  try {
    adapter = await events.begin(() => gpu.requestAdapter({ powerPreference: 'high-performance' }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new BackendUnavailable('webgpu', `no adapter answers (${message})`, { cause: error });
  }
  if (adapter === null || adapter === undefined) {
    const named = device === undefined ? '' : ` of the name '${device}'`;
    throw new BackendUnavailable(
      'webgpu',
      `no adapter${named} answers; install the graphics driver and, on Linux, the Vulkan loader (libvulkan1)`,
    );
  }
  return { gpu, adapter };
}

/** The globals that TensorFlow.js expects, as in a browser. */
function makeGlobal(gpu: GPU, globals: object, changes: Changes): void {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) defineProperty(changes, globalThis, name, value);
  }
  if (!('navigator' in globalThis)) defineProperty(changes, globalThis, 'navigator', {});
  const { navigator } = globalThis as unknown as { readonly navigator: object };
  defineProperty(changes, navigator, 'gpu', gpu);
}
