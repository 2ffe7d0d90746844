import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SearchStage } from './testing/search-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

let stage: SearchStage;

beforeAll(async () => {
  stage = await SearchStage.of(await sharedWorkingApi());
  expect((await call('PATCH', '/settings', { locale: 'de-DE', baseCurrency: 'EUR' })).status).toBe(200);
  await stage.ready();
});
afterAll(() => stage?.end());

const call: SearchStage['call'] = (...given) => stage.call(...given);
const made: SearchStage['made'] = (...given) => stage.made(...given);
const search: SearchStage['search'] = (...given) => stage.search(...given);
const ids: SearchStage['ids'] = (...given) => stage.ids(...given);
const indexed = () => stage.indexed();

describe('explanations', () => {
  test('say which fields match and what the score is made of', async () => {
    const id = await made('/contacts', { lastName: 'Wombat', email: 'wombat@example.com' });
    const { data } = await search('wombat', { explain: 'true' });
    expect(data).toMatchObject([
      {
        id,
        title: 'Wombat',
        explanation: {
          fields: [
            { field: 'lastName', match: 'word' },
            { field: 'email', match: 'word' },
          ],
        },
      },
    ]);
    const { parts } = data[0].explanation;
    expect(parts.beginnings + parts.words + parts.recency + parts.own).toBeCloseTo(data[0].score, -1);
    expect(parts.own).toBe(80);
    expect((await search('wombat@ex')).data[0]).toMatchObject({
      field: 'email',
      snippet: 'wombat@example.com',
    });
  });

  test('say of a record why it is found or not', async () => {
    const id = await made('/accounts', { name: 'Numbat Holding' });
    const codes = async (q: string, record: string, more = {}) =>
      (await search(q, { record, ...more })).record.reasons.map(({ code }: { code: string }) => code);
    expect(await codes('numbat', `account/${id}`)).toEqual(['matchesWord']);
    expect(await codes('numbat xyz', `account/${id}`)).toEqual(['matchesWord', 'wordMissing']);
    expect(await codes('numbat', `contact/${id}`)).toEqual(['recordNotSeen']);
    expect(await codes('numbat', `account/${id}`, { objects: 'contact' })).toEqual(['objectNotSearched']);
    expect((await call('GET', '/search?q=a&record=account')).status).toBe(400);
  });
});

describe('the index', () => {
  test('is rebuilt from the records, with progress, while a second request is refused', async () => {
    const id = await made('/accounts', { name: 'Potto' });
    await indexed();
    const { tenantId } = stage.company;
    await stage.owner.query(`delete from search_document where record_id = $1`, [id]);
    await stage.owner.query(
      `insert into search_document (tenant_id, object, record_id, class, version, changed_at, lexemes, typos)
       values ($1, 'account', $2, 1, 1, now(), '', '{}')`,
      [tenantId, crypto.randomUUID()],
    );
    const started = await call('POST', '/search/rebuild');
    expect(started.status).toBe(202);
    const job = await eventually(async () => {
      const { body } = await call('GET', `/bulk-jobs/${started.body.id}`);
      return body.status === 'completed' ? body : undefined;
    });
    expect(job.counts.indexed).toBe(job.total);
    expect(job.total).toBeGreaterThan(0);
    expect(await ids('potto')).toEqual([id]);
    const { rows } = await stage.owner.query(
      `select (select count(*) from search_document where tenant_id = $1 and object = 'account') as documents,
              (select count(*) from account where tenant_id = $1 and deleted_at is null) as records`,
      [tenantId],
    );
    expect(rows[0].documents).toBe(rows[0].records);
  });

  test('follows hundreds of names that change at once by a few jobs, and by none where nobody has the names', async () => {
    const { tenantId } = stage.company;
    const done = async (body: unknown) => {
      const answer = await call('POST', '/accounts/bulk', body);
      expect([answer.status, answer.body.errors, answer.body.counts?.failed]).toEqual([
        200,
        undefined,
        undefined,
      ]);
      await indexed();
    };
    const jobs = async () => {
      const { rows } = await stage.owner.query(
        `select count(*)::int as n from job where tenant_id = $1 and name = 'search.follow-names'`,
        [tenantId],
      );
      return rows[0].n;
    };
    await done({ action: 'create', rows: Array.from({ length: 450 }, (_, n) => ({ name: `Quokka ${n}` })) });
    const before = await jobs();
    const filter = { field: 'name', op: 'contains', value: 'Quokka' };
    await done({
      action: 'update',
      filter,
      edits: [{ field: 'name', do: 'replaceText', find: 'Quokka', with: 'Wallaroo' }],
    });
    expect(await jobs()).toBe(before);

    const account = (await ids('wallaroo', { objects: 'account', limit: '1' }))[0]!;
    const contact = await made('/contacts', { lastName: 'Bilby', account });
    await done({
      action: 'update',
      filter: { ...filter, value: 'Wallaroo' },
      edits: [{ field: 'name', do: 'replaceText', find: 'Wallaroo', with: 'Bettong' }],
    });
    expect(await jobs()).toBeLessThan(before + 10);
    await stage.ready();
    expect(await ids('bettong bilby')).toEqual([contact]);
  });

  test('is read by its indexes, under row security, by the log-in of the product', async () => {
    const { tenantId } = stage.company;
    const code = tenantId.slice(-8);
    // Enough documents for a planner to prefer an index.
    await stage.owner.query(
      `insert into search_document (tenant_id, object, record_id, class, version, changed_at, lexemes, typos)
       select $1, 'account', gen_random_uuid(), 99, 1, now(), array_to_tsvector(array[$2 || md5(n::text)]), array[$2 || n]
         from generate_series(1, 4000) n`,
      [tenantId, code],
    );
    await stage.owner.query('analyze search_document');
    const admin = new pg.Client({ connectionString: stage.api.database.adminUrl });
    await admin.connect();
    const plans: string[] = [];
    admin.on('notice', ({ message }) => void plans.push(message ?? ''));
    try {
      await admin.query(`load 'auto_explain'`);
      await admin.query(`set auto_explain.log_min_duration = 0`);
      await admin.query(`set auto_explain.log_nested_statements = on`);
      await admin.query(`set client_min_messages = log`);
      await admin.query('set role pellucid_app');
      const planOf = async (typos: string | null) => {
        plans.length = 0;
        await admin.query('begin');
        await admin.query('select set_tenant($1)', [tenantId]);
        await admin.query(
          `select * from search_matches(array['account'], array[99]::smallint[], array[$1], array[$2], $1, $1, null, '{}', now(), '[]', '{}', null, null)`,
          [`'${code}c4ca':*`, typos],
        );
        await admin.query('commit');
        return plans.join();
      };
      const exact = await planOf(null);
      expect(exact).toContain('Bitmap Index Scan on search_document_lexemes_idx');
      // The words of a document begin with its tenant. Reading all documents of the tenant besides would cost more than the search.
      expect(exact).not.toContain('search_document_pkey');
      const tolerant = await planOf(`{"${code}7"}`);
      expect(tolerant).toContain('Bitmap Index Scan on search_document_lexemes_idx');
      expect(tolerant).toContain('Bitmap Index Scan on search_document_typos_idx');
    } finally {
      await admin.end();
      await stage.owner.query('delete from search_document where class = 99');
    }
  });
});
