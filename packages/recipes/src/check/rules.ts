import { randomStepOf } from '@halp/augment';
import { isOverStreams } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Fault } from './fault.ts';

/** Faults between the fields of a recipe that are each valid alone. */
export function brokenRules(recipe: Recipe): Fault[] {
  return [
    ...queueFaults(recipe),
    ...streamFaults(recipe),
    ...scheduleFaults(recipe),
    ...viewFaults(recipe),
    ...randomViewFaults(recipe),
  ];
}

function queueFaults({ batchSize, objective }: Recipe): Fault[] {
  if (!('queueSize' in objective)) return [];
  const { queueSize } = objective;
  const faults: Fault[] = [];
  if (batchSize > queueSize) {
    faults.push({
      path: 'objective.queueSize',
      text:
        `expected a queue of at least one batch, ${batchSize} keys, got ${queueSize}; ` +
        `enlarge the queue or reduce the batch size`,
    });
  }
  const most = (name: string, value: number, limit: number, what: string): void => {
    if (value <= limit) return;
    faults.push({
      path: `objective.${name}`,
      text: `expected at most ${limit}, ${what}, got ${value}`,
    });
  };
  if ('newest' in objective) {
    const { newest, prototypes } = objective;
    most('newest', newest, queueSize, 'the keys of the queue');
    most('prototypes', prototypes, newest, 'the keys they are computed from');
  }
  if ('topK' in objective) most('topK', objective.topK, queueSize, 'the keys of the queue');
  if ('neighbours' in objective) {
    most('neighbours', objective.neighbours, queueSize, 'the keys of the queue');
  }
  return faults;
}

function streamFaults({ stream, objective, views }: Recipe): Fault[] {
  const faults: Fault[] = [];
  // A user's objective may want any streams and views.
  if (objective.kind === 'module') return [];
  const wantsThree = isOverStreams(objective);
  if (wantsThree !== (stream === '3s')) {
    const wanted = wantsThree ? "the streams '3s'" : 'one stream, joint, bone or motion,';
    faults.push({
      path: 'stream',
      text: `expected ${wanted} for ${objective.kind}, got '${stream}'`,
    });
  }
  if ((objective.kind === 'aimclr') !== (views.extreme !== undefined)) {
    faults.push({
      path: 'views.extreme',
      text:
        `expected an extreme view for aimclr only, got ${objective.kind} ` +
        `${views.extreme === undefined ? 'without' : 'with'} one`,
    });
  }
  return faults;
}

function scheduleFaults({ schedule }: Recipe): Fault[] {
  if (schedule.kind !== 'cosine') return [];
  const { rate, epochs, final = 0, warmUp = 0 } = schedule;
  const faults: Fault[] = [];
  if (epochs <= warmUp) {
    faults.push({
      path: 'schedule.epochs',
      text: `expected more epochs than the warm-up of ${warmUp}, got ${epochs}`,
    });
  }
  if (final > rate) {
    faults.push({
      path: 'schedule.final',
      text: `expected a final rate of at most ${rate}, the highest one, got ${final}`,
    });
  }
  return faults;
}

/** A missing `trainView`, although a protocol draws a new crop in every epoch. */
function viewFaults({ evaluation: { trainView, linear, fineTune } }: Recipe): Fault[] {
  if (trainView !== undefined) return [];
  const wanting = [
    ...(linear.crops === 'random-each-epoch' ? ["linear.crops 'random-each-epoch'"] : []),
    ...(fineTune === undefined ? [] : ['fineTune']),
  ];
  if (wanting.length === 0) return [];
  return [
    {
      path: 'evaluation.trainView',
      text: `expected a view with a new crop in every epoch for ${wanting.join(' and ')}, got none`,
    },
  ];
}

/**
 * The evaluation view must be deterministic. Otherwise test clip i and training clip i would get the same random change,
 * and `classify` and `retrieve` would see another view of the same clip.
 */
function randomViewFaults({ evaluation: { view } }: Recipe): Fault[] {
  const step = randomStepOf(view);
  if (step === undefined) return [];
  const text =
    `expected steps without random numbers, got ${step}, which draws them; ` +
    'random steps belong in evaluation.trainView';
  return [{ path: 'evaluation.view', text }];
}
