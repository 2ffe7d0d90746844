import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldLevel, RoleDefinition, Scope, Subject } from './access.types.js';
import { FIELD_LEVELS, SCOPES } from './access.types.js';
import { fieldLevel, grantsOf } from './permissions.js';
import { excessOf } from './role-limits.js';

const OBJECTS = [
  {
    key: 'account',
    verbs: [],
    fields: [
      { key: 'name', pii: 'internal' },
      { key: 'salary', pii: 'sensitive' },
    ],
  },
  { key: 'lead', verbs: ['convert'], fields: [{ key: 'email', pii: 'personal' }] },
];

const role = (given: Partial<RoleDefinition>): RoleDefinition => ({
  id: 'r',
  key: null,
  name: 'Role',
  permissions: [],
  system: [],
  fields: [],
  ...given,
});
const whoHas = (...roles: RoleDefinition[]): Subject => ({
  kind: 'member',
  id: 'm',
  name: 'M',
  memberId: 'm',
  teamId: null,
  legalEntityIds: [],
  roles,
});
const may = (object: string, action: string, scope: Scope) => ({ object, action, scope });

describe('a verb of an object', () => {
  const reach = (...permissions: ReturnType<typeof may>[]) =>
    grantsOf(whoHas(role({ permissions })), 'lead', 'convert').map(({ permission }) => permission.scope);

  test('follows the right to change records', () => {
    expect(reach(may('lead', 'update', 'own'))).toEqual(['own']);
    expect(reach(may('*', 'update', 'team'), may('lead', 'read', 'all'))).toEqual(['team']);
    expect(reach(may('account', 'update', 'all'))).toEqual([]);
  });

  test('is separate in a role that names it, even with the scope none', () => {
    expect(reach(may('lead', 'update', 'all'), may('lead', 'convert', 'own'))).toEqual(['own']);
    expect(reach(may('lead', 'update', 'all'), may('lead', 'convert', 'none'))).toEqual([]);
    expect(reach(may('lead', '*', 'all'), may('lead', 'convert', 'none'))).toEqual(['all']);
  });

  test('follows in each role separately', () => {
    const apart = role({ permissions: [may('lead', 'update', 'all'), may('lead', 'convert', 'none')] });
    const plain = role({ permissions: [may('lead', 'update', 'own')] });
    expect(grantsOf(whoHas(apart, plain), 'lead', 'convert')).toHaveLength(1);
  });

  test('is not one of the actions that every object has', () => {
    expect(grantsOf(whoHas(role({ permissions: [may('lead', 'update', 'all')] })), 'lead', 'delete')).toEqual(
      [],
    );
  });
});

