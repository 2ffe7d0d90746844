import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, path, { token: company.token, body, ...(headers ? { headers } : {}) });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const name = () => `Company ${crypto.randomUUID()}`;
const lead = (values: Record<string, unknown> = {}) =>
  // Many are the same as other leads and contacts on purpose.
  made('/leads?allowDuplicates=true', {
    firstName: 'Lea',
    lastName: 'Lead',
    company: name(),
    email: `lea@${crypto.randomUUID()}.example`,
    phone: '1',
    ...values,
  });
const convert = (id: string, body?: unknown, headers?: Record<string, string>) =>
  call('POST', `/leads/${id}/convert`, body, headers);
const count = async (path: string) =>
  (await call('GET', `${path}?count=exact&limit=1`)).body.count.value as number;
const problems = (body: { errors: { pointer: string; code: string }[] }) =>
  Object.fromEntries(body.errors.map((e) => [e.pointer, e.code]));

test('a lead becomes account, contact and deal', async () => {
  const from = await lead({
    industry: 'Finance',
    website: 'https://becomes.example',
    jobTitle: 'CFO',
    source: 'Web',
  });
  const answer = await convert(from.id, { opportunity: { amount: '1200', closeDate: '2030-01-31' } });
  expect(answer.status).toBe(200);
  const { account, contact, opportunity } = answer.body;
  expect(account.name).toBe(from.company);
  expect(contact.name).toBe('Lea Lead');
  expect((await call('GET', `/accounts/${account.id}`)).body).toMatchObject({
    industry: 'Finance',
    website: 'https://becomes.example',
  });
  expect((await call('GET', `/contacts/${contact.id}`)).body).toMatchObject({
    jobTitle: 'CFO',
    email: from.email,
    account: { id: account.id },
    primaryOf: [{ id: account.id }],
  });
  expect((await call('GET', `/opportunities/${opportunity.id}`)).body).toMatchObject({
    name: from.company,
    amount: '1200.00',
    source: 'Web',
    contact: { id: contact.id },
    owner: { id: company.memberId },
  });
  expect((await call('GET', `/leads/${from.id}`)).body).toMatchObject({
    status: 'Qualified',
    convertedAccount: { id: account.id },
  });
  expect((await call('GET', `/leads/${from.id}/history`)).body.data[0].verb).toBe('converted');
});

test('a second conversion returns the first answer and creates nothing', async () => {
  const from = await lead();
  const first = (await convert(from.id, {})).body;
  expect(first.opportunity).toBeNull();
  const before = [await count('/accounts'), await count('/contacts'), await count('/opportunities')];
  const again = await convert(from.id, { createOpportunity: true });
  expect([again.status, again.body]).toEqual([200, first]);
  expect([await count('/accounts'), await count('/contacts'), await count('/opportunities')]).toEqual(before);
});

test('ten conversions at once make one account, one contact and one deal', async () => {
  const from = await lead();
  const before = [await count('/accounts'), await count('/contacts'), await count('/opportunities')];
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => convert(from.id, { createOpportunity: true })),
  );
  expect(new Set(answers.map((a) => JSON.stringify(a.body))).size).toBe(1);
  const after = [await count('/accounts'), await count('/contacts'), await count('/opportunities')];
  expect(after).toEqual(before.map((n) => n + 1));
});

test('two leads of one company, converted at once, become two contacts of one account', async () => {
  const company = name();
  const [a, b] = [
    await lead({ company, email: 'a@example.com' }),
    await lead({ company: company.toUpperCase(), email: 'b@example.com' }),
  ];
  const [x, y] = await Promise.all([convert(a.id, {}), convert(b.id, {})]);
  expect(x!.body.account.id).toBe(y!.body.account.id);
  const { data } = (await call('GET', `/accounts/${x!.body.account.id}/contacts`)).body;
  expect(data.map((c: { isPrimary: boolean }) => c.isPrimary)).toEqual([true, false]);
});

