/** Inserts 200,000 accounts over 100 tenants, half of them in the measured one, directly into the tables. */

const WORDS = [
  'North',
  'Harbor',
  'Blue',
  'Quantum',
  'Cedar',
  'Summit',
  'Atlas',
  'Lumen',
  'Vertex',
  'Orchid',
  'Granite',
  'Nova',
  'Willow',
];
const KINDS = [
  'Systems',
  'Foods',
  'Health',
  'Logistics',
  'Energy',
  'Media',
  'Robotics',
  'Textiles',
  'Motors',
  'Labs',
  'Partners',
];

const array = (words) => `array[${words.map((w) => `'${w}'`).join(',')}]`;

/**
 * Inserts the accounts.
 * @param {import('pg').Client} admin a superuser
 * @param {{tenantId: string, memberId: string}} measured the tenant that is measured
 */
export async function seedAccounts(admin, { tenantId, memberId }) {
  await admin.query(`insert into tenant (id, name, subdomain)
    select gen_random_uuid(), 'Bench ' || n, 'bench-' || n from generate_series(1, 99) n`);
  await admin.query(`insert into tenant_setting (tenant_id) select id from tenant where subdomain like 'bench-%'
    on conflict do nothing`);
  const insert = (tenants, count, owner) => `
    insert into account (tenant_id, id, display_name, display_norm, search_norm, version, created_at, created_by_kind, created_by_id,
      updated_at, updated_by_kind, updated_by_id, owner_id, name, name_norm, industry, annual_revenue, base_currency, employees, city, city_norm, country, country_norm)
    select t.id, g.id, g.name, lower(g.name), lower(g.name) || E'\\n' || lower(g.city), 1, g.at, 'system', ${owner}, g.at, 'system', ${owner}, ${owner},
      g.name, lower(g.name), (${array(['Technology', 'Finance', 'Health', 'Retail'])})[1 + g.n % 4], (g.n::bigint * 7919 % 50000000) * 10000, 'USD', g.n % 9000,
      g.city, lower(g.city), 'Germany', 'germany'
    from (${tenants}) t cross join lateral (
      select n, gen_random_uuid() as id, now() - make_interval(secs => n) as at,
        (${array(WORDS)})[1 + n % ${WORDS.length}] || ' ' || (${array(KINDS)})[1 + (n / ${WORDS.length}) % ${KINDS.length}] || ' ' || n as name,
        (${array(['Berlin', 'Hamburg', 'Munich', 'Cologne'])})[1 + n % 4] as city
      from generate_series(1, ${count}) n where t.id is not null) g`;
  await admin.query(insert(`select '${tenantId}'::uuid as id`, 100_000, `'${memberId}'::uuid`));
  await admin.query(insert(`select id from tenant where subdomain like 'bench-%'`, 1_010, 'null::uuid'));
  await admin.query('vacuum analyze');
}
