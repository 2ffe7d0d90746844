import { RestateTextsHandler, TextFormsRepository } from '@pellucid/modules/tenancy/testing';
import { AccessDirectory } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { PlatformPool, TransactionWatch, UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobBatches } from '@pellucid/platform/jobs';
import { createLogger } from '@pellucid/platform/observability';
import { RecordRegistry, RecordService, textFormOf } from '@pellucid/platform/records';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { uninterruptedRun } from './testing/uninterrupted-run.js';

let api: TestApi;
let company: TestCompany;
let admin: pg.Client;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  admin = new pg.Client({ connectionString: api.database.adminUrl });
  await admin.connect();
});
afterAll(() => admin?.end());

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
const made = async (path: string, body: unknown) => {
  const answer = await call('POST', path, body);
  expect([answer.status, answer.body.errors ?? answer.body.detail]).toEqual([201, undefined]);
  return answer.body;
};
const found = async (path: string, q: string) =>
  (await call('GET', `${path}?${new URLSearchParams({ q })}`)).body.data.map(({ id }: { id: string }) => id);

/** Does for the company what the worker's job does. */
async function restate(texts = new TextFormsRepository(api.app.get(PlatformPool))): Promise<void> {
  const { app } = api;
  const handler = new RestateTextsHandler(
    texts,
    app.get(RecordRegistry),
    app.get(RecordService),
    new JobBatches(app.get(UnitOfWorkFactory)),
    app.get(TransactionWatch),
    app.get(AccessDirectory),
    createLogger({ level: 'silent' }),
  );
  const run = uninterruptedRun(company.tenantId);
  const context = newContext({ tenantId: company.tenantId, correlationId: 'restate' });
  await runInContext(context, () => handler.handle({}, run));
}

test('texts stored in an earlier form are found again, and versions stay', async () => {
  const contact = await made('/contacts', { lastName: 'O’Neil – Test', phone: '(415) 555-2671' });
  const tag = await made('/tags', { name: 'Q‑4' });
  const role = await made('/roles', { name: 'Field – Sales' });
  await admin.query(
    `update contact set last_name_norm = 'old', phone_norm = 'old', display_norm = 'old', search_norm = 'old' where id = $1`,
    [contact.id],
  );
  await admin.query(`update tag set name_norm = 'old', search_norm = 'old' where id = $1`, [tag.id]);
  await admin.query(`update role set name_norm = 'old' where id = $1`, [role.id]);
  await admin.query(`update tenant_setting set text_form = '' where tenant_id = $1`, [company.tenantId]);
  expect(await found('/contacts', "o'neil")).toEqual([]);

  await restate();

  expect(await found('/contacts', "o'neil - test")).toEqual([contact.id]);
  expect(await found('/contacts', '+1 415 555 2671')).toEqual([contact.id]);
  expect(await found('/tags', 'q-4')).toEqual([tag.id]);
  expect((await call('GET', `/contacts/${contact.id}`)).body.version).toBe(1);
  expect((await call('POST', '/roles', { name: ' field - sales' })).status).not.toBe(201);
  const { rows } = await admin.query('select text_form, locale from tenant_setting where tenant_id = $1', [
    company.tenantId,
  ]);
  expect(rows[0].text_form).toBe(textFormOf(rows[0].locale));
});

test('a name whose new form is already taken keeps its old form, and the job continues', async () => {
  const first = await made('/tags', { name: 'Twin' });
  const second = await made('/tags', { name: 'Other twin' });
  const third = await made('/tags', { name: 'Alone' });
  await admin.query(`update tag set name = 'Twin ', display_name = 'Twin ' where id = $1`, [second.id]);
  await admin.query(`update tag set name_norm = 'old', search_norm = 'old' where id = $1`, [third.id]);
  await restate();
  const { rows } = await admin.query('select id, name_norm from tag where id = any($1)', [
    [first.id, second.id, third.id],
  ]);
  expect(Object.fromEntries(rows.map(({ id, name_norm }) => [id, name_norm]))).toEqual({
    [first.id]: 'twin',
    [second.id]: 'other twin',
    [third.id]: 'alone',
  });
});

