/** The timeline of an account with 10,000 entries of all sources: its first page and a late one, beside the bare server. */
import { percentile, round, send } from './load.mjs';

const OWN = 5_000;
const FILES = 4_000;
/** Deals of the account, with three events each. */
const DEALS = 330;
/** Pages of 100 entries before the late one. */
const BEFORE = 40;

/** SQL of the moment of the n-th of some entries, over the last 300 days, and of an id that begins with it. */
const moment = (n, of) =>
  `(now() - make_interval(secs => ${n} * ${Math.round((300 * 86_400) / of)}))::timestamptz(3)`;
const idAt = (at, text) =>
  `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(${text}), 1, 3) || '8' || substr(md5(${text}), 4, 15))::uuid`;

const COLUMNS = `tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, fields, at, actor_kind, actor_id,
  cause_kind, correlation_id, depth, suppress`;

/** Gives an account its entries. @returns {Promise<string>} its id */
async function seedTimeline(admin, { tenantId, memberId }) {
  const { rows } = await admin.query('select id from account where tenant_id = $1 order by id limit 1', [
    tenantId,
  ]);
  const [{ id }] = rows;
  const given = [tenantId, memberId, id];
  const events = (object, record, verb, at, text, from) => `insert into record_event (${COLUMNS})
    select $1::uuid, ${idAt(at, text)}, '${object}', ${record}, ${verb}, 1, n + 1,
           jsonb_build_object('city', jsonb_build_object('before', 'Berlin', 'after', 'Hamburg ' || n)), '{city}', ${at},
           'member', $2::uuid, 'request', gen_random_uuid()::text, 0, '{}'
      from ${from}`;
  await admin.query(
    events(
      'account',
      '$3::uuid',
      `'updated'`,
      moment('n', OWN),
      `'own' || n`,
      `generate_series(1, ${OWN}) n`,
    ),
    given,
  );
  await admin.query(
    `update opportunity set account_id = $2 where tenant_id = $1 and id in (select id from opportunity where tenant_id = $1 limit ${DEALS})`,
    [tenantId, id],
  );
  await admin.query(
    events(
      'opportunity',
      'd.id',
      `(array['created','moved','won'])[1 + n % 3]`,
      moment('n', DEALS * 3),
      `'deal' || n`,
      `(select o.id, row_number() over () as place from opportunity o where o.tenant_id = $1 and o.account_id = $3) d
         cross join lateral (select (d.place * 3 + k)::int as n from generate_series(0, 2) k) e`,
    ),
    given,
  );
  await admin.query(
    `with made as (
       insert into file (tenant_id, id, display_name, display_norm, search_norm, created_at, created_by_kind, created_by_id, updated_at,
              updated_by_kind, updated_by_id, owner_id, name, name_norm, media_type, size, scan)
       select $1::uuid, ${idAt(moment('n', FILES), `'file' || n`)}, 'File ' || n, 'file ' || n, 'file ' || n, ${moment('n', FILES)}, 'member',
              $2::uuid, now(), 'member', $2::uuid, $2::uuid, 'File ' || n, 'file ' || n, 'text/plain', 10, 'notScanned'
         from generate_series(1, ${FILES}) n
       returning id)
     insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id)
     select $1::uuid, 'file', id, 'about', 'account', $3::uuid from made`,
    given,
  );
  await admin.query('vacuum analyze record_event, file, record_link, opportunity');
  return id;
}

/** Measures both pages at one connection and at ten, and the bare server's first page. */
export async function measureTimeline(bench) {
  const { admin, agent, barePort, company, connections, logIn, port, rounds, say, seconds } = bench;
  say('Giving an account a timeline of 10,000 entries …');
  const id = await seedTimeline(admin, company);
  const headers = await logIn();
  const path = `/accounts/${id}/timeline`;
  const pageOf = async (query) => {
    const { status, body } = await send(
      agent,
      port,
      { method: 'GET', path: `/api/v1${path}${query}` },
      headers,
    );
    if (status !== 200) throw new Error(`${path}${query}: ${status} ${body}`);
    return JSON.parse(body);
  };
  const kinds = new Set();
  let cursor = '';
  for (let n = 0; n < BEFORE; n++) {
    const { data, page } = await pageOf(`?limit=100${cursor}`);
    for (const entry of data) kinds.add(entry.kind);
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  if (!['changes', 'opportunity', 'file'].every((kind) => kinds.has(kind)))
    throw new Error(`the timeline has only ${[...kinds]}`);
  const measured = async (at, query, lanes) => {
    const latencies = [];
    let requests = 0;
    for (let n = 0; n <= rounds; n++) {
      const next = () => ({ method: 'GET', path: `${at === port ? '/api/v1' : ''}${path}${query}` });
      const found = await round({ port: at, next, headers, connections: lanes, seconds, expect: 200 });
      // The first round warms up.
      if (n > 0) latencies.push(...found.latencies);
      if (n > 0) requests += found.rps;
    }
    latencies.sort((a, b) => a - b);
    return {
      p50: percentile(latencies, 0.5),
      p95: percentile(latencies, 0.95),
      rps: Math.round(requests / rounds),
    };
  };
  const late = `?limit=25${cursor}`;
  const found = {
    first: await measured(port, '', 1),
    late: await measured(port, late, 1),
    firstLoaded: await measured(port, '', connections),
    bare: await measured(barePort, '', connections),
  };
  found.ratio = Math.round((found.firstLoaded.rps / found.bare.rps) * 100) / 100;
  say(
    `timeline: first page ${found.first.p50} ms, p95 ${found.first.p95} ms (target: below 50 ms); late page ${found.late.p50} ms, p95 ${found.late.p95} ms; ${found.firstLoaded.rps} requests/s at ${connections} connections, ratio ${found.ratio}`,
  );
  return found;
}
