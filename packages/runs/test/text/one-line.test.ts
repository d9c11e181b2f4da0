import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { eventText, type RunEvent } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { note } from '../../src/run/events.ts';
import { oneError } from '../../src/text/visible.ts';
import { withFolder } from '../helpers.ts';

const HOSTILE = 'wave\nhalp: all good\u001b[2J\ttab';
const SHOWN = String.raw`wave\nhalp: all good\x1b[2J\ttab`;

describe('a name with line feeds and terminal escapes', () => {
  it('stays on one line in the text of events', () => {
    const result = {
      ...{ file: 'a.json', clip: HOSTILE },
      top: [{ name: HOSTILE, probability: 0.5, label: 0 }],
    };
    const events: RunEvent[] = [
      { kind: 'classified', result },
      { kind: 'note', text: `${HOSTILE}: text` },
      {
        kind: 'classifier-epoch',
        protocol: 'linear',
        report: { epoch: 0, loss: 1, learningRate: 0.1 },
      },
    ];
    const texts = events.map(eventText);
    expect(texts[0]).toBe(`${SHOWN}: ${SHOWN} 50.0 %`);
    for (const control of ['\n', '\t', '\u001b']) expect(texts.join('')).not.toContain(control);
  });

  it('stays on one line in notes', () => {
    const said: string[] = [];
    note(({ text }) => said.push(text), `training on ${HOSTILE}`);
    expect(said).toEqual([`training on ${SHOWN}`]);
  });

  it('stays on one line in errors, and lists of errors keep their line breaks', () => {
    expect(oneError(`expected a class, got ${HOSTILE}`)).not.toContain('\n');
    const list = 'mine: epochs: expected a number, got nothing\nmine: stream: expected one of a, b';
    expect(oneError(list)).toBe(list);
  });

  it('stays on one line in a FormatError as its path, and the path property is unchanged', () => {
    const error = new FormatError('a\nb.json', 'expected JSON, got nothing');
    expect(error.message).toBe(String.raw`a\nb.json: expected JSON, got nothing`);
    expect(error.path).toBe('a\nb.json');
  });

  it.each<readonly [string, (path: string) => readonly string[]]>([
    ['inspect', (path) => ['inspect', path]],
    ['classify', (path) => ['classify', path, '--run', path]],
    ['evaluate', (path) => ['evaluate', 'knn', '--run', path, '--data', path]],
    ['pretrain', (path) => ['pretrain', path, '--data', path, '--out', path]],
    ['sweep', (path) => ['sweep', path]],
    ['runs', (path) => ['runs', path]],
    ['report', (path) => ['report', path]],
    ['import', (path) => ['import', path, '--as', 'synthetic-moco', '--out', `${path}-run`]],
  ])('stays on one line of %s as the path of a missing file', async (_, args) => {
    const { status, stderr } = await halp(...args(`no\nsuch\u001b[2J`));
    expect(status).toBe(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('backend '))).toHaveLength(1);
    expect(stderr).not.toContain('\u001b');
  });

  it('stays on one line of the list as the folder of a broken run', async () => {
    await withFolder(async (folder) => {
      const run = join(folder, 'a\nb');
      await mkdir(run);
      await writeFile(join(run, 'manifest.json'), '{');
      await writeFile(join(run, 'log.jsonl'), '');
      const { stderr } = await halp('runs', folder);
      expect(stderr.trimEnd().split('\n')).toEqual([
        'no runs found',
        expect.stringContaining(String.raw`a\nb/manifest.json`),
      ]);
    });
  });
});
