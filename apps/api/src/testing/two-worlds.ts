import { ACTIVITIES } from './two-worlds-activities.js';
import { randomUUID } from 'node:crypto';
import { AccessDirectory, type FieldPermission, type Permission } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import type { SampleWorld } from '@pellucid/platform/http';
import { type RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import { registerCompany, type TestApi, type TestCompany } from './api-process.js';
import { type Colleague, TestPeople } from './colleagues.js';
import { foundPair } from './found-duplicates.js';
import { failedJob } from './failed-job.js';
import { ownNotification } from './own-notification.js';
import { undeliveredMessage } from './undelivered-message.js';
import { OBJECTS } from './intruder-stage.js';

/** One of two worlds that differ only in what the case says. */
export type Side = 'A' | 'B';

/** Something hidden from a viewer, in which two worlds differ. */
export interface Case {
  name: string;
  /** Objects whose fields are tried one by one. */
  focus: string[];
  /** Whether every route of the document is tried as well. */
  everyRoute?: boolean;
  /** Fields that the company adds, by object and name. */
  custom?: Record<string, Parameters<TestPeople['customFields']>[1]>;
  /**
   * Values for three records of an object, by field: in world A and in world B. Fields of lines (`lines.quantity`) have the
   * values in the one line of a record, whose amount they decide.
   */
  hidden?: Record<string, Record<string, HiddenValues>>;
  /** How the fields in `hidden` are withheld. */
  access?: 'hidden' | 'mask';
  /** Objects whose records the viewer may change but not read. Their fields in `hidden` are not withheld otherwise. */
  unread?: string[];
  /** Objects of which the viewer reaches only their own records. Others' records exist only in world B. */
  own?: string[];
}

/** A pair of values (world A, world B) for each of three records. */
export type HiddenValues = [Pair, Pair, Pair];
type Pair = [a: unknown, b: unknown];

/** A world with three records of each object. Configuration objects have the same record three times. */
export interface BuiltWorld {
  side: Side;
  company: TestCompany;
  people: TestPeople;
  viewer: Colleague;
  /** The IDs of the three records by object, and of other named things. */
  ids: [SampleWorld, SampleWorld, SampleWorld];
  /** Values in which the worlds differ, by object and field, for filters and searches. */
  values: { object: string; field: string; value: unknown }[];
  /** Views that use such a value or field. */
  views: { object: string; id: string }[];
  /** Its objects, with the fields that the company added. */
  descriptors: ReadonlyMap<string, RecordDescriptor>;
  end(): Promise<void>;
}

const ACTIONS = ['read', 'create', 'update', 'delete', 'assign', 'import', 'bulk', 'merge', 'export'];
/** Every system right except `*`, which makes an administrator, from whom nothing is hidden. */
const SYSTEM = [
  'manageImports',
  'manageViews',
  'manageAssignment',
  'viewAudit',
  'manageUsers',
  'manageRoles',
  'manageSettings',
  'manageIntegrations',
  'manageFields',
  'manageJobs',
];

/** Objects with one record. Only the first pair of values counts. */
const CONFIGURATION = ['legalEntity', 'tag', 'pipeline', 'stage'];

/**
 * Resolves a value in `hidden` that names records: `@account2` is the ID of the second account, `@won` that of a stage.
 */
function resolved(value: unknown, ids: BuiltWorld['ids']): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, ids));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, ids)]));
  const [, name, nth] = typeof value === 'string' ? (/^@([a-zA-Z]+)(\d?)$/.exec(value) ?? []) : [];
  return name ? ids[nth ? Number(nth) - 1 : 0]![name] : value;
}

