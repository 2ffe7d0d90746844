import { describe, expect, test } from 'vitest';
import type { AccessDirectory, FieldPermission, RoleDefinition, TenantSnapshot } from '../../access/index.js';
import type { FieldRules } from './access-policy.js';
import {
  type DerivedView,
  isToldByRecord,
  isToldIn,
  sourceRecordsOf,
  visibilityIn,
} from './derived-values.js';
import { defineRecord, type Derivation, field } from '../describe/descriptor.js';
import { defineLines, fieldOf } from '../describe/owned-lines.js';
import { levelInRole, levelsOf, whereDerived } from './field-levels.js';
import { RecordAccess } from './record-access.js';
import { RecordRegistry } from '../describe/registry.js';

const port = defineRecord(
  {
    key: 'port',
    plural: 'ports',
    label: 'Port',
    pluralLabel: 'Ports',
    table: 'port',
    fields: [field.text('name', 'Name')],
  },
  [],
);
const shipOf = (title: Derivation) =>
  defineRecord(
    {
      key: 'ship',
      plural: 'ships',
      label: 'Ship',
      pluralLabel: 'Ships',
      table: 'ship',
      fields: [
        field.text('title', 'Title', { derivedFrom: title }),
        field.boolean('titled', 'Titled'),
        field.reference('home', 'Home', 'port'),
        field.number('length', 'Length'),
        field.number('price', 'Price'),
        field.number('value', 'Value', { derivedFrom: ['length', 'price'] }),
        field.number('tax', 'Tax', { derivedFrom: ['value'] }),
      ],
    },
    [],
  );
const ship = shipOf({ from: ['home.name'], where: 'titled' });
const snapshot = {
  teams: new Map(),
  tenantId: 'one',
  settings: { zone: 'UTC', weekStart: 1, fiscalYearStartMonth: 1 },
  masking: new Map(),
  definitions: new Map(),
  duplicateRules: [],
  assignment: { rules: [], territories: [] },
  entityCurrencies: new Map(),
} as unknown as TenantSnapshot;
const role = (fields: FieldPermission[]): RoleDefinition => ({
  id: 'role',
  key: null,
  name: 'role',
  permissions: [{ object: '*', action: '*', scope: 'all' }],
  system: [],
  fields,
});
const said = (access: FieldPermission['access'], ...fields: string[]) =>
  fields.map((key) => ({ object: 'ship', field: key, access }));
const levelOf = (fields: FieldPermission[], key: string) =>
  levelInRole(ship, role(fields), ship.byKey.get(key)!, snapshot);

describe('a field that is derived in every record', () => {
  test('is shown no wider than the most withheld of its sources, and of theirs', () => {
    expect(levelOf(said('hidden', 'price'), 'value')).toEqual({
      level: 'hidden',
      source: 'derived',
      madeOf: 'price',
    });
    expect(levelOf(said('hidden', 'price'), 'tax')).toEqual({
      level: 'hidden',
      source: 'derived',
      madeOf: 'price',
    });
    expect(levelOf([...said('mask', 'length'), ...said('hidden', 'price')], 'tax').level).toBe('hidden');
    expect(levelOf(said('mask', 'length'), 'value').level).toBe('mask');
  });

  test('keeps the role’s own level if that is narrower, and is unaffected by visible sources', () => {
    expect(levelOf([...said('hidden', 'value'), ...said('mask', 'price')], 'value').source).toBe('field');
    expect(levelOf(said('view', 'price'), 'value').level).toBe('edit');
    expect(levelOf([], 'tax').level).toBe('edit');
  });
});

