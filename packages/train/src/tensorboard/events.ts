import { Root } from 'protobufjs/light.js';
import { FormatError } from '@halp/files';
import type { EpochReport } from '../fit/fit.ts';
import { formatRecord, parseRecords } from './tf-record.ts';

/** One entry of an event file: the file's version, or scalars of a step. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** The position on the horizontal axis: epochs completed. */
  readonly step: number;
  /** `brain.Event:2` in the first entry, absent in others. */
  readonly fileVersion?: string | undefined;
  /** The numbers by tag, single precision in the file. */
  readonly scalars: Readonly<Record<string, number>>;
}

const VERSION = 'brain.Event:2';

/** The fields that are used here, numbered as in TensorFlow's event.proto and summary.proto. */
const messages = /* @__PURE__ */ Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    // A member of a oneof is written even if it is 0, as in proto2.
    Value: {
      edition: 'proto2',
      fields: { tag: { type: 'string', id: 1 }, simpleValue: { type: 'float', id: 2 } },
    },
  },
});

/** An entry as a record of an event file. */
export function formatEvent({
  wallTime,
  step,
  fileVersion,
  scalars,
}: TensorBoardEvent): Uint8Array {
  const value = Object.entries(scalars).map(([tag, simpleValue]) => ({ tag, simpleValue }));
  const message = {
    wallTime,
    ...(step === 0 ? {} : { step }),
    fileVersion,
    ...(value.length === 0 ? {} : { summary: { value } }),
  };
  return formatRecord(messages.lookupType('Event').encode(message).finish());
}

/**
 * The entries of an event file that holds scalars, in order.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if it is truncated or damaged, or a record is not an event.
 */
export function parseEvents(bytes: Uint8Array, path: string): TensorBoardEvent[] {
  const type = messages.lookupType('Event');
  return parseRecords(bytes, path).map((data, index) => {
    const { wallTime, step, fileVersion, summary } = decoded();
    const values = summary?.value ?? [];
    return {
      wallTime: wallTime ?? 0,
      step: step ?? 0,
      fileVersion,
      scalars: Object.fromEntries(
        values.map(({ tag = '', simpleValue = 0 }) => [tag, simpleValue]),
      ),
    };

    function decoded(): EventFields {
      try {
        return type.toObject(type.decode(data), { longs: Number });
      } catch {
        throw new FormatError(path, `record ${index}: expected an event of TensorBoard`);
      }
    }
  });
}

interface EventFields {
  readonly wallTime?: number;
  readonly step?: number;
  readonly fileVersion?: string | undefined;
  readonly summary?: { readonly value?: readonly { tag?: string; simpleValue?: number }[] };
}

/** The first entry of a file. */
export function versionEvent(wallTime: number): TensorBoardEvent {
  return { wallTime, step: 0, fileVersion: VERSION, scalars: {} };
}

/**
 * The TensorBoard entry of an epoch, at the number of completed epochs: `loss/<name>` of each loss,
 * `positives/kept` (a share), `metrics/<name>`, `training/learning-rate` and `training/clips-per-second`.
 *
 * @param wallTime - Seconds since 1970.
 */
export function epochEvent(report: EpochReport, wallTime: number): TensorBoardEvent {
  const { kept, ...losses } = report.losses;
  return {
    wallTime,
    step: report.epoch + 1,
    scalars: {
      ...named('loss', losses),
      ...(kept !== undefined && { 'positives/kept': kept }),
      ...named('metrics', report.metrics),
      'training/learning-rate': report.learningRate,
      'training/clips-per-second': report.clipsPerSecond,
    },
  };
}

function named(group: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]),
  );
}
