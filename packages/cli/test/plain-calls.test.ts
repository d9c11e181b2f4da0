import { anObject, anything, type PlainArgument, plainCalls } from '@halp/testing';
import { collectedOutput } from '../../runs/test/helpers.ts';
import * as cli from '../src/index.ts';

const anOutput = (): PlainArgument => anObject(collectedOutput());

plainCalls('cli', cli, {
  doctor: {
    refusalsOnly: 'measures the machine',
    args: () => [anything('cpu', [['a number', 7]]), anOutput()],
  },
  ensureNative: { exempt: 'installs TensorFlow’s library' },
  createProgram: { exempt: 'takes nothing' },
  listening: {
    refusalsOnly: 'what it gives is called by others',
    args: () => [anOutput()],
  },
  processOutput: () => [anything(false, [['a text', 'yes']])],
  announceBackend: {
    refusalsOnly: 'starts a backend',
    args: () => [
      anything('cpu', [
        ['a number', 7],
        ['another name', 'cuda'],
      ]),
      anOutput(),
    ],
  },
});
