import { existsSync } from 'node:fs';
import { constants } from 'node:os';

/** Where Debian's package `chromium` keeps SwiftShader, Vulkan on a processor, and the loader that finds it. */
const FOLDER = '/usr/lib/chromium';

/** glibc's RTLD_NODELETE: the library stays, though it is no add-on of Node. */
const KEEP = 0x1000;

/**
 * Makes a machine without a graphics processor answer through WebGPU all the same, on SwiftShader, where Debian's
 * package `chromium` is installed; does nothing elsewhere, or where Vulkan's drivers are named already.
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
    // It has nothing for Node to register; Dawn finds it by its name from now.
  }
}
