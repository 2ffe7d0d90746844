import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SCOPES, type Permission, type RoleRights } from './access.types.js';
import { BuiltInRoles, builtInRoles, CONFIGURATION, SALES_DATA } from './built-in-roles.js';
import { differencesFrom, effectiveRights, isUnchanged } from './role-differences.js';

const may = (object: string, action: string, scope: Permission['scope'] = 'all'): Permission => ({
  object,
  action,
  scope,
});
const rights = (permissions: Permission[], given: Partial<RoleRights> = {}): RoleRights => ({
  permissions,
  system: [],
  fields: [],
  ...given,
});

/** A role's rights in an order of their own, so that equal rights are equal texts. */
const sorted = ({ permissions, system, fields }: RoleRights) =>
  [permissions, system, fields].map((list) => [...new Set(list.map((one) => JSON.stringify(one)))].sort());

const anyRights: fc.Arbitrary<RoleRights> = fc.record({
  permissions: fc.array(
    fc.oneof(
      fc.record({
        object: fc.constantFrom('*', 'lead', 'task'),
        action: fc.constantFrom('*', 'read', 'update'),
        scope: fc.constantFrom(...SCOPES),
      }),
      fc.record({
        object: fc.constant('lead'),
        action: fc.constantFrom('read', 'create'),
        scope: fc.constant('own' as const),
        condition: fc.constantFrom({ field: 'rating', op: 'eq' as const, value: 'Hot' }),
      }),
    ),
    { maxLength: 8 },
  ),
  system: fc.uniqueArray(fc.constantFrom('*', 'manageUsers', 'viewAudit')),
  fields: fc.uniqueArray(
    fc.record({
      object: fc.constantFrom('lead', 'task'),
      field: fc.constantFrom('*', 'email'),
      access: fc.constantFrom('hidden' as const, 'mask' as const, 'edit' as const),
    }),
    { selector: ({ object, field }) => `${object}.${field}`, maxLength: 4 },
  ),
});

test('stored differences give back the same rights, whatever the product defines', () => {
  fc.assert(
    fc.property(anyRights, anyRights, (wanted, product) => {
      expect(sorted(effectiveRights(differencesFrom(wanted, product), product))).toEqual(sorted(wanted));
    }),
  );
});

test('what was removed before does not change the rights to store', () => {
  const anyRemoved = fc.record({
    permissions: fc.array(
      fc.record({
        object: fc.constantFrom('*', 'lead', 'task'),
        action: fc.constantFrom('*', 'read', 'update'),
      }),
    ),
    system: fc.uniqueArray(fc.constantFrom('*', 'manageUsers', 'viewAudit')),
    fields: fc.array(
      fc.record({ object: fc.constantFrom('lead', 'task'), field: fc.constantFrom('*', 'email') }),
    ),
  });
  fc.assert(
    fc.property(anyRights, anyRights, anyRemoved, (wanted, product, before) => {
      expect(sorted(effectiveRights(differencesFrom(wanted, product, before), product))).toEqual(
        sorted(wanted),
      );
    }),
    { numRuns: 1000 },
  );
});

test('equal rights leave nothing to store', () => {
  fc.assert(
    fc.property(anyRights, (product) => {
      const again = { ...product, permissions: [...product.permissions].reverse() };
      expect(isUnchanged(differencesFrom(again, product))).toBe(true);
    }),
  );
});

