/** Seeds an object of a company's own with as many records as it has accounts, to measure what its list costs. */

const FIELDS = { industry: 'text', revenue: 'money', city: 'text', country: 'text', employees: 'number' };

/** A stored value of the n-th record, as SQL, by name. */
const VALUES = {
  industry: `(array['Technology','Finance','Health','Retail'])[1 + n % 4]`,
  revenue: `(n::bigint * 7919 % 50000000 * 10000)::text`,
  city: `(array['Berlin','Hamburg','Munich','Cologne'])[1 + n % 4]`,
  country: `'Germany'`,
  employees: `(n % 9000)::text`,
};

/**
 * Makes the object `site` with five fields, by the API, and gives it 100,000 records.
 * @param {import('pg').Client} admin a superuser
 * @param call sends a request to the API @param headers of the company's administrator
 * @param {{tenantId: string, memberId: string}} company
 */
export async function seedCustomObject(admin, call, headers, { tenantId, memberId }) {
  const object = { name: 'site', plural: 'sites', label: 'Site', pluralLabel: 'Sites' };
  await call('POST', '/custom-objects', object, headers);
  for (const [name, type] of Object.entries(FIELDS))
    await call(
      'POST',
      '/custom-fields',
      { object: 'site', name, label: name, type, ...(type === 'money' ? { currency: 'USD' } : {}) },
      headers,
    );
  const { rows } = await admin.query(
    `select name, slot, type from custom_field where tenant_id = $1 and object = 'site'`,
    [tenantId],
  );
  const pairs = rows.flatMap(({ name, slot, type }) => [
    `'${slot}', ${VALUES[name]}`,
    ...(type === 'text' ? [`'${slot}n', lower(${VALUES[name]})`] : []),
  ]);
  await admin.query(
    `insert into custom_record (tenant_id, id, object_number, display_name, display_norm, search_norm, created_at, created_by_kind,
       created_by_id, updated_at, updated_by_kind, updated_by_id, owner_id, name, name_norm, custom)
     select $1, gen_random_uuid(), o.number, 'Site ' || n, 'site ' || n, 'site ' || n, now() - make_interval(secs => n), 'member', $2,
            now(), 'member', $2, $2, 'Site ' || n, 'site ' || n, jsonb_build_object(${pairs.join(', ')})
       from custom_object o, generate_series(1, 100000) n where o.tenant_id = $1 and o.name = 'site'`,
    [tenantId, memberId],
  );
  await admin.query('vacuum analyze custom_record');
}

/** What the list of a company's own object costs, compared with the accounts of a company without fields of its own. */
export const OBJECT_COMPARISONS = {
  objectList: {
    of: 'custom',
    to: 'admin',
    path: '/sites?limit=50&fields=name,owner,custom.industry,custom.revenue,custom.city,custom.country,custom.employees',
    toPath: '/accounts?limit=50&fields=name,owner,industry,annualRevenue,city,country,employees',
    most: 1.3,
  },
};
