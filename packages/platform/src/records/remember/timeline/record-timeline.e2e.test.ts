import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, type Rights, startEngine } from '../../testing/engine-app.js';
import { mergeRequest } from '../../testing/merge-world.js';
import { createVisits, timelineDescriptors } from '../../testing/sample-visit.js';

/* The timeline of a record: its sources, what belongs together, its pages, and what its readers may know. */

let engine: EngineApp;
let tenant: EngineTenant;

const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();

const call = (method: string, url: string, body?: unknown, who = tenant) =>
  engine.call(who, method, url, body);
let made = 0;
async function create(path: string, values: object = {}, who = tenant): Promise<any> {
  const answer = await call('POST', path, { name: `Record ${++made}`, ...values }, who);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
async function change(path: string, values: object, who = tenant): Promise<void> {
  const answer = await call('PATCH', path, values, who);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}
const about = (account: { id: string }) => ({ about: [{ object: 'account', id: account.id }] });
async function page(account: { id: string }, query = '', who = tenant): Promise<any> {
  const answer = await call('GET', `/accounts/${account.id}/timeline${query}`, undefined, who);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
/** What an entry says: the verbs of its events with the records' names, or the name of its record. */
const said = (entry: any): string =>
  entry.record
    ? `${entry.kind}: ${entry.record.name}`
    : `${entry.kind}: ${entry.events.map((event: any) => event.verb).join(', ')}`;
const told = async (account: { id: string }, query = '', who = tenant): Promise<string[]> =>
  (await page(account, query, who)).data.map(said);

/** Changes of the same person to one record are one entry, so others come in between. */
async function addVisits(account: { id: string }, count: number): Promise<any[]> {
  const visits: any[] = [];
  for (let n = 0; n < count; n++) visits.push(await create('/visits', about(account)));
  return visits;
}

const may = (object: string, actions: string[], scope: 'all' | 'own' = 'all'): Rights['permissions'] =>
  actions.map((action) => ({ object, action, scope }));
const everything = (...objects: string[]): Rights => ({
  permissions: objects.flatMap((object) => may(object, ['read', 'create', 'update'])),
  fields: objects.map((object) => ({ object, field: '*', access: 'edit' })),
});

beforeAll(async () => {
  engine = await startEngine(timelineDescriptors);
  await createVisits(engine);
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

describe('the sources of a timeline', () => {
  it('are its own changes, what is about it, and what happens to what belongs to it, newest first', async () => {
    const account = await create('/accounts', { city: 'Bern' });
    const visit = await create('/visits', { ...about(account), startsAt: inHours(-1), notes: 'A talk.' });
    const contract = await create('/contracts', { account: account.id });
    await change(`/contracts/${contract.id}`, { color: 'red' });
    await change(`/accounts/${account.id}`, { city: 'Rome' });
    const { data, kinds, page: end } = await page(account);
    expect(data.map(said)).toEqual([
      'changes: updated',
      'contract: created',
      'changes: created',
      `visit: ${visit.name}`,
    ]);
    expect(data[0].events[0].changes).toEqual({ city: { before: 'Bern', after: 'Rome' } });
    expect(data[1].events[0].record).toEqual({ id: contract.id, name: contract.name });
    expect(data[3].at).toBe(visit.startsAt);
    expect(data[3].record).toMatchObject({ id: visit.id, notes: 'A talk.' });
    expect(data[3].record.createdBy).toMatchObject({ name: 'Ada Admin' });
    expect(kinds).toEqual(['changes', 'visit', 'contract']);
    expect(end).toEqual({ nextCursor: null, hasMore: false });
  });

  it('say what is planned, the next first, apart from what was', async () => {
    const account = await create('/accounts');
    const later = await create('/visits', { ...about(account), startsAt: inHours(48) });
    const next = await create('/visits', { ...about(account), startsAt: inHours(2) });
    const { data, upcoming } = await page(account, '?kinds=visit');
    expect(data).toEqual([]);
    expect(upcoming.map(said)).toEqual([next, later].map(({ name }) => `visit: ${name}`));
    expect((await page(account, '?kinds=changes')).upcoming).toEqual([]);
  });

  it('follow what moves, is deleted and comes back', async () => {
    const [account, other] = [await create('/accounts'), await create('/accounts')];
    const [visit] = await addVisits(account, 1);
    const contract = await create('/contracts', { account: account.id });
    await change(`/visits/${visit.id}`, about(other));
    expect(await told(other)).toEqual([`visit: ${visit.name}`, 'changes: created']);
    expect(await told(account)).toEqual(['contract: created', 'changes: created']);
    expect((await call('DELETE', `/visits/${visit.id}`)).status).toBeLessThan(300);
    expect(await told(other)).toEqual(['changes: created']);
    expect((await call('POST', `/visits/${visit.id}/restore`)).status).toBe(200);
    expect(await told(other, '?kinds=visit')).toEqual([`visit: ${visit.name}`]);
    await call('DELETE', `/contracts/${contract.id}`);
    expect(await told(account, '?kinds=contract')).toEqual(['contract: deleted', 'contract: created']);
  });

  it('of a deleted record are still there, of one that does not exist are not', async () => {
    const account = await create('/accounts');
    await call('DELETE', `/accounts/${account.id}`);
    expect(await told(account)).toEqual(['changes: deleted', 'changes: created']);
    const answer = await call('GET', '/accounts/01900000-0000-7000-8000-000000000000/timeline');
    expect(answer.status).toBe(404);
  });

  it('follow a merge, which names the record that was merged', async () => {
    const [kept, gone] = [await create('/accounts'), await create('/accounts', { city: 'Oslo' })];
    const [visit] = await addVisits(gone, 1);
    const merge = await call('POST', '/accounts/merge', mergeRequest(kept, [gone]));
    expect(merge.status, JSON.stringify(merge.body)).toBe(200);
    const { data } = await page(kept);
    expect(data.map(said)).toEqual(['changes: merged', `visit: ${visit.name}`, 'changes: created']);
    expect(data[0].events[0].mergedWith).toEqual([{ id: gone.id, name: gone.name }]);
  });

  it('are there for objects of the company as well', async () => {
    await engine.defineObject(tenant, { name: 'site', plural: 'sites' });
    const site = await create('/sites', { name: 'North' });
    await change(`/sites/${site.id}`, { name: 'South' });
    const { body } = await call('GET', `/sites/${site.id}/timeline`);
    expect(body.data.map(said)).toEqual(['changes: updated', 'changes: created']);
    expect(body.data[0].events[0]).toMatchObject({ object: 'site', record: { id: site.id, name: 'South' } });
  });
});

describe('entries that belong together', () => {
  it('are everyday changes of one person that follow each other', async () => {
    const account = await create('/accounts', { city: 'Bern' });
    const colleague = await engine.person(tenant, everything('account'));
    await change(`/accounts/${account.id}`, { city: 'Rome' });
    await change(`/accounts/${account.id}`, { country: 'IT' });
    await change(`/accounts/${account.id}`, { phone: '+41310000000' }, colleague);
    await change(`/accounts/${account.id}`, { city: 'Milan' });
    await addVisits(account, 1);
    await change(`/accounts/${account.id}`, { country: 'CH' });
    expect(await told(account, '?kinds=changes')).toEqual([
      'changes: updated, updated',
      'changes: updated',
      'changes: updated, updated',
      'changes: created',
    ]);
    // A visit in between separates them.
    expect((await told(account)).filter((text) => text.startsWith('changes'))).toHaveLength(5);
  });

  it('are what one request did to several records', async () => {
    const account = await create('/accounts');
    await engine.as(tenant, () =>
      engine.records.create('contract', [
        { name: 'One', account: account.id },
        { name: 'Two', account: account.id },
      ]),
    );
    const { data } = await page(account, '?kinds=contract');
    expect(data).toHaveLength(1);
    expect(data[0].events.map((event: any) => event.record.name).sort()).toEqual(['One', 'Two']);
  });
});

describe('the pages of a timeline', () => {
  it('join without gaps and repetitions, whatever the size, while entries arrive', async () => {
    const account = await create('/accounts');
    for (let n = 0; n < 3; n++) {
      await addVisits(account, 2);
      await create('/contracts', { account: account.id });
      await create('/visits', { ...about(account), startsAt: inHours(-n - 1) });
      await change(`/accounts/${account.id}`, { city: `City ${n}` });
    }
    const whole = await page(account, '?limit=100');
    expect(whole.data).toHaveLength(16);
    for (const limit of [1, 3, 5]) {
      const read: any[] = [];
      let cursor = '';
      for (let pages = 0; pages < 30; pages++) {
        const next = await page(account, `?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        read.push(...next.data);
        if (!next.page.hasMore) break;
        expect(next.data).toHaveLength(limit);
        cursor = next.page.nextCursor;
        // What arrives above doesn't move what follows.
        if (pages === 0) await create('/contracts', { account: account.id });
      }
      const first = read[0].id;
      const from = (await page(account, '?limit=100')).data;
      const at = from.findIndex((entry: any) => entry.id === first);
      expect(read.map(({ id }) => id)).toEqual(from.slice(at).map(({ id }: any) => id));
    }
  });

  it('can be filtered by kind and by person', async () => {
    const account = await create('/accounts', { city: 'Bern' });
    const colleague = await engine.person(tenant, everything('account', 'visit', 'contract'));
    const visit = await create('/visits', about(account), colleague);
    await change(`/accounts/${account.id}`, { city: 'Rome' }, colleague);
    await create('/contracts', { account: account.id });
    const people = `people=${colleague.memberId}`;
    expect(await told(account, `?${people}`)).toEqual(['changes: updated', `visit: ${visit.name}`]);
    expect(await told(account, `?${people}&kinds=visit`)).toEqual([`visit: ${visit.name}`]);
    expect(await told(account, '?kinds=contract,visit')).toEqual([
      'contract: created',
      `visit: ${visit.name}`,
    ]);
  });

  it('refuse other kinds, and cursors of other timelines', async () => {
    const [account, other] = [await create('/accounts'), await create('/accounts')];
    await addVisits(account, 2);
    const { nextCursor } = (await page(account, '?limit=1')).page;
    const refused = async (url: string) => {
      const { status, body } = await call('GET', url);
      return [status, body.code];
    };
    expect(await refused(`/accounts/${account.id}/timeline?kinds=team`)).toEqual([400, 'invalidKind']);
    const cursor = encodeURIComponent(nextCursor);
    expect(await refused(`/accounts/${other.id}/timeline?cursor=${cursor}`)).toEqual([400, 'invalidCursor']);
    expect(await refused(`/accounts/${account.id}/timeline?kinds=visit&cursor=${cursor}`)).toEqual([
      400,
      'invalidCursor',
    ]);
  });
});

describe('what readers may know', () => {
  /** Somebody who reads everything except for a field. */
  const readerWithout = (object: string, field: string, access: 'hidden' | 'mask' = 'hidden') => {
    const rights = everything('account', 'visit', 'contract');
    return engine.person(tenant, { ...rights, fields: [...rights.fields!, { object, field, access }] });
  };

  it('leaves out changes of fields that they do not see, and keeps pages full', async () => {
    const account = await create('/accounts', { city: 'Bern' });
    const blind = await readerWithout('account', 'city');
    for (let n = 0; n < 30; n++) {
      await change(`/accounts/${account.id}`, n % 10 === 9 ? { phone: `+4131000000${n}` } : { city: `${n}` });
      if (n % 10 === 9) await addVisits(account, 1);
    }
    const own = ['changes: updated', 'changes: updated', 'changes: updated', 'changes: created'];
    expect(await told(account, '?kinds=changes&limit=4', blind)).toEqual([
      'changes: updated, updated, updated',
      'changes: created',
    ]);
    expect((await told(account, '', blind)).filter((text) => text.startsWith('changes'))).toEqual(own);
    expect(JSON.stringify(await page(account, '?limit=100', blind))).not.toContain('Bern');
  });

  it('leaves out what leads here by a field that they do not see, and verbs that tell one', async () => {
    const account = await create('/accounts');
    await addVisits(account, 1);
    const contract = await create('/contracts', { account: account.id });
    await engine.as(tenant, () =>
      engine.records.writer.write('contract', 'update', [{ id: contract.id, values: { color: 'red' } }], {
        verb: 'signed',
      }),
    );
    expect(await told(account, '?kinds=contract')).toEqual(['contract: signed', 'contract: created']);
    const noColor = await readerWithout('contract', 'color');
    expect(await told(account, '?kinds=contract', noColor)).toEqual(['contract: created']);
    expect((await page(account, '', await readerWithout('contract', 'account'))).kinds).toEqual([
      'changes',
      'visit',
    ]);
    expect((await page(account, '', await readerWithout('visit', 'about'))).kinds).toEqual([
      'changes',
      'contract',
    ]);
  });

  it('names the record only to those who see its name', async () => {
    const account = await create('/accounts', { name: 'Secret Ltd' });
    const noName = await readerWithout('account', 'name');
    expect((await page(account)).data[0].events[0].record.name).toBe('Secret Ltd');
    const { data } = await page(account, '', noName);
    expect(data[0].events[0].record).toEqual({ id: account.id, name: '' });
    expect(JSON.stringify(data)).not.toContain('Secret');
  });

  it('places records whose time they do not see where they were made', async () => {
    const account = await create('/accounts');
    const visit = await create('/visits', { ...about(account), startsAt: inHours(24) });
    const noTime = await readerWithout('visit', 'startsAt', 'mask');
    const { data, upcoming } = await page(account, '?kinds=visit', noTime);
    expect(upcoming).toEqual([]);
    expect(data.map(({ at }: any) => at)).toEqual([visit.createdAt]);
  });

  it('leaves out records out of their sight, and objects that they may not read', async () => {
    const account = await create('/accounts');
    const owner = await engine.person(tenant, {
      permissions: [...may('account', ['read']), ...may('contract', ['read', 'create'], 'own')],
      fields: everything('account', 'contract').fields!,
    });
    await create('/contracts', { account: account.id });
    await addVisits(account, 1);
    const own = await create('/contracts', { account: account.id }, owner);
    const { data, kinds } = await page(account, '', owner);
    expect(data.map(said)).toEqual(['contract: created', 'changes: created']);
    expect(data[0].events[0].record.id).toBe(own.id);
    expect(kinds).toEqual(['changes', 'contract']);
  });
});
