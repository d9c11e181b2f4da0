import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type NativeOptions, TENSORFLOW_CPU, type Wheel } from '@halp/tfjs-native';
import { zipOf } from './zip.ts';

/** The faults of a simulated machine. Default: none. */
export interface Faults {
  /** What pip does instead of downloading. */
  readonly pip?:
    | 'absent'
    | 'nothing-found'
    | 'offline'
    | 'disk-full'
    | 'broken'
    | 'slow'
    | 'stuck'
    | 'another-wheel'
    | 'silent';
  /** What g++ does instead of compiling; with `gpu` the binding sees a graphics processor. */
  readonly compiler?: 'error' | 'unloadable' | 'wrong' | 'gpu';
  /** What npm does instead of installing. */
  readonly npm?: 'error';
  /** Programs that are missing. */
  readonly without?: readonly ('python3' | 'g++' | 'npm')[];
  /** The output of nvidia-smi. Default: there is no such program. */
  readonly gpus?: string;
  /** Whether the wheel is for CUDA. */
  readonly cuda?: boolean;
  /** What the wheel holds. */
  readonly wheelFiles?: Readonly<Record<string, string>>;
  /** The contents of the wheel, if it is no zip file. */
  readonly wheelBytes?: Buffer;
}

/** A simulated machine: a folder with a project, a cache, and the only programs on PATH. */
export interface FakeMachine {
  /** Options that make `installNative` see this machine only. */
  readonly options: NativeOptions & {
    readonly project: string;
    readonly cache: string;
    readonly env: NodeJS.ProcessEnv;
    readonly wheel: Wheel;
  };
  /** The wheel, as a file. */
  readonly wheelFile: string;
  /** Every program that was run, with its arguments. */
  calls(): readonly string[];
  /** Another project on the same machine. */
  addProject(name: string, withPackage?: boolean): string;
  /** Everything in the cache, two levels deep. */
  kept(): readonly string[];
  /** Whether a project's package has its binding. */
  bound(project?: string): boolean;
  /** Sets the faults of the programs. */
  setFaults(faults: Faults): void;
}

const WHEEL_FILES = {
  'tensorflow/libtensorflow_cc.so.2': 'the library '.repeat(1000),
  'tensorflow/libtensorflow_framework.so.2': 'the framework '.repeat(1000),
  'tensorflow/include/tensorflow/c/c_api.h': '// the headers',
  'tensorflow/include/xla/tsl/deep/er.h': '// more headers',
  'tensorflow/python/ops.py': 'not needed',
  'tensorflow-0.0.1.dist-info/METADATA': [
    'Name: tensorflow',
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    "Requires-Dist: nvidia-cudnn-cu12 (==9.3.0.75) ; extra == 'and-cuda'",
    '',
  ].join('\n'),
};

const CUDA_WHEELS = {
  'nvidia_cublas_cu12-12.5.3.2-py3-none-any.whl': {
    'nvidia/cublas/lib/libcublas.so.12': 'products '.repeat(10),
    'nvidia/cublas/include/cublas.h': 'not needed',
  },
  'nvidia_cudnn_cu12-9.3.0.75-py3-none-any.whl': {
    'nvidia/cudnn/lib/libcudnn.so.9': 'convolutions '.repeat(10),
  },
};

/** Behaves like the real package as far as is tested: it needs its binding, whose contents decide how it computes. */
const FAKE_PACKAGE = `
const binding = require('node:fs').readFileSync(__dirname + '/lib/napi-v8/tfjs_binding.node', 'utf8');
if (binding.includes('unloadable')) throw new Error('libtensorflow_cc.so.2: cannot open shared object file');
exports.tensor2d = (values) => values;
exports.matMul = (a, b) => ({ dataSync: () => binding.includes('wrong') ? [0, 0, 0, 0] : [19, 22, 43, 50] });
exports.backend = () => ({ binding: { TF_Version: '0.0.1' }, isUsingGpuDevice: binding.includes('gpu') });
`;