test('existing records keep their values; only empty fields are filled', async () => {
  const account = await made('/accounts', { name: name(), phone: '999' });
  const contact = await made('/contacts', {
    lastName: 'Kept',
    email: 'LEA@joined.example',
    account: account.id,
  });
  const from = await lead({
    company: account.name.toUpperCase(),
    email: 'lea@joined.example',
    website: 'https://filled.example',
    jobTitle: 'Filled',
  });
  const answer = (await convert(from.id)).body;
  expect([answer.account.id, answer.contact.id]).toEqual([account.id, contact.id]);
  expect((await call('GET', `/accounts/${account.id}`)).body).toMatchObject({
    phone: '999',
    website: 'https://filled.example',
  });
  expect((await call('GET', `/contacts/${contact.id}`)).body).toMatchObject({
    lastName: 'Kept',
    email: 'LEA@joined.example',
    firstName: 'Lea',
    jobTitle: 'Filled',
  });
});

test('records given by id are used, even a contact of another account', async () => {
  const [account, contact] = [
    await made('/accounts', { name: name() }),
    await made('/contacts', { lastName: 'Free' }),
  ];
  const answer = (await convert((await lead()).id, { accountId: account.id, contactId: contact.id })).body;
  expect([answer.account.id, answer.contact.id]).toEqual([account.id, contact.id]);
  expect((await call('GET', `/contacts/${contact.id}`)).body.accounts).toEqual([
    { id: account.id, name: account.name },
  ]);
});

test('a conversion that fails leaves nothing behind', async () => {
  const from = await lead();
  const before = [await count('/accounts'), await count('/contacts')];
  const missing = await convert(from.id, { contactId: crypto.randomUUID() });
  expect([missing.status, problems(missing.body)]).toEqual([422, { '/contactId': 'referenceMissing' }]);
  const written = await convert(from.id, { opportunity: { amount: '1,5' } });
  expect([written.status, problems(written.body)]).toEqual([422, { '/opportunity/amount': 'notANumber' }]);
  const precise = await convert(from.id, { opportunity: { amount: 1.001 } });
  expect([precise.status, problems(precise.body)]).toEqual([422, { '/opportunity/amount': 'tooPrecise' }]);
  expect([await count('/accounts'), await count('/contacts')]).toEqual(before);
  expect((await convert(from.id, {}, { 'if-match': '"9"' })).status).toBe(412);
});

test('an object’s own refusals are in the language of the request', async () => {
  const german = { 'accept-language': 'de' };
  const from = await lead();
  await convert(from.id);
  const frozen = await call('PATCH', `/leads/${from.id}`, { rating: 'Hot' }, german);
  expect(frozen.body.detail).toMatch(/^Dieser Lead wurde konvertiert/);
  await call('POST', '/tags', { name: 'Eilig' });
  const taken = await call('POST', '/tags', { name: 'eilig' }, german);
  expect(taken.body.errors[0]).toMatchObject({
    code: 'notUnique',
    message: 'Ein anderer Tag heißt schon so.',
  });
});

test('a converted lead is neither changed, disqualified nor reopened', async () => {
  const from = await lead();
  await convert(from.id);
  for (const answer of [
    await call('PATCH', `/leads/${from.id}`, { rating: 'Hot' }),
    await call('POST', `/leads/${from.id}/disqualify`, { reason: 'No' }),
    await call('POST', `/leads/${from.id}/reopen`),
  ])
    expect([answer.status, answer.body.code]).toEqual([409, 'leadConverted']);

  const rightsTo = async (id: string) =>
    (await call('GET', `/access/rights?object=lead&record=${id}`)).body as {
      actions: Record<string, boolean>;
      fields: Record<string, string>;
    };
  const open = await rightsTo((await lead()).id);
  expect(open.actions).toMatchObject({ update: true, disqualify: true, delete: true });
  expect(Object.values(open.fields)).toContain('edit');
  const frozen = await rightsTo(from.id);
  expect(frozen.actions).toMatchObject({
    read: true,
    update: false,
    assign: false,
    disqualify: false,
    delete: true,
  });
  expect(Object.values(frozen.fields)).not.toContain('edit');
  const why = await call('GET', `/access/explain?object=lead&record=${from.id}&action=update&field=rating`);
  expect(why.body.allowed).toBe(false);
  expect(why.body.steps).toContainEqual(
    expect.objectContaining({
      outcome: 'no',
      code: 'recordFrozen',
      because: expect.stringContaining('because Converted at has a value'),
    }),
  );
});

