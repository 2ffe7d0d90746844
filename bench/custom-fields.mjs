/** Seeds a company whose accounts have fifty fields of its own, to measure what those cost. */

/** Number of fields by type. The first text and the first number are indexed. */
const COUNTS = { text: 20, number: 10, money: 5, date: 5, select: 5, boolean: 5 };

/** A stored value of the n-th record, as SQL, by type. */
const VALUES = {
  text: (at) => `'Value ' || (n * ${at + 7} % 100000)`,
  number: (at) => `(n * ${at + 13} % 100000)::text`,
  money: (at) => `(n::bigint * ${at + 17} % 50000000 * 10000)::text`,
  date: (at) => `(date '2026-01-01' + (n * ${at + 3} % 3000))::text`,
  select: (at) => `(array['A','B','C'])[1 + (n + ${at}) % 3]`,
  boolean: (at) => `(n + ${at}) % 2 = 0`,
};
const OPTIONS = ['A', 'B', 'C'].map((value) => ({ value, label: value }));

/**
 * Defines fifty fields of accounts, and gives all accounts of the tenant values.
 * @param {import('pg').Client} admin a superuser
 * @param {string} tenantId a company with seeded accounts
 */
export async function seedCustomFields(admin, tenantId) {
  const fields = Object.entries(COUNTS).flatMap(([type, count]) =>
    Array.from({ length: count }, (_, at) => ({ type, name: `${type}${at}`, at })),
  );
  const parts = [];
  for (const [position, { type, name, at }] of fields.entries()) {
    const settings = {
      ...(type === 'select' ? { options: OPTIONS } : {}),
      ...(type === 'money' ? { currency: 'USD' } : {}),
      ...(at === 0 ? { isIndexed: true } : {}),
    };
    const { rows } = await admin.query(
      `insert into custom_field (tenant_id, id, object, name, label, type, settings, slot, position)
         values ($1, gen_random_uuid(), 'account', $2, $2, $3, $4, $5, $5) returning id`,
      [tenantId, name, type, JSON.stringify(settings), position],
    );
    const id = rows[0].id;
    parts.push(`'${position}', ${VALUES[type](at)}`);
    if (type === 'text') parts.push(`'${position}n', lower(${VALUES[type](at)})`);
    Object.assign(fields[position], { id, slot: position });
  }
  await admin.query('analyze account');
  // A function takes a hundred arguments at most.
  const pieces = [];
  while (parts.length) pieces.push(`jsonb_build_object(${parts.splice(0, 40).join(', ')})`);
  await admin.query(
    `update account a set custom = v.custom from (
       select id, ${pieces.join(' || ')} as custom
         from (select id, row_number() over (order by id)::int as n from account where tenant_id = $1) r) v
      where a.tenant_id = $1 and a.id = v.id`,
    [tenantId],
  );
  for (const [name, column, value] of [
    ['text0', 'text_value', (slot) => `custom->>'${slot}n'`],
    ['number0', 'int_value', (slot) => `(custom->>'${slot}')::bigint`],
  ]) {
    const { id, slot } = fields.find((field) => field.name === name);
    await admin.query(
      `insert into custom_index (tenant_id, field_id, record_id, ${column})
         select tenant_id, $2, id, ${value(slot)} from account where tenant_id = $1`,
      [tenantId, id],
    );
  }
  await admin.query('update tenant set access_version = access_version + 1 where id = $1', [tenantId]);
  await admin.query('vacuum analyze');
}

const filtered = (field, op, value) =>
  `/accounts?limit=50&filter=${encodeURIComponent(JSON.stringify({ field, op, value }))}`;

/** What lists with custom fields cost, compared with lists without. A ratio of 1.33 is a quarter of the throughput. */
export const CUSTOM_COMPARISONS = {
  // Everything of each account: two and a half times the bytes.
  customAll: { of: 'custom', to: 'admin', path: '/accounts?limit=50', most: 1.33 },
  // The columns of a page, two of them custom fields.
  customList: {
    of: 'custom',
    to: 'admin',
    path: '/accounts?limit=50&fields=name,owner,industry,annualRevenue,city,custom.text1,custom.number1',
    toPath: '/accounts?limit=50&fields=name,owner,industry,annualRevenue,city,country,employees',
    most: 1.33,
  },
  customSort: {
    of: 'custom',
    to: 'custom',
    path: '/accounts?limit=50&sort=custom.text0',
    toPath: '/accounts?limit=50&sort=name',
    most: 1.5,
  },
  customFilter: {
    of: 'custom',
    to: 'custom',
    path: filtered('custom.number0', 'lt', 50),
    toPath: filtered('annualRevenue', 'lt', '25000'),
    most: 1.5,
  },
};
