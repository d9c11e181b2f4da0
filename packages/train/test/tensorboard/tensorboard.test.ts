import { appendFile, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { START } from '@halp/train';
import { createRun, openEventFile, openRun } from '@halp/train/node';
import { crc32c, maskedCrc32c } from '../../src/tensorboard/crc32c.ts';
import { formatEvent, parseEvents, versionEvent } from '../../src/tensorboard/events.ts';
import { formatRecord, parseRecords } from '../../src/tensorboard/tf-record.ts';
import { temporaryFolder } from '../folder.ts';
import { report } from '../reports.ts';
import { manifest } from '../run/manifests.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const halp = { ...report(1), losses: { total: -7.25, infonce: 5, halp: -12.25, kept: 0.75 } };
const folder = temporaryFolder();

describe('crc32c', () => {
  it.each<[string, Uint8Array, number]>([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['32 bytes that ascend', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['the digits', ascii('123456789'), 0xe3069283],
  ])('equals the value in RFC 3720 for %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is masked by a rotation and an offset', () => {
    const turned = ((0xe3069283n >> 15n) | (0xe3069283n << 17n)) & 0xffffffffn;
    expect(maskedCrc32c(ascii('123456789'))).toBe(Number((turned + 0xa282ead8n) % 2n ** 32n));
  });
});

describe('an event', () => {
  it('has the same bytes as an event written by TensorFlow', () => {
    // Written by RecordWriter of tensorboard 2.21.0 for Event(wall_time=1234567890.5, file_version='brain.Event:2')
    expect(hex(formatEvent(versionEvent(1234567890.5)))).toBe(
      '1800000000000000a37f4b22090000a0b48065d2411a0d627261696e2e4576656e743a32f5e8f016',
    );
    // Likewise for Event(wall_time=1234567891.25, step=300, summary=Summary(value=[Value(tag='loss/total', simple_value=-8.25)]))
    const event = { wallTime: 1234567891.25, step: 300, scalars: { 'loss/total': -8.25 } };
    expect(hex(formatEvent(event))).toBe(
      '2100000000000000017becf6090000d0b48065d24110ac022a130a110a0a6c6f73732f746f74616c15000004c12af1d32b',
    );
  });

  it('contains a value that is exactly 0', () => {
    const bytes = formatEvent({ wallTime: 1, step: 3, scalars: { a: 0 } });
    // Field 2 of the value, 4 bytes of zeros.
    expect(hex(bytes)).toContain('0a0161' + '1500000000');
  });

  it('is rejected with file and offset if a byte is wrong or the file ends inside it', () => {
    const [first, second] = [formatRecord(ascii('one')), formatRecord(ascii('two'))];
    const bytes = new Uint8Array([...first, ...second]);
    expect(parseRecords(bytes, 'f')).toEqual([ascii('one'), ascii('two')]);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Uint8Array.from(bytes, (byte, at) => (at === i ? byte ^ 1 : byte));
      const record = i < first.length ? 0 : first.length;
      expect(() => parseRecords(damaged, 'f')).toThrow(`f (byte ${record}): expected`);
    }
    for (let length = first.length + 1; length < bytes.length; length++) {
      const cut = (): unknown => parseRecords(bytes.subarray(0, length), 'f');
      expect(cut).toThrow(FormatError);
      expect(cut).toThrow(`f (byte ${first.length}): expected`);
    }
    expect(() => parseEvents(formatRecord(ascii('one')), 'f')).toThrow('f: record 0: expected');
  });
});

describe('openEventFile', () => {
  const events = async (path: string) => parseEvents(await readFile(path), path);

  it('contains each loss, the share of kept positives, metrics, learning rate and speed, by completed epochs', async () => {
    const run = await createRun(folder('run'), manifest);
    const file = await openEventFile(run, START);
    await file.append({ ...halp, metrics: { knn: 0.5 } });
    const start = Date.parse(manifest.startedAt) / 1000;
    expect(await readdir(run.path)).toContain(`events.out.tfevents.${Math.floor(start)}.halp`);
    expect(await events(file.path)).toEqual([
      { wallTime: start, step: 0, fileVersion: 'brain.Event:2', scalars: {} },
      {
        wallTime: start + halp.seconds,
        step: 2,
        scalars: {
          'loss/total': -7.25,
          'loss/infonce': 5,
          'loss/halp': -12.25,
          'positives/kept': 0.75,
          'metrics/knn': 0.5,
          'training/learning-rate': Math.fround(0.01),
          'training/clips-per-second': 24,
        },
      },
    ]);
  });

  it('contains every epoch of the log once after a resume, also after a killed process', async () => {
    const whole = await createRun(folder('whole'), manifest);
    const undisturbed = await openEventFile(whole, START);
    for (const epoch of [0, 1, 2, 3]) await undisturbed.append(report(epoch));

    const run = await createRun(folder('run'), manifest);
    const killed = await openEventFile(run, START);
    for (const epoch of [0, 1, 2]) {
      await run.appendLog(report(epoch));
      await killed.append(report(epoch));
    }
    const before = await readFile(killed.path);
    await appendFile(killed.path, before.subarray(0, 7));

    // The last checkpoint is the one after two epochs.
    const again = await openRun(run.path);
    const resumed = await openEventFile(again, { epoch: 2 });
    expect(resumed.path).toBe(killed.path);
    const kept = await readFile(killed.path);
    expect(hex(before)).toMatch(new RegExp(`^${hex(kept)}`));
    for (const epoch of [2, 3]) await resumed.append(report(epoch));
    expect((await readFile(resumed.path)).equals(await readFile(undisturbed.path))).toBe(true);
    expect((await events(resumed.path)).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  });

  it('names a file that cannot be written, and a manifest without a date', async () => {
    const run = await createRun(folder('run'), manifest);
    await writeFile(folder('file'), '');
    const blocked = openEventFile({ ...run, path: folder('file') }, START);
    await expect(blocked).rejects.toThrow(
      /file\/events\.out\.tfevents\.\d+\.halp: cannot be written/,
    );
    const undated = { ...run, manifest: { ...manifest, startedAt: 'today' } };
    await expect(openEventFile(undated, START)).rejects.toThrow("got 'today'");
  });

  it('replaces a link and does not change its target', async () => {
    const run = await createRun(folder('run'), manifest);
    const { path } = await openEventFile(run, START);
    const whole = await readFile(path);
    await writeFile(folder('victim'), 'precious');
    for (const target of ['victim', 'not there']) {
      await rm(path);
      await symlink(folder(target), path);
      await openEventFile(run, START);
      expect((await readFile(path)).equals(whole)).toBe(true);
    }
    expect(await readFile(folder('victim'), 'utf8')).toBe('precious');
    expect(await readdir(folder())).not.toContain('not there');
  });

  it('keeps a metric that is NaN', async () => {
    const run = await createRun(folder('run'), manifest);
    const file = await openEventFile(run, START);
    await file.append({ ...report(0), metrics: { knn: NaN } });
    expect((await events(file.path))[1]?.scalars).toMatchObject({ 'metrics/knn': NaN });
  });
});
