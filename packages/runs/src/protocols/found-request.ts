import { createHash } from 'node:crypto';
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRegularFile } from '@halp/files/node';
import { expectObject, gotText } from '@halp/random/check';
import type { ProtocolModule, ProtocolModuleOptions, ProtocolRequest } from '@halp/recipes';
import type { FoundRequest } from './protocol.ts';

/**
 * A request with the file of its module and the file's SHA-256, if it names one. The module is not imported.
 *
 * @throws RangeError if there is no such file, or an option of the module is no plain value.
 */
export async function foundRequest(
  caller: string,
  { protocol, ...settings }: ProtocolRequest,
): Promise<FoundRequest> {
  if (typeof protocol === 'string') return { ...settings, protocol };
  const { module, options } = protocol;
  const path = pathOf(module);
  const bytes = await readRegularFile(path).catch((error: NodeJS.ErrnoException) => {
    const got = error.code === 'ENOENT' ? `nothing at ${path}` : error.message;
    throw new RangeError(
      `${caller}: expected a module that exports 'protocol', got ${got}; give the path of a module`,
      { cause: error },
    );
  });
  return {
    protocol: 'module',
    module: {
      path,
      name: basename(path, extname(path)),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      options,
    },
  };
}

/**
 * Checks the module of a request as the caller wrote it.
 *
 * @throws TypeError if a field is missing or has another type.
 */
export function expectProtocolModule(caller: string, protocol: ProtocolModule): void {
  const { kind, module, options } = expectObject(
    caller,
    protocol,
    "a protocol, or { kind: 'module', module, options }",
  );
  const isModule = (kind as string) === 'module' && typeof module === 'string' && module !== '';
  if (!isModule) {
    const got = `kind ${gotText(kind)}, module ${gotText(module)}`;
    throw new TypeError(
      `${caller}: expected a protocol with kind 'module' and the path of a module, got ${got}`,
    );
  }
  expectModuleOptions(caller, options);
}

function expectModuleOptions(caller: string, options: ProtocolModuleOptions): void {
  const given = expectObject(caller, options, 'options of the protocol as an object');
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    const isPlain =
      ['string', 'boolean'].includes(typeof value) ||
      Number.isFinite(value) ||
      (Array.isArray(value) && value.every((each) => Number.isFinite(each)));
    if (isPlain) continue;
    throw new TypeError(
      `${caller}: expected the option ${name} of the protocol to be a text, a number, true, false or a list of numbers, ` +
        `got ${gotText(value)}`,
    );
  }
}

function pathOf(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : resolve(module);
}
