import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNative, installNative, type InstallProgress } from '@halp/tfjs-native';
import { fakeMachine } from '../fake-machine.ts';

const LIBRARY = 'tensorflow-cpu-0.0.1-linux-x64';
const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu';
/** A finished cache: the library with its list, one binding, nothing else: no wheel, no scraps, no lock. */
const WHOLE = [
  expect.stringMatching(/^bindings\/tfjs-4\.22\.0-napi-v8-[0-9a-f]{16}$/),
  `${LIBRARY}/contents.json`,
  `${LIBRARY}/include`,
  `${LIBRARY}/lib`,
];

describe('installNative', () => {
  it('fetches the library, compiles the binding, verifies it, and reports that in one line', async () => {
    const machine = fakeMachine();
    const done = await installNative(machine.options);
    expect(done).toMatchObject({
      did: 'fetched',
      tensorflow: '0.0.1',
      package: { name: '@tensorflow/tfjs-node-gpu', bound: true },
    });
    expect(done.summary).toMatch(
      /^@tensorflow\/tfjs-node-gpu 4\.22\.0 runs TensorFlow 0\.0\.1: .*fetched into .*$/,
    );
    expect(machine.kept()).toEqual(WHOLE);
    expect(machine.bound()).toBe(true);
    expect((await checkNative(machine.options)).ready).toBe(true);
  });

  it('unpacks the libraries and the headers, byte for byte, and nothing else', async () => {
    const machine = fakeMachine();
    const { library } = await installNative(machine.options);
    expect(readFileSync(join(library, 'lib/libtensorflow_cc.so.2'), 'utf8')).toBe(
      'the library '.repeat(1000),
    );
    expect(readFileSync(join(library, 'include/xla/tsl/deep/er.h'), 'utf8')).toBe(
      '// more headers',
    );
    const { files } = JSON.parse(readFileSync(join(library, 'contents.json'), 'utf8')) as {
      files: object;
    };
    expect(Object.keys(files)).toHaveLength(4);
  });

  it('asks pip for exactly the wheel, whatever python3 it runs under', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const call = machine.calls().find((each) => each.includes('download')) ?? '';
    for (const part of [
      '--no-deps',
      '--only-binary=:all:',
      '--python-version 3.11',
      '--abi cp311',
      '--platform any',
      '--no-cache-dir',
    ]) {
      expect(call).toContain(part);
    }
    expect(call).toMatch(/ tensorflow-cpu==0\.0\.1$/);
  });

  it('compiles the sources of the package against the kept library and the Node-API headers from npm', async () => {
    const machine = fakeMachine();
    const { library } = await installNative(machine.options);
    const call = machine.calls().find((each) => each.includes('tfjs_binding.cc')) ?? '';
    expect(call).toContain(`-I${library}/include`);
    expect(call).toContain(`-Wl,-rpath,${library}/lib`);
    expect(call).toMatch(/-I\S*node-api-headers\/include/);
    expect(call).not.toContain('utils.h');
  });

  it('does nothing the second time', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const before = machine.calls();
    expect((await installNative(machine.options)).did).toBe('nothing');
    expect(machine.calls()).toEqual(before);
  });

  it('serves a second project from the cache, with no program but Node', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const second = { ...machine.options, project: machine.addProject('second'), env: { PATH: '' } };
    expect((await installNative(second)).did).toBe('placed');
    expect(machine.bound(second.project)).toBe(true);
  });

  it("compiles again, and fetches nothing, when the package's sources differ", async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const project = machine.addProject('second');
    appendFileSync(join(project, PACKAGE, 'binding/tfjs_binding.cc'), '// changed');
    expect((await installNative({ ...machine.options, project })).did).toBe('compiled');
    expect(machine.calls().filter((each) => each.includes('download'))).toHaveLength(1);
  });

  it('takes a local wheel, needs no python3 for it, and leaves it in place', async () => {
    const machine = fakeMachine({ without: ['python3'] });
    expect((await installNative({ ...machine.options, wheelFile: machine.wheelFile })).did).toBe(
      'fetched',
    );
    expect(existsSync(machine.wheelFile)).toBe(true);
  });

  it('installs a missing package, with scripts off', async () => {
    const machine = fakeMachine();
    const project = machine.addProject('bare', false);
    const done = await installNative({
      ...machine.options,
      project,
      package: '@tensorflow/tfjs-node',
    });
    expect(done.package.name).toBe('@tensorflow/tfjs-node');
    expect(machine.calls()[0]).toBe(
      'npm install --ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node@4.22.0',
    );
  });

  it('replaces a binding that does not load', async () => {
    const machine = fakeMachine();
    const lib = join(machine.options.project, PACKAGE, 'lib/napi-v8');
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, 'tfjs_binding.node'), 'unloadable');
    expect((await installNative(machine.options)).did).toBe('fetched');
    expect((await checkNative(machine.options)).ready).toBe(true);
  });

  it('compiles a kept binding again if it does not load here', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const [kept = ''] = machine.kept();
    writeFileSync(join(machine.options.cache, kept, 'tfjs_binding.node'), 'unloadable');
    const project = machine.addProject('second');
    expect((await installNative({ ...machine.options, project })).did).toBe('compiled');
    expect(machine.kept()).toEqual(WHOLE);
  });

  it('fetches a kept library again if it is incomplete', async () => {
    const machine = fakeMachine();
    const { library } = await installNative(machine.options);
    writeFileSync(join(library, 'lib/libtensorflow_cc.so.2'), 'cut off');
    const project = machine.addProject('second');
    expect((await installNative({ ...machine.options, project })).did).toBe('fetched');
    expect(readFileSync(join(library, 'lib/libtensorflow_cc.so.2'), 'utf8')).toHaveLength(12_000);
    expect(machine.kept()).toEqual(WHOLE);
  });

  it('does not use the library of another wheel', async () => {
    const machine = fakeMachine();
    const { library } = await installNative(machine.options);
    const list = join(library, 'contents.json');
    const sha256 = machine.options.wheel.sha256 as string;
    writeFileSync(list, readFileSync(list, 'utf8').replace(sha256, '0'.repeat(64)));
    const project = machine.addProject('second');
    expect((await installNative({ ...machine.options, project })).did).toBe('fetched');
  });

  it('removes what a killed process has left, including half a wheel, and downloads it whole', async () => {
    const machine = fakeMachine();
    const left = join(machine.options.cache, 'unfinished-1-2/download');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'tensorflow_cpu.whl'), 'half');
    expect((await installNative(machine.options)).did).toBe('fetched');
    expect(machine.kept()).toEqual(WHOLE);
  });

  it('keeps its libraries where XDG_CACHE_HOME says, or under the home folder', async () => {
    const machine = fakeMachine();
    const rest = { ...machine.options, cache: undefined };
    const home = String(machine.options.env['HOME']);
    const status = async (xdg: string): Promise<string> =>
      (await checkNative({ ...rest, env: { ...rest.env, XDG_CACHE_HOME: xdg } })).cache;
    expect(await status('/elsewhere')).toBe('/elsewhere/halp/tfjs-native');
    expect(await status('')).toBe(join(home, '.cache/halp/tfjs-native'));
    expect(await status('relative')).toBe(join(home, '.cache/halp/tfjs-native'));
  });

  it('reports its steps in order, and shares from 0 to 1', async () => {
    const machine = fakeMachine();
    const seen: InstallProgress[] = [];
    await installNative({ ...machine.options, onProgress: (each) => seen.push(each) });
    const steps = seen.map(({ step }) => step);
    expect([...new Set(steps)]).toEqual(['download', 'unpack', 'compile', 'verify']);
    const shares = seen.flatMap(({ step, fraction }) =>
      step === 'unpack' && fraction !== undefined ? [fraction] : [],
    );
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1, 1);
  });
});

