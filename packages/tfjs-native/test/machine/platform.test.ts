import { describe, expect, it } from 'vitest';
import {
  type Machine,
  platformOf,
  requireSupported,
  thisMachine,
  untested,
} from '../../src/machine/platform.ts';

const GOOD: Machine = { platform: 'linux', arch: 'x64', node: '20.20.2', glibc: '2.36' };

describe('requireSupported', () => {
  it.each([
    GOOD,
    { ...GOOD, glibc: '2.27' },
    { ...GOOD, glibc: '3.0' },
    { ...GOOD, node: '22.12.0' },
    { ...GOOD, node: '24.21.0' },
    { ...GOOD, arch: 'arm64' },
    { ...GOOD, platform: 'darwin', arch: 'arm64', glibc: undefined },
  ])('accepts %j', (machine) => {
    expect(() => requireSupported(machine)).not.toThrow();
  });

  it.each([
    [{ ...GOOD, platform: 'darwin', glibc: undefined }, 'darwin on x64'],
    [{ ...GOOD, arch: 'riscv64' }, 'linux on riscv64'],
    [{ ...GOOD, glibc: undefined }, 'another C library (musl?)'],
    [{ ...GOOD, glibc: '2.17' }, 'glibc 2.17'],
    [{ ...GOOD, node: '18.20.0' }, 'Node 18.20.0'],
  ])('refuses %j, naming what it got and what to use instead', (machine, got) => {
    expect(() => requireSupported(machine)).toThrow(
      `expected Linux on x64 or arm64 with glibc 2.27 or newer, or macOS on arm64, and Node 20 or newer, got ${got}; use the WebGPU or the WebAssembly backend`,
    );
  });

  it('refuses CUDA if there is no wheel for it', () => {
    expect(() => requireSupported(GOOD, true)).not.toThrow();
    expect(() => requireSupported({ ...GOOD, arch: 'arm64' }, true)).toThrow(
      'expected Linux on x64 for CUDA, got linux on arm64; use the WebGPU backend',
    );
  });

  it('refers users of Windows to Linux', () => {
    expect(() => requireSupported({ ...GOOD, platform: 'win32', glibc: undefined })).toThrow(
      'got win32 on x64; use the WebGPU or the WebAssembly backend, or run this in Linux (wsl --install)',
    );
  });

  it('knows this machine', () => {
    expect(thisMachine()).toMatchObject({
      platform: process.platform,
      arch: process.arch,
      node: process.versions.node,
    });
  });
});

describe('platformOf', () => {
  it('names the machines for which there is a wheel, and no others', () => {
    expect(platformOf(GOOD)).toBe('linux-x64');
    expect(platformOf({ platform: 'linux', arch: 'arm64' })).toBe('linux-arm64');
    expect(platformOf({ platform: 'darwin', arch: 'arm64' })).toBe('darwin-arm64');
    expect(platformOf({ platform: 'win32', arch: 'x64' })).toBeUndefined();
  });
});

describe('untested', () => {
  it('is undefined only for tested machines', () => {
    expect(untested(GOOD, false)).toBeUndefined();
    expect(untested({ ...GOOD, arch: 'arm64' }, false)).toMatch(/^linux-arm64: not yet tested/);
    expect(untested(GOOD, true)).toMatch(/^CUDA: not yet tested on a GPU/);
  });
});
