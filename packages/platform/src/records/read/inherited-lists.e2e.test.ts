import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permission } from '../../access/index.js';
import { TenantPool } from '../../db/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { type MemosWorld, memosWorld } from '../testing/memos-world.js';
import { sampleDeal } from '../testing/sample-deal.js';
import { createMemos, sampleFile, sampleMemo } from '../testing/sample-memo.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import { pageStatement } from './list-statements.js';
import { RecordReader } from './record-reader.js';

/*
 * 50,000 memos, of which every third is about one of 5,000 accounts. Owners are skewed: one person owns most memos, another
 * half of the accounts. Plans are those of the app's own role, under row security.
 */

const MEMOS = 50_000;
const ACCOUNTS = 5_000;
/** No list may touch more rows of memos than this. */
const MOST_ROWS = MEMOS / 10;

let engine: EngineApp;
let world: MemosWorld;
/** Owns 1 % of the accounts, and few memos. */
let rep: EngineTenant;
/** Owns half of the accounts, and few memos. */
let lead: EngineTenant;
/** Sees all accounts, and owns no memo. */
let reader: EngineTenant;

const own = (object: string): Permission => ({ object, action: 'read', scope: 'own' });
const accountAt = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal, sampleMemo, sampleFile]);
  await createMemos(engine);
  world = await memosWorld(engine);
  rep = await world.person({ permissions: [own('memo'), own('account')] });
  lead = await world.person({ permissions: [own('memo'), own('account')] });
  reader = await world.person({ permissions: [own('memo'), { ...own('account'), scope: 'all' }] });
  const owners = [world.tenant.id, rep.memberId, lead.memberId, world.tenant.memberId];
  await engine.admin.query(
    `insert into account (tenant_id, id, name, name_norm, display_name, display_norm, search_norm, owner_id, created_at, created_by_kind, updated_at, updated_by_kind)
     select $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'A', 'a', 'A', 'a', 'a',
       case when n % 100 = 0 then $2::uuid when n % 2 = 0 then $3::uuid else $4::uuid end, now() - n * interval '1 minute', 'system', now(), 'system'
       from generate_series(0, ${ACCOUNTS - 1}) n`,
    owners,
  );
  await engine.admin.query(
    `insert into memo (tenant_id, id, name, name_norm, display_name, display_norm, search_norm, owner_id, account_id, created_at, created_by_kind, updated_at, updated_by_kind)
     select $1, ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'N', 'n', 'N', 'n', 'n',
       case when n % 500 = 0 then $2::uuid when n % 500 = 1 then $3::uuid else $4::uuid end,
       case when n % 3 = 0 then ('00000000-0000-7000-8000-' || lpad(to_hex((n * 7919) % ${ACCOUNTS}), 12, '0'))::uuid end,
       now() - n * interval '1 second', 'system', now(), 'system'
       from generate_series(0, ${MEMOS - 1}) n`,
    owners,
  );
  await engine.admin.query('analyze');
});
afterAll(() => engine.close());

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** Returns the nodes of a page's plan that were executed, and the ids on the page. */
async function planOf(
  who: EngineTenant,
  filter?: { field: string; op: 'eq'; value: string },
): Promise<{ nodes: PlanNode[]; ids: string[]; generic: string }> {
  const reads = engine.app.get(RecordReader);
  const pool = engine.app.get(TenantPool);
  return engine.as(who, async () => {
    const context = await reads.contextFor('memo');
    const access = context.access.decide('memo', 'read', context.snapshot);
    const asked = { context, plan: reads.readPlan(context), access, filter, q: undefined, sort: undefined };
    const page = pageStatement({ ...asked, deleted: false }, 'all', 51, undefined);
    const [explained, rows] = await pool.read([
      { text: `explain (analyze, format json) ${page.text}`, values: page.values ?? [] },
      page,
    ]);
    const { rows: generic } = await engine.admin.query(`explain (generic_plan) ${page.text}`);
    const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
    return {
      nodes: all((explained!.rows[0] as any)['QUERY PLAN'][0].Plan).filter((n) => n['Actual Loops'] > 0),
      ids: (rows!.rows as unknown as string[][]).map(([id]) => id!),
      generic: generic.map((row) => row['QUERY PLAN']).join('\n'),
    };
  });
}

