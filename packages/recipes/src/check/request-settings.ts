import * as z from 'zod/mini';
import type {
  GivenSettings,
  ProtocolKind,
  ProtocolRequest,
  RequestSetting,
  RequestSettings,
} from '../recipe/protocol-request.ts';
import { faultsOf } from './fault.ts';
import { share, whole } from './fields.ts';

interface SettingRecord<Value> {
  /** The protocol that has the setting. */
  readonly protocol: ProtocolKind;
  /** Its values. */
  readonly value: z.ZodMiniType<Value>;
}

type Records = {
  readonly [Name in RequestSetting]: SettingRecord<Required<RequestSettings>[Name]>;
};

/** One record for each setting of a request, the only list of them; the compiler reports a missing one. */
const records: Records = {
  k: { protocol: 'knn', value: whole(1) },
  labels: { protocol: 'semi-supervised', value: share() },
  balanced: { protocol: 'semi-supervised', value: z.boolean('true or false') },
  repeats: { protocol: 'semi-supervised', value: whole(1) },
  ways: { protocol: 'few-shot', value: whole(1) },
  shots: { protocol: 'few-shot', value: whole(1) },
};

/** The names of the settings that a request can have. */
export const requestSettings: readonly RequestSetting[] = Object.keys(records) as RequestSetting[];

/** The settings as optional fields of a schema. */
export const settingFields = Object.fromEntries(
  requestSettings.map((name) => [name, z.exactOptional<z.ZodMiniType>(records[name].value)]),
) as { [Name in RequestSetting]: z.ZodMiniExactOptional<Records[Name]['value']> };

/** The settings that a request of a protocol can have. */
export function settingsOfRequest(
  protocol: ProtocolRequest['protocol'],
): readonly RequestSetting[] {
  return requestSettings.filter((name) => records[name].protocol === protocol);
}

/** The settings of a request among the fields of an object, such as the column of a table. */
export function requestSettingsIn(fields: GivenSettings): GivenSettings {
  return Object.fromEntries(requestSettings.map((name) => [name, fields[name]]));
}

/** The faults of the values of settings, as `k: expected a positive integer, got 0`; undefined values have none. */
export function settingFaults(given: GivenSettings): readonly string[] {
  return requestSettings.flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    const { error } = records[name].value.safeParse(value);
    const faults = error === undefined ? [] : faultsOf(error.issues, value);
    return faults.map(({ text }) => `${name}: ${text}`);
  });
}
