import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openDataset, planSynthetic, prepare, writeSynthetic } from '../../../src/node.ts';
import { hashes, messageOf, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();
const size = { performers: 2, replications: 1 };

describe('planSynthetic', () => {
  it('gives the same files by way of NTU text files', async () => {
    await prepare(planSynthetic({ ...size, seed: 7 }), { out: path('direct') });
    await writeSynthetic({ ...size, seed: 7, out: path('raw') });
    const plan = planSynthetic({ ...size, seed: 7, raw: path('raw') });
    await prepare(plan, { out: path('by-text') });
    expect(readdirSync(path('raw'))).toHaveLength(2 * 16 * 3);
    expect(readdirSync(path('raw')).sort()[0]).toBe('S001C001P001R001A001.skeleton');
    expect(hashes(path('by-text'))).toEqual(hashes(path('direct')));
    expect(Object.keys(hashes(path('direct')))).toHaveLength(1 + 2 * 2 * 4);
  });

  it('splits performers and cameras', async () => {
    const { manifest } = await prepare(planSynthetic(size), { out: path('out') });
    expect(manifest).toMatchObject({ name: 'synthetic', layout: 'kinect-v2', persons: 2, seed: 0 });
    const facts = async (benchmark: string, part: 'train' | 'test'): Promise<string> => {
      const data = await openDataset(path('out'), { benchmark, part });
      const seen = new Set<string>();
      for (let i = 0; i < data.length; i++) {
        const { subject, camera } = await data.get(i);
        seen.add(benchmark === 'xsub' ? `P${subject}` : `C${camera}`);
      }
      await data.close();
      return `${data.length}: ${[...seen].sort().join(' ')}`;
    };
    expect(await facts('xsub', 'train')).toBe('48: P1');
    expect(await facts('xsub', 'test')).toBe('48: P2');
    expect(await facts('xview', 'train')).toBe('64: C2 C3');
    expect(await facts('xview', 'test')).toBe('32: C1');
  });

  it('labels each clip by the action of its name', async () => {
    await prepare(planSynthetic(size), { out: path('out') });
    const data = await openDataset(path('out'), { benchmark: 'xsub', part: 'test' });
    const named = data.names.map((name) => Number(name.slice(-3)) - 1);
    expect([...data.labels]).toEqual(named);
    expect(data.classes[data.labels[data.names.indexOf('S002C001P002R001A007')] as number]).toBe(
      'kick',
    );
    await data.close();
  });

  it('refuses to prepare into the folder of the recordings', async () => {
    const plan = planSynthetic({ ...size, raw: path('raw') });
    expect(await messageOf(prepare(plan, { out: path('raw', 'x') }))).toContain(
      'expected out outside the raw data',
    );
  });
});

describe('writeSynthetic', () => {
  it('refuses a folder that is not empty, and a file', async () => {
    await mkdir(path('raw'));
    await writeFile(path('raw', 'thesis.txt'), 'years of work');
    for (const out of [path('raw'), path('raw', 'thesis.txt')]) {
      expect(await messageOf(writeSynthetic({ ...size, out }))).toBe(
        `writeSynthetic: expected a new or empty folder, got ${out}`,
      );
    }
    expect(readFileSync(path('raw', 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('stops at an abort signal', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the user'));
    expect(await messageOf(writeSynthetic({ ...size, out: path('raw'), signal }))).toBe(
      'stopped by the user',
    );
    expect(readdirSync(path('raw'))).toEqual([]);
  });
});
