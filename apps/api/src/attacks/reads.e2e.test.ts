import { randomUUID } from 'node:crypto';
import { AccessDirectory, type Permission } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { answerStream } from '@pellucid/platform/http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedApi } from '../testing/api-process.js';
import { all, anonymous, IntruderStage, OBJECTS } from '../testing/intruder-stage.js';
import { endpointsOf } from '../testing/outlets/index.js';

/* Attacks by somebody who knows the API well: reads. */

let stage: IntruderStage;

beforeAll(async () => {
  stage = await IntruderStage.on(await sharedApi());
});
afterAll(() => stage?.end());

/** Endpoints whose answers distinguish a record out of sight from a missing one, and why. */
const TELLING: Record<string, string> = {
  explainAccess: 'says why one does not see a record, which takes that it is there; its name it does not say',
};

describe('ids of others', () => {
  test('every endpoint answers an invisible record like a missing one', async () => {
    const own: Permission[] = OBJECTS.flatMap((object) => ({ object, action: '*', scope: 'own' as const }));
    await stage.wear({ permissions: own, system: ['manageImports', 'viewAudit'] });
    const records = new Set([...OBJECTS]);
    const told: string[] = [];
    let tried = 0;
    for (const spec of endpointsOf(stage.api)) {
      // A signed link is a right of its own: whoever has it needs no log-in.
      if (spec.access === 'public') continue;
      const sampled = spec.sample?.(stage.mine.ids);
      const parameters = Object.entries(sampled?.params ?? {});
      const uses = [...records].filter(
        (object) =>
          parameters.some(([, id]) => id === stage.mine.ids[object]) ||
          Object.values(sampled?.query ?? {}).includes(stage.mine.ids[object]!),
      );
      if (!uses.length) continue;
      const answers: ReturnType<typeof anonymous>[] = [];
      for (const world of [stage.mine.ids, stage.theirs.ids, missingIds(stage.mine.ids)]) {
        const { params = {}, query } = spec.sample!(world);
        const path = spec.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? 'none');
        const search = query ? `?${new URLSearchParams(query)}` : '';
        const body =
          spec.method === 'get' || spec.method === 'delete'
            ? undefined
            : (spec.sample!(stage.mine.ids).body ?? {});
        answers.push(
          anonymous(await stage.asIntruder(spec.method.toUpperCase(), `${path}${search}`, { body })),
        );
        tried++;
      }
      const [seen, foreign, missing] = answers.map((a) => JSON.stringify(withoutIds(a)));
      if ((seen !== missing && !(spec.operationId in TELLING)) || foreign !== missing)
        told.push(`${spec.method} ${spec.path}: ${seen} / ${foreign} / ${missing}`);
    }
    expect(told).toEqual([]);
    expect(tried).toBeGreaterThan(200);
  });

  /** The IDs with each record's replaced by one that doesn't exist. */
  function missingIds(ids: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(ids).map(([key, id]) => [key, OBJECTS.includes(key) ? randomUUID() : id]),
    );
  }
  /** The answer without IDs: those sent may come back, in a message that shows the path for instance. */
  function withoutIds(answer: object): object {
    return JSON.parse(JSON.stringify(answer).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id'));
  }
});