describe('when the product changes', () => {
  const before = rights([may('lead', 'read'), may('lead', 'update', 'own')], { system: ['viewAudit'] });

  test('rights on new objects arrive, and what the company removed stays away', () => {
    const stored = differencesFrom(rights([may('lead', 'update', 'own')]), before);
    const later = rights([may('lead', 'read', 'team'), may('lead', 'update', 'own'), may('task', 'read')], {
      system: ['viewAudit', 'manageJobs'],
    });
    expect(effectiveRights(stored, later)).toEqual(
      rights([may('lead', 'update', 'own'), may('task', 'read')], { system: ['manageJobs'] }),
    );
  });

  test('an action that the company gave another scope keeps it', () => {
    const stored = differencesFrom(rights([may('lead', 'read'), may('lead', 'update')]), before);
    const later = rights([may('lead', 'read'), may('lead', 'update', 'team')]);
    expect(effectiveRights(stored, later).permissions).toEqual([may('lead', 'read'), may('lead', 'update')]);
  });

  test('an object on which the company replaced "*" gets nothing more', () => {
    const stored = differencesFrom(rights([may('lead', 'read')]), rights([may('lead', '*')]));
    const later = rights([may('lead', 'read'), may('lead', 'delete')]);
    expect(effectiveRights(stored, later).permissions).toEqual([may('lead', 'read')]);
  });

  test('what the company said about an action on every object holds for new objects', () => {
    const stored = differencesFrom(rights([may('*', 'read', 'own')]), rights([may('*', 'read')]));
    const later = rights([may('*', 'read'), may('task', 'read'), may('task', 'update')]);
    expect(effectiveRights(stored, later).permissions).toEqual([
      may('task', 'update'),
      may('*', 'read', 'own'),
    ]);
  });

  test('an action that the company removed or narrowed is no part of "every action" later', () => {
    const changed = rights([may('lead', 'update', 'own')], { system: ['viewAudit'] });
    const everything = rights([may('lead', '*'), may('task', '*')]);
    const actions = ({ permissions }: RoleRights, object: string) =>
      permissions.filter((p) => p.object === object).map(({ action, scope }) => `${action} ${scope}`);
    const removed = effectiveRights(differencesFrom(changed, before), everything);
    expect(actions(removed, 'lead')).not.toContain('read all');
    expect(actions(removed, 'lead')).toContain('delete all');
    expect(actions(removed, 'task')).toEqual(['* all']);
    const narrow = rights([may('lead', 'read', 'own'), may('lead', 'update', 'own')]);
    const narrowed = effectiveRights(differencesFrom(narrow, before), everything);
    expect(actions(narrowed, 'lead').filter((one) => one.startsWith('read'))).toEqual(['read own']);
  });

  test('what the company removed stays away, although the role was changed while the product lacked it', () => {
    const hidden = { object: 'lead', field: 'email', access: 'hidden' as const };
    const first = { ...before, fields: [hidden] };
    const stored = differencesFrom(rights([may('lead', 'update', 'own')]), first);
    const lacking = rights([may('lead', 'update', 'own')]);
    const changed = differencesFrom(rights([may('lead', 'update', 'all')]), lacking, stored.removed);
    expect(effectiveRights(changed, first)).toEqual(rights([may('lead', 'update', 'all')]));
    const given = differencesFrom(
      rights([...lacking.permissions, may('lead', 'read')]),
      lacking,
      stored.removed,
    );
    expect(effectiveRights(given, before).permissions).toContainEqual(may('lead', 'read'));
  });

  test('a field rule that the company dropped or changed stays dropped or changed', () => {
    const field = (access: 'hidden' | 'mask' | 'view', key = 'email') => ({
      object: 'lead',
      field: key,
      access,
    });
    const product = rights([], { fields: [field('mask'), field('hidden', 'phone')] });
    const stored = differencesFrom(rights([], { fields: [field('view')] }), product);
    const later = rights([], { fields: [field('hidden'), field('mask', 'phone'), field('mask', 'city')] });
    expect(effectiveRights(stored, later).fields).toEqual([field('mask', 'city'), field('view')]);
  });
});

describe('built-in roles', () => {
  const objects = [
    { key: 'lead', roles: SALES_DATA },
    { key: 'team', roles: CONFIGURATION },
    { key: 'ledger', roles: {} },
  ];
  const roles = Object.fromEntries(builtInRoles(objects).map((role) => [role.key, role.permissions]));

  test('are made of what descriptions say', () => {
    expect(roles['salesManager']).toEqual([may('lead', '*'), may('team', 'read')]);
    expect(roles['salesRep']).toContainEqual(may('lead', 'update', 'own'));
    expect(roles['salesRep']).toContainEqual(may('team', 'read'));
    expect(JSON.stringify(roles)).not.toContain('ledger');
  });

  test("are not what a company's own role is laid over, whatever its key", () => {
    const known = new BuiltInRoles(objects);
    expect(known.of({ key: 'companyAdmin', builtIn: false }, [])).toBeUndefined();
    expect(known.of({ key: 'companyAdmin', builtIn: true }, [])?.system).toEqual(['*']);
  });
});