const touchedMemos = (nodes: PlanNode[]) =>
  nodes
    .filter((n) => n['Relation Name'] === 'memo')
    .reduce((sum, n) => sum + (n['Actual Rows'] + (n['Rows Removed by Filter'] ?? 0)) * n['Actual Loops'], 0);
const indexes = (nodes: PlanNode[]) => nodes.map((n) => n['Index Name']);

/** Returns the first page of the memos that the condition admits, by one plain query. */
async function firstPage(where: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await engine.admin.query(
    `select n.id from memo n left join account a on a.tenant_id = n.tenant_id and a.id = n.account_id and a.deleted_at is null
      where n.tenant_id = $1 and (${where}) order by n.created_at desc, n.id desc limit 51`,
    [world.tenant.id, ...values],
  );
  return rows.map((row) => row.id);
}

test('a list of few linked memos starts from the accounts of their reader', async () => {
  const { nodes, ids, generic } = await planOf(rep);
  expect(ids).toEqual(await firstPage('n.owner_id = $2 or a.owner_id = $2', [rep.memberId]));
  expect(touchedMemos(nodes)).toBeLessThan(MOST_ROWS);
  expect(indexes(nodes)).toContain('memo_account');
  expect(generic).not.toContain('Seq Scan on memo');
  expect(generic).toContain('account_tenant_id_owner_id_created_at_id_idx on account p');
});

test('a list of many linked memos walks its own order, and ends with the page', async () => {
  for (const [who, where] of [
    [lead, 'n.owner_id = $2 or a.owner_id = $2'],
    [reader, 'n.owner_id = $2 or a.id is not null'],
  ] as const) {
    const { nodes, ids } = await planOf(who);
    expect(ids).toEqual(await firstPage(where, [who.memberId]));
    expect(indexes(nodes)).toContain('memo_created');
    expect(touchedMemos(nodes)).toBeLessThan(MOST_ROWS);
  }
});

test('a list of one account’s memos starts from the account, whose rights are asked once', async () => {
  for (const who of [rep, lead, reader]) {
    const { nodes, ids } = await planOf(who, { field: 'account', op: 'eq', value: accountAt(0) });
    const isSeen = who !== lead;
    expect(ids).toEqual(isSeen ? await firstPage('n.account_id = $2', [accountAt(0)]) : []);
    expect(touchedMemos(nodes)).toBeLessThan(20);
    const asked = nodes.filter((n) => n['Relation Name'] === 'account' && n['Index Name'] !== 'account_pkey');
    if (isSeen) expect(asked.map((n) => n['Actual Loops'])).toEqual([1]);
  }
});

test('a list of one’s own memos starts from their owner', async () => {
  for (const who of [rep, lead]) {
    const { nodes, ids } = await planOf(who, { field: 'owner', op: 'eq', value: who.memberId });
    expect(ids).toEqual(await firstPage('n.owner_id = $2', [who.memberId]));
    expect(indexes(nodes)).toContain('memo_owner_created');
    expect(indexes(nodes)).not.toContain('memo_created');
    expect(touchedMemos(nodes)).toBeLessThan(MOST_ROWS);
  }
});

test('counts, totals and pages of many linked memos agree', async () => {
  for (const [who, where] of [
    [rep, 'n.owner_id = $2 or a.owner_id = $2'],
    [lead, 'n.owner_id = $2 or a.owner_id = $2'],
    [reader, 'n.owner_id = $2 or a.id is not null'],
  ] as const) {
    const { rows } = await engine.admin.query(
      `select count(*)::int as n from memo n left join account a on a.tenant_id = n.tenant_id and a.id = n.account_id where n.tenant_id = $1 and (${where})`,
      [world.tenant.id, who.memberId],
    );
    const { body } = await engine.call(who, 'GET', '/memos?limit=1&count=exact');
    expect(body.count).toEqual({ value: rows[0].n, capped: false });
    expect((await engine.call(who, 'POST', '/memos/aggregate', {})).body.totals).toEqual([rows[0].n]);
  }
});
