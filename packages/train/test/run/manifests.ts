import type { RunManifest } from '@halp/train';

/** What a run could have been made from. */
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
