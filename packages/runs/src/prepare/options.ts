import type { PreparableName, PrepareCommand } from './prepare.ts';

/** An option of some data sets: its name on the command line, its value where one is given, and whose it is. */
type OwnOption = readonly [flag: string, value: unknown, of: readonly PreparableName[]];

/** What a clips.json says of own clips instead. */
const described = ['--channels', '--layout', '--as-name'];

/**
 * Refuses an option that changes nothing of a data set: who gives it believes that it does.
 *
 * @throws RangeError naming the option and the data sets that it is for.
 */
export function expectOwnOptions(command: PrepareCommand): void {
  const { name } = command;
  const stray = ownOptions(command).find(
    ([, value, of]) => value !== undefined && !of.includes(name),
  );
  if (stray === undefined) return;
  const [flag, value, of] = stray;
  throw new RangeError(
    `prepare ${name}: expected ${flag} for ${of.join(', ')} only, got ${String(value)}; ` +
      (name === 'own' && described.includes(flag)
        ? 'the clips.json of own clips says it'
        : 'leave it out'),
  );
}

function ownOptions(command: PrepareCommand): readonly OwnOption[] {
  const { channels, layout, asName, labelsFrom, missingList, labels, splits, seed, size } = command;
  return [
    ['--channels', channels, ['arrays']],
    ['--layout', layout, ['arrays']],
    ['--as-name', asName, ['pyskl', 'arrays']],
    ['--labels-from', labelsFrom, ['pyskl', 'arrays']],
    ['--missing-list', missingList, ['ntu60', 'ntu120']],
    ['--labels', labels, ['pkummd1', 'pkummd2']],
    ['--splits', splits, ['pkummd1', 'pkummd2']],
    ['--seed', seed, ['synthetic']],
    ['--performers', size?.performers, ['synthetic']],
    ['--replications', size?.replications, ['synthetic']],
  ];
}
