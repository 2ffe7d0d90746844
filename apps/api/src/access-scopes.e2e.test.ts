import { AccessDirectory, type Permission, type Scope, SCOPES } from '@pellucid/platform/access';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

/*
 * Every scope × every action × every kind of record: the API decides as the table below says, and a list holds exactly
 * the records that single reads allow. The table is written by hand and shares nothing with the engine.
 */

/**
 * Who owns a record, and with whom it is shared. "I" am in the team, which has a child team, and in my legal entity.
 */
const RECORDS = {
  own: { owner: 'me', entity: 'mine' },
  ownElsewhere: { owner: 'me', entity: 'other' },
  teamColleagues: { owner: 'mate', entity: null },
  childTeams: { owner: 'child', entity: null },
  parentTeams: { owner: 'boss', entity: null },
  otherTeams: { owner: 'stranger', entity: null },
  myEntitys: { owner: 'stranger', entity: 'mine' },
  otherEntitys: { owner: 'stranger', entity: 'other' },
  unowned: { owner: null, entity: null },
  unownedMyEntitys: { owner: null, entity: 'mine' },
  sharedRead: { owner: 'stranger', entity: null, share: ['me', 'read'] },
  sharedEdit: { owner: 'stranger', entity: null, share: ['me', 'edit'] },
  sharedReadWithTeam: { owner: 'stranger', entity: null, share: ['team', 'read'] },
  sharedEditWithTeam: { owner: 'stranger', entity: null, share: ['team', 'edit'] },
  sharedWithChildTeam: { owner: 'stranger', entity: null, share: ['childTeam', 'edit'] },
  sharedWithSomebodyElse: { owner: 'stranger', entity: null, share: ['mate', 'edit'] },
  shareExpired: { owner: 'stranger', entity: null, share: ['me', 'edit', 'expired'] },
  shareUntilTomorrow: { owner: 'stranger', entity: null, share: ['me', 'edit', 'tomorrow'] },
} as const satisfies Record<
  string,
  {
    owner: string | null;
    entity: string | null;
    share?: readonly [string, 'read' | 'edit', ('expired' | 'tomorrow')?];
  }
>;
type Kind = keyof typeof RECORDS;
const KINDS = Object.keys(RECORDS) as Kind[];

/** The kinds of record that each scope reaches, by owner. */
const REACHED: Record<Scope, Kind[]> = {
  none: [],
  own: ['own', 'ownElsewhere'],
  team: ['own', 'ownElsewhere', 'teamColleagues'],
  teamAndBelow: ['own', 'ownElsewhere', 'teamColleagues', 'childTeams'],
  legalEntity: ['own', 'myEntitys', 'unownedMyEntitys'],
  all: KINDS,
};
/** What shares add to any scope except `none`. */
const READ_BY_SHARE: Kind[] = [
  'sharedRead',
  'sharedEdit',
  'sharedReadWithTeam',
  'sharedEditWithTeam',
  'shareUntilTomorrow',
];
const EDITED_BY_SHARE: Kind[] = ['sharedEdit', 'sharedEditWithTeam', 'shareUntilTomorrow'];
/** Actions that a share to edit allows. Any share allows the `read` actions; no share allows the others. */
const SHARED_ACTIONS = ['update', 'move', 'bulk'];

function admits(action: string, scope: Scope, kind: Kind): boolean {
  if (REACHED[scope].includes(kind)) return true;
  if (scope === 'none') return false;
  if (action === 'read') return READ_BY_SHARE.includes(kind);
  return SHARED_ACTIONS.includes(action) && EDITED_BY_SHARE.includes(kind);
}

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
const members: Record<string, Colleague> = {};
const teams: Record<string, string> = {};
const entities: Record<string, string> = {};
const stages: string[] = [];
/** Deals by kind. Each action that changes what others look at gets its own set. */
const deals: Record<string, Record<Kind, string>> = {};

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  for (const name of ['mine', 'other'])
    entities[name] = (await asAdmin('POST', '/legal-entities', { name: `Entity ${name}` })).id;
  teams['parent'] = await people.team();
  teams['team'] = await people.team({ parentId: teams['parent'] });
  teams['childTeam'] = await people.team({ parentId: teams['team'] });
  teams['other'] = await people.team({ parentId: teams['parent'] });
  const nothing = await people.role({});
  for (const [name, team] of [
    ['me', 'team'],
    ['mate', 'team'],
    ['child', 'childTeam'],
    ['boss', 'parent'],
    ['stranger', 'other'],
  ] as const)
    members[name] = await people.colleague([nothing], {
      teamId: teams[team]!,
      ...(name === 'me' ? { legalEntityId: entities['mine']! } : {}),
    });
  refresh();
  stages.push(...(await asAdmin('GET', '/stages?limit=10')).data.map((s: { id: string }) => s.id));
  for (const set of ['looked-at', 'update', 'delete', 'assign', 'move', 'bulk'])
    deals[set] = await dealsOf(set);
  await people.sql('update opportunity set version = 1 where tenant_id = $1', [company.tenantId]);
});
afterAll(async () => {
  await people?.end();
});

