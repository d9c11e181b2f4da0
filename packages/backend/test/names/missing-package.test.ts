import { describe, expect, it } from 'vitest';
import { onMissing } from '../../src/names/missing-package.ts';
import { BackendUnavailable } from '../../src/names/unavailable.ts';

async function reasonFor(failed: Promise<unknown>, install?: string): Promise<string> {
  const error: unknown = await failed
    .catch(onMissing('webgpu', '@halp/no-such-package', install))
    .catch((thrown: unknown) => thrown);
  if (error instanceof BackendUnavailable) return error.reason;
  throw error;
}

describe('a package that cannot be imported', () => {
  it('is reported with the command that installs it, if it is missing', async () => {
    const name: string = '@halp/no-such-package';
    expect(await reasonFor(import(name))).toBe(
      'the package @halp/no-such-package is not installed; run: npm install @halp/no-such-package',
    );
    expect(await reasonFor(import(name), 'webgpu@^0.6.2 and-more')).toBe(
      'the package @halp/no-such-package is not installed; run: npm install webgpu@^0.6.2 and-more',
    );
  });

  it('is reported in the same way, if a bundler has left it out', async () => {
    const inBrowser = new TypeError(
      "Failed to resolve module specifier '@halp/no-such-package'. Relative references must start with ...",
    );
    const byVite = new Error(
      'Could not resolve "@halp/no-such-package" imported by "@halp/backend"',
    );
    for (const error of [inBrowser, byVite])
      expect(await reasonFor(Promise.reject(error))).toMatch(/is not installed; run: npm install/);
  });

  it('is not reported as missing, if it is installed and does not load', async () => {
    expect(await reasonFor(Promise.reject(new Error('no dawn.node\nhere')))).toBe(
      'the package @halp/no-such-package does not load here (no dawn.node)',
    );
  });
});