test('a lead is disqualified with a reason and reopened', async () => {
  const { id } = await lead();
  expect((await call('POST', `/leads/${id}/disqualify`, { reason: ' ' })).status).toBe(422);
  expect((await call('POST', `/leads/${id}/reopen`)).body.code).toBe('leadOpen');
  const out = await call('POST', `/leads/${id}/disqualify`, { reason: 'No budget' });
  expect(out.body).toMatchObject({ status: 'Disqualified', disqualifyReason: 'No budget' });
  expect((await convert(id)).body.code).toBe('leadDisqualified');
  expect((await call('POST', `/leads/${id}/reopen`)).body).toMatchObject({
    status: 'Working',
    disqualifyReason: null,
  });
  expect(problems((await call('PATCH', `/leads/${id}`, { status: 'Qualified' })).body)).toEqual({
    '/status': 'qualifiedByConversion',
  });
  expect(problems((await call('PATCH', `/leads/${id}`, { status: 'Disqualified' })).body)).toEqual({
    '/disqualifyReason': 'required',
  });
});

/** Converts with an API key that has these permissions (scope `all` by default) and field rules. */
async function convertAs(
  permissions: Record<string, [actions: string[], scope?: string, everywhere?: string[]]>,
  fields: object[],
  id: string,
  body: object = {},
) {
  const role = await made('/roles', {
    name: `Role ${crypto.randomUUID()}`,
    permissions: Object.entries(permissions).flatMap(
      ([object, [actions, scope = 'all', everywhere = []]]) => [
        ...actions.map((action) => ({ object, action, scope })),
        ...everywhere.map((action) => ({ object, action, scope: 'all' })),
      ],
    ),
    fields,
  });
  const { key } = await made('/api-keys', { name: 'Converter', roleId: role.id });
  return api.call('POST', `/leads/${id}/convert`, { token: key, body });
}

test('a conversion also succeeds if contacts are scoped and their addresses masked', async () => {
  const account = await made('/accounts', { name: name() });
  const from = await lead({ company: account.name });
  const answer = await convertAs(
    { lead: [['read', 'convert']], account: [['read']], contact: [['read'], 'own', ['create']] },
    [{ object: 'contact', field: 'email', access: 'mask' }],
    from.id,
  );
  expect([answer.status, answer.body.account?.id ?? answer.body.detail]).toEqual([200, account.id]);
});

test('a conversion links no contact that the caller may not change', async () => {
  const account = await made('/accounts', { name: name() });
  const contact = await made('/contacts', { lastName: 'Read only' });
  const from = await lead({ company: account.name });
  const rights = { lead: [['read', 'convert']], account: [['read', 'update']] } as Record<string, [string[]]>;
  const wish = { accountId: account.id, contactId: contact.id };
  const refused = await convertAs({ ...rights, contact: [['read']] }, [], from.id, wish);
  expect([refused.status, refused.body.code]).toEqual([403, 'contactNotLinkable']);
  expect((await call('GET', `/contacts/${contact.id}`)).body).toMatchObject({ accounts: [], version: 1 });
  const kept = [{ object: 'contact', field: 'account', access: 'view' }];
  const locked = await convertAs({ ...rights, contact: [['read', 'update']] }, kept, from.id, wish);
  expect(locked.status).toBe(403);
  expect((await call('GET', `/leads/${from.id}`)).body.convertedAt).toBeNull();
  const done = await convertAs({ ...rights, contact: [['read', 'update']] }, [], from.id, wish);
  expect([done.status, done.body.contact.id]).toEqual([200, contact.id]);
});

