import { expectNames, expectObject, expectOneOf, gotText } from '@halp/random/check';
import {
  protocolKinds,
  type ProtocolRequest,
  requestSettings,
  settingFaults,
  settingsOfRequest,
} from '@halp/recipes';
import type { ClassifierChange } from '../protocols/change.ts';
import { expectProtocolModule } from '../protocols/found-request.ts';
import { protocolOf } from '../protocols/protocols.ts';

type Requested = ProtocolRequest['protocol'];

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
    const { protocol, ...own } = expectObject(caller, request, 'each protocol as an object');
    expectProtocol(caller, protocol);
    expectSettings(caller, own, [protocol], requestSettings, settingsOfRequest);
    const [fault] = settingFaults(own);
    if (fault !== undefined) throw new RangeError(`${caller}: ${fault}`);
  }
  const kinds = protocols.map(({ protocol }) => protocol);
  const changed = expectObject(caller, change, 'a change as an object');
  expectSettings(caller, changed, kinds, ['crops', 'selectBy'], changesOf);
}

function expectProtocol(caller: string, protocol: Requested): void {
  if (typeof protocol === 'object') expectProtocolModule(caller, protocol);
  else expectOneOf(caller, 'a protocol', protocol, protocolKinds);
}

/** The settings of classifiers that change the result of a protocol. */
function changesOf(protocol: Requested): readonly string[] {
  return typeof protocol === 'string' ? protocolOf(protocol).change : [];
}

function expectSettings(
  caller: string,
  given: object,
  requested: readonly Requested[],
  known: readonly string[],
  settingsOf: (protocol: Requested) => readonly string[],
): void {
  expectNames(caller, 'a setting', given, known);
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    if (value === undefined) continue;
    if (requested.some((protocol) => settingsOf(protocol).includes(name))) continue;
    const owners = protocolKinds.filter((kind) => settingsOf(kind).includes(name));
    const got = requested.map((each) => (typeof each === 'string' ? each : each.module));
    throw new RangeError(
      `${caller}: expected ${name} for ${owners.join(', ')} only, got ${gotText(value)} for ${got.join(', ')}; ` +
        'leave it out, or choose a protocol that uses it',
    );
  }
}
