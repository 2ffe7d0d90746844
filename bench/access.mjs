/** Creates people with various rights in the measured tenant, and measures what their rights cost. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../scripts/runtime/project.mjs';
import { processCpuMs, treeCpuMs } from './cpu.mjs';
import { CUSTOM_COMPARISONS } from './custom-fields.mjs';
import { OBJECT_COMPARISONS } from './custom-objects.mjs';
import { percentile, round, send } from './load.mjs';

/** Members, in teams of eight. Accounts are assigned to them in turn, so a representative owns 500 of 100,000. */
const MEMBERS = 200;
const TEAM = 8;
/** Number of other people's accounts shared with the representative, and with their team. */
const SHARED = 200;

const read = (object, scope) => ({ object, action: 'read', scope });
const CONFIGURATION = ['member', 'legalEntity', 'team', 'tag'].map((object) => read(object, 'all'));
const masking = (fields) => fields.map((field) => ({ object: 'account', field, access: 'mask' }));

/** Roles by name: what they may do, and what is withheld from them. */
const ROLES = {
  unmasked: { permissions: [read('account', 'all'), ...CONFIGURATION], fields: [] },
  masked: {
    permissions: [read('account', 'all'), ...CONFIGURATION],
    fields: masking(['name', 'city', 'country', 'annualRevenue', 'employees']),
  },
  rep: { permissions: [read('account', 'team'), ...CONFIGURATION], fields: [] },
};

/**
 * Assigns the tenant's accounts to members in teams, shares some, and creates a person for each role.
 * @param {import('pg').Client} admin a superuser
 * @param {{tenantId: string, email: string}} measured the tenant, and the address of its administrator, whose password
 *   everybody has
 * @returns {Promise<Record<string, {email: string, memberId: string}>>} the people by role
 */
export async function seedPeople(admin, { tenantId, email }) {
  const system = `now(), 'system', now(), 'system'`;
  const systemColumns = 'created_at, created_by_kind, updated_at, updated_by_kind';
  await admin.query(
    `insert into team (tenant_id, id, display_name, display_norm, search_norm, ${systemColumns}, name, name_norm)
       select $1, gen_random_uuid(), name, lower(name), lower(name), ${system}, name, lower(name)
         from (select 'Team ' || n as name from generate_series(0, ${MEMBERS / TEAM - 1}) n) t`,
    [tenantId],
  );
  await admin.query(
    `insert into member (tenant_id, id, display_name, display_norm, search_norm, ${systemColumns}, name, name_norm, team_id, status)
       select $1, gen_random_uuid(), m.name, lower(m.name), lower(m.name), ${system}, m.name, lower(m.name), t.id, 'external'
         from (select n, 'Bench member ' || n as name from generate_series(0, ${MEMBERS - 1}) n) m
         join team t on t.tenant_id = $1 and t.name = 'Team ' || (m.n / ${TEAM})`,
    [tenantId],
  );
  await admin.query(
    `update account a set owner_id = m.id
       from (select id, row_number() over (order by id) as n from account where tenant_id = $1) r
       join (select id, row_number() over (order by name) - 1 as n from member where tenant_id = $1 and name like 'Bench member %') m
         on m.n = r.n % ${MEMBERS}
      where a.tenant_id = $1 and a.id = r.id`,
    [tenantId],
  );
  const people = {};
  for (const [name, { permissions, fields }] of Object.entries(ROLES)) {
    const address = `${name}@example.com`;
    // The representative is one of the owners; the others own nothing.
    const { rows } =
      name === 'rep'
        ? await admin.query(
            `update member set status = 'active' where tenant_id = $1 and name = 'Bench member 0' returning id, team_id`,
            [tenantId],
          )
        : await admin.query(
            `insert into member (tenant_id, id, display_name, display_norm, search_norm, ${systemColumns}, name, name_norm)
               values ($1, gen_random_uuid(), $2, $2, $2, ${system}, $2, $2) returning id, team_id`,
            [tenantId, name],
          );
    const [{ id: memberId, team_id: teamId }] = rows;
    people[name] = { email: address, memberId };
    await admin.query(
      `with own as (insert into identity (id, email, email_norm, name, password_hash)
         select gen_random_uuid(), $2, $2, $3, password_hash from identity where email_norm = $4 returning id)
       update member set identity_id = own.id, email = $2, email_norm = $2 from own where tenant_id = $1 and member.id = $5`,
      [tenantId, address, name, email, memberId],
    );
    await admin.query(
      `with made as (insert into role (tenant_id, id, name, name_norm, permissions, system, fields)
         values ($1, gen_random_uuid(), $2, $2, $3, '{}', $4) returning id)
       insert into member_role (tenant_id, member_id, role_id) select $1, $5, id from made`,
      [tenantId, name, JSON.stringify(permissions), JSON.stringify(fields), memberId],
    );
    if (name !== 'rep') continue;
    for (const [kind, grantee, offset] of [
      ['member', memberId, 3],
      ['team', teamId, 5],
    ])
      await admin.query(
        `insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access)
           select $1, gen_random_uuid(), 'account', a.id, $2, $3, 'read'
             from (select a.id, row_number() over (order by a.id) as n from account a
                     join member m on m.tenant_id = a.tenant_id and m.id = a.owner_id and m.team_id <> $4
                    where a.tenant_id = $1) a
            where a.n % 400 = $5 limit ${SHARED}`,
        [tenantId, kind, grantee, teamId, offset],
      );
  }
  await admin.query('update tenant set access_version = access_version + 1 where id = $1', [tenantId]);
  await admin.query('vacuum analyze');
  return people;
}

