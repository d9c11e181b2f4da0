import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { type Addon, checkNative, compileAddon, NativeError } from '../../src/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-addon-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An add-on that returns the version of TensorFlow it is linked with. */
const source = (result: string): string => `
#include <node_api.h>
#include "tensorflow/c/tf_status.h"
#include "answer.h"
static napi_value init(napi_env env, napi_value exports) {
  TF_Status* status = TF_NewStatus();
  napi_value answer;
  napi_create_int32(env, TF_GetCode(status) == TF_OK ? ${result} : -1, &answer);
  TF_DeleteStatus(status);
  napi_set_named_property(env, exports, "answer", answer);
  return exports;
}
NAPI_MODULE(addon, init)
`;

async function addonOf(result = 'ANSWER'): Promise<Addon> {
  await mkdir(join(folder, 'include'), { recursive: true });
  await writeFile(join(folder, 'addon.cc'), source(result));
  await writeFile(join(folder, 'include', 'answer.h'), '#define ANSWER 42\n');
  return { name: 'test-addon', folder, sources: ['addon.cc'], include: ['include'] };
}

/** The compiled file in the cache of this machine, which has the library; removed afterwards. */
async function compiled(addon: Addon, context: TestContext): Promise<string> {
  try {
    return await compileAddon(addon);
  } catch (error) {
    const missing = ['no-library', 'no-compiler'];
    if (error instanceof NativeError && missing.includes(error.problem))
      context.skip(error.message);
    throw error;
  }
}

describe('compileAddon', () => {
  it('gives an add-on that calls TensorFlow’s library, once for the same sources', async (context) => {
    const addon = await addonOf();
    const path = await compiled(addon, context);
    try {
      expect((createRequire(import.meta.url)(path) as { answer: number }).answer).toBe(42);
      const { mtimeMs } = await stat(path);
      expect(await compileAddon(addon)).toBe(path);
      expect((await stat(path)).mtimeMs).toBe(mtimeMs);
      // A header is part of the hash.
      await writeFile(join(folder, 'include', 'answer.h'), '#define ANSWER 43\n');
      const other = await compileAddon(addon);
      expect(other).not.toBe(path);
      await rm(other);
    } finally {
      await rm(path);
    }
  });

  it('reports the error of the compiler, and leaves nothing behind', async (context) => {
    if (!(await checkNative()).ready) context.skip('there is no tensorflow');
    await expect(compileAddon(await addonOf('NO_SUCH_NAME'))).rejects.toThrow(/NO_SUCH_NAME/);
  });
});
