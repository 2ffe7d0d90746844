/** Built-in roles of existing companies: their rights through the migration, and when the product's definition changes. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { TenantPool } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import {
  AccessDirectory,
  BuiltInRoles,
  builtInRoles,
  CONFIGURATION,
  differencesFrom,
  effectiveRights,
  type ObjectRights,
  type Permission,
  type RoleRights,
  SALES_CATALOG,
  SALES_DATA,
  type StoredRights,
} from './index.js';

const MIGRATION = new URL(
  '../../../../prisma/migrations/20261129201500_built_in_role_differences/migration.sql',
  import.meta.url,
);

/** The objects that the product had when the migration was made. */
const OBJECTS: ObjectRights[] = [
  ...['member', 'team', 'legalEntity', 'pipeline', 'stage'].map((key) => ({ key, roles: CONFIGURATION })),
  { key: 'product', roles: SALES_CATALOG },
  ...['account', 'contact', 'lead', 'opportunity', 'tag'].map((key) => ({ key, roles: SALES_DATA })),
];
/** Rights on the company that the product got later. Roles that exist get them as well. */
const LATER = new Set<string>(['manageViews', 'manageAssignment', 'overrideDuplicates']);
/** Actions on objects that the product got later. */
const LATER_ACTIONS = new Set<string>(['export']);
const laterOf = (key: string) =>
  builtInRoles(OBJECTS)
    .find((role) => role.key === key)!
    .system.filter((system) => LATER.has(system));
const laterActionsOf = (key: string) =>
  builtInRoles(OBJECTS)
    .find((role) => role.key === key)!
    .permissions.filter(({ action }) => LATER_ACTIONS.has(action));
const PRODUCT = new Map(
  builtInRoles(OBJECTS).map((role) => [
    role.key,
    {
      ...role,
      permissions: role.permissions.filter(({ action }) => !LATER_ACTIONS.has(action)),
      system: role.system.filter((system) => !LATER.has(system)),
    },
  ]),
);
const REP = PRODUCT.get('salesRep')!;
const MANAGER = PRODUCT.get('salesManager')!;
const READ_ONLY = PRODUCT.get('readOnly')!;

const may = (object: string, action: string, scope: Permission['scope'] = 'all'): Permission => ({
  object,
  action,
  scope,
});
const without = (permissions: Permission[], object: string, action: string) =>
  permissions.filter((p) => p.object !== object || p.action !== action);
/** Equal texts for equal rights: the database keeps keys in an order of its own. */
const sorted = ({ permissions, system, fields }: RoleRights) =>
  [permissions, system, fields].map((list) => list.map((one) => JSON.stringify(one, byKey)).sort());
const byKey = (_: string, value: unknown) =>
  value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort()) : value;

let database: TestDatabase;
let owner: pg.Client;
let pool: TenantPool;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  pool = new TenantPool({ connectionString: database.appUrl, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});

/** Makes a company with a role in the form that rows had before the migration: with all its rights. */
async function companyWith(key: string, rights: RoleRights, isBuiltIn = true) {
  const [tenant, role] = [randomUUID(), randomUUID()];
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [tenant, tenant]);
  await owner.query('insert into tenant_setting (tenant_id) values ($1)', [tenant]);
  await owner.query(
    `insert into role (tenant_id, id, key, name, name_norm, built_in, permissions, system, fields)
     values ($1, $2, $3, $3, $3, $4, $5, $6, $7)`,
    [
      tenant,
      role,
      key,
      isBuiltIn,
      JSON.stringify(rights.permissions),
      rights.system,
      JSON.stringify(rights.fields),
    ],
  );
  return { tenant, role };
}

async function migrate() {
  await owner.query('alter table role drop column removed');
  await owner.query('begin');
  await owner.query(readFileSync(MIGRATION, 'utf8'));
  await owner.query('commit');
}

async function stored(role: string): Promise<StoredRights> {
  const { rows } = await owner.query('select permissions, system, fields, removed from role where id = $1', [
    role,
  ]);
  return rows[0];
}

/** The rights of a role in a product that describes the given objects. */
async function rightsIn(objects: ObjectRights[], { tenant, role }: { tenant: string; role: string }) {
  const directory = new AccessDirectory(pool, new BuiltInRoles(objects));
  const context = newContext({ correlationId: 'test', tenantId: tenant });
  const { roles } = await runInContext(context, () => directory.current());
  return roles.get(role)!;
}

