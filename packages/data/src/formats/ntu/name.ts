import { expectObject, expectText, gotText } from '@halp/random/check';

/** The numbers in the name of an NTU RGB+D file, SsssCcccPpppRrrrAaaa. All count from 1. */
export interface NtuName {
  /** The recording setup: camera distance and height. */
  readonly setup: number;
  /** The camera, 1 to 3. */
  readonly camera: number;
  /** The performer. */
  readonly subject: number;
  /** The repetition of the action by the performer. */
  readonly replication: number;
  /** The action; its class plus 1. */
  readonly action: number;
}

const pattern = /^S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})$/i;

/** The numbers in a name without extension, in upper or lower case; undefined for any other text. */
export function parseNtuName(name: string): NtuName | undefined {
  expectText('parseNtuName', 'a name', name);
  const numbers = pattern.exec(name)?.slice(1).map(Number);
  if (numbers === undefined || numbers.includes(0)) return undefined;
  const [setup, camera, subject, replication, action] = numbers as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { setup, camera, subject, replication, action };
}

/**
 * The name of a file, such as S001C001P001R001A001.
 *
 * @throws RangeError if a number is not an integer in [1, 999].
 */
export function formatNtuName(name: NtuName): string {
  expectObject('formatNtuName', name, 'the numbers of a name');
  const { setup, camera, subject, replication, action } = name;
  return [setup, camera, subject, replication, action]
    .map((number, i) => {
      if (!Number.isInteger(number) || number < 1 || number > 999) {
        throw new RangeError(`formatNtuName: expected numbers in [1, 999], got ${gotText(number)}`);
      }
      return 'SCPRA'.charAt(i) + String(number).padStart(3, '0');
    })
    .join('');
}
