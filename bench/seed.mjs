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
  await insertAccounts(admin, `select '${tenantId}'::uuid as id`, 100_000, `'${memberId}'::uuid`);
  await insertAccounts(admin, `select id from tenant where subdomain like 'bench-%'`, 1_010, 'null::uuid');
  await admin.query('vacuum analyze');
}

/**
 * Inserts accounts for each tenant.
 * @param {import('pg').Client} admin a superuser
 * @param {string} tenants a select of the tenants' ids
 * @param {string} owner SQL of the owner's id
 */
export async function insertAccounts(admin, tenants, count, owner) {
  await admin.query(`
    insert into account (tenant_id, id, display_name, display_norm, search_norm, version, created_at, created_by_kind, created_by_id,
      updated_at, updated_by_kind, updated_by_id, owner_id, name, name_norm, industry, annual_revenue, base_currency, employees, city, city_norm, country, country_norm)
    select t.id, g.id, g.name, lower(g.name), lower(g.name) || E'\\n' || lower(g.city), 1, g.at, 'member', ${owner}, g.at, 'member', ${owner}, ${owner},
      g.name, lower(g.name), (${array(['Technology', 'Finance', 'Health', 'Retail'])})[1 + g.n % 4], (g.n::bigint * 7919 % 50000000) * 10000, 'USD', g.n % 9000,
      g.city, lower(g.city), 'Germany', 'germany'
    from (${tenants}) t cross join lateral (
      select n, gen_random_uuid() as id, now() - make_interval(secs => n) as at,
        (${array(WORDS)})[1 + n % ${WORDS.length}] || ' ' || (${array(KINDS)})[1 + (n / ${WORDS.length}) % ${KINDS.length}] || ' ' || n as name,
        (${array(['Berlin', 'Hamburg', 'Munich', 'Cologne'])})[1 + n % 4] as city
      from generate_series(1, ${count}) n where t.id is not null) g`);
}

/**
 * Inserts 100,000 deals of the measured tenant, spread over the stages of its first pipeline.
 * @param {import('pg').Client} admin a superuser
 * @param {{tenantId: string, memberId: string}} measured the tenant that is measured
 */
export async function seedDeals(admin, { tenantId, memberId }) {
  await admin.query(
    `insert into opportunity (tenant_id, id, display_name, display_norm, search_norm, version, created_at, created_by_kind, updated_at,
       updated_by_kind, owner_id, name, name_norm, pipeline_id, stage_id, amount, currency, rate, base_amount, base_currency, close_date)
     select $1, gen_random_uuid(), 'Deal ' || n, 'deal ' || n, 'deal ' || n, 1, now() - make_interval(secs => n), 'system', now(),
       'system', $2, 'Deal ' || n, 'deal ' || n, s.pipeline_id, s.id, v.amount, 'USD', 10000000000, v.amount, 'USD',
       date '2026-01-01' + n % 700
     from generate_series(1, 100000) n
     join (select id, pipeline_id, row_number() over (order by position, id) - 1 as place, count(*) over () as stages
             from stage where tenant_id = $1) s on s.place = n % s.stages
     cross join lateral (select (n::bigint * 7919 % 500000) * 10000 as amount) v`,
    [tenantId, memberId],
  );
  await admin.query('vacuum analyze opportunity');
}

/** Removes what {@link seedDeals} inserted. */
export async function removeDeals(admin, tenantId) {
  await admin.query('delete from opportunity where tenant_id = $1', [tenantId]);
  await admin.query('vacuum full opportunity');
}

/**
 * Gives the tenants that were seeded the roles of the measured one, since an index has documents for what roles see, and has the
 * indexes of all tenants made anew: rows that were inserted directly have no events.
 * @param {import('pg').Client} admin a superuser
 * @param {string} measured the tenant whose roles the others get
 */
export async function requestSearchIndexes(admin, measured) {
  const copied = 'key, name, name_norm, description, built_in, permissions, system, fields, removed';
  await admin.query(
    `insert into role (tenant_id, id, ${copied})
       select t.id, gen_random_uuid(), ${copied.replace(/\w+/g, 'r.$&')}
         from role r cross join tenant t where r.tenant_id = $1 and t.subdomain like 'bench-%'`,
    [measured],
  );
  await admin.query('delete from search_class');
  await admin.query('update tenant set access_version = access_version + 1');
}
