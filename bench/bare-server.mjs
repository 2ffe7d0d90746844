/**
 * The yardstick: node:http and pg with nothing in between. It answers the same five requests with the same JSON from
 * the same tables, one statement each, without row security (its log-in bypasses it), authentication, validation,
 * events or idempotency. Environment: DATABASE_URL, PORT, TENANT_ID, MEMBER_ID.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const asText = (value) => value;
for (const oid of [20, 1082, 1184]) pg.types.setTypeParser(oid, asText);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
/**
 * Named statements, so that parsing and planning happen once per connection: the yardstick is not slowed down
 * artificially.
 */
const run = (name, text, values) => pool.query({ name, text, values });
const tenantId = process.env.TENANT_ID;
const memberId = process.env.MEMBER_ID;

/** Returns the statement that names what accounts refer to. @param source the table, or the rows of a page */
const named = (
  source,
) => `select t.*, p.display_name as parent_name, o.display_name as owner_name, e.display_name as entity_name,
    mc.display_name as created_name, mu.display_name as updated_name,
    (select x.value from external_id x where x.tenant_id = t.tenant_id and x.object = 'account' and x.record_id = t.id and x.source = 'default') as external_id,
    (select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.name_norm) from record_tag rt
       join tag g on g.tenant_id = rt.tenant_id and g.id = rt.tag_id and g.deleted_at is null
      where rt.tenant_id = t.tenant_id and rt.object = 'account' and rt.record_id = t.id) as tags
  from ${source} t
  left join account p on p.tenant_id = t.tenant_id and p.id = t.parent_id
  left join member o on o.tenant_id = t.tenant_id and o.id = t.owner_id
  left join legal_entity e on e.tenant_id = t.tenant_id and e.id = t.legal_entity_id
  left join member mc on mc.tenant_id = t.tenant_id and mc.id = t.created_by_id
  left join member mu on mu.tenant_id = t.tenant_id and mu.id = t.updated_by_id`;
const LIVING = 'tenant_id = $1 and deleted_at is null';
/**
 * The best plan for a page: first the page's rows alone, then the names for these rows only. Joining first would look
 * up the names of every row that matches.
 */
const page = (where, limit) => `with page as materialized (
    select * from account where ${LIVING} ${where} order by created_at desc, id desc limit ${limit})
  ${named('page')} order by t.created_at desc, t.id desc`;