describe('what a role may do beyond a person’s rights', () => {
  test('is nothing for an administrator, and is named for anybody else', () => {
    const wide = role({ system: ['*'], permissions: [may('*', '*', 'all')] });
    expect(excessOf(wide, whoHas(wide), OBJECTS)).toBeUndefined();
    const some = whoHas(role({ system: ['viewAudit'] }));
    expect(excessOf(wide, some, OBJECTS)).toBe('do everything');
    expect(excessOf(role({ system: ['manageRoles'] }), some, OBJECTS)).toBe('manageRoles');
    expect(excessOf(role({ permissions: [may('lead', '*', 'own')] }), some, OBJECTS)).toBe('all lead (own)');
  });

  test('a legal entity is neither wider nor narrower than a team', () => {
    const has = (scope: Scope) => whoHas(role({ permissions: [may('lead', 'read', scope)] }));
    const wants = (scope: Scope) => role({ permissions: [may('lead', 'read', scope)] });
    expect(excessOf(wants('team'), has('legalEntity'), OBJECTS)).toBeDefined();
    expect(excessOf(wants('legalEntity'), has('teamAndBelow'), OBJECTS)).toBeDefined();
    expect(excessOf(wants('own'), has('team'), OBJECTS)).toBeUndefined();
  });

  test('verbs that follow the right to change records count with it', () => {
    const changes = role({ permissions: [may('lead', 'update', 'all')] });
    const setApart = role({ permissions: [may('lead', 'update', 'all'), may('lead', 'convert', 'none')] });
    expect(excessOf(changes, whoHas(changes), OBJECTS)).toBeUndefined();
    expect(excessOf(setApart, whoHas(changes), OBJECTS)).toBeUndefined();
    expect(excessOf(changes, whoHas(setApart), OBJECTS)).toBe('convert lead (all)');
    const converts = role({ permissions: [may('lead', 'convert', 'own')] });
    expect(excessOf(converts, whoHas(changes), OBJECTS)).toBeUndefined();
  });

  test('a condition may be added but not left out', () => {
    const condition = { field: 'name', op: 'eq' as const, value: 'x' };
    const bound = role({ permissions: [{ ...may('lead', 'read', 'all'), condition }] });
    const free = role({ permissions: [may('lead', 'read', 'all')] });
    expect(excessOf(bound, whoHas(free), OBJECTS)).toBeUndefined();
    expect(excessOf(bound, whoHas(bound), OBJECTS)).toBeUndefined();
    expect(excessOf(free, whoHas(bound), OBJECTS)).toBe('read lead (all)');
  });

  test('a field by its class counts as well', () => {
    const plain = role({ permissions: [may('account', 'read', 'all')] });
    const clear = role({
      permissions: [may('account', 'read', 'all')],
      fields: [{ object: 'account', field: 'salary', access: 'view' }],
    });
    expect(excessOf(clear, whoHas(plain), OBJECTS)).toBe('see or change the field account.salary');
    expect(excessOf(plain, whoHas(clear), OBJECTS)).toBeUndefined();
  });

  const permission = fc.record({
    object: fc.constantFrom('account', 'lead', '*'),
    action: fc.constantFrom('read', 'update', '*'),
    scope: fc.constantFrom(...SCOPES),
  });
  const field = fc.constantFrom(
    ...OBJECTS.flatMap((o) => [...o.fields.map((f) => f.key), '*'].map((f) => ({ object: o.key, field: f }))),
  );
  const anyRole = fc
    .record({
      permissions: fc.array(permission, { maxLength: 4 }),
      fields: fc.array(fc.tuple(field, fc.constantFrom(...FIELD_LEVELS)), { maxLength: 4 }),
      system: fc.subarray(['viewAudit', 'manageRoles']),
    })
    .map(({ fields, ...rest }) => role({ ...rest, fields: fields.map(([f, access]) => ({ ...f, access })) }));

  test('if there is none, whoever gets the role reaches and sees no more than the giver', () => {
    const rank = (scope: Scope) => (scope === 'legalEntity' ? -1 : SCOPES.indexOf(scope));
    fc.assert(
      fc.property(anyRole, fc.array(anyRole, { minLength: 1, maxLength: 2 }), (given, own) => {
        if (excessOf(given, whoHas(...own), OBJECTS) !== undefined) return;
        for (const object of OBJECTS)
          for (const action of ['read', 'update']) {
            const theirs = grantsOf(whoHas(given), object.key, action);
            const mine = grantsOf(whoHas(...own), object.key, action);
            for (const {
              permission: { scope },
            } of theirs)
              expect(
                mine.some(
                  ({ permission: p }) =>
                    p.scope === 'all' ||
                    p.scope === scope ||
                    (scope !== 'legalEntity' && rank(p.scope) >= rank(scope)),
                ),
              ).toBe(true);
            const level = (r: RoleDefinition, f: { key: string; pii: string }): FieldLevel =>
              fieldLevel(r, object.key, f.key, f.pii).level;
            if (theirs.length)
              for (const f of object.fields)
                expect(
                  Math.max(...mine.map(({ role: r }) => FIELD_LEVELS.indexOf(level(r, f)))),
                ).toBeGreaterThanOrEqual(FIELD_LEVELS.indexOf(level(given, f)));
          }
      }),
    );
  });

  test('a role never exceeds the rights of a person who has it', () => {
    fc.assert(fc.property(anyRole, (r) => excessOf(r, whoHas(r), OBJECTS) === undefined));
  });
});
