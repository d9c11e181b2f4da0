import { describe, expect, it } from 'vitest';

import { requireSupported, thisMachine, type Machine } from '../src/platform.ts';

const GOOD: Machine = { platform: 'linux', arch: 'x64', node: '20.20.2', glibc: '2.36' };

describe('requireSupported', () => {
  it.each([
    GOOD,
    { ...GOOD, glibc: '2.27' },
    { ...GOOD, glibc: '3.0' },
    { ...GOOD, node: '22.12.0' },
  ])('accepts %j', (machine) => {
    expect(() => requireSupported(machine)).not.toThrow();
  });

  it.each([
    [{ ...GOOD, platform: 'darwin', arch: 'arm64' }, 'darwin on arm64'],
    [{ ...GOOD, platform: 'win32' }, 'win32 on x64'],
    [{ ...GOOD, arch: 'arm64' }, 'linux on arm64'],
    [{ ...GOOD, glibc: undefined }, 'another C library (musl?)'],
    [{ ...GOOD, glibc: '2.17' }, 'glibc 2.17'],
    [{ ...GOOD, node: '24.1.0' }, 'Node 24.1.0'],
    [{ ...GOOD, node: '18.20.0' }, 'Node 18.20.0'],
  ])('refuses %j, naming what it got and what to use instead', (machine, got) => {
    expect(() => requireSupported(machine)).toThrow(
      `expects Linux on x64 with glibc 2.27 or newer and Node 20 or 22, got ${got}; use the WebAssembly backend`,
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
