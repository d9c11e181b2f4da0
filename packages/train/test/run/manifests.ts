import type { RunManifest } from '@halp/train';

/** An example manifest. */
export const manifest: RunManifest = {
  format: 1,
  name: 'tiny',
  recipe: { name: 'tiny', epochs: 4, views: [{ kind: 'shear' }] },
  seed: 4,
  data: { name: 'pairs', checksums: { train: 'abc' } },
  software: { '@halp/train': '0.0.0', backend: 'wasm' },
  machine: { cores: 2, system: 'linux' },
  startedAt: '2026-01-02T03:04:05.678Z',
};
