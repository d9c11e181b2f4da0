import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cudaRequirements } from '../machine/cuda.ts';
import { diskFull, NativeError } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { lastWords, type ProgramResult, runProgram } from '../machine/program.ts';

/** The alternative to a download. */
export const COPY_A_FILE = 'or copy the wheel from another machine: option wheelFile';

/**
 * Refuses a machine that cannot download with pip.
 *
 * @throws NativeError `no-python` or `no-pip`.
 */
export async function requirePip({ env, signal }: Settings): Promise<void> {
  const result = await runProgram('python3', ['-m', 'pip', '--version'], { env, signal });
  if (!result.found) {
    throw new NativeError(
      'no-python',
      'expected python3 on PATH, got none',
      `install it (apt-get install python3 python3-pip), ${COPY_A_FILE}`,
    );
  }
  if (!result.ok) {
    throw new NativeError(
      'no-pip',
      `expected python3 to have pip, got: ${lastWords(result, 1)}`,
      `install it (apt-get install python3-pip, or python3 -m ensurepip), ${COPY_A_FILE}`,
    );
  }
}

/**
 * The path of the wheel, downloaded into a folder by pip, from the index in pip's own settings.
 *
 * @param folder - An empty folder, also for pip's temporary files.
 * @throws NativeError `wheel-not-found`, `download-failed` or `disk-full`.
 */
export async function downloadWheel(folder: string, settings: Settings): Promise<string> {
  const { wheel } = settings;
  await pipDownload(folder, [`${wheel.project}==${wheel.version}`], settings);
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) {
    throw new NativeError(
      'download-failed',
      `expected pip to download ${wheel.project} ${wheel.version}, got no wheel`,
      `try again, ${COPY_A_FILE}`,
    );
  }
  return join(folder, file);
}

/**
 * The paths of NVIDIA's wheels that TensorFlow's wheel requires: downloaded, or in the folder of the local copy of
 * TensorFlow's wheel.
 *
 * @param metadata - the METADATA of TensorFlow's wheel.
 * @param folder - an empty folder for the download.
 * @throws NativeError `bad-wheel` if it requires none, otherwise those of {@link downloadWheel}.
 */
export async function downloadCudaWheels(
  metadata: string,
  folder: string,
  settings: Settings,
): Promise<readonly string[]> {
  const needed = cudaRequirements(metadata);
  if (needed.length === 0) {
    throw new NativeError(
      'bad-wheel',
      'expected the wheel to name the libraries that it needs for CUDA, got none',
      COPY_A_FILE.replace(/^or /, ''),
    );
  }
  const { wheelFile } = settings;
  const from = wheelFile === undefined ? join(folder, 'cuda') : dirname(wheelFile);
  if (wheelFile === undefined) await pipDownload(from, needed, settings);
  const names = (await readdir(from)).filter((name) => name.endsWith('.whl'));
  return needed.map((each) => {
    const [project = ''] = each.split(/[=<>~!]/);
    const file = names.find((name) => name.startsWith(`${project.replaceAll('-', '_')}-`));
    if (file !== undefined) return join(from, file);
    throw new NativeError(
      'wheel-not-found',
      `expected the wheel of ${each} in ${from}, got none`,
      `download it there: python3 -m pip download --no-deps ${each}`,
    );
  });
}

async function pipDownload(
  folder: string,
  requirements: readonly string[],
  settings: Settings,
): Promise<void> {
  const { env, signal } = settings;
  await mkdir(folder, { recursive: true });
  const result = await withProgress(folder, settings, () =>
    runProgram('python3', pipArguments(folder, requirements, settings), {
      env: { ...env, TMPDIR: folder },
      signal,
    }),
  );
  if (!result.ok) throw explain(result, settings);
}

/** The tags under which NVIDIA's wheels are published. */
const CUDA_PLATFORMS = ['manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux1_x86_64'];

function pipArguments(
  folder: string,
  requirements: readonly string[],
  { wheel }: Settings,
): readonly string[] {
  const platforms = [wheel.platform, ...(wheel.cuda ? CUDA_PLATFORMS : [])];
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--implementation', 'cp'],
    ...['--python-version', wheel.python, '--abi', wheel.abi],
    ...platforms.flatMap((platform) => ['--platform', platform]),
    // The wheel is unpacked immediately and never read again: pip's own copy would waste 274 MB.
    ...['--no-cache-dir', '--disable-pip-version-check', '--no-input', '--quiet', '--dest', folder],
    ...requirements,
  ];
}

function explain(result: ProgramResult, { wheel, cache }: Settings): NativeError {
  const said = lastWords(result);
  if (/No space left|Disk quota/.test(result.stderr))
    return diskFull(`the disk is full under ${cache} (pip: ${said})`);
  const reached =
    !/NewConnectionError|ConnectTimeoutError|Max retries|ProxyError|NameResolutionError/.test(
      result.stderr,
    );
  if (/No matching distribution|Could not find a version/.test(result.stderr)) {
    return new NativeError(
      'wheel-not-found',
      `expected pip to find ${wheel.project} ${wheel.version} (${wheel.platform}), got none${reached ? '' : ', because it does not reach its index'} (pip: ${said})`,
      `${reached ? "check pip's index settings" : "check the network, a proxy, or pip's index settings"} (pip config list), ${COPY_A_FILE}`,
    );
  }
  return new NativeError(
    'download-failed',
    `expected pip to download ${wheel.project} ${wheel.version}, got: ${said}`,
    `try again, ${COPY_A_FILE}`,
  );
}

async function withProgress<T>(
  folder: string,
  settings: Settings,
  work: () => Promise<T>,
): Promise<T> {
  const { wheel, onProgress } = settings;
  const message = `downloading TensorFlow ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB, with pip)`;
  onProgress({ step: 'download', message });
  // pip's own progress depends on its version; the size of its file does not.
  const watch = setInterval(() => {
    void largestFile(folder).then((bytes) => {
      if (bytes > 0)
        onProgress({ step: 'download', message, fraction: Math.min(1, bytes / wheel.bytes) });
    });
  }, 500);
  try {
    return await work();
  } finally {
    clearInterval(watch);
  }
}

async function largestFile(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (each) => (each.isFile() ? each.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