describe('checkNative', () => {
  it('lists what is to be done and changes nothing', async () => {
    const machine = fakeMachine();
    const project = machine.addProject('bare', false);
    const status = await checkNative({ ...machine.options, project });
    expect(status).toMatchObject({ ready: false, obstacles: [] });
    expect(status.todo).toEqual([
      'install @tensorflow/tfjs-node-gpu',
      expect.stringContaining('download TensorFlow 0.0.1'),
      'compile the binding',
      'put the binding into the package',
    ]);
    expect(machine.kept()).toEqual([]);
    expect(machine.calls().filter((each) => !each.includes('--version'))).toEqual([]);
  });

  it('lists all obstacles', async () => {
    const machine = fakeMachine({ without: ['python3', 'g++'] });
    rmSync(join(machine.options.project, PACKAGE), { recursive: true });
    rmSync(join(machine.options.project, 'package.json'));
    const { ready, obstacles } = await checkNative(machine.options);
    expect(ready).toBe(false);
    expect(obstacles.map(({ problem }) => problem)).toEqual([
      'no-project',
      'no-compiler',
      'no-python',
    ]);
  });

  it('requires no tools that the kept files make unnecessary', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const project = machine.addProject('second');
    const status = await checkNative({ ...machine.options, project, env: { PATH: '' } });
    expect(status).toMatchObject({
      ready: false,
      todo: ['put the binding into the package'],
      obstacles: [],
    });
  });
});