test('a new contact gets description and tags; an existing one keeps its own, and they are added', async () => {
  const [tag, kept] = [
    await made('/tags', { name: `Tag ${crypto.randomUUID()}` }),
    await made('/tags', { name: `Tag ${crypto.randomUUID()}` }),
  ];
  const from = await lead({ description: 'Met at the fair', tags: [tag.id] });
  const contact = (await call('GET', `/contacts/${(await convert(from.id)).body.contact.id}`)).body;
  expect(contact).toMatchObject({ description: 'Met at the fair', tags: [{ id: tag.id }] });
  const own = await made('/contacts', { lastName: 'Own', description: 'Ours', tags: [kept.id] });
  const other = await lead({ description: 'Theirs', tags: [tag.id, kept.id] });
  await convert(other.id, { contactId: own.id });
  const after = (await call('GET', `/contacts/${own.id}`)).body;
  expect(after.description).toBe('Ours\n\nTheirs');
  expect(after.tags.map(({ id }: { id: string }) => id).sort()).toEqual([tag.id, kept.id].sort());
});

test('an option that the target does not offer is kept in its description and reported', async () => {
  const admin = new pg.Client({ connectionString: api.database.adminUrl });
  await admin.connect();
  for (const [object, field, value, label] of [
    ['lead', 'industry', 'Deep sea mining', 'Deep sea mining'],
    ['lead', 'source', 'fair-26', 'Fair 2026'],
    ['lead', 'industry', 'old-space', 'Space travel'],
    ['account', 'industry', 'space', 'space  travel'],
  ])
    await admin.query(
      'insert into field_option (tenant_id, object, field, value, label) values ($1, $2, $3, $4, $5)',
      [company.tenantId, object, field, value, label],
    );
  await admin.query('update tenant set access_version = access_version + 1 where id = $1', [
    company.tenantId,
  ]);
  await admin.end();
  await vi.waitUntil(async () => {
    const { body } = await call('GET', '/objects/lead');
    return JSON.stringify(body).includes('Space travel');
  }, 60_000);

  const from = await lead({ industry: 'Deep sea mining', source: 'fair-26' });
  const first = await convert(from.id, { createOpportunity: true });
  expect(first.body.notOffered).toEqual([
    { object: 'account', field: 'industry', value: 'Deep sea mining', keptIn: 'description' },
    { object: 'opportunity', field: 'source', value: 'Fair 2026', keptIn: 'description' },
  ]);
  expect((await convert(from.id)).body).toEqual(first.body);
  expect((await call('GET', `/accounts/${first.body.account.id}`)).body).toMatchObject({
    industry: null,
    description: 'Industry: Deep sea mining',
  });
  expect((await call('GET', `/opportunities/${first.body.opportunity.id}`)).body).toMatchObject({
    source: null,
    description: 'Source: Fair 2026',
  });
  // An option with another value but the same name is the same option.
  const named = await convert((await lead({ industry: 'old-space' })).id);
  expect(named.body.notOffered).toEqual([]);
  expect((await call('GET', `/accounts/${named.body.account.id}`)).body.industry).toBe('space');
  // If the caller may not write the description, the answer says that the value was kept nowhere.
  const withheld = await lead({ industry: 'Deep sea mining' });
  const told = await convertAs(
    { lead: [['read', 'convert']], account: [['read', 'create']], contact: [['read', 'create']] },
    [{ object: 'account', field: 'description', access: 'view' }],
    withheld.id,
  );
  expect(told.body.notOffered).toMatchObject([{ field: 'industry', keptIn: null }]);
});

