import type { BackendName } from './names.ts';
import { BackendUnavailable } from './unavailable.ts';

/**
 * A handler for a failed `import()` of an optional peer dependency: a function that throws an error with what to install.
 *
 * @param install - The packages to install. Default: the imported package.
 *
 * @example
 * ```ts
 * await import('@tensorflow/tfjs-backend-cpu').catch(onMissing('cpu', '@tensorflow/tfjs-backend-cpu'));
 * ```
 */
export function onMissing(
  backend: BackendName,
  name: string,
  install: string = name,
): (error: unknown) => never {
  return (error) => {
    const code = (error as Partial<NodeJS.ErrnoException> | null)?.code;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    // A bundler leaves an import that it cannot resolve to the browser, or replaces it with a throw.
    const isMissing =
      code === 'ERR_MODULE_NOT_FOUND' ? message.includes(`'${name}'`) : /resolve/.test(message);
    const reason = isMissing
      ? `the package ${name} is not installed; run: npm install ${install}`
      : `the package ${name} does not load here (${message})`;
    throw new BackendUnavailable(backend, reason, { cause: error });
  };
}