/**
 * Measures the time of a cached decision about a field: may this actor see this field of this object? Measured on the
 * built engine itself, because a request's own noise is a hundred times as large.
 * @returns {Promise<number>} milliseconds
 */
export async function fieldDecisionMs() {
  const built = (path) => import(pathToFileURL(join(projectRoot, 'packages/platform/dist', path)).href);
  const { defineRecord, field, RecordAccess, RecordRegistry } = await built('records/index.js');
  const keys = Array.from({ length: 40 }, (_, n) => `field${n}`);
  const descriptor = defineRecord({
    key: 'thing',
    plural: 'things',
    label: 'Thing',
    pluralLabel: 'Things',
    table: 'thing',
    fields: keys.map((key) => field.text(key, key)),
  });
  const references = ['member', 'legalEntity', 'tag'].map((key) =>
    defineRecord({ key, plural: `${key}s`, label: key, pluralLabel: key, table: key, fields: [] }),
  );
  const access = new RecordAccess(null, new RecordRegistry([descriptor, ...references]), {
    stable: () => Buffer.alloc(32, 1),
  });
  const role = (id, scope, level) => ({
    id,
    key: null,
    name: id,
    system: [],
    permissions: [{ object: 'thing', action: 'read', scope }],
    fields: keys.map((key, n) => ({ object: 'thing', field: key, access: n % 3 ? level : 'mask' })),
  });
  const subject = {
    kind: 'member',
    id: 'me',
    name: 'Me',
    memberId: 'me',
    teamId: null,
    legalEntityIds: [],
    roles: [role('all', 'all', 'hidden'), role('own', 'own', 'edit')],
  };
  const snapshot = {
    tenantId: 'one',
    settings: { locale: 'en-US', zone: 'UTC', baseCurrency: 'USD' },
    teams: new Map(),
    teamMembers: new Map(),
    masking: new Map(),
    definitions: new Map(),
  };
  const DECISIONS = 200_000;
  let visible = 0;
  const decide = () => {
    for (let n = 0; n < DECISIONS; n++)
      if (
        access
          .decide('thing', 'read', snapshot, subject)
          .rulesFor(n & 3)
          .read(keys[n % keys.length]) !== 'hidden'
      )
        visible++;
  };
  decide();
  const begin = performance.now();
  decide();
  const each = (performance.now() - begin) / DECISIONS;
  if (!visible) throw new Error('no field is visible to anybody: the measure means nothing');
  return Number(each.toPrecision(3));
}

/**
 * Measures the response time of `/access/explain` with one request at a time, each about another record and every
 * second one about a field.
 * @returns {Promise<{p50: number, p95: number, most: number}>} milliseconds
 */
