/**
 * Prints what the definitions of 1,000 companies with 100 fields each cost the memory of an API process: the definitions
 * as they are read from the database, the described object and the plan of its reads. Target: at most 200 MB.
 *
 *   node --expose-gc --conditions=pellucid:source --import ./packages/platform/src/testing/typescript-hooks.mjs bench/definitions-memory.mjs
 */
import { randomUUID } from 'node:crypto';

const { recordDescriptors } = await import('../packages/modules/src/lists/records.generated.ts');
const { ReadPlan, RecordRegistry } = await import('../packages/platform/src/records/index.ts');
const { DEFINITION_QUERIES, DefinitionsCache } = await import(
  '../packages/platform/src/access/tenant-definitions.ts'
);

const TENANTS = Number(process.env.PELLUCID_BENCH_TENANTS ?? 1_000);
const FIELDS = 100;
const TYPES = [
  'text',
  'number',
  'date',
  'select',
  'money',
  'boolean',
  'email',
  'longText',
  'reference',
  'url',
];

/** A row as the driver makes it: nothing in it is shared with another tenant's. */
function definition(n) {
  const type = TYPES[n % TYPES.length];
  const options = ['A', 'B', 'C', 'D', 'E'].map((value) => ({ value, label: `Option ${value}` }));
  const settings = {
    help: `What to enter in field ${n}`,
    section: 'More',
    labels: { de: `Feld Nummer ${n}` },
    ...(type === 'select' ? { options } : {}),
    ...(type === 'money' ? { currency: 'EUR' } : {}),
    ...(type === 'reference' ? { references: 'account' } : {}),
    ...(type === 'text' ? { isIndexed: n % 20 === 0 } : {}),
  };
  return JSON.parse(
    JSON.stringify({
      id: randomUUID(),
      object: 'account',
      name: `field${n}`,
      label: `Field number ${n}`,
      type,
      slot: n,
      settings,
      isDeleted: false,
      isIndexing: false,
      isConverting: false,
    }),
  );
}

const registry = new RecordRegistry(recordDescriptors);
const cache = new DefinitionsCache(TENANTS);
const kept = [];
function load(tenant) {
  const rows = DEFINITION_QUERIES.map(({ text }) =>
    text.includes('from custom_field') ? Array.from({ length: FIELDS }, (_, n) => definition(n)) : [],
  );
  const snapshot = {
    tenantId: tenant,
    settings: { locale: 'en-US' },
    definitions: cache.of(tenant, rows),
    objects: new Map(),
  };
  const descriptor = registry.forTenant('account', snapshot);
  kept.push([snapshot, descriptor, new ReadPlan(descriptor, registry)]);
}

const megabytes = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1048576;
};
load('first');
const before = megabytes();
for (let n = 1; n < TENANTS; n++) load(`tenant ${n}`);
const grown = megabytes() - before;
console.log(
  JSON.stringify({
    tenants: TENANTS,
    fields: FIELDS,
    megabytes: Math.round(grown),
    target: 200,
    kept: kept.length,
  }),
);
