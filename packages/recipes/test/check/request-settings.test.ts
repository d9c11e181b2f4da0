import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  checkTable,
  protocolKinds,
  type ProtocolRequest,
  recipeNamed,
  type RequestSetting,
  requestSettings,
  requestSettingsIn,
  settingFaults,
  settingsOfRequest,
  type TableColumn,
} from '@halp/recipes';

describe('the settings of a request', () => {
  it('are one list for requests, columns and checks', () => {
    expectTypeOf<Exclude<keyof ProtocolRequest, 'protocol'>>().toEqualTypeOf<RequestSetting>();
    expectTypeOf<TableColumn>().toExtend<ProtocolRequest>();
    expect(protocolKinds.flatMap(settingsOfRequest).sort()).toEqual([...requestSettings].sort());
  });

  it.each(requestSettings)('are fields of columns, with the same values: %s', (name) => {
    const protocol = protocolKinds.find((kind) => settingsOfRequest(kind).includes(name));
    const table = (value: unknown): unknown => ({
      ...{ name: 'mine', title: 'A table', seeds: [0] },
      columns: [{ label: 'a', protocol, [name]: value }],
      rows: [{ label: 'b', recipe: recipeNamed('ntu60-xsub-moco') }],
    });
    const value = [1, true].find((each) => settingFaults({ [name]: each }).length === 0);
    expect(() => checkTable(table(value))).not.toThrow();
    const [fault] = settingFaults({ [name]: -1 });
    expect(fault).toContain(`${name}: expected `);
    expect(() => checkTable(table(-1))).toThrow(`table mine: columns[0].${fault}`);
  });

  it('are selected from an object with other fields', () => {
    const column = { label: 'a', protocol: 'knn', k: 3 } as const;
    expect(requestSettingsIn(column)).toEqual({ k: 3 });
    expect(settingFaults({ k: 0 })).toEqual(['k: expected a positive integer, got 0']);
  });
});