const reference = (id, name) => (id === null ? null : { id, name });
const instant = (text) => new Date(text).toISOString();
const author = (kind, id, name) => (name === null ? { kind, id } : { kind, id, name });
const money = (scaled) => {
  if (scaled === null) return null;
  const digits = scaled.padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4, -2)}`;
};
const number = (text) => (text === null ? null : Number(text));

/** Returns a row as the product shows it. */
function present(r) {
  return {
    id: r.id,
    version: r.version,
    name: r.name,
    parent: reference(r.parent_id, r.parent_name),
    industry: r.industry,
    annualRevenue: money(r.annual_revenue),
    baseCurrency: r.base_currency,
    employees: number(r.employees),
    yearEstablished: number(r.year_established),
    website: r.website,
    phone: r.phone,
    email: r.email,
    street: r.street,
    postalCode: r.postal_code,
    city: r.city,
    region: r.region,
    country: r.country,
    description: r.description,
    owner: reference(r.owner_id, r.owner_name),
    legalEntity: reference(r.legal_entity_id, r.entity_name),
    tags: r.tags ?? [],
    externalId: r.external_id,
    custom: r.custom,
    createdAt: instant(r.created_at),
    createdBy: author(r.created_by_kind, r.created_by_id, r.created_name),
    updatedAt: instant(r.updated_at),
    updatedBy: author(r.updated_by_kind, r.updated_by_id, r.updated_name),
  };
}

/** Number and sum of deals by stage, with the totals of all: the answer that the product gives. */
async function byStage() {
  const { rows } = await run(
    'aggregate',
    `select g.stage_id, s.display_name as name, g.count, g.amount
       from (select stage_id, count(*) as count, coalesce(sum(base_amount), 0) as amount
               from opportunity where ${LIVING} group by stage_id) g
       left join stage s on s.tenant_id = $1 and s.id = g.stage_id order by s.display_norm collate "C", g.stage_id`,
    [tenantId],
  );
  const count = rows.reduce((sum, row) => sum + Number(row.count), 0);
  const amount = rows.reduce((sum, row) => sum + BigInt(row.amount), 0n);
  return {
    rows: rows.map((row) => ({
      keys: [reference(row.stage_id, row.name)],
      values: [Number(row.count), money(String(row.amount))],
    })),
    totals: [count, money(String(amount))],
    rowsCounted: count,
    hasMore: false,
    currency: 'USD',
  };
}

/** The newest entries of an account's timeline, from the same three sources. */
async function timeline(id) {
  const actor = `left join member m on m.tenant_id = $1 and m.id = x.actor_id`;
  const { rows } = await run(
    'timeline',
    `select x.*, m.display_name as actor from (
       (select at, id, 'changes' as kind, verb as text, changes, actor_id from record_event
         where tenant_id = $1 and record_id = $2 order by id desc limit 25)
       union all
       (select e.at, e.id, 'opportunity', e.verb || ' ' || o.display_name, null, e.actor_id from opportunity o
         join record_event e on e.tenant_id = $1 and e.record_id = o.id
         where o.tenant_id = $1 and o.account_id = $2 order by e.id desc limit 25)
       union all
       (select f.created_at, f.id, 'file', f.name, null, f.created_by_id from record_link l
         join file f on f.tenant_id = $1 and f.id = l.from_id and f.deleted_at is null
         where l.tenant_id = $1 and l.to_object = 'account' and l.to_id = $2 and l.kind = 'about'
         order by f.created_at desc limit 25)) x ${actor} order by x.at desc limit 25`,
    [tenantId, id],
  );
  return { data: rows };
}

async function answer(request, url, body) {
  if (url.pathname === '/opportunities/aggregate') return [200, await byStage()];
  const [, account] = /^\/accounts\/([^/]+)\/timeline$/.exec(url.pathname) ?? [];
  if (account) return [200, await timeline(account)];
  if (request.method === 'POST') {
    const given = JSON.parse(body);
    const norm = given.name.toLowerCase();
    const city = given.city ?? null;
    const { rows } = await run(
      'create',
      `insert into account (tenant_id, id, display_name, display_norm, search_norm, version, created_at, created_by_kind, created_by_id,
         updated_at, updated_by_kind, updated_by_id, owner_id, name, name_norm, industry, annual_revenue, base_currency, employees, city, city_norm)
       values ($1, $2, $3, $4, $5, 1, now(), 'member', $6, now(), 'member', $6, $6, $3, $4, $7, $8, 'USD', $9, $10, $11) returning *`,
      [
        tenantId,
        randomUUID(),
        given.name,
        norm,
        `${norm}\n${city?.toLowerCase()}`,
        memberId,
        given.industry,
        String(Number(given.annualRevenue) * 10000),
        given.employees,
        city,
        city?.toLowerCase(),
      ],
    );
    return [
      201,
      present({
        ...rows[0],
        parent_name: null,
        owner_name: 'Bench',
        entity_name: null,
        created_name: 'Bench',
        updated_name: 'Bench',
        external_id: null,
        tags: null,
      }),
    ];
  }
  const id = /^\/accounts\/([0-9a-f-]{36})$/.exec(url.pathname)?.[1];
  if (id) {
    const { rows } = await run(
      'get',
      `${named('account')} where t.tenant_id = $1 and t.deleted_at is null and t.id = $2`,
      [tenantId, id],
    );
    return rows[0] ? [200, present(rows[0])] : [404, {}];
  }
  const filter = url.searchParams.get('filter');
  const limit = Number(url.searchParams.get('limit') ?? 50);
  const { rows } = filter
    ? await run('filter', page('and name_norm like $2 and search_norm like $2', '$3'), [
        tenantId,
        `%${JSON.parse(filter).value.toLowerCase()}%`,
        limit + 1,
      ])
    : await run('list', page('', '$2'), [tenantId, limit + 1]);
  const hasMore = rows.length > limit;
  return [
    200,
    {
      data: rows.slice(0, limit).map(present),
      page: { nextCursor: hasMore ? rows[limit - 1].id : null, hasMore },
    },
  ];
}

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    answer(request, new URL(request.url, 'http://bare'), Buffer.concat(chunks).toString('utf8')).then(
      ([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      },
      (error) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  });
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
