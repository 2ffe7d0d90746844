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
    expect(known.of({ key: 'companyAdmin', builtIn: false })).toBeUndefined();
    expect(known.of({ key: 'companyAdmin', builtIn: true })?.system).toEqual(['*']);
  });
});
