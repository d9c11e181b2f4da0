import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticClasses } from '@halp/data';
import { expectedMovements } from './teach-expected.ts';
import { synthetic } from './teach-recordings.ts';

/** Sets of three actions of one person. */
const sets = [
  ['wave', 'squat', 'kick'],
  ['drink', 'clap', 'bow'],
  ['throw', 'jumping jack', 'pick up'],
  ['punch', 'wave', 'jump'],
  ['make a phone call', 'squat', 'clap'],
  ['drink', 'kick', 'jumping jack'],
  ['sit down', 'bow', 'wave'],
] as const;

const recording = (label: string, subject: number, replication: number) =>
  synthetic(label, syntheticClasses.indexOf(label) + 1, subject, replication);

/** The sets that are recognised whole: three takes of each action by performer 1 are taught, performer 2 is recognised. */
async function wholeSets(): Promise<readonly string[]> {
  const whole: string[] = [];
  for (const labels of sets) {
    const taught = labels.flatMap((label) => [1, 2, 3].map((take) => recording(label, 1, take)));
    const watched = labels.map((label) => recording(label, 2, 1));
    const { movements } = await expectedMovements(taught, watched);
    const found = movements.map(({ label }) => label).join();
    if (found === labels.join()) whole.push(found);
  }
  return whole;
}

describe('the encoder of the page "Teach it your actions"', () => {
  beforeAll(async () => void (await tf.setBackend('cpu')));

  it('recognises three of seven sets of three synthetic actions whole', async () => {
    expect(await wholeSets()).toEqual(['wave,squat,kick', 'punch,wave,jump', 'sit down,bow,wave']);
  }, 600_000);
});