test('a job killed in the middle of a batch leaves the batch as it was, and the next attempt completes the work', async () => {
  const contact = await made('/contacts', { lastName: 'Halfway' });
  const tag = await made('/tags', { name: 'Halfway' });
  await admin.query(`update contact set last_name_norm = 'old' where id = $1`, [contact.id]);
  await admin.query(`update tag set name_norm = 'old' where id = $1`, [tag.id]);
  await admin.query(`update tenant_setting set text_form = '' where tenant_id = $1`, [company.tenantId]);
  const stand = async () => {
    const { rows } = await admin.query(
      `select c.last_name_norm as contact, g.name_norm as tag, s.text_form <> '' as noted
         from contact c, tag g, tenant_setting s where c.id = $1 and g.id = $2 and s.tenant_id = $3`,
      [contact.id, tag.id, company.tenantId],
    );
    return rows[0];
  };
  class Killed extends TextFormsRepository {
    override async restate(...given: Parameters<TextFormsRepository['restate']>): Promise<string[]> {
      const taken = await super.restate(...given);
      if (given[1].key === 'tag') throw new Error('killed');
      return taken;
    }
  }
  await expect(restate(new Killed(api.app.get(PlatformPool)))).rejects.toThrow('killed');
  expect(await stand()).toEqual({ contact: 'halfway', tag: 'old', noted: false });
  await restate();
  expect(await stand()).toEqual({ contact: 'halfway', tag: 'halfway', noted: true });
});

test('a locale that changes while texts are restated is applied to all of them', async () => {
  const contact = await made('/contacts', { lastName: 'Dialled', phone: '030 901820' });
  const tag = await made('/tags', { name: 'Dialled' });
  await admin.query(`update tag set name_norm = 'old' where id = $1`, [tag.id]);
  let changes = 0;
  class Moving extends TextFormsRepository {
    override async note(...given: Parameters<TextFormsRepository['note']>): Promise<boolean> {
      if (changes++ === 0) expect((await call('PATCH', '/settings', { locale: 'de-DE' })).status).toBe(200);
      return super.note(...given);
    }
  }
  // Another country requests the job at once, without waiting for the worker's own check.
  const jobs = async () =>
    (
      await admin.query(
        `select payload->'runAs' as "runAs" from job where tenant_id = $1 and name = 'tenancy.restate-texts'`,
        [company.tenantId],
      )
    ).rows;
  expect(await jobs()).toEqual([]);
  await restate(new Moving(api.app.get(PlatformPool)));
  expect(await jobs()).toMatchObject([{ runAs: { actor: { kind: 'system' }, memberId: null } }]);
  expect(await found('/contacts', '+49 30 901820')).toEqual([contact.id]);
  const { rows } = await admin.query('select text_form from tenant_setting where tenant_id = $1', [
    company.tenantId,
  ]);
  expect(rows[0].text_form).toBe(textFormOf('de-DE'));
  // Another language of the same country changes no form.
  expect((await call('PATCH', '/settings', { locale: 'en-DE' })).status).toBe(200);
  expect(await jobs()).toHaveLength(1);
});

test('a dead job blocks the next one for only an hour', async () => {
  const texts = new TextFormsRepository(api.app.get(PlatformPool));
  const isAsked = async () =>
    (await texts.tenantsWithoutJob('tenancy.restate-texts')).some(
      ({ tenantId }) => tenantId === company.tenantId,
    );
  const died = (minutesAgo: number) =>
    admin.query(
      `update job set state = 'dead', finished_at = now() - $2 * interval '1 minute'
        where tenant_id = $1 and name = 'tenancy.restate-texts'`,
      [company.tenantId, minutesAgo],
    );
  await died(59);
  expect(await isAsked()).toBe(false);
  await died(61);
  expect(await isAsked()).toBe(true);
});

test('one e-mail type: an invitation takes what a field takes, and a log-in knows the address in any notation', async () => {
  const roles = (await call('GET', '/roles')).body.data as { id: string; key: string | null }[];
  const roleIds = [roles.find(({ key }) => key !== null)!.id];
  const invited = await call('POST', '/members/invite', {
    name: ' Ann\u200b ',
    email: "Ann O'Neil <ann.o'neil&co+crm@münchen.example>;",
    roleIds,
  });
  expect([invited.status, invited.body.email, invited.body.name]).toEqual([
    201,
    "ann.o'neil&co+crm@münchen.example",
    'Ann',
  ]);
  const again = await call('POST', '/members/invite', {
    name: 'Ann',
    email: "mailto:ANN.O'NEIL&co+crm@xn--mnchen-3ya.example",
    roleIds,
  });
  expect([again.status, again.body.code]).toEqual([409, 'alreadyInvited']);
  const { status } = await api.call('POST', '/auth/login', {
    body: { email: `Ada <${company.email.toUpperCase()}>; `, password: company.password },
  });
  expect(status).toBe(200);
});