export async function measureExplain({ agent, port, headers, subject, records }) {
  const QUESTIONS = 400;
  const times = [];
  const outcomes = new Set();
  for (let n = -50; n < QUESTIONS; n++) {
    const record = records[(n + 50) % records.length].id;
    const query = new URLSearchParams({ subject, object: 'account', record, action: 'read' });
    if (n % 2) query.set('field', 'annualRevenue');
    const begin = performance.now();
    const answer = await send(
      agent,
      port,
      { method: 'GET', path: `/api/v1/access/explain?${query}` },
      headers,
    );
    if (answer.status !== 200) throw new Error(`explain: ${answer.status} ${answer.body}`);
    if (n < 0) continue; // warm-up
    times.push(performance.now() - begin);
    outcomes.add(JSON.parse(answer.body).allowed);
  }
  if (outcomes.size < 2) throw new Error('explain gave one and the same answer: the measure means nothing');
  times.sort((a, b) => a - b);
  const at = (share) => Math.round(percentile(times, share) * 100) / 100;
  return { p50: at(0.5), p95: at(0.95), most: 20 };
}

/** Whether a part of the bench is one of the comparisons. */
export const isComparison = (name) => name !== undefined && name in COMPARISONS;

/** Comparisons: CPU time of one person's request relative to another's, or to the person's own request for another path. */
const COMPARISONS = {
  ...CUSTOM_COMPARISONS,
  ...OBJECT_COMPARISONS,
  // The masked viewer may not sort by masked fields, including the default order of a list, so both use the same order.
  masked: { of: 'masked', to: 'unmasked', path: '/accounts?limit=50&sort=-createdAt', most: 1.15 },
  repList: { of: 'rep', to: 'admin', path: '/accounts?limit=50', most: 1.5 },
  repByName: { of: 'rep', to: 'admin', path: '/accounts?limit=50&sort=name', most: 1.5 },
  repCounted: { of: 'rep', to: 'admin', path: '/accounts?limit=50&count=capped', most: 1.5 },
};

/**
 * Measures the CPU time, of API and database, that a request costs for two people in turn.
 * @param {Record<string, object>} tokens the headers of each person, by role
 * @param {string | undefined} only the name of a comparison, if no other is to be measured
 */
export async function compareViewers(
  { port, connections, seconds, rounds, apiPid, postgresPid },
  tokens,
  only,
) {
  const found = {};
  for (const [name, { of, to, path, toPath = path, most }] of Object.entries(COMPARISONS)) {
    if (only && only !== name) continue;
    const sides = [
      { who: of, path, cost: [] },
      { who: to, path: toPath, cost: [] },
    ];
    const measure = async ({ who, path }) => {
      const before = [processCpuMs(apiPid), treeCpuMs(postgresPid)];
      const next = () => ({ method: 'GET', path: `/api/v1${path}` });
      const { requests } = await round({
        port,
        next,
        headers: tokens[who],
        connections,
        seconds,
        expect: 200,
      });
      return {
        app: (processCpuMs(apiPid) - before[0]) / requests,
        db: (treeCpuMs(postgresPid) - before[1]) / requests,
      };
    };
    for (const side of sides) await measure(side);
    for (let turn = 0; turn < rounds; turn++)
      for (const side of turn % 2 ? [...sides].reverse() : sides) side.cost.push(await measure(side));
    const median = ({ cost }, pick) => {
      const all = cost.map(pick).sort((a, b) => a - b);
      return Math.round((all[(all.length - 1) >> 1] + all[all.length >> 1]) * 500) / 1000;
    };
    const summary = (side) => ({
      cpuApp: median(side, (c) => c.app),
      cpuDb: median(side, (c) => c.db),
      cpu: median(side, (c) => c.app + c.db),
    });
    const row = { of: summary(sides[0]), to: summary(sides[1]), most };
    row.ratio = Math.round((row.of.cpu / row.to.cpu) * 1000) / 1000;
    found[name] = row;
  }
  return found;
}

/** Prints the results. */
export function sayAccess({ fieldDecisionMs: decision, explain, ...comparisons }, say) {
  if (decision !== undefined) say(`field decision: ${decision} ms, at most 0.01`);
  if (explain) say(`explain: ${explain.p50} ms (p95 ${explain.p95}), at most ${explain.most}`);
  for (const [name, row] of Object.entries(comparisons)) {
    const { of, to } = COMPARISONS[name];
    say(
      `${name}: ${row.of.cpu} (${of}) against ${row.to.cpu} (${to}) ms CPU, ratio ${row.ratio}, at most ${row.most}`,
    );
  }
}