/** Makes the next request see what was written to the database directly. */
function refresh(): void {
  api.app.get(AccessDirectory).forget(company.tenantId);
}

async function asAdmin(method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, { token: company.token, body });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const asMe = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: members['me']!.token, body });

async function dealsOf(set: string): Promise<Record<Kind, string>> {
  const ids = {} as Record<Kind, string>;
  for (const [i, kind] of KINDS.entries()) {
    const given: (typeof RECORDS)[Kind] & { share?: readonly string[] } = RECORDS[kind];
    const made = await asAdmin('POST', '/opportunities', {
      name: `${set} deal ${'edcba'[i % 5]}${i}`,
      // Some amounts and dates are equal and some are missing, so that pages end within ties and nulls.
      amount: i % 4 === 3 ? null : String(1000 * (i % 3)),
      closeDate: i % 5 === 4 ? null : `2026-0${1 + (i % 3)}-01`,
      owner: given.owner === null ? null : members[given.owner]!.memberId,
      legalEntity: given.entity === null ? null : entities[given.entity]!,
    });
    ids[kind] = made.id;
    if (!given.share) continue;
    const [who, access, until] = given.share;
    const day = 86_400_000;
    await people.share(
      'opportunity',
      made.id,
      teams[who!] ? { kind: 'team', id: teams[who!]! } : { kind: 'member', id: members[who!]!.memberId },
      access as 'read' | 'edit',
      until ? new Date(Date.now() + (until === 'expired' ? -day : day)) : null,
    );
  }
  return ids;
}

/** Gives me exactly these scopes on deals, and the right to view everything else. */
async function withScopes(scopes: Record<string, Scope>): Promise<void> {
  const roleId = await people.role({
    permissions: [
      ...Object.entries(scopes).map(
        ([action, scope]): Permission => ({ object: 'opportunity', action, scope }),
      ),
      ...['account', 'contact', 'product', 'pipeline', 'stage', 'member', 'legalEntity'].map(
        (object): Permission => ({ object, action: 'read', scope: 'all' }),
      ),
    ],
  });
  await people.sql('update member_role set role_id = $2 where tenant_id = $1 and member_id = $3', [
    company.tenantId,
    roleId,
    members['me']!.memberId,
  ]);
  refresh();
}

/** The status answered for each kind of record. */
async function statuses(set: string, ask: (id: string, kind: Kind) => Promise<{ status: number }>) {
  const found = {} as Record<Kind, number>;
  for (const kind of KINDS) found[kind] = (await ask(deals[set]![kind], kind)).status;
  return found;
}

function expected(decide: (kind: Kind) => number): Record<Kind, number> {
  return Object.fromEntries(KINDS.map((kind) => [kind, decide(kind)])) as Record<Kind, number>;
}

/** Restores the deals of a set. */
async function undo(set: string): Promise<void> {
  for (const kind of KINDS) {
    const { owner } = RECORDS[kind];
    await people.sql(
      'update opportunity set deleted_at = null, stage_id = $3, owner_id = $4, version = 1 where tenant_id = $1 and id = $2',
      [company.tenantId, deals[set]![kind], stages[0], owner === null ? null : members[owner]!.memberId],
    );
  }
}

