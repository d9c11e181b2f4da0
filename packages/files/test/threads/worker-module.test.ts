import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { workerModule } from '../../src/node.ts';

const files = { source: './typescript-thread.ts', built: './threads/thread.js' };

describe('the module of a worker thread', () => {
  it('runs TypeScript from source, as an ES module that imports packages of the workspace', async () => {
    const { filename, execArgv } = workerModule(import.meta.url, {
      ...files,
      importsUserModules: false,
    });
    const worker = new Worker(new URL(filename), { ...(execArgv && { execArgv }) });
    const [message] = (await once(worker, 'message')) as unknown[];
    await worker.terminate();
    const url = new URL(files.source, import.meta.url).href;
    expect(message).toEqual({ answer: 42, offset: 3, url });
  });

  it('is JavaScript in a built package, and starts with the arguments of the process only for modules of users', () => {
    const here = 'file:///package/dist/node.js';
    const filename = 'file:///package/dist/threads/thread.js';
    expect(workerModule(here, { ...files, importsUserModules: true })).toEqual({ filename });
    expect(workerModule(here, { ...files, importsUserModules: false })).toEqual({
      filename,
      execArgv: [],
    });
  });
});