/** Builds one of the two worlds of a case. */
export async function buildWorld(api: TestApi, given: Case, side: Side): Promise<BuiltWorld> {
  const company = await registerCompany(api);
  const people = await TestPeople.of(api.database, api, company);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await api.call(method, path, { token: company.token, body });
    if (answer.status >= 300)
      throw new Error(`${given.name}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const shared: SampleWorld = {
    tenant: company.tenantId,
    admin: company.memberId,
    password: company.password,
  };
  const fields: FieldPermission[] = Object.entries(given.hidden ?? {})
    .filter(([object]) => !given.unread?.includes(object))
    .flatMap(([object, byField]) =>
      Object.keys(byField).map((field) => ({ object, field, access: given.access ?? 'hidden' })),
    );
  // Every action except to reveal, which would unmask the masked values.
  const permissions = [...OBJECTS, 'gadget'].flatMap((object) =>
    ACTIONS.filter((action) => action !== 'read' || !given.unread?.includes(object)).map(
      (action): Permission => ({ object, action, scope: given.own?.includes(object) ? 'own' : 'all' }),
    ),
  );
  const role = await people.role({ permissions, fields, system: SYSTEM });
  await people.sql(`update role set name = 'Viewer', name_norm = 'viewer' where id = $1`, [role]);
  const rename = (colleague: Colleague, name: string) =>
    people.sql(
      `update member set name = $2, display_name = $2, name_norm = lower($2), display_norm = lower($2), search_norm = lower($2),
         email = lower($2) || '@example.com', email_norm = lower($2) || '@example.com' where id = $1`,
      [colleague.memberId, name],
    );
  const [viewer, colleague] = [await people.colleague([role]), await people.colleague([role])];
  await rename(viewer, 'Vera');
  await rename(colleague, 'Zoe');
  api.app.get(AccessDirectory).forget(company.tenantId);

  for (const name of ['deletedCustomObject', 'customObject']) {
    const object = name === 'customObject' ? 'gadget' : 'gone';
    shared['customObjectPath'] = `${object}s`;
    const body = { name: object, plural: `${object}s`, label: 'Gadget', pluralLabel: 'Gadgets' };
    shared[name] = (await call('POST', '/custom-objects', body)).id;
  }
  await call('DELETE', `/custom-objects/${shared['deletedCustomObject']}`);
  for (const [object, added] of Object.entries(given.custom ?? {})) await people.customFields(object, added);
  const descriptors = await runInContext(
    newContext({ correlationId: 'two-worlds', tenantId: company.tenantId }),
    async () => api.app.get(RecordRegistry).allForTenant(await api.app.get(AccessDirectory).current()),
  );

  const owner = viewer.memberId;
  shared['customRecord'] = (await call('POST', '/gadgets', { name: 'Gadget' })).id;
  shared['viewer'] = owner;
  shared['member'] = colleague.memberId;
  shared['team'] = (await call('POST', '/teams', { name: 'Team' })).id;
  shared['otherTeam'] = (await call('POST', '/teams', { name: 'Other team' })).id;
  shared['legalEntity'] = (await call('POST', '/legal-entities', { name: 'Entity' })).id;
  shared['tag'] = (await call('POST', '/tags', { name: 'Tag' })).id;
  shared['role'] = (await call('POST', '/roles', { name: 'Sample role' })).id;
  for (const name of ['customField', 'deletedCustomField'])
    shared[name] = (
      await call('POST', '/custom-fields', { object: 'team', name, label: name, type: 'text' })
    ).id;
  await call('DELETE', `/custom-fields/${shared['deletedCustomField']}`);
  const options = ['one', 'two'].map((value) => ({ value, label: value }));
  const choice = { object: 'team', name: 'choice', label: 'Choice', type: 'select', options };
  shared['customChoice'] = (await call('POST', '/custom-fields', choice)).id;
  shared['builtInRole'] = (await call('GET', '/roles')).data.find((r: any) => r.key === 'salesRep').id;
  shared['view'] = (
    await call('POST', '/views', { object: 'account', name: 'Sample view', sharing: { everyone: true } })
  ).id;
  shared['apiKey'] = (await call('POST', '/api-keys', { name: 'Sample key', roleId: shared['role'] })).id;
  const pieces = descriptors.find(({ key }) => key === 'account')!.fields.map(({ key }) => ({ field: key }));
  const layout = { kind: 'detail', content: { sections: [{ title: null, pieces }] } };
  shared['layout'] = (await call('POST', '/objects/account/layouts', layout)).id;
  for (const { id } of (await call('GET', '/duplicate-rules')).data)
    await call('PATCH', `/duplicate-rules/${id}`, { onCreate: 'warn', onUpdate: 'block' });
  const twin = { lastName: 'Twin', email: 'twin@example.com' };
  await call('POST', '/contacts', twin);
  const other = (await call('POST', '/contacts?allowDuplicates=true', twin)).id;
  shared['duplicatePair'] = await foundPair(api, company, other);
  const compared = { objects: ['product'], conditions: [{ method: 'exact', fields: { product: ['name'] } }] };
  // Inactive: otherwise a job would make it ready at a time of its own.
  const rule = { ...compared, isActive: false, onCreate: 'off', onUpdate: 'off', onImport: 'off' };
  shared['duplicateRule'] = (await call('POST', '/duplicate-rules', { name: 'Sample', ...rule })).id;
  const settlers = (await call('POST', '/teams', { name: 'Sample assignment team' })).id;
  const territory = { name: 'Sample', condition: { field: 'country', op: 'exists' }, team: settlers };
  shared['territory'] = (await call('POST', '/territories', territory)).id;
  // Inactive: what it reads would change the owners that other probes expect.
  const turns = { kind: 'team', team: settlers, method: 'roundRobin' };
  shared['assignmentRule'] = (
    await call('POST', '/assignment-rules', { name: 'Sample', isActive: false, target: turns })
  ).id;
  shared['deadLetter'] = await failedJob(api, company.tenantId);
  shared['undeliveredMessage'] = await undeliveredMessage(api, company.tenantId);
  const pipelines = (await call('GET', '/pipelines?limit=10')).data;
  shared['pipeline'] = pipelines[0].id;
  const stages = (await call('GET', '/stages?limit=50')).data;
  const stageOf = (category: string) => stages.find((s: any) => s.category === category).id;
  shared['firstStage'] = stages.find((s: any) => s.category === 'open').id;
  shared['won'] = stageOf('won');
  shared['lost'] = stageOf('lost');
  shared['stage'] = (
    await call('POST', '/stages', {
      pipeline: shared['pipeline'],
      name: 'Strict',
      category: 'open',
      position: 90,
      requiredFields: ['amount', 'closeDate', 'nextStep', 'contact', 'type', 'product', 'owner'],
    })
  ).id;
  await call('PUT', '/exchange-rates', {
    rates: [
      { currency: 'CHF', date: '2026-01-01', rate: '1.1' },
      { currency: 'JPY', date: '2026-01-01', rate: '0.006' },
    ],
  });

  const ids = [{ ...shared }, { ...shared }, { ...shared }] as BuiltWorld['ids'];
  const values: BuiltWorld['values'] = [];
  for (const object of CONFIGURATION) {
    const pairs = Object.entries(given.hidden?.[object] ?? {}).map(
      ([field, [pair]]) => [field, pair] as const,
    );
    if (!pairs.length) continue;
    for (const [field, pair] of pairs) for (const value of pair) values.push({ object, field, value });
    await call(
      'PATCH',
      `/${descriptors.find(({ key }) => key === object)!.plural}/${shared[object]}`,
      Object.fromEntries(pairs.map(([field, pair]) => [field, pair[side === 'A' ? 0 : 1]])),
    );
  }
  const make = async (n: number, object: string, plural: string, body: Record<string, unknown>) => {
    const secret: Record<string, unknown> = {};
    // Values of neither world, so that both make the same number of changes.
    const between = { ...body };
    for (const [field, pairs] of Object.entries(given.hidden?.[object] ?? {})) {
      const pair = pairs[n]!;
      // Searching for the first record's values is enough.
      for (const value of n === 0 ? pair : [])
        if (value !== null) values.push({ object, field, value: resolved(value, ids) });
      if (pair.some((value) => resolved(value, ids) === body[field])) between[field] = null;
      secret[field] = resolved(pair[side === 'A' ? 0 : 1], ids);
    }
    for (const each of [secret, between]) putIntoLines(each, body['product']);
    const { id, lines } = await call('POST', `/${plural}?allowDuplicates=true`, {
      ...('lines' in secret ? { ...body, amount: undefined } : body),
      ...secret,
    });
    ids[n]![object] = id;
    if ('lines' in secret) ids[n]!['line'] = lines[0].id;
    // One change in the record's history differs too.
    if (n === 0 && Object.keys(secret).length) {
      await call(
        'PATCH',
        `/${plural}/${id}`,
        Object.fromEntries(Object.keys(secret).map((key) => [key, between[key] ?? null])),
      ).catch(() => undefined);
      await call('PATCH', `/${plural}/${id}`, secret);
    }
    return id as string;
  };
  const each = async (object: string, plural: string, body: (n: number, letter: string) => object) => {
    for (const n of [0, 1, 2]) await make(n, object, plural, { ...body(n, 'XYZ'[n]!) });
  };
  await each('product', 'products', (_, letter) => ({
    name: `Product ${letter}`,
    sku: `sku-${letter}`,
    price: '10',
  }));
  await each('account', 'accounts', (_, letter) => ({
    name: `Account ${letter}`,
    owner,
    industry: 'Finance',
  }));
  await each('contact', 'contacts', (n, letter) => ({
    firstName: 'Cleo',
    lastName: `Contact ${letter}`,
    email: `contact-${letter.toLowerCase()}@example.com`,
    account: ids[n]!['account'],
    owner,
  }));
  if (given.focus.includes('gadget'))
    await each('gadget', 'gadgets', (_, letter) => ({ name: `Gadget ${letter}`, owner }));
  await each('lead', 'leads', (n, letter) => ({
    lastName: `Lead ${letter}`,
    city: 'Bern',
    company: n === 2 ? 'Account Z' : `Company ${letter}`,
    email: n === 2 ? 'contact-z@example.com' : `lead-${letter.toLowerCase()}@example.com`,
    owner,
  }));
  await each('opportunity', 'opportunities', (n) => ({
    ...(n === 1 ? { name: 'Named deal' } : {}),
    account: ids[n]!['account'],
    contact: ids[n]!['contact'],
    product: ids[n]!['product'],
    currency: 'USD',
    amount: '50',
    closeDate: '2026-06-30',
    nextStep: 'Call',
    type: 'Renewal',
    owner,
  }));
  for (const [kind, plural] of ACTIVITIES)
    if (given.focus.includes(kind))
      await each(kind, plural, (n, letter) => ({
        name: `${kind} ${letter}`,
        about: [{ object: 'account', id: ids[n]!['account'] }],
        ...(kind === 'meeting' ? { startsAt: '2030-01-01T08:00:00.000Z' } : {}),
        owner,
      }));
  await each('note', 'notes', (n, letter) => ({
    body: `Note ${letter}`,
    about: [{ object: 'account', id: ids[n]!['account'] }],
    owner,
  }));
  await each('comment', 'comments', (n, letter) => ({
    body: `Comment ${letter}`,
    about: [{ object: 'account', id: ids[n]!['account'] }],
    owner,
  }));
  await each('goal', 'goals', (_n, letter) => ({
    name: `Goal ${letter}`,
    metric: 'wonDeals',
    target: 3,
    startsOn: '2020-01-01',
    owner,
  }));
  if (given.own && side === 'B') await makeUnseen(call, ids);
  const share = {
    object: 'account',
    record: ids[0]['account'],
    grantee: { kind: 'team', id: shared['team'] },
    access: 'read',
  };
  const { id: shareId } = await call('POST', '/shares', share);
  for (const named of ids) named['share'] = shareId;
  const notified = { tenantId: company.tenantId, memberId: viewer.memberId };
  // About a record that the viewer doesn't see.
  if (given.own && side === 'B') await ownNotification(api, notified, randomUUID());
  for (const object of ['account', 'contact', 'lead', 'opportunity']) {
    const id = await ownNotification(api, notified, ids[0][object]!, object);
    for (const named of ids) named['notification'] = id;
  }
  // Views of everybody that filter and sort by what is hidden.
  const views: BuiltWorld['views'] = [];
  for (const { object, field, value } of values) {
    const condition = { field, op: Array.isArray(value) ? 'in' : 'eq', value };
    for (const content of [{ filter: { not: condition } }, { sort: field }, { board: { field } }]) {
      const body = { object, name: `View ${views.length}`, sharing: { everyone: true }, content };
      const made = await api.call('POST', '/views', { token: company.token, body });
      if (made.status === 201) views.push({ object, id: made.body.id });
    }
  }
  return {
    side,
    company,
    people,
    viewer,
    ids,
    values,
    views,
    descriptors: new Map(descriptors.map((d) => [d.key, d])),
    end: () => people.end(),
  };
}

/** Replaces values of fields of lines by a line with them. */
function putIntoLines(values: Record<string, unknown>, product: unknown): void {
  const ofLines = Object.keys(values).filter((key) => key.startsWith('lines.'));
  if (!ofLines.length) return;
  values['lines'] = [
    Object.assign(
      { product, quantity: '2', unitPrice: '10' },
      ...ofLines.map((key) => ({ [key.slice('lines.'.length)]: values[key] })),
    ),
  ];
  for (const key of ofLines) delete values[key];
}

/** Creates records of somebody else around the visible ones: beside them, below them, and similar to them. */
async function makeUnseen(
  call: (method: string, path: string, body?: unknown) => Promise<any>,
  [{ account, contact, product, stage, tag, admin }]: BuiltWorld['ids'],
): Promise<void> {
  const owner = admin;
  const tags = [tag];
  await call('POST', '/accounts', { name: 'Company X', owner, tags });
  await call('POST', '/accounts', { name: 'Daughter', parent: account, owner });
  await call('POST', '/contacts?allowDuplicates=true', {
    lastName: 'Unseen',
    email: 'lead-x@example.com',
    account,
    owner,
    tags,
  });
  await call('POST', '/contacts?allowDuplicates=true', {
    lastName: 'Contact Z',
    email: 'contact-z@example.com',
    account,
    owner,
  });
  await call('POST', '/leads?allowDuplicates=true', {
    lastName: 'Lead X',
    email: 'lead-x@example.com',
    owner,
    tags,
  });
  const deal = {
    account,
    contact,
    product,
    owner,
    amount: '99',
    closeDate: '2026-03-31',
    nextStep: 'x',
    type: 'Renewal',
    tags,
  };
  await call('POST', '/opportunities', { ...deal, name: 'Unseen deal', stage });
  await call('POST', '/opportunities', { ...deal, name: 'Another' });
}