describe('filters, sorts and searches', () => {
  const nested = (depth: number): object =>
    Array.from({ length: depth }).reduce<object>((inner) => ({ not: inner }), {
      field: 'name',
      op: 'eq',
      value: 'x',
    });
  const deep = (depth: number) =>
    `${'{"not":'.repeat(depth)}{"field":"name","op":"eq","value":"x"}${'}'.repeat(depth)}`;
  const leaf = (given: object) => ({ field: 'name', op: 'eq', value: 'x', ...given });

  test.each([
    ['an over-long text', { filter: leaf({ value: 'x'.repeat(100_000) }) }],
    ['nine levels', { filter: nested(9) }],
    ['a thousand levels', { filter: nested(1000) }],
    [
      'ten thousand values',
      { filter: leaf({ op: 'in', value: Array.from({ length: 10_000 }, (_, i) => `v${i}`) }) },
    ],
    ['five thousand leaves', { filter: { any: Array.from({ length: 5000 }, () => leaf({})) } }],
    ['a path of fifty fields', { filter: leaf({ field: Array(50).fill('parent').join('.') }) }],
    ['a path that is no path', { filter: leaf({ field: 'name"; drop table account; --' }) }],
    ['a prototype for a field', { filter: leaf({ field: '__proto__' }) }],
    ['a constructor for a field', { filter: leaf({ field: 'constructor' }) }],
    ['a constructor on the way', { filter: leaf({ field: 'parent.constructor.name' }) }],
    ['an operator of its own', { filter: leaf({ op: "= '' or 1=1 --" }) }],
    ['a prototype for an operator', { filter: leaf({ op: 'toString' }) }],
    ['an object for a value', { filter: leaf({ value: { $ne: null } }) }],
    ['a list for a tree', { filter: [leaf({})] }],
    ['two shapes at once', { filter: { ...leaf({}), all: [] } }],
    ['a sort with SQL', { sort: 'amount;drop table account' }],
    ['a sort by a column', { sort: 'tenant_id' }],
    ['a sort by a path', { sort: 'owner.identityId' }],
    ['a sort by a prototype', { sort: '__proto__' }],
    ['ten sorts', { sort: Array(10).fill('name').join(',') }],
    ['a field that is none', { fields: ['password_hash'] }],
    ['a prototype to answer with', { fields: ['__proto__'] }],
    ['a cursor of one’s own making', { cursor: Buffer.from('{"id":1}').toString('base64url') }],
    ['a page of a million', { limit: 1_000_000 }],
    ['a page of minus one', { limit: -1 }],
  ])('%s is refused with the reason', async (_, body) => {
    await stage.wear({ permissions: all() });
    const answer = await stage.asIntruder('POST', '/accounts/query', { body });
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    expect(answer.body.detail).toBeTruthy();
  });

  test.each([
    ['a hundred thousand levels', deep(100_000)],
    ['no JSON', '{"field":'],
    ['more than there may be', `"${'x'.repeat(70_000)}"`],
  ])('%s in the address is refused', async (_, filter) => {
    await stage.wear({ permissions: all() });
    const answer = await stage.asIntruder('GET', `/accounts?filter=${encodeURIComponent(filter)}`);
    expect([400, 414, 431]).toContain(answer.status);
  });

  test('nobody gets metrics on the API’s port', async () => {
    const { app } = stage.api;
    for (const url of ['/metrics', '/api/metrics', '/api/v1/metrics'])
      for (const headers of [{}, { authorization: `Bearer ${stage.mine.token}` }]) {
        const answer = await app.inject({ method: 'GET', url, headers });
        // An address that could be one of a company's own objects asks for a log-in first.
        const isOpen = 'authorization' in headers || !url.startsWith('/api/v1/');
        expect(answer.statusCode, url).toBe(isOpen ? 404 : 401);
        expect(answer.body).not.toContain('# HELP');
      }
  });

  test('wildcards, quotes and NUL in texts are taken literally', async () => {
    await stage.wear({ permissions: all() });
    const marked = await stage.asAdmin('POST', '/accounts', { name: `100%_o'reilly\\ ${randomUUID()}` });
    for (const value of ['%', '_', "'", '\\', '"', '--', '; drop table account'])
      for (const op of ['contains', 'eq', 'startswith']) {
        const answer = await stage.asIntruder('POST', '/accounts/query', {
          body: { filter: leaf({ op, value }), limit: 200 },
        });
        expect(answer.status).toBe(200);
        const ids = answer.body.data.map((d: { id: string }) => d.id);
        const holds = op === 'contains' && marked.name.includes(value);
        expect(ids.includes(marked.id), `${op} ${value}`).toBe(holds);
      }
    for (const q of ['%', '_', "' or '1'='1", '\u0000', '\ud800', 'x'.repeat(200)])
      expect((await stage.asIntruder('POST', '/accounts/query', { body: { q } })).status).toBeLessThan(500);
  });

  test('bulk selections, sums and the audit give no withheld values either', async () => {
    await stage.wear({
      permissions: all(),
      system: ['viewAudit'],
      fields: [
        { object: 'opportunity', field: 'amount', access: 'hidden' },
        { object: 'account', field: 'name', access: 'mask' },
      ],
    });
    const filter = { field: 'amount', op: 'gt', value: '0' };
    const bulk = { action: 'update', filter, changes: { nextStep: 'Found out' } };
    expect((await stage.asIntruder('POST', '/opportunities/bulk', { body: bulk })).body.code).toBe(
      'fieldNotInClear',
    );
    const totals = await stage.asIntruder(
      'GET',
      `/pipelines/${stage.mine.ids['pipeline']}/totals?filter=${encodeURIComponent(JSON.stringify(filter))}`,
    );
    expect(totals.body.code).toBe('fieldNotInClear');
    const sums = await stage.asIntruder('GET', `/pipelines/${stage.mine.ids['pipeline']}/totals`);
    expect(sums.body.meta.access).toEqual({ amount: 'hidden', baseAmount: 'hidden' });
    expect(JSON.stringify(sums.body.data)).not.toContain('"amount"');
    // By the amount in base currency, by the account's name through the deal, and by the order of accounts.
    for (const field of ['baseAmount', 'account.name'])
      expect(
        (
          await stage.asIntruder('POST', '/opportunities/query', {
            body: { filter: { field, op: 'exists' } },
          })
        ).status,
        field,
      ).toBe(422);
    for (const sort of ['amount', '-baseAmount', 'account'])
      expect((await stage.asIntruder('GET', `/opportunities?sort=${sort}`)).body.code, sort).toBe(
        'fieldNotInClear',
      );
    expect((await stage.asIntruder('GET', '/audit?object=opportunity&field=amount')).status).toBe(422);
  });
});