describe('the migration', () => {
  const cases: [what: string, key: string, rights: RoleRights][] = [
    ...[...PRODUCT.values()].map((role): [string, string, RoleRights] => [
      `an unchanged ${role.name}`,
      role.key,
      role,
    ]),
    [
      'a rep who may read fewer objects and change more records',
      'salesRep',
      {
        permissions: [
          ...without(without(REP.permissions, 'lead', 'read'), 'account', 'update'),
          may('account', 'update', 'team'),
          may('opportunity', 'win', 'none'),
        ],
        system: ['viewAudit'],
        fields: [{ object: 'contact', field: 'email', access: 'mask' }],
      },
    ],
    [
      'a rep with a condition beside the plain right',
      'salesRep',
      {
        ...REP,
        permissions: [
          ...REP.permissions,
          { ...may('lead', 'update'), condition: { field: 'rating', op: 'eq', value: 'Hot' } },
          { ...may('lead', 'create'), preset: { rating: 'Cold' } },
        ],
      },
    ],
    [
      'a manager whose "every action" was spelled out and cut',
      'salesManager',
      {
        ...MANAGER,
        permissions: [
          ...without(MANAGER.permissions, 'account', '*'),
          may('account', 'read'),
          may('account', 'update', 'team'),
        ],
        system: [],
      },
    ],
    [
      'a reader of named objects only',
      'readOnly',
      { ...READ_ONLY, permissions: [may('account', 'read'), may('contact', 'read', 'own')] },
    ],
    [
      'a rep who reads everything besides',
      'salesRep',
      { ...REP, permissions: [...REP.permissions, may('*', 'read', 'own')] },
    ],
    ['a role that may nothing', 'salesManager', { permissions: [], system: [], fields: [] }],
  ];

  test('changes nobody’s rights, and leaves nothing of what equals the product', async () => {
    const companies = [];
    for (const [what, key, rights] of cases)
      companies.push({ what, key, rights, ...(await companyWith(key, rights)) });
    const own = await companyWith('companyAdmin', REP, false);
    await migrate();
    for (const { what, key, rights, ...company } of companies) {
      const row = await stored(company.role);
      const product = PRODUCT.get(key as 'salesRep')!;
      expect(sorted(effectiveRights(row, product)), what).toEqual(sorted(rights));
      const now = {
        ...rights,
        permissions: [...rights.permissions, ...laterActionsOf(key)],
        system: [...rights.system, ...laterOf(key)],
      };
      expect(sorted(await rightsIn(OBJECTS, company)), what).toEqual(sorted(now));
      // It stores what the product itself would store.
      const expected = differencesFrom(rights, product);
      expect(sorted(row), what).toEqual(sorted(expected));
      expect(
        new Set(row.removed.permissions?.map(({ object, action }) => `${object} ${action}`)),
        what,
      ).toEqual(new Set(expected.removed.permissions?.map(({ object, action }) => `${object} ${action}`)));
      expect(new Set(row.removed.system), what).toEqual(new Set(expected.removed.system));
      if (rights === product)
        expect(row, what).toEqual({ permissions: [], system: [], fields: [], removed: {} });
    }
    expect(sorted(await stored(own.role))).toEqual(sorted(REP));
  });
});

describe('a product that changes', () => {
  const later: ObjectRights[] = [
    ...OBJECTS.filter(({ key }) => key !== 'lead'),
    { key: 'lead', roles: { ...SALES_DATA, salesRep: { ...SALES_DATA.salesRep, read: 'team' } } },
    { key: 'task', roles: SALES_DATA },
  ];

  test('gives rights on a new object to existing companies, without touching their rows', async () => {
    const company = await companyWith('salesRep', { permissions: [], system: [], fields: [] });
    expect((await rightsIn(OBJECTS, company)).permissions).not.toContainEqual(may('task', 'update', 'own'));
    const { permissions } = await rightsIn(later, company);
    expect(permissions).toContainEqual(may('task', 'update', 'own'));
    expect(permissions).toContainEqual(may('lead', 'read', 'team'));
  });

  test('gives back nothing that a company removed', async () => {
    const company = await companyWith('salesRep', {
      ...REP,
      permissions: without(REP.permissions, 'lead', 'read'),
    });
    await migrate();
    const { permissions } = await rightsIn(later, company);
    expect(permissions.filter(({ object, action }) => object === 'lead' && action === 'read')).toEqual([]);
    expect(permissions).toContainEqual(may('task', 'read'));
  });
});
