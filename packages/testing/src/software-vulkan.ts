import { existsSync } from 'node:fs';
import { constants } from 'node:os';

/** Where Debian's package `chromium` has SwiftShader (Vulkan on the CPU) and its loader. */
const FOLDER = '/usr/lib/chromium';

/** glibc's RTLD_NODELETE: the library stays loaded, although it is no Node add-on. */
const KEEP = 0x1000;

/**
 * Provides WebGPU on a machine without a GPU, on SwiftShader, if Debian's
 * package `chromium` is installed; otherwise, or if Vulkan drivers are configured already, it does nothing.
 */
export function useSoftwareVulkan(): void {
  const driver = `${FOLDER}/vk_swiftshader_icd.json`;
  const { env } = process;
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  if (!existsSync(driver) || (named !== undefined && named !== driver)) return;
  env['VK_ICD_FILENAMES'] = driver;
  try {
    process.dlopen({ exports: {} }, `${FOLDER}/libvulkan.so.1`, constants.dlopen.RTLD_NOW | KEEP);
  } catch {
    // It registers nothing with Node; Dawn now finds it by name.
  }
}