describe('previews', () => {
  test('count only records that the caller may view, so that trying conditions reveals nothing of others', async () => {
    const reading: Permission = { object: 'account', action: 'read', scope: 'own' };
    const role = await stage.people.role({ permissions: [reading] });
    const holder = await stage.people.colleague([role]);
    const named = (name: string, owner: string) => stage.asAdmin('POST', '/accounts', { name, owner });
    await named('Vault', holder.memberId);
    await named('Other', holder.memberId);
    const lost = async (token: string, value: string) => {
      const condition = { field: 'name', op: 'eq', value };
      const { body } = await stage.api.call('POST', `/roles/${role}/preview`, {
        token,
        body: { permissions: [{ ...reading, condition }] },
      });
      return body.members[0].changes[0].lost as number;
    };
    await stage.wear({ permissions: [reading], system: ['manageRoles'] });
    for (const guess of ['Vault', 'Nothing']) expect(await lost(stage.intruder.token, guess), guess).toBe(0);
    expect([await lost(stage.mine.token, 'Vault'), await lost(stage.mine.token, 'Nothing')]).toEqual([1, 2]);
  });
});

describe('long answers', () => {
  test('end when the caller loses the right to them', async () => {
    await stage.wear({ system: ['viewAudit'] });
    // More than a stream reads ahead.
    async function* pages() {
      for (let page = 0; page < 9; page++) yield `${page}`.repeat(200_000);
    }
    const directory = stage.api.app.get(AccessDirectory);
    const context = newContext({
      correlationId: randomUUID(),
      tenantId: stage.mine.tenantId,
      actor: { kind: 'member', id: stage.intruder.memberId },
      memberId: stage.intruder.memberId,
    });
    const open = () =>
      runInContext(context, () => answerStream(pages(), directory, { system: 'viewAudit' })).iterator();
    const sent: number[] = [];
    for await (const piece of open()) sent.push(Number(String(piece)[0]));
    expect(new Set(sent).size).toBe(9);
    const stream = open();
    await stream.next();
    await stage.wear({});
    const seen = new Set<string>();
    const rest = (async () => {
      for await (const piece of stream) seen.add(String(piece)[0]!);
    })();
    await expect(rest).rejects.toMatchObject({ status: 403 });
    expect(seen.size).toBeLessThan(4);
  });
});

describe('work of others', () => {
  test('users who may view the audit see bulk jobs but can’t stop them', async () => {
    const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Row ${n}` }));
    const job = await stage.asAdmin('POST', '/accounts/bulk', { action: 'create', rows });
    await stage.wear({ system: ['viewAudit'] });
    expect((await stage.asIntruder('GET', `/bulk-jobs/${job.id}`)).status).toBe(200);
    const stopped = await stage.asIntruder('POST', `/bulk-jobs/${job.id}/cancel`);
    expect([stopped.status, stopped.body.code]).toEqual([403, 'notTheirsToCancel']);
    await stage.wear({});
    expect((await stage.asIntruder('POST', `/bulk-jobs/${job.id}/cancel`)).status).toBe(404);
    expect((await stage.asAdmin('POST', `/bulk-jobs/${job.id}/cancel`)).status).toBe('cancelled');
  });
});
