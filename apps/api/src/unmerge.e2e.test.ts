/** A merge that is undone leaves the company's records, links, redirects and shares as they were before it. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { MergedCompany } from './testing/merged-company.js';

let api: TestApi;
let company: TestCompany;
let owner: pg.Client;
let merged: MergedCompany;

beforeAll(async () => {
  api = await sharedApi();
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  company = await registerCompany(api);
  merged = new MergedCompany(api, company, owner);
});
afterAll(() => owner?.end());

const call = (...args: Parameters<MergedCompany['call']>) => merged.call(...args);
const made = (...args: Parameters<MergedCompany['made']>) => merged.made(...args);
const merge = async (...args: Parameters<MergedCompany['merge']>) => (await merged.merge(...args)).id;
const undo = (id: string) => merged.undo(id);
const contents = () => merged.contents();

describe('undoing a merge', () => {
  test('of accounts brings back links with roles and primary contacts, deals, subsidiaries, tags and redirects', async () => {
    const tag = await made('/tags', { name: 'Hot' });
    const [gone, kept, other, older] = [
      await made('/accounts', { name: 'Acme Corp.', tags: [tag.id] }),
      await made('/accounts', { name: 'ACME' }),
      await made('/accounts', { name: 'Globex' }),
      await made('/accounts', { name: 'Acme Old' }),
    ];
    await merge('/accounts', gone, [older]);
    await made('/contacts', { lastName: 'Kept', account: kept.id });
    const moved = await made('/contacts', { lastName: 'Moved', account: gone.id, role: 'Buyer' });
    const both = await made('/contacts', { lastName: 'Both', account: kept.id, role: 'Boss' });
    await call('PUT', `/accounts/${other.id}/contacts/${moved.id}`, { role: 'Adviser' });
    await call('PUT', `/accounts/${gone.id}/contacts/${both.id}`, { role: 'Owner' });
    await made('/opportunities', { name: 'Deal', account: gone.id });
    await made('/accounts', { name: 'Daughter', parent: gone.id });
    const before = await contents();
    const id = await merge('/accounts', kept, [gone]);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(308);
    expect((await undo(id)).conflicts).toEqual([]);
    expect(await contents()).toEqual(before);
    expect((await call('GET', `/accounts/${older.id}`)).headers['location']).toContain(gone.id);
  });

  test('of records of an object that the company made brings back values, references both ways and links', async () => {
    const words = { name: 'boat', plural: 'boats', label: 'Boat', pluralLabel: 'Boats' };
    await made('/custom-objects', words);
    const field = (object: string, name: string, more: object) =>
      made('/custom-fields', { object, name, label: name, ...more });
    await field('boat', 'home', { type: 'reference', references: 'account' });
    await field('boat', 'sister', { type: 'reference', references: 'boat' });
    await field('boat', 'crew', { type: 'links', linksTo: ['contact', 'boat'] });
    await field('boat', 'code', { type: 'text', unique: true });
    await field('account', 'flagship', { type: 'reference', references: 'boat' });
    await field('account', 'fleet', {
      type: 'links',
      linksTo: ['boat'],
      options: [{ value: 'Leased', label: 'Leased' }],
    });
    const harbour = await made('/accounts', { name: 'Harbour' });
    const ann = await made('/contacts', { lastName: 'Ann' });
    const [kept, gone] = [
      await made('/boats', { name: 'Kept', custom: { code: 'K', home: harbour.id } }),
      await made('/boats', {
        name: 'Gone',
        custom: { code: 'G', crew: [{ object: 'contact', id: ann.id }] },
      }),
    ];
    await made('/boats', {
      name: 'Third',
      custom: { sister: gone.id, crew: [{ object: 'boat', id: gone.id }] },
    });
    const account = await made('/accounts', {
      name: 'Owner',
      custom: { flagship: gone.id, fleet: [{ object: 'boat', id: gone.id, role: 'Leased' }] },
    });
    const before = await contents();
    const values = { 'custom.code': { from: gone.id }, 'custom.crew': { unite: true } };
    const { id, preview } = await merged.merge('/boats', kept, [gone], values);
    expect(preview.moves.map(({ object }: any) => object).sort()).toContain('account');
    const stays = await merged.read(`/boats/${kept.id}`);
    expect([stays.custom.code, stays.custom.crew.length]).toEqual(['G', 1]);
    const { custom } = await merged.read(`/accounts/${account.id}`);
    expect([custom.flagship.id, custom.fleet]).toEqual([
      kept.id,
      [{ object: 'boat', id: kept.id, role: 'Leased', name: 'Kept' }],
    ]);
    expect((await call('GET', `/boats/${gone.id}`)).headers['location']).toContain(kept.id);
    expect((await undo(id)).conflicts).toEqual([]);
    expect(await contents()).toEqual(before);
  });

  test('of products brings lines back to theirs', async () => {
    const [gone, kept] = [
      await made('/products', { name: `Product ${crypto.randomUUID()}` }),
      await made('/products', { name: `Product ${crypto.randomUUID()}` }),
    ];
    const line = (product: { id: string }) => ({ product: product.id, quantity: 2, unitPrice: '10.00' });
    await made('/opportunities', { name: 'First', lines: [line(gone), line(kept)] });
    const before = await contents();
    await undo(await merge('/products', kept, [gone]));
    expect(await contents()).toEqual(before);
  });

  test('brings shares back exactly, also two with the same person that became one', async () => {
    const people = await TestPeople.of(api.database, api, company);
    const role = await people.role({
      permissions: ['read', 'update'].map((action) => ({ object: 'account', action, scope: 'own' as const })),
    });
    const [gone, kept] = [
      await made('/accounts', { name: 'Acme' }),
      await made('/accounts', { name: 'ACME' }),
    ];
    const [soon, later] = ['2040-01-01T00:00:00.000Z', '2041-01-01T00:00:00.000Z'];
    const pairs: [gone: [string, string?], kept?: [string, string?]][] = [
      [['edit'], ['read']],
      [['read'], ['edit']],
      [
        ['read', later],
        ['read', soon],
      ],
      [['read', soon], ['read']],
      [
        ['edit', soon],
        ['read', later],
      ],
      [['read']],
    ];
    const grantees: string[] = [];
    for (const _ of pairs) grantees.push((await people.colleague([role])).memberId);
    await people.settle();
    await people.end();
    for (const [n, [ofGone, ofKept]] of pairs.entries())
      for (const [record, share] of [
        [gone, ofGone],
        [kept, ofKept],
      ] as const)
        if (share)
          await made('/shares', {
            object: 'account',
            record: record.id,
            grantee: { kind: 'member', id: grantees[n] },
            access: share[0],
            ...(share[1] ? { until: share[1] } : {}),
          });
    const before = await contents();
    const id = await merge('/accounts', kept, [gone]);
    const { data } = (await call('GET', `/shares?object=account&record=${kept.id}`)).body;
    const held = new Map(data.map((each: any) => [each.grantee.id, [each.access, each.until]]));
    expect(grantees.map((each) => held.get(each))).toEqual([
      ['edit', null],
      ['edit', null],
      ['read', later],
      ['read', null],
      ['edit', soon],
      ['read', null],
    ]);
    await undo(id);
    expect(await contents()).toEqual(before);
  });
});