describe.each(SCOPES.map((scope) => [scope] as const))('reading with the scope %s', (scope) => {
  beforeAll(() => withScopes({ read: scope }));
  const seen = () =>
    KINDS.filter((kind) => admits('read', scope, kind)).map((kind) => deals['looked-at']![kind]);
  const theseDeals = () => ({ field: 'name', op: 'contains', value: 'looked-at' });

  test('every endpoint for a single record answers as the table says', async () => {
    const status = expected((kind) => (scope === 'none' ? 403 : admits('read', scope, kind) ? 200 : 404));
    for (const part of ['', '/history', '/stage-history', '/lines'])
      expect(await statuses('looked-at', (id) => asMe('GET', `/opportunities/${id}${part}`)), part).toEqual(
        status,
      );
  });

  test('a list in any order, page by page, holds exactly the records that single reads allow', async () => {
    const orders = [
      '',
      'name',
      '-name',
      'amount',
      '-amount',
      'closeDate',
      '-amount,name',
      'owner',
      'createdAt',
      '-id',
    ];
    for (const sort of orders) {
      const ids: string[] = [];
      for (let cursor: string | null = null, pages = 0; pages < 20; pages++) {
        const query = new URLSearchParams({
          limit: '2',
          filter: JSON.stringify(theseDeals()),
          ...(sort ? { sort } : {}),
          ...(cursor ? { cursor } : {}),
        });
        const answer = await asMe('GET', `/opportunities?${query}`);
        if (scope === 'none') {
          expect(answer.status).toBe(403);
          return;
        }
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        ids.push(...answer.body.data.map((d: { id: string }) => d.id));
        cursor = answer.body.page.nextCursor;
        if (!cursor) break;
      }
      // Compared as lists, not sets, so that repetitions show.
      expect([...ids].sort(), `sorted by ${sort}`).toEqual([...seen()].sort());
    }
  });

  test('counts, filters and the quick search agree with it', async () => {
    if (scope === 'none') return;
    const ask = async (body: object) =>
      (await asMe('POST', '/opportunities/query', { limit: 200, ...body })).body;
    for (const count of ['capped', 'exact']) {
      const { count: counted } = await ask({ count, filter: theseDeals() });
      expect(counted).toEqual({ value: seen().length, capped: false });
    }
    const ids = (answer: { data: { id: string }[] }) => answer.data.map((d) => d.id).sort();
    expect(ids(await ask({ q: 'looked-at' }))).toEqual([...seen()].sort());
    const richer = KINDS.filter((kind, i) => i % 4 !== 3 && i % 3 >= 1 && admits('read', scope, kind)).map(
      (kind) => deals['looked-at']![kind],
    );
    const filter = { all: [theseDeals(), { field: 'amount', op: 'gte', value: '1000' }] };
    expect(ids(await ask({ filter }))).toEqual(richer.sort());
    const poorer = { all: [theseDeals(), { not: { field: 'amount', op: 'gte', value: '1000' } }] };
    expect(ids(await ask({ filter: poorer }))).toEqual(
      seen()
        .filter((id) => !richer.includes(id))
        .sort(),
    );
    const bulkSelected = await asMe('GET', `/pipelines/${await pipeline()}/totals?q=looked-at`);
    expect(bulkSelected.body.total.count).toBe(seen().length);
  });
});

const pipeline = async () => (await asAdmin('GET', '/pipelines')).data[0].id as string;

/**
 * How to request each action, and the answer where the record is visible but may not be changed. `unseen` is the code of
 * the refusal where the record may be changed but not viewed; without it, the change is made.
 */
const ACTIONS: Record<
  string,
  { ask(id: string, kind: Kind): Promise<{ status: number }>; done: number; refused: number; unseen?: string }
> = {
  update: {
    ask: (id) => asMe('PATCH', `/opportunities/${id}`, { nextStep: `Call ${Math.random()}` }),
    done: 200,
    refused: 403,
  },
  delete: { ask: (id) => asMe('DELETE', `/opportunities/${id}`), done: 204, refused: 403 },
  move: {
    ask: (id) => asMe('POST', `/opportunities/${id}/move`, { stage: stages[1] }),
    done: 200,
    refused: 403,
    // Whether a deal can be moved depends on its stage.
    unseen: 'stageWithheld',
  },
};

describe.each(Object.keys(ACTIONS))('%s', (action) => {
  test.each(SCOPES.map((s) => [s] as const))(
    'within the scope %s, of records that one sees all of',
    async (scope) => {
      const { ask, done, refused } = ACTIONS[action]!;
      await withScopes({ read: 'all', [action]: scope });
      expect(await statuses(action, ask)).toEqual(
        expected((kind) => (admits(action, scope, kind) ? done : refused)),
      );
      await undo(action);
    },
  );

  test.each(SCOPES.map((s) => [s] as const))(
    'of all records, of which one sees those in the scope %s',
    async (scope) => {
      const { ask, done, unseen } = ACTIONS[action]!;
      await withScopes({ read: scope, [action]: 'all' });
      const answers = {} as Record<Kind, string>;
      for (const kind of KINDS) {
        const answer = (await ask(deals[action]![kind], kind)) as {
          status: number;
          body?: { name?: string; code?: string };
        };
        const isRefused = unseen !== undefined && !admits('read', scope, kind);
        expect([answer.status, isRefused ? answer.body?.code : undefined]).toEqual(
          isRefused ? [403, unseen] : [done, undefined],
        );
        answers[kind] = action === 'delete' ? 'done' : answer.body?.name === undefined ? 'withheld' : 'shown';
      }
      // A record that I may change but not view doesn't appear in the answer.
      if (action !== 'delete')
        expect(answers).toEqual(
          Object.fromEntries(KINDS.map((kind) => [kind, admits('read', scope, kind) ? 'shown' : 'withheld'])),
        );
      await undo(action);
    },
  );

  test('a record that the caller may neither view nor change is answered like a missing one', async () => {
    await withScopes({ read: 'own', [action]: 'own' });
    const { ask, done } = ACTIONS[action]!;
    const missing = (await ask('0190a1b2-0000-7000-8000-000000000000', 'own')) as never as { body: object };
    for (const kind of KINDS) {
      const answer = (await ask(deals[action]![kind], kind)) as never as { status: number; body: object };
      const isShown = admits('read', 'own', kind);
      expect(answer.status, kind).toBe(admits(action, 'own', kind) ? done : isShown ? 403 : 404);
      if (answer.status === 404) expect(anonymous(answer.body)).toEqual(anonymous(missing.body));
    }
    await undo(action);
  });
});

