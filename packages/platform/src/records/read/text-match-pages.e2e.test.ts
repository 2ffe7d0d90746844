import { normalizeText } from '@pellucid/conditions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let tenant: EngineTenant;
const call = (method: string, url: string, body?: unknown) => engine.call(tenant, method, url, body);

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  const other = await engine.tenant('Other');
  const rows = Array.from({ length: 40 }, (_, n) => ({
    name: `${n % 3 ? 'Müller' : 'Meier'} ${n % 7} GmbH`,
    city: n % 2 ? 'Köln' : null,
    ...(n % 4 ? { employees: (n * 7) % 5, annualRevenue: String((n * 3) % 6) } : {}),
    ...(n % 5 ? { website: `https://example.com/${n % 6}` } : {}),
  }));
  for (const each of [tenant, other]) {
    const { body } = await engine.call(each, 'POST', '/accounts/bulk', { action: 'create', rows });
    expect(body.counts).toMatchObject({ created: 40 });
  }
  const { data } = (await call('GET', '/accounts?limit=200')).body;
  const gone = data.filter((_: unknown, n: number) => n % 3 === 0).map((r: any) => r.id);
  await call('POST', '/accounts/bulk', { action: 'delete', ids: gone });
});
afterAll(() => engine.close());

/** Returns the ids of all pages of a list. */
async function walk(request: object, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, body } = await call('POST', '/accounts/query', {
      ...request,
      limit,
      ...(cursor && { cursor }),
    });
    expect(body.detail).toBeUndefined();
    expect(status).toBe(200);
    ids.push(...body.data.map((r: any) => r.id));
    cursor = body.page.nextCursor ?? undefined;
    if (!cursor) return ids;
  }
}

it('pages of a text match are those of the whole list, in every order, for records and deleted ones', async () => {
  const sorts = [
    'name',
    '-name',
    'createdAt',
    '-updatedAt',
    'employees',
    '-annualRevenue',
    'website',
    'city',
    'id',
  ];
  for (const deleted of [false, true]) {
    const all = (await call('POST', '/accounts/query', { limit: 200, deleted })).body.data;
    const names = new Map<string, string>(all.map((r: any) => [r.id, normalizeText(r.name)]));
    expect(names.size).toBe(deleted ? 14 : 26);
    for (const sort of sorts) {
      const order = await walk({ sort, deleted }, 200);
      for (const [op, value, holds] of [
        ['contains', 'ller', (name: string) => name.includes('ller')],
        ['startswith', 'MEI', (name: string) => name.startsWith('mei')],
        ['endswith', '3 gmbh', (name: string) => name.endsWith('3 gmbh')],
        ['contains', 'nothing', () => false],
      ] as const) {
        const filter = { field: 'name', op, value };
        const expected = order.filter((id) => holds(names.get(id)!));
        for (const limit of [1, 4, 200])
          expect({ sort, deleted, value, limit, ids: await walk({ sort, deleted, filter }, limit) }).toEqual({
            sort,
            deleted,
            value,
            limit,
            ids: expected,
          });
      }
    }
  }
});
