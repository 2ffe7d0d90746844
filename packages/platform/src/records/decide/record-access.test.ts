import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isRelativeOperator, operatorsFor } from '@pellucid/conditions';
import { expect, test } from 'vitest';
import type { AccessDirectory, RoleDefinition, Subject, TenantSnapshot } from '../../access/index.js';
import { defineRecord, field } from '../describe/descriptor.js';
import { valuesOnly } from './access-policy.js';
import { RecordAccess } from './record-access.js';
import { RecordRegistry } from '../describe/registry.js';

const ship = defineRecord(
  {
    key: 'ship',
    plural: 'ships',
    label: 'Ship',
    pluralLabel: 'Ships',
    table: 'ship',
    fields: [
      field.text('name', 'Name'),
      field.date('launched', 'Launched'),
      field.text('cargo', 'Cargo'),
      ...['mast', 'keel', 'hull', 'deck', 'bow', 'stern'].map((part) => field.text(part, part)),
    ],
  },
  [field.text('owner', 'Owner')],
);
const snapshot = {
  tenantId: 'one',
  settings: { zone: 'UTC', weekStart: 1, fiscalYearStartMonth: 1 },
  teams: new Map(),
  teamMembers: new Map(),
  masking: new Map(),
  definitions: new Map(),
  duplicateRules: [],
  assignment: { rules: [], territories: [] },
  entityCurrencies: new Map(),
} as unknown as TenantSnapshot;
// The directory is used only to find the context's actor; here the subject is passed in.
const access = new RecordAccess(null as unknown as AccessDirectory, new RecordRegistry([ship]), {
  stable: () => Buffer.alloc(32, 1),
});

const role = (given: Partial<RoleDefinition>): RoleDefinition => ({
  id: crypto.randomUUID(),
  key: null,
  name: 'role',
  permissions: [],
  system: [],
  fields: [],
  ...given,
});
const subject = (...roles: RoleDefinition[]): Subject => ({
  kind: 'member',
  id: 'me',
  name: 'Me',
  memberId: 'me',
  teamId: null,
  legalEntityIds: [],
  roles,
});

test.each(operatorsFor('date').filter(isRelativeOperator))(
  'a policy with %s is told to move with the clock',
  (op) => {
    const value = op.includes('_n_') ? { value: 3 } : {};
    const timed = role({
      permissions: [
        {
          object: 'ship',
          action: 'read',
          scope: 'all',
          condition: { not: { field: 'launched', op, ...value } },
        },
      ],
    });
    expect(access.decide('ship', 'read', snapshot, subject(timed)).timeBound).toBe(true);
  },
);

test('a policy that compares with a fixed date is cached', () => {
  const fixed = role({
    permissions: [
      {
        object: 'ship',
        action: 'read',
        scope: 'all',
        condition: { field: 'launched', op: 'lt', value: '2026-01-01' },
      },
    ],
  });
  expect(access.decide('ship', 'read', snapshot, subject(fixed)).timeBound).toBe(false);
});

test('without any right to an object no field of it is in clear', () => {
  const { allowed, rules } = access.decide('ship', 'read', snapshot, subject(role({})));
  expect(allowed).toBe(false);
  expect(rules.allClear).toBe(false);
  for (const f of ship.fields)
    expect([rules.read(f.key), rules.canFilter(f.key), rules.canWrite(f.key)]).toEqual([
      'hidden',
      false,
      false,
    ]);
  expect(rules.nameVisible).toBe(false);
});

test('with more sets of field rules than bits, nothing is shown that none of the admitting roles shows', () => {
  // Each role reads ships with a different name and has its own field rules; only the first one shows the cargo.
  const fields = ['mast', 'keel', 'hull', 'deck', 'bow', 'stern', 'cargo'];
  const roles = Array.from({ length: 40 }, (_, n) =>
    role({
      permissions: [
        {
          object: 'ship',
          action: 'read',
          scope: 'all',
          condition: { field: 'name', op: 'eq', value: `ship ${n}` },
        },
      ],
      fields: fields.map((key, i) => ({
        object: 'ship',
        field: key,
        access: key === 'cargo' ? (n === 0 ? 'view' : 'hidden') : n & (1 << i) ? 'view' : 'mask',
      })),
    }),
  );
  const decision = access.decide('ship', 'read', snapshot, subject(...roles));
  expect(decision.profiles!.length).toBeLessThan(32);
  const cargoOf = (n: number) => {
    const view = valuesOnly('ship', { name: `ship ${n}` });
    return decision.levelFor(access.bitsOf(decision, view, snapshot), 'cargo');
  };
  expect(cargoOf(0)).toBe('view');
  for (let n = 1; n < 40; n++) expect(cargoOf(n), `ship ${n}`).toBe('hidden');
});

const reader = (levels: RoleDefinition['fields']) =>
  role({
    permissions: ['read', 'update'].map((action) => ({ object: 'ship', action, scope: 'all' as const })),
    fields: levels,
  });

test('people and actions with the same levels share their rules', () => {
  const [one, other] = [reader([]), reader([])];
  const narrower = reader([{ object: 'ship', field: 'cargo', access: 'hidden' }]);
  const { rules } = access.decide('ship', 'read', snapshot, subject(one));
  expect(access.decide('ship', 'update', snapshot, subject(other)).rules).toBe(rules);
  expect(access.decide('ship', 'read', snapshot, subject(narrower)).rules).not.toBe(rules);
});

test('what is worked out for a subject that was made up for one question goes away with it', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const decided = () => new WeakRef(access.decide('ship', 'read', snapshot, subject(reader([]))));
  const decision = decided();
  await expect
    .poll(() => {
      collect();
      return decision.deref() === undefined;
    })
    .toBe(true);
});
