import { expectNames, expectOneOf, expectOptions, gotText } from '@halp/random/check';
import type { ClassifierChange } from './open-for-evaluation.ts';
import { protocolKinds, type ProtocolRequest } from './protocol.ts';

type Kind = ProtocolRequest['protocol'];

/** The protocols that have each setting. */
const settings: Readonly<
  Record<keyof (Omit<ProtocolRequest, 'protocol'> & ClassifierChange), readonly Kind[]>
> = {
  k: ['knn'],
  labels: ['semi-supervised'],
  balanced: ['semi-supervised'],
  repeats: ['semi-supervised'],
  crops: ['linear'],
  selectBy: ['linear', 'fine-tune', 'semi-supervised'],
};

/**
 * Rejects settings that would change no result, so that no result is attributed to a setting that was not used.
 *
 * @param protocols - The requests, each with its own settings.
 * @param change - Settings for all protocols that have them; at least one must.
 * @throws RangeError with the setting and the protocols that have it, or for a misspelt setting the nearest name.
 * @throws TypeError if a request or the change is not an object.
 */
export function expectRequests(
  caller: string,
  protocols: readonly ProtocolRequest[],
  change: ClassifierChange = {},
): void {
  for (const request of protocols) {
    const { protocol, ...own } = expectOptions(caller, request, 'each protocol as an object');
    expectOneOf(caller, 'a protocol', protocol, protocolKinds);
    expectSettings(caller, own, [protocol], ['k', 'labels', 'balanced', 'repeats']);
  }
  const kinds = protocols.map(({ protocol }) => protocol);
  const changed = expectOptions(caller, change, 'a change as an object');
  expectSettings(caller, changed, kinds, ['crops', 'selectBy']);
}

function expectSettings(
  caller: string,
  given: object,
  kinds: readonly Kind[],
  known: readonly (keyof typeof settings)[],
): void {
  expectNames(caller, 'a setting', given, known);
  for (const [name, value] of Object.entries(given) as [keyof typeof settings, unknown][]) {
    if (value === undefined) continue;
    const owners = settings[name];
    if (kinds.some((kind) => owners.includes(kind))) continue;
    throw new RangeError(
      `${caller}: expected ${name} for ${owners.join(', ')} only, got ${gotText(value)} for ${kinds.join(', ')}; ` +
        'leave it out, or choose a protocol that uses it',
    );
  }
}