/** An error without the parts that differ by request. */
function anonymous(body: object): object {
  const { correlationId: _, instance: __, ...rest } = body as Record<string, unknown>;
  return rest;
}

test.each(SCOPES.map((s) => [s] as const))('assigning within the scope %s', async (scope) => {
  await withScopes({ read: 'all', update: 'all', assign: scope });
  const found = await statuses('assign', (id) =>
    asMe('PATCH', `/opportunities/${id}`, { owner: members['child']!.memberId }),
  );
  expect(found).toEqual(
    expected((kind) => {
      const { owner } = RECORDS[kind];
      // Whoever may change an ownerless record may take it. Keeping the owner needs no right to assign.
      return owner === null || owner === 'child' || admits('assign', scope, kind) ? 200 : 422;
    }),
  );
  await undo('assign');
});

test.each(SCOPES.map((s) => [s] as const))('creating within the scope %s', async (scope) => {
  await withScopes({ read: 'all', create: scope });
  for (const kind of KINDS.filter((k) => !('share' in RECORDS[k]))) {
    const { owner, entity } = RECORDS[kind];
    const answer = await asMe('POST', '/opportunities', {
      name: 'created',
      owner: owner === null ? null : members[owner]!.memberId,
      legalEntity: entity === null ? null : entities[entity]!,
    });
    expect(answer.status, kind).toBe(scope === 'none' ? 403 : REACHED[scope].includes(kind) ? 201 : 422);
  }
  await people.sql(
    "delete from opportunity_stage_history where opportunity_id in (select id from opportunity where tenant_id = $1 and name = 'created')",
    [company.tenantId],
  );
  await people.sql("update opportunity set deleted_at = now() where tenant_id = $1 and name = 'created'", [
    company.tenantId,
  ]);
});

describe('bulk', () => {
  const rows = async (action: string, extra: object = {}) => {
    const answer = await asMe('POST', '/opportunities/bulk', {
      action,
      ids: Object.values(deals['bulk']!),
      ...extra,
    });
    if (answer.status !== 200) return answer.status;
    const byId = new Map(
      answer.body.results.map((r: { id: string; status: string; errors?: { code: string }[] }) => [
        r.id,
        r.errors?.[0]?.code ?? r.status,
      ]),
    );
    return Object.fromEntries(KINDS.map((kind) => [kind, byId.get(deals['bulk']![kind])]));
  };

  test.each(SCOPES.map((s) => [s] as const))(
    'each row succeeds or fails alone with the scope %s',
    async (scope) => {
      await withScopes({ read: 'all', bulk: 'all', update: scope });
      const changes = { nextStep: `In bulk ${scope}` };
      expect(await rows('update', { changes })).toEqual(
        scope === 'none'
          ? 403
          : Object.fromEntries(KINDS.map((k) => [k, admits('update', scope, k) ? 'updated' : 'outOfScope'])),
      );
      await undo('bulk');
    },
  );

  test.each(SCOPES.map((s) => [s] as const))(
    'rows that may not be changed in bulk stay as they are with the scope %s',
    async (scope) => {
      await withScopes({ read: 'all', bulk: scope, update: 'all', delete: 'all' });
      const changes = { nextStep: `By bulk ${scope}` };
      expect(await rows('update', { changes })).toEqual(
        scope === 'none'
          ? 403
          : Object.fromEntries(KINDS.map((k) => [k, admits('bulk', scope, k) ? 'updated' : 'outOfScope'])),
      );
      await undo('bulk');
    },
  );

  test('rows out of sight count as missing, and a filter does not find them', async () => {
    await withScopes({ read: 'team', bulk: 'all', update: 'all', delete: 'team' });
    expect(await rows('delete')).toEqual(
      Object.fromEntries(
        KINDS.map((k) => [
          k,
          admits('delete', 'team', k) ? 'deleted' : admits('read', 'team', k) ? 'outOfScope' : 'notFound',
        ]),
      ),
    );
    await undo('bulk');
    const answer = await asMe('POST', '/opportunities/bulk', {
      action: 'update',
      filter: { field: 'name', op: 'contains', value: 'bulk deal' },
      changes: { nextStep: 'Found' },
    });
    expect(answer.body.counts).toMatchObject({
      total: KINDS.filter((k) => admits('read', 'team', k)).length,
    });
    await undo('bulk');
  });
});
