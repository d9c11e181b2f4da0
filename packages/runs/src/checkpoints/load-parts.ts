import { FormatError, toNumbers } from '@halp/files';
import { copyParams, loadStateInto, type Params, withoutPrefix } from '@halp/nn';
import { networkName, type Training } from '@halp/recipes';
import { countersNotes, type Tensors, withCounters } from './checkpoint-names.ts';

/** What was loaded from a checkpoint. */
export interface Loaded {
  /** The parts of the training that were loaded. */
  readonly parts: readonly string[];
  /** The assumptions, one line each. */
  readonly assumed: readonly string[];
  /** The linear classifier of its `fc`, if it has one. */
  readonly classifier?: { readonly weight: Float32Array; readonly bias: Float32Array } | undefined;
}

/** Loads the parts that the file has into the training. @throws FormatError unless the encoders are complete. */
export function loadParts(training: Training, state: Tensors, path: string): Loaded {
  const variables: Params = { ...training.objective.params, ...training.objective.state };
  const parts: string[] = [];
  let counters = 0;
  const counted = (network: Params, tensors: Tensors): Tensors => {
    const { tensors: whole, added } = withCounters(tensors, Object.keys(network));
    counters += added;
    return whole;
  };
  for (const { stream } of training.encoders) {
    const nameOf = (name: 'encoder_q' | 'encoder_k' | 'queue'): string =>
      networkName(name, stream, training.encoders.length);
    const query = withoutPrefix(nameOf('encoder_q'), variables);
    const key = withoutPrefix(nameOf('encoder_k'), variables);
    const given = counted(query, under(nameOf('encoder_q'), state));
    loadStateInto(encoderOf(query), encoderOf(given), path);
    parts.push(nameOf('encoder_q') === 'encoder_q' ? 'encoder' : `encoder of ${stream}`);
    const head = headOf(query);
    const hasHead = Object.keys(head).every((name) => Object.hasOwn(given, name));
    if (hasHead) {
      loadStateInto(head, headOf(given), path);
      parts.push('head');
    }
    const keys = under(nameOf('encoder_k'), state);
    if (Object.keys(keys).length > 0 && hasHead) {
      loadStateInto(key, counted(key, keys), path);
      parts.push('key network');
    } else if (Object.keys(key).length > 0) copyParams(key, query);
    const queueName = nameOf('queue');
    const queue = { [queueName]: variables[queueName] } as Params;
    const array = state[queueName];
    const hasQueue = array?.shape.join() === queue[queueName]?.shape.join();
    if (hasQueue && array !== undefined) {
      loadStateInto(queue, { [queueName]: array }, path);
      parts.push('queue');
    }
  }
  const features = training.encoders[0]?.encoder.featureSize ?? 0;
  const classifier = classifierOf(under('encoder_q', state), features, path);
  if (classifier !== undefined) parts.push('classifier');
  return { parts, classifier, assumed: countersNotes(counters) };
}

/**
 * The linear classifier in place of the head, as linear evaluation leaves it: `[classes, D]` or a 1 × 1 convolution;
 * undefined if there is none.
 *
 * @param D - The number of features.
 * @throws FormatError if it has another number of features, or a value that is not finite.
 */
export function classifierOf(query: Tensors, D: number, path: string): Loaded['classifier'] {
  const { 'fc.weight': weight, 'fc.bias': bias } = query;
  if (weight === undefined || bias === undefined) return undefined;
  const [classes = 0, features, ...ones] = weight.shape;
  const fits =
    features === D && bias.shape.join() === String(classes) && ones.every((size) => size === 1);
  if (!fits) {
    throw new FormatError(
      path,
      `expected a classifier fc with ${D} features, got weight [${weight.shape.join(', ')}] and bias [${bias.shape.join(', ')}]`,
    );
  }
  const numbers = {
    weight: Float32Array.from(toNumbers(weight)),
    bias: Float32Array.from(toNumbers(bias)),
  };
  for (const [name, values] of Object.entries(numbers)) {
    const odd = values.find((value) => !Number.isFinite(value));
    if (odd === undefined) continue;
    throw new FormatError(path, `fc.${name}: expected finite numbers, got ${odd}`);
  }
  return numbers;
}

/** The tensors under a prefix, with the prefix removed from their names. */
export function under(prefix: string, tensors: Tensors): Tensors {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, array]) =>
      name.startsWith(start) ? [[name.slice(start.length), array]] : [],
    ),
  );
}

/** The variables of a network that are its encoder's. */
export function encoderOf<Value>(
  network: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return filtered(network, (name) => !name.startsWith('fc.'));
}

function headOf<Value>(network: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return filtered(network, (name) => name.startsWith('fc.'));
}

function filtered<Value>(
  values: Readonly<Record<string, Value>>,
  keep: (name: string) => boolean,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => keep(name)));
}