/** Shell scripts, which start faster than Node; they find no program on PATH and need none. */
const TOOLS: Readonly<Record<string, string>> = {
  python3: `
    say() { printf '%s\\n' "$@" >&2; exit 1; }
    if [ "$pip" = absent ]; then say '/usr/bin/python3: No module named pip'; fi
    for each; do
      if [ "$each" = --version ]; then exit 0; fi
      if [ "$before" = --dest ]; then dest=$each; fi
      before=$each
    done
    lost='WARNING: Retrying after connection broken by NewConnectionError(...)'
    could='ERROR: Could not find a version that satisfies the requirement'
    none='ERROR: No matching distribution found for tensorflow-cpu'
    case $pip in
      nothing-found) say "$could" "$none" ;;
      offline) say "$lost" "$could" "$none" ;;
      disk-full) say 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device' ;;
      broken) say 'ERROR: HTTP error 502 while getting the wheel' ;;
      silent) exit 0 ;;
    esac
    case "$*" in *nvidia-*) /bin/cp "$root"/store/cuda/*.whl "$dest"; exit 0 ;; esac
    echo half > "$dest/half.part"
    if [ "$pip" = slow ]; then /bin/sleep 1.5; fi
    if [ "$pip" = stuck ]; then exec /bin/sleep 600; fi
    /bin/rm "$dest/half.part"
    /bin/cp "$root/store/w.whl" "$dest/w.whl"
    if [ "$pip" = another-wheel ]; then echo more >> "$dest/w.whl"; fi`,
  'g++': `
    for each; do
      if [ "$each" = --version ]; then exit 0; fi
      if [ "$before" = -o ]; then output=$each; fi
      before=$each
    done
    if [ "$compiler" = error ]; then echo 'tfjs_backend.cc:3:10: fatal error: c_api.h: No such file' >&2; exit 1; fi
    echo "\${compiler:-good}" > "$output"`,
  'nvidia-smi': `
    /bin/cat "$root/store/gpus"`,
  npm: `
    if [ "$npm" = error ]; then echo 'npm error code E404' >&2; exit 1; fi
    for each; do name=\${each%@*}; done
    /bin/mkdir -p "node_modules/$name"
    /bin/cp -r "$root/store/package/." "node_modules/$name"`,
};

/** A simulated machine in a new temporary folder, which is removed after the test. */
export function fakeMachine(faults: Faults = {}): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'tfjs-native-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bytes = faults.wheelBytes ?? zipOf(faults.wheelFiles ?? WHEEL_FILES);
  const wheelFile = join(root, 'store', 'w.whl');
  write(wheelFile, bytes);
  writePackage(join(root, 'store', 'package'));
  for (const [name, files] of Object.entries(CUDA_WHEELS))
    write(join(root, 'store', 'cuda', name), zipOf(files));
  if (faults.gpus !== undefined) write(join(root, 'store', 'gpus'), faults.gpus);
  write(join(root, 'calls'), '');
  const bin = join(root, 'bin');
  for (const [name, body] of Object.entries(TOOLS)) {
    if (faults.without?.some((each) => each === name)) continue;
    if (name === 'nvidia-smi' && faults.gpus === undefined) continue;
    const head = `#!/bin/sh\nroot='${root}'\n. "$root/faults"\necho "${name} $*" >> "$root/calls"\n`;
    write(join(bin, name), head + body, 0o755);
  }
  const setFaults = ({ pip, compiler, npm }: Faults): void => {
    const lines = Object.entries({ pip, compiler, npm }).map(
      ([name, fault = '']) => `${name}=${fault}`,
    );
    write(join(root, 'faults'), lines.join('\n'));
  };
  setFaults(faults);
  const addProject = (name: string, withPackage = true): string => {
    const project = join(root, name);
    write(join(project, 'package.json'), '{}');
    if (withPackage) writePackage(join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu'));
    return project;
  };
  const cache = join(root, 'cache');
  const project = addProject('project');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const names = {
    project: faults.cuda === true ? 'tensorflow' : 'tensorflow-cpu',
    version: '0.0.1',
    python: '3.11',
    abi: 'cp311',
    platform: 'any',
  };
  const wheel: Wheel = {
    ...names,
    // Wheels that the authors could not download have no pinned hash.
    sha256: faults.cuda === true ? undefined : sha256,
    bytes: bytes.length,
    unpackedBytes: 26_000,
    libraries: TENSORFLOW_CPU.libraries,
    cuda: faults.cuda === true,
  };
  return {
    options: { project, cache, wheel, env: { PATH: bin, HOME: root } },
    wheelFile,
    calls: () => readFileSync(join(root, 'calls'), 'utf8').split('\n').slice(0, -1),
    addProject,
    kept: () => listing(cache),
    bound: (from = project) =>
      existsSync(
        join(from, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'),
      ),
    setFaults,
  };
}

function writePackage(folder: string): void {
  write(join(folder, 'package.json'), JSON.stringify({ version: '4.22.0', main: 'index.js' }));
  write(join(folder, 'index.js'), FAKE_PACKAGE);
  write(join(folder, 'binding', 'tfjs_binding.cc'), '// the binding');
  write(join(folder, 'binding', 'utils.h'), '// its header');
}

function write(path: string, contents: string | Buffer, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, contents, { mode });
}

function listing(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const inside = (name: string): string[] =>
    readdirSync(join(folder, name)).map((each) => `${name}/${each}`);
  return readdirSync(folder).flatMap(inside).sort();
}
