import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testApi } from './testing/api-process.js';
import { OpenSearchStandIn } from './testing/opensearch-stand-in.js';
import { SearchStage } from './testing/search-stage.js';
import { sharedWorkingApi, workerBeside, type WorkingApi } from './testing/worker-in-process.js';

/*
 * What the search finds, in which order, and how it follows changes: the same with each engine.
 */

let openSearch: OpenSearchStandIn | undefined;
let database: TestDatabase | undefined;
let own: WorkingApi | undefined;

/** An API whose installation has an OpenSearch. */
async function apiWithOpenSearch(): Promise<WorkingApi> {
  openSearch = await OpenSearchStandIn.start();
  database = await testDatabase();
  const api = await testApi(database, [], undefined, { PELLUCID_OPENSEARCH_URL: openSearch.url });
  own = { ...api, worker: await workerBeside(api) };
  return own;
}
afterAll(async () => {
  await own?.worker.close();
  await own?.close();
  await database?.drop();
  await openSearch?.stop();
});

describe.each([
  ['postgres', sharedWorkingApi],
  ['opensearch', apiWithOpenSearch],
] as const)('with %s', (engine, api) => {
  let stage: SearchStage;
  const call: SearchStage['call'] = (...given) => stage.call(...given);
  const made: SearchStage['made'] = (...given) => stage.made(...given);
  const search: SearchStage['search'] = (...given) => stage.search(...given);
  const ids: SearchStage['ids'] = (...given) => stage.ids(...given);
  const indexed = () => stage.indexed();

  beforeAll(async () => {
    stage = await SearchStage.of(await api());
    expect((await call('PATCH', '/settings', { locale: 'de-DE', baseCurrency: 'EUR' })).status).toBe(200);
    if (engine === 'opensearch')
      await stage.people.sql(
        `update tenant_setting set feature_flags = '{"opensearch_enabled": true}' where tenant_id = $1`,
        [stage.company.tenantId],
      );
    await stage.people.settle();
    await stage.ready();
  });
  afterAll(() => stage?.end());

  describe('words', () => {
    let account: string;
    let contact: string;
    beforeAll(async () => {
      account = await made('/accounts', {
        name: 'Müller & Söhne Maschinenbau GmbH',
        website: 'https://www.mueller-soehne.example',
        phone: '0171/234 56-78',
        city: 'Köln',
      });
      contact = await made('/contacts', {
        firstName: 'Anna-Lena',
        lastName: "O'Brien",
        email: 'anna.obrien@acme-werke.example',
        account,
        externalId: 'CUST-000123',
      });
    });

    test.each([
      ['a beginning', 'masch', 'account'],
      ['words in any order', 'sohne mull', 'account'],
      ['umlauts as typed', 'Müller', 'account'],
      ['umlauts spelt out', 'Mueller Soehne', 'account'],
      ['umlauts without dots', 'muller', 'account'],
      ['a city', 'köln', 'account'],
      ['a letter too few', 'Maschinnbau', 'account'],
      ['swapped letters', 'Mlüler', 'account'],
      ['a wrong letter', 'Maschimenbau', 'account'],
      ['a phone number as typed', '0171/234 56-78', 'account'],
      ['a phone number in the notation of the world', '+49 171 2345678', 'account'],
      ['the end of a phone number', '45678', 'account'],
      ['a host name', 'mueller-soehne.example', 'account'],
      ['a name with an apostrophe', "o'brien", 'contact'],
      ['a name without its apostrophe', 'obrien', 'contact'],
      ['part of an e-mail address', 'acme-werke', 'contact'],
      ['a whole e-mail address', 'anna.obrien@acme-werke.example', 'contact'],
      ['a key of another system', 'CUST-000123', 'contact'],
      ['a key without its zeros', '123', 'contact'],
      ['the name of a referenced record', 'soehne anna', 'contact'],
    ])('finds %s: %s', async (_, q, whose) => {
      expect(await ids(q)).toContain(whose === 'account' ? account : contact);
      await indexed();
      expect(await ids(q)).toContain(whose === 'account' ? account : contact);
    });

    test('finds the id of a record', async () => {
      expect(await ids(account)).toEqual([account]);
    });

    test.each([
      ['xylophon'],
      ['müller anna-lotte'],
      ['+49 171 2345679'],
      ["'"],
      ['  '],
      ['\\'],
      ["x' | 'b:*"],
    ])('does not find %s', async (q) => {
      const found = await ids(q);
      expect(found).not.toContain(account);
      expect(found).not.toContain(contact);
    });

    test.each([
      ['東京電力株式会社', '電力'],
      ['東京電力株式会社', '東京電'],
      ['ソニーグループ', 'グループ'],
      ['شركة النور للتجارة', 'النور'],
      ['Газпром Нефть', 'газпр нефть'],
      ['Εταιρεία Ωμέγα', 'ωμεγα'],
      ['한국전력공사', '한국전'],
      ['हिन्दी संस्थान', 'संस्थान'],
      ['บริษัทไทย', 'ไทย'],
    ])('finds %s by %s', async (name, q) => {
      const id = await made('/accounts', { name });
      expect(await ids(q)).toContain(id);
      await indexed();
      expect(await ids(q)).toContain(id);
    });

    test('finds amounts in any notation', async () => {
      const id = await made('/opportunities', {
        name: 'Amounting',
        account,
        amount: '12500.50',
        currency: 'EUR',
      });
      for (const q of ['12500.5', '12.500,50', '12,500.50', "12'500.50", '12 500,50 €'])
        expect([q, await ids(q)]).toEqual([q, [id]]);
      expect(await ids('12500.51')).toEqual([]);
    });
  });

  describe('order', () => {
    test('whole words come before beginnings, names before other fields, own and late ones first', async () => {
      const beginning = await made('/accounts', { name: 'Zebrafisch' });
      const whole = await made('/accounts', { name: 'Zebra' });
      const city = await made('/accounts', { name: 'Elsewhere', city: 'Zebra' });
      expect(await ids('zebra')).toEqual([whole, beginning, city]);
      await indexed();
      expect(await ids('zebra')).toEqual([whole, beginning, city]);
    });

    test('pages continue where they ended, and counts are those of all hits', async () => {
      const all = new Set<string>();
      for (let n = 0; n < 7; n++) all.add(await made('/accounts', { name: `Quagga ${n}` }));
      for (let n = 0; n < 3; n++) all.add(await made('/contacts', { lastName: `Quagga ${n}` }));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await search('quagga', { limit: '4', ...(cursor ? { cursor } : {}) });
        if (!cursor) expect(page.counts).toMatchObject({ account: { value: 7, capped: false } });
        seen.push(...page.data.map(({ id }: { id: string }) => id));
        cursor = page.page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toHaveLength(10);
      expect(new Set(seen)).toEqual(all);
      expect((await search('quagga', { objects: 'contact' })).data).toHaveLength(3);
      expect((await call('GET', '/search?q=quagga&objects=nothing')).status).toBe(404);
    });
  });

  describe('changes', () => {
    test('a deleted record is gone at once, a restored one is back, a renamed one has its new name', async () => {
      const id = await made('/accounts', { name: 'Okapi' });
      await indexed();
      await call('DELETE', `/accounts/${id}`);
      expect(await ids('okapi')).toEqual([]);
      await call('POST', `/accounts/${id}/restore`);
      expect(await ids('okapi')).toEqual([id]);
      await call('PATCH', `/accounts/${id}`, { name: 'Tapir' });
      expect([await ids('okapi'), await ids('tapir')]).toEqual([[], [id]]);
      await indexed();
      expect([await ids('okapi'), await ids('tapir')]).toEqual([[], [id]]);
    });

    test('records follow the names of those they refer to', async () => {
      const account = await made('/accounts', { name: 'Pangolin' });
      const contact = await made('/contacts', { lastName: 'Referrer', account });
      await indexed();
      expect(await ids('pangolin', { objects: 'contact' })).toEqual([contact]);
      await call('PATCH', `/accounts/${account}`, { name: 'Armadillo' });
      await eventually(
        async () => (await ids('armadillo', { objects: 'contact' })).length === 1 || undefined,
      );
      expect(await ids('pangolin')).toEqual([]);
    });

    test('after an erasure nothing of the person is left in the index', async () => {
      const id = await made('/contacts', {
        firstName: 'Vicuña',
        lastName: 'Erasable',
        email: 'vicuna@example.com',
      });
      await indexed();
      const answer = await call('POST', `/audit/erasures`, {
        object: 'contact',
        id,
        reason: 'asked by the person',
      });
      expect(answer.status).toBe(200);
      expect(await ids('vicuna')).toEqual([]);
      await indexed();
      const { rows } = await stage.owner.query(
        'select lexemes::text as text, typos from search_document where record_id = $1',
        [id],
      );
      const contents = engine === 'postgres' ? JSON.stringify(rows) : openSearch!.contents();
      expect(contents).not.toMatch(/vicuna|erasab/);
      expect(contents).toContain(engine === 'postgres' ? id.replaceAll('-', '') : id);
    });
  });

  test('the documents are in this engine only', async () => {
    const id = await made('/accounts', { name: 'Saola' });
    await indexed();
    const { rows } = await stage.owner.query('select 1 from search_document where record_id = $1', [id]);
    expect(rows).toHaveLength(engine === 'postgres' ? 1 : 0);
    if (engine === 'opensearch') {
      expect(openSearch!.contents()).toContain(id);
      expect(openSearch!.requests.get('POST _search')).toBeGreaterThan(50);
    }
  });
});