describe('a field that is derived in some records', () => {
  const access = new RecordAccess(null as unknown as AccessDirectory, new RecordRegistry([ship, port]), {
    stable: () => Buffer.alloc(32, 1),
  });
  const rulesUnder = (fields: FieldPermission[]): FieldRules =>
    access.decide('ship', 'read', snapshot, {
      kind: 'member',
      id: 'me',
      name: 'Me',
      memberId: 'me',
      teamId: null,
      legalEntityIds: [],
      roles: [role(fields)],
    }).rules;

  test.each([
    ['somebody typed it', null, [], 'clear'],
    ['its source is in reach', { title: true }, [], 'clear'],
    ['its source is out of reach', { title: false }, [], 'hidden'],
    ['the reference to its source is hidden', { title: true }, said('hidden', 'home'), 'hidden'],
    ['it was typed beside a hidden reference', null, said('hidden', 'home'), 'clear'],
    ['it is masked itself', { title: true }, said('mask', 'title'), 'mask'],
  ])('is shown as it may be where %s', (_, derived, fields, expected) => {
    expect(visibilityIn({ derived }, rulesUnder(fields), 'title')).toBe(expected);
  });

  test('checks the records it is made of only if it is derived', () => {
    expect(isToldByRecord(ship.byKey.get('title')!, ship)).toBe(true);
    expect(isToldByRecord(ship.byKey.get('tax')!, ship)).toBe(false);
    expect(sourceRecordsOf({ titled: true, home: 'p' }, ship)).toEqual(new Map([['port', ['p']]]));
    expect(sourceRecordsOf({ titled: false, home: 'p' }, ship).size).toBe(0);
    expect(sourceRecordsOf({ titled: true, home: null }, ship).size).toBe(0);
  });
});

describe('fields that tell each other', () => {
  const raft = defineRecord(
    {
      key: 'raft',
      plural: 'rafts',
      label: 'Raft',
      pluralLabel: 'Rafts',
      table: 'raft',
      lines: [
        defineLines({
          key: 'planks',
          label: 'Planks',
          table: 'raft_plank',
          ownerColumn: 'raft_id',
          fields: [
            field.number('price', 'Price', { derivedFrom: ['cost'] }),
            field.number('length', 'Length'),
          ],
        }),
      ],
      fields: [
        field.number('cost', 'Cost', {
          derivedFrom: { from: [], lines: ['planks.price', 'planks.length'], where: 'summed' },
        }),
        field.boolean('summed', 'Summed'),
        field.number('tax', 'Tax', { derivedFrom: ['cost'] }),
        field.number('one', 'One', { derivedFrom: ['other'] }),
        field.number('other', 'Other', { derivedFrom: ['one'] }),
      ],
    },
    [],
  );
  const onRaft = (level: FieldPermission['access'], ...fields: string[]) =>
    role(fields.map((key) => ({ object: 'raft', field: key, access: level })));
  const levels = (given: RoleDefinition) => levelsOf(raft, given, snapshot);

  test('are described without end, and are shown no wider than the most withheld of them', () => {
    expect(() => new RecordRegistry([raft])).not.toThrow();
    expect(levels(onRaft('mask', 'one')).get('other')).toBe('mask');
    expect(levels(onRaft('hidden', 'other')).get('one')).toBe('hidden');
  });

  test('are withheld in the records in which one is made of the other', () => {
    const short = levels(onRaft('hidden', 'planks.length'));
    expect([short.get('cost'), short.get('planks.price')]).toEqual(['edit', 'edit']);
    expect(short.get(whereDerived('cost'))).toBe('hidden');
    // A price that is masked because the cost is does not hide the cost further.
    const masked = levels(onRaft('mask', 'cost'));
    expect([masked.get('cost'), masked.get('tax'), masked.get('planks.price')]).toEqual([
      'mask',
      'mask',
      'mask',
    ]);
    expect(masked.get(whereDerived('cost'))).toBe('edit');
    expect(levels(onRaft('hidden', 'planks')).get(whereDerived('cost'))).toBe('hidden');
  });

  test('so are those that are made of them, and fields of lines are shown alike in all records', () => {
    const by = (key: string) => isToldByRecord(fieldOf(raft, key)!, raft);
    expect(['cost', 'tax', 'one', 'planks.price'].map(by)).toEqual([true, true, false, false]);
    const rules = {
      allClear: false,
      read: () => 'clear',
      sourcesClear: () => false,
    } as unknown as FieldRules;
    const told = (summed: boolean) =>
      isToldIn({ summed }, raft.byKey.get('tax')!, raft, rules, () => true, {} as DerivedView);
    expect([told(true), told(false)]).toEqual([false, true]);
  });
});

test.each([
  ['a source that is no field', { from: ['wings'] }],
  ['a path that leads to no field', { from: ['home.depth'] }],
  ['a path from what is no reference', { from: ['length.name'] }],
  ['a path past one reference', { from: ['home.name.first'] }],
  ['a mark that is no boolean', { from: ['price'], where: 'length' }],
  ['itself', { from: ['title'] }],
])('a description that derives a value from %s stops the start', (_, title) => {
  expect(() => new RecordRegistry([shipOf(title), port])).toThrow('"title"');
});