test('a lead with possible matches is converted only with a choice between them', async () => {
  const email = `twin@${crypto.randomUUID()}.example`;
  const elsewhere = await made('/contacts', { lastName: 'Elsewhere', email: `<${email.toUpperCase()}>` });
  const doubled = name();
  const accounts = [await made('/accounts', { name: doubled }), await made('/accounts', { name: doubled })];
  const from = await lead({ company: doubled, email });
  const before = [await count('/accounts'), await count('/contacts')];
  const asked = await convert(from.id);
  expect([asked.status, asked.body.code]).toEqual([409, 'possibleDuplicates']);
  expect(asked.body.candidates).toEqual({
    account: accounts.map(({ id }) => ({ id, name: doubled, because: 'sameName' })),
    contact: [{ id: elsewhere.id, name: 'Elsewhere', because: 'sameEmail' }],
  });
  expect([await count('/accounts'), await count('/contacts')]).toEqual(before);
  // Choosing only the account leaves the contact undecided.
  const half = await convert(from.id, { accountId: accounts[1]!.id });
  expect([half.status, half.body.candidates.account]).toEqual([409, []]);
  const both = await convert(from.id, { newAccount: true, accountId: accounts[1]!.id });
  expect([both.status, both.body.errors[0].pointer]).toEqual([422, '/newAccount']);
  const done = await convert(from.id, { accountId: accounts[1]!.id, newContact: true });
  expect([done.status, done.body.account.id]).toEqual([200, accounts[1]!.id]);
  expect(done.body.contact.id).not.toBe(elsewhere.id);
});

test('an account with the domain of the lead is a candidate, whatever it is called', async () => {
  const domain = `${crypto.randomUUID()}.example`;
  const account = await made('/accounts', { name: name(), website: `https://www.${domain}/about` });
  await made('/accounts', { name: name(), website: `https://not${domain}` });
  for (const by of [{ website: `http://${domain}` }, { email: `somebody@${domain}` }]) {
    const answer = await convert((await lead(by)).id);
    expect([answer.status, answer.body.candidates?.account]).toEqual([
      409,
      [{ id: account.id, name: account.name, because: 'sameDomain' }],
    ]);
  }
  const done = await convert((await lead({ website: `http://${domain}` })).id, { newAccount: true });
  expect([done.status, done.body.account.id === account.id]).toEqual([200, false]);
});

test('two leads of one person, converted at once, do not silently become two contacts', async () => {
  const email = `once@${crypto.randomUUID()}.example`;
  const leads = [await lead({ email }), await lead({ email })];
  const { data: roles } = (await call('GET', '/roles')).body;
  const { id: roleId } = roles.find(({ key }: { key: string | null }) => key === 'companyAdmin');
  // A person would be warned of the other lead before. Nobody warns an API key.
  const { key: token } = await made('/api-keys', { name: 'Sync', roleId });
  const answers = await Promise.all(
    leads.map(({ id }) => api.call('POST', `/leads/${id}/convert`, { token, body: { newAccount: true } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('records and values hidden from the caller are not candidates', async () => {
  const email = `hidden@${crypto.randomUUID()}.example`;
  const domain = `${crypto.randomUUID()}.example`;
  await made('/contacts', { lastName: 'Hidden', email });
  await made('/accounts', { name: name(), website: `https://${domain}` });
  const rights = { lead: [['read', 'convert']], account: [['read', 'create']] } as Record<string, [string[]]>;
  const isConverted = async (contact: [string[], string?, string[]?], fields: object[]) => {
    const from = await lead({ email, website: `https://${domain}` });
    const answer = await convertAs({ ...rights, contact }, fields, from.id);
    return answer.status;
  };
  const website = { object: 'account', field: 'website', access: 'hidden' };
  for (const access of ['mask', 'hidden'])
    expect(
      await isConverted([['read', 'create']], [website, { object: 'contact', field: 'email', access }]),
    ).toBe(200);
  expect(await isConverted([['read'], 'own', ['create']], [website])).toBe(200);
  expect(await isConverted([['read', 'create']], [website])).toBe(409);
});
