import type { Evaluation } from '@halp/protocols';
import { createEvaluation } from '@halp/protocols';
import type { LogEntry, RunRecord } from '../src/index.ts';

const classes = [
  'pick up with one hand',
  'pick up with two hands',
  'drop trash',
  'walk around',
  'sit down',
  'stand up',
  'donning',
  'doffing',
  'throw',
  'carry',
];

/** An evaluation of 460 clips with the given accuracy; wrong ones are predicted as a neighbouring class. */
export function evaluation(protocol: 'knn' | 'linear', accuracy: number): Evaluation {
  const labels = Int32Array.from({ length: 460 }, (_, i) => i % 10);
  const predictions = labels.map((label, i) => {
    const right = (i * 7) % 100 < 100 * accuracy;
    return right ? label : (label + 1 + (i % 3 === 0 ? 5 : 0)) % 10;
  });
  return createEvaluation({
    protocol,
    settings: protocol === 'knn' ? { k: 1 } : { crops: 'fixed-centre', epochs: 80 },
    selection: protocol === 'knn' ? null : 'last-epoch',
    classes,
    counts: { train: 1020, validation: 0 },
    labels,
    predictions,
  });
}

/** A log like that of a training, with HaLP from `halpFrom` and kNN every tenth epoch. */
export function log(epochs: number, halpFrom: number, best: number): LogEntry[] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const infonce = 4.6 + 1.5 * Math.exp(-epoch / 40) + 0.05 * Math.sin(epoch * 1.7);
    const halp = -6.5 - 6 * (1 - Math.exp(-(epoch - halpFrom) / 30));
    return {
      epoch,
      losses:
        epoch >= halpFrom ? { infonce, halp, total: infonce + halp } : { infonce, total: infonce },
      learningRate: epoch < 255 ? 0.01 : 0.001,
      seconds: 3.1,
      clipsPerSecond: 310,
      ...(epoch % 10 === 9 ? { metrics: { knn: best - 0.2 * Math.exp(-epoch / 60) } } : {}),
    };
  });
}

function manifest(recipe: string): Record<string, unknown> {
  return {
    recipe,
    seed: 0,
    backend: 'tensorflow',
    versions: { node: '20.20.0', '@tensorflow/tfjs-core': '4.22.0', tensorflow: '2.21.0' },
    machine: { cpu: 'Example CPU', cores: 2, memory: '24 GB', platform: 'linux x64' },
    settings: {
      batchSize: 64,
      encoder: { kind: 'bigru', hidden: 128, layers: 3, direction: 'stepwise' },
      queueSize: 512,
      schedule: { kind: 'step', rate: 0.01, milestones: [255], factor: 0.1 },
      views: [{ kind: 'crop-resize', frames: 32, ratio: [0.1, 1] }, { kind: 'shear' }],
    },
  };
}

/** The records of the example runs. */
export function exampleRuns(): RunRecord[] {
  return [
    {
      name: 'untrained',
      manifest: manifest('none'),
      log: [],
      evaluations: [evaluation('knn', 0.57), evaluation('linear', 0.42)],
    },
    {
      name: 'MoCo',
      manifest: manifest('moco'),
      log: log(300, Infinity, 0.76),
      evaluations: [evaluation('knn', 0.769), evaluation('linear', 0.778)],
    },
    {
      name: 'HaLP',
      manifest: manifest('halp'),
      log: log(300, 150, 0.78),
      evaluations: [evaluation('knn', 0.78), evaluation('linear', 0.776)],
    },
  ];
}
