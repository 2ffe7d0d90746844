import { type Condition } from '@pellucid/conditions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MergeWorld } from '../testing/merge-world.js';

/* A company's field that refers to one record of any of several objects, perhaps in a role. */

const FIELD = 'custom.payer';

let first: MergeWorld;
let world: MergeWorld;
let acme: any;
let globex: any;
let sales: any;

interface Link {
  object: string;
  id: string;
  role?: string;
}

const to = ({ id }: { id: string }, object = 'account', role?: string): Link => ({
  object,
  id,
  ...(role ? { role } : {}),
});
const call = (method: string, url: string, body?: unknown, who = world.tenant) =>
  world.call(method, url, body, who);
const note = (payer: unknown): Promise<any> => world.create('/notes', { custom: { payer } });
const read = (id: string) => world.read(`/notes/${id}`);
const payerOf = async (id: string) => (await read(id)).custom.payer;
const write = (id: string, payer: unknown) => call('PATCH', `/notes/${id}`, { custom: { payer } });
const named = (link: Link, name: string) => ({ ...link, name });

beforeAll(async () => {
  first = await MergeWorld.start();
});
afterAll(() => first.engine.close());
beforeEach(async () => {
  world = await first.another();
  await world.engine.defineField(world.tenant, {
    object: 'note',
    name: 'payer',
    type: 'anyReference',
    settings: { linksTo: ['account', 'team'], options: [{ value: 'Guarantor', label: 'Guarantor' }] },
  });
  acme = await world.account({ name: 'Acme' });
  globex = await world.account({ name: 'Globex' });
  sales = await world.create('/teams', { name: 'Sales' });
});

describe('a reference to a record of several objects', () => {
  it('is read back as it was written, with the object and the name, and changes to another object', async () => {
    const made = await note(to(acme, 'account', 'Guarantor'));
    expect(made.custom.payer).toEqual(named(to(acme, 'account', 'Guarantor'), 'Acme'));
    expect(await read(made.id)).toEqual(made);
    const list = { filter: { field: 'name', op: 'eq', value: made.name } };
    expect((await call('POST', '/notes/query', list)).body.data).toEqual([made]);
    const changed = (await write(made.id, to(sales, 'team'))).body;
    expect(changed.custom.payer).toEqual(named(to(sales, 'team'), 'Sales'));
    const [event] = (await call('GET', `/notes/${made.id}/history`)).body.data;
    expect(event.changes[FIELD]).toEqual({ before: made.custom.payer, after: changed.custom.payer });
    expect((await world.read(`/notes/${made.id}/as-of?version=1`)).custom.payer).toEqual(made.custom.payer);
    expect((await write(made.id, changed.custom.payer)).body.version).toBe(changed.version);
    expect((await write(made.id, null)).body.custom.payer).toBeNull();
    const { rows } = await world.engine.admin.query('select from record_link where from_id = $1', [made.id]);
    expect(rows).toEqual([]);
  });

  it('is refused to other objects, to records that are missing, and as a list', async () => {
    const codes = async (payer: unknown) =>
      (await call('POST', '/notes', { name: 'Refused', custom: { payer } })).body.errors.map(
        ({ pointer, code }: any) => [pointer, code],
      );
    const member = { id: world.tenant.memberId };
    expect(await codes(to(member, 'member'))).toEqual([['/custom/payer', 'wrongObject']]);
    expect(await codes(to(acme, 'team'))).toEqual([['/custom/payer', 'referenceMissing']]);
    expect(await codes([to(acme)])).toEqual([['/custom/payer', 'wrongType']]);
    expect(await codes(to(acme, 'account', 'Nobody'))).toEqual([['/custom/payer', 'notAnOption']]);
  });

  it('is found by the record, in a role, by the role, and by having none', async () => {
    const notes = [
      await note(to(acme)),
      await note(to(acme, 'account', 'Guarantor')),
      await note(to(sales, 'team', 'Guarantor')),
      await note(null),
    ].map(({ id }) => id);
    const found = async (condition: Partial<Condition>) => {
      const filter = { field: FIELD, ...condition };
      const { body } = await call('POST', '/notes/query', { filter, sort: 'createdAt' });
      return body.data.map(({ id }: any) => notes.indexOf(id));
    };
    expect(await found({ op: 'eq', value: to(acme) } as any)).toEqual([0, 1]);
    expect(await found({ op: 'neq', value: to(acme) } as any)).toEqual([2, 3]);
    expect(await found({ op: 'eq', value: to(acme, 'account', 'Guarantor') } as any)).toEqual([1]);
    expect(await found({ op: 'in', value: [{ role: 'Guarantor' }] } as any)).toEqual([1, 2]);
    expect(await found({ op: 'nin', value: [{ role: 'Guarantor' }] } as any)).toEqual([0, 3]);
    expect(await found({ op: 'exists' } as any)).toEqual([0, 1, 2]);
    expect(await found({ op: 'exists', value: false } as any)).toEqual([3]);
  });

  it('follows merges and deletions, and comes back when they are undone', async () => {
    const { id } = await note(to(globex, 'account', 'Guarantor'));
    const before = await world.contents();
    const merge = await world.merge(acme, [globex]);
    expect(await payerOf(id)).toEqual(named(to(acme, 'account', 'Guarantor'), 'Acme'));
    await world.undo('merge', merge);
    expect(await world.contents()).toEqual(before);
    expect((await call('DELETE', `/accounts/${globex.id}`)).status).toBe(409);
    expect((await call('DELETE', `/accounts/${globex.id}?referrers=unlink`)).status).toBe(204);
    expect(await payerOf(id)).toBeNull();
    expect((await call('POST', `/accounts/${globex.id}/restore`)).status).toBe(200);
    expect(await payerOf(id)).toEqual(named(to(globex, 'account', 'Guarantor'), 'Globex'));
  });
});
