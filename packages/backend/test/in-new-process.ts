import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bundled } from '@halp/testing';

/** The result of a separate process: the value of an expression over `startBackend`, its output, and its loaded modules. */
export async function inNewProcess(
  expression: string,
  env: NodeJS.ProcessEnv,
  cwd = process.cwd(),
): Promise<{ value: unknown; stderr: string }> {
  const path = await bundled(new URL('../src/index.ts', import.meta.url));
  const source = pathToFileURL(path).href;
  const core = import.meta.resolve('@tensorflow/tfjs-core');
  const script = `
    import { readdirSync } from 'node:fs';
    import { createRequire } from 'node:module';
    const { startBackend } = await import(${JSON.stringify(source)});
    const tf = await import(${JSON.stringify(core)});
    const tasks = () => readdirSync('/proc/self/task').length;
    const loaded = () => Object.keys(createRequire(import.meta.url).cache);
    const value = await (async () => ${expression})().catch((error) => ({ error: error.name, message: error.message }));
    console.log(JSON.stringify(value));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { value: last === '' ? undefined : (JSON.parse(last) as unknown), stderr };
}
