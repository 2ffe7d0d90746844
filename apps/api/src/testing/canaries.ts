import { randomBytes, randomInt } from 'node:crypto';
import {
  AccessDirectory,
  type FieldLevel,
  type FieldPermission,
  type Permission,
} from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import type { SampleWorld } from '@pellucid/platform/http';
import { type FieldDescriptor, type RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import { eventually, type TestDatabase } from '@pellucid/platform/testing';
import type { ApiAnswer, TestApi, TestCompany } from './api-process.js';
import { type Colleague, lasting, TestPeople } from './colleagues.js';
import { minimalRecord, multipart, sampleValue, seededWorld } from './seeded-world.js';
import { uploadsOf } from './uploads.js';

/** Who owns the records: the viewer, another person, or another person who deleted them. */
export const OWNERSHIPS = ['mine', 'theirs', 'deleted'] as const;
export type Ownership = (typeof OWNERSHIPS)[number];

/** A value that occurs nowhere else. Wherever it is found, this field of this record has been shown. */
export interface Canary {
  text: string;
  object: string;
  field: string;
  whose: Ownership;
  /** In a row of a file that became no record: only people who may see the import's report may find it. */
  inReport?: boolean;
}

/** A logged-in person, and what they may see in the test's own terms. */
export interface Viewer {
  name: string;
  token: string;
  headers: Record<string, string>;
  sees(canary: Canary): boolean;
  /** Whether they may reveal the value though it is masked. */
  reveals(canary: Canary): boolean;
}

interface Given {
  scopes: Record<string, 'all' | 'own' | 'none'>;
  fields?: FieldPermission[];
  system?: string[];
}

/** Objects whose records share a table. */
const ACTIVITIES = ['task', 'call', 'meeting', 'emailLog'];
/** Objects of the company's sales work. Configuration objects are not among them. */
const SALES = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'product',
  'tag',
  'vessel',
  'file',
  'note',
  'comment',
  'goal',
  'sequence',
  'sequenceRun',
  ...ACTIVITIES,
];

/** Fields of an object that the company made, and of one of the product. */
const ADDED: { object: string; name: string; type: string; pii?: string; [setting: string]: unknown }[] = [
  { object: 'vessel', name: 'captain', type: 'text', pii: 'personal', searchable: true },
  { object: 'vessel', name: 'permit', type: 'text' },
  { object: 'vessel', name: 'cargo', type: 'text', indexed: true, searchable: true },
  { object: 'vessel', name: 'radio', type: 'phone', pii: 'personal' },
  { object: 'vessel', name: 'berth', type: 'email', unique: true },
  { object: 'vessel', name: 'log', type: 'longText' },
  { object: 'vessel', name: 'tonnage', type: 'number', scale: 0, indexed: true },
  { object: 'vessel', name: 'value', type: 'money', currency: 'EUR' },
  { object: 'vessel', name: 'built', type: 'date' },
  { object: 'vessel', name: 'client', type: 'reference', references: 'account' },
  { object: 'account', name: 'motto', type: 'text', indexed: true, searchable: true },
];
const CONFIGURATION = ['member', 'team', 'legalEntity', 'pipeline', 'stage'];
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
/** Every action except to reveal. */
const ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'assign',
  'import',
  'export',
  'bulk',
  'move',
  'win',
  'lose',
  'reopen',
  'convert',
  'disqualify',
  'complete',
  'resolve',
];

/** Masking rules of the company. Every strategy occurs. */
export const MASKING: { object: string; field: string; strategy: string; pii: string | null }[] = [
  { object: 'contact', field: 'phone', strategy: 'redact', pii: null },
  { object: 'contact', field: 'mobile', strategy: 'hash', pii: 'sensitive' },
  { object: 'contact', field: 'jobTitle', strategy: 'tokenize', pii: null },
  { object: 'contact', field: 'department', strategy: 'encrypt', pii: 'sensitive' },
  { object: 'contact', field: 'description', strategy: 'redact', pii: 'secret' },
  { object: 'lead', field: 'phone', strategy: 'tokenize', pii: 'sensitive' },
  { object: 'lead', field: 'mobile', strategy: 'encrypt', pii: null },
  { object: 'account', field: 'description', strategy: 'redact', pii: 'secret' },
  { object: 'account', field: 'phone', strategy: 'encrypt', pii: 'sensitive' },
  { object: 'account', field: 'website', strategy: 'hash', pii: null },
  { object: 'opportunity', field: 'nextStep', strategy: 'partial', pii: 'sensitive' },
  { object: 'member', field: 'email', strategy: 'partial', pii: 'sensitive' },
  { object: 'vessel', field: 'custom.permit', strategy: 'tokenize', pii: 'sensitive' },
  { object: 'vessel', field: 'custom.captain', strategy: 'encrypt', pii: 'sensitive' },
  { object: 'vessel', field: 'custom.log', strategy: 'redact', pii: 'secret' },
];

/** A company full of canaries. */
export interface CanaryWorld {
  admin: TestCompany;
  /** IDs of the records by ownership. Records without an owner are the same in each. */
  ids: Record<Ownership, SampleWorld>;
  canaries: Canary[];
  /** The objects of the product and the one that the company made, with the company's fields. */
  objects: RecordDescriptor[];
  people: TestPeople;
  viewer: Colleague;
  /** Logs in as each viewer in turn. */
  viewers: (() => Promise<Viewer>)[];
  end(): Promise<void>;
}

/** Days given out already. There are few of them, so that two canaries would get the same one now and then. */
const days = new Set<string>();

/** A value that no other record has, in the field's type; undefined if such a value can't be told from others. */
export function canaryValue(f: FieldDescriptor): { value: unknown; text: string } | undefined {
  const letters = () => `cnry${BigInt(`0x${randomBytes(9).toString('hex')}`).toString(36)}`;
  const digits = () => String(randomInt(100_000_000, 999_999_999));
  const text = letters();
  switch (f.type) {
    case 'text':
    case 'longText':
    case 'richText':
      return { value: text, text };
    case 'email':
      return { value: `${text}@example.com`, text };
    case 'url':
      return { value: `https://${text}.example.com`, text };
    case 'phone': {
      const number = digits();
      return { value: `+4930${number}`, text: number };
    }
    case 'number':
    case 'money': {
      if ((f.max ?? Number.POSITIVE_INFINITY) < 1e9) return undefined;
      const number = digits();
      return { value: f.type === 'money' ? number : Number(number), text: number };
    }
    case 'date': {
      let day: string;
      do day = `21${randomInt(10, 99)}-0${randomInt(1, 9)}-${randomInt(10, 28)}`;
      while (days.has(day));
      days.add(day);
      return { value: day, text: day };
    }
    default:
      return undefined;
  }
}

/** Fills a company with canaries in every field that can hold one, then changes, links and deletes some records. */
export async function canaryWorld(database: TestDatabase, api: TestApi): Promise<CanaryWorld> {
  const seeded = await seededWorld(api);
  const admin: TestCompany = { ...seeded, token: lasting(api, seeded.token) };
  const people = await TestPeople.of(database, api, admin);
  const canaries: Canary[] = [];
  const must = async (method: string, path: string, body?: unknown, token = admin.token): Promise<any> => {
    const answer: ApiAnswer = await api.call(method, path, { token, body });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const words = { name: 'vessel', plural: 'vessels', label: 'Vessel', pluralLabel: 'Vessels' };
  await must('POST', '/custom-objects', words);
  for (const field of ADDED) await must('POST', '/custom-fields', { label: field.name, ...field });
  await must('PUT', '/masking-rules', { rules: MASKING });
  await eventually(async () => {
    const { data } = await must('GET', '/field-encryption');
    return data.every(({ state }: { state: string }) => state === 'encrypted' || state === 'tokenized');
  });
  const adminRole = (await must('GET', '/roles')).data.find(
    (r: { key: string }) => r.key === 'companyAdmin',
  ).id;
  const viewer = await people.colleague([adminRole]);
  // Histories name the people who change records: that name is one more canary.
  const other = await people.colleague([adminRole]);
  canaries.push({ text: other.name.split(' ')[1]!, object: 'member', field: 'name', whose: 'theirs' });
  const refresh = () => api.app.get(AccessDirectory).forget(admin.tenantId);
  refresh();

  const described = await runInContext(
    newContext({ correlationId: 'canaries', tenantId: admin.tenantId }),
    async () => api.app.get(RecordRegistry).allForTenant(await api.app.get(AccessDirectory).current()),
  );
  const made = described.filter((d) => !d.isCustom || d.key === 'vessel');
  const registry = new Map(made.map((d) => [d.key, d]));
  const ids = Object.fromEntries(OWNERSHIPS.map((whose) => [whose, { ...seeded.ids }])) as CanaryWorld['ids'];
  const objects = [
    'legalEntity',
    'team',
    'tag',
    'member',
    'product',
    'pipeline',
    'stage',
    'account',
    'contact',
    'lead',
    'opportunity',
    'vessel',
    'file',
    'note',
    'comment',
    'goal',
    'sequence',
    'sequenceRun',
    ...ACTIVITIES,
  ];
  const create = async (descriptor: RecordDescriptor, values: Record<string, unknown>) => {
    if (descriptor.operations.create) return must('POST', `/${descriptor.plural}`, nested(values));
    const { name, ...given } = nested(values);
    // About no record: whoever may change one of them would see the file, whatever the scope says.
    const file = { name: String(name), content: 'content', values: given };
    return { id: await uploadsOf(api, admin.token).uploaded(file) };
  };
  for (const whose of OWNERSHIPS) {
    for (const object of objects) {
      const descriptor = registry.get(object)!;
      const own = ids[whose];
      const values = filled(descriptor, own, whose, canaries);
      if (descriptor.byKey.has('owner'))
        values['owner'] = whose === 'mine' ? viewer.memberId : other.memberId;
      const created = await create(descriptor, values);
      own[object] = created.id;
      if (object === 'vessel') Object.assign(own, { customRecord: created.id, customObjectPath: 'vessels' });
      // Values from before a change are in histories.
      const changed = descriptor.fields.find(({ key }) =>
        ['description', 'nextStep', 'city', 'custom.cargo', 'body'].includes(key),
      );
      const next = changed && canaryValue(changed);
      if (next) {
        await must(
          'PATCH',
          `/${descriptor.plural}/${created.id}`,
          nested({ [changed.key]: next.value }),
          // Only authors edit comments.
          object === 'comment' ? admin.token : other.token,
        );
        canaries.push({ text: next.text, object, field: changed.key, whose });
      }
    }
  }
  // My records refer to theirs: labels, lines, links and conversions lead from visible records to invisible ones.
  const { mine, theirs, deleted } = ids;
  await must('PUT', `/accounts/${theirs['account']}/contacts/${mine['contact']}`, {});
  await must('PUT', `/accounts/${mine['account']}/contacts/${theirs['contact']}`, {});
  await must(
    'PATCH',
    `/opportunities/${mine['opportunity']}`,
    {
      account: theirs['account'],
      contact: theirs['contact'],
      product: theirs['product'],
      tags: [mine['tag'], theirs['tag']],
    },
    other.token,
  );
  await must('PATCH', `/accounts/${mine['account']}`, { parent: theirs['account'] }, other.token);
  await must(
    'PATCH',
    `/notes/${mine['note']}`,
    { about: [{ object: 'account', id: theirs['account'] }] },
    other.token,
  );
  const further = await must('POST', '/leads', { company: 'Converted', owner: viewer.memberId });
  await must('POST', `/leads/${further.id}/convert`, {
    accountId: theirs['account'],
    contactId: theirs['contact'],
    createOpportunity: true,
    opportunity: { name: 'Converted' },
  });
  for (const object of ['opportunity', 'lead', 'contact', 'vessel', 'file'])
    await must(
      'DELETE',
      `/${registry.get(object)!.plural}/${deleted[object]}?referrers=unlink`,
      undefined,
      other.token,
    );
  // A file with canaries in columns that are mapped to fields. Its failed rows are in the report.
  const columns = ['First name', 'Email', 'Mobile', 'Description'];
  const keys = ['firstName', 'email', 'mobile', 'description'];
  const contact = registry.get('contact')!;
  const rows = [0, 1].map((bad) =>
    keys.map((key) => {
      const { value, text } = canaryValue(contact.byKey.get(key)!)!;
      canaries.push({ text, object: 'contact', field: key, whose: 'theirs', inReport: bad === 1 });
      return bad && key === 'email' ? `no address ${text}` : String(value);
    }),
  );
  const mapping = Object.fromEntries(columns.map((column, i) => [column, keys[i]!]));
  const upload = multipart(
    { options: JSON.stringify({ object: 'contact', mode: 'create', mapping }) },
    'contacts.csv',
    [columns, ...rows].map((row) => row.join(',')).join('\n'),
  );
  const started = await api.call('POST', '/imports', { token: admin.token, ...upload });
  if (started.status !== 202) throw new Error(`no import: ${JSON.stringify(started.body)}`);
  await eventually(async () => {
    const { status } = await must('GET', `/imports/${started.body.id}`);
    return status === 'completed' || status === 'failed';
  });
  for (const own of Object.values(ids)) own['import'] = started.body.id;

  const become = async (name: string, given: Given): Promise<Viewer> => {
    const roleId = await people.role({
      permissions: permissions(given),
      system: given.system ?? SYSTEM,
      fields: given.fields ?? [],
    });
    return wear(name, [roleId], model(given));
  };
  const wear = async (
    name: string,
    roleIds: string[],
    sees: Viewer['sees'],
    reveals: Viewer['reveals'] = sees,
  ): Promise<Viewer> => {
    await people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [
      admin.tenantId,
      viewer.memberId,
    ]);
    for (const roleId of roleIds)
      await people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
        admin.tenantId,
        viewer.memberId,
        roleId,
      ]);
    // Workers too: what they write under other rights can't be downloaded under these.
    await people.settleEverywhere();
    return { name, token: viewer.token, headers: {}, sees, reveals };
  };
  const builtIn = async (key: string, given: Given, reveals: Viewer['reveals'] = model(given)) =>
    wear(
      key,
      [(await must('GET', '/roles')).data.find((r: { key: string }) => r.key === key).id],
      model(given),
      reveals,
    );
  const everywhere = (scope: 'all' | 'own' | 'none', but: Record<string, 'all' | 'own' | 'none'> = {}) => ({
    ...Object.fromEntries([...SALES, ...CONFIGURATION].map((object) => [object, scope])),
    ...but,
  });
  const levels = (access: FieldLevel, names: string[]): FieldPermission[] =>
    names.map((name) => {
      const object = name.slice(0, name.indexOf('.'));
      const field = name.slice(object.length + 1);
      return { object, field, access };
    });
  const MASKED: Given = {
    scopes: everywhere('all'),
    fields: levels(
      'mask',
      [...SALES, ...CONFIGURATION].map((object) => `${object}.*`),
    ),
  };
  const HIDDEN: Given = {
    scopes: everywhere('all'),
    fields: levels('hidden', [
      'account.name',
      'account.annualRevenue',
      'account.city',
      'account.website',
      'contact.firstName',
      'contact.lastName',
      'contact.email',
      'contact.role',
      'contact.street',
      'lead.firstName',
      'lead.lastName',
      'lead.company',
      'lead.email',
      'opportunity.name',
      'opportunity.amount',
      'opportunity.product',
      'opportunity.closeDate',
      'opportunity.stage',
      'product.name',
      'product.price',
      'stage.name',
      'pipeline.name',
      'team.name',
      'legalEntity.name',
      'tag.name',
      'member.name',
      'vessel.name',
      'vessel.custom.cargo',
      'vessel.custom.tonnage',
      'account.custom.motto',
    ]),
  };
  const SALES_ROLE: Given = { scopes: { ...everywhere('all') } };
  const viewers: CanaryWorld['viewers'] = [
    () => wear('administrator', [adminRole], () => true),
    // A manager may reveal masked values of sales records, with a reason.
    () =>
      builtIn(
        'salesManager',
        SALES_ROLE,
        (c) => model(SALES_ROLE)(c) || (SALES.includes(c.object) && classOf(c) === 'sensitive'),
      ),
    () => builtIn('salesRep', { scopes: everywhere('all', { comment: 'own' }) }),
    () => builtIn('readOnly', SALES_ROLE),
    () =>
      become('everything hidden', {
        scopes: everywhere('all'),
        fields: levels(
          'hidden',
          [...SALES, ...CONFIGURATION].map((o) => `${o}.*`),
        ),
      }),
    () => become('some hidden', HIDDEN),
    () => become('all masked', MASKED),
    () => become('own records only', { scopes: everywhere('own') }),
    () =>
      become('no contacts, leads and people', {
        scopes: everywhere('none', { account: 'all', opportunity: 'all' }),
      }),
    () => become('nothing at all', { scopes: everywhere('none') }),
    async () => {
      const wide: Given = { scopes: everywhere('own') };
      const narrow = MASKED;
      const [first, second] = [
        await people.role({
          permissions: permissions(wide),
          system: SYSTEM,
        }),
        await people.role({
          permissions: permissions(narrow),
          fields: narrow.fields ?? [],
        }),
      ];
      const [a, b] = [model(wide), model(narrow)];
      // Runs are about accounts, which the second role shows: they widen what the first one gives for runs (ADR 32).
      const isOpened = ({ object }: Pick<Canary, 'object'>) => object === 'sequenceRun';
      return wear('own in clear, others masked', [first, second], (c) => a(c) || b(c) || isOpened(c));
    },
    async () => {
      const roleId = await people.role({
        permissions: permissions(HIDDEN),
        fields: HIDDEN.fields ?? [],
      });
      await wear('administrator', [adminRole], () => true);
      return {
        name: 'an administrator through a role',
        token: viewer.token,
        headers: { 'x-view-as-role': roleId },
        sees: model(HIDDEN),
        reveals: model(HIDDEN),
      };
    },
    async () => {
      const roleId = await people.role({
        permissions: permissions(MASKED),
        fields: MASKED.fields ?? [],
        system: SYSTEM,
      });
      refresh();
      const key = await must('POST', '/api-keys', { name: 'Canary key', roleId });
      refresh();
      return { name: 'an API key', token: key.key, headers: {}, sees: model(MASKED), reveals: model(MASKED) };
    },
  ];
  return { admin, ids, canaries, objects: made, people, viewer, viewers, end: () => people.end() };
}

const permissions = ({ scopes }: Given): Permission[] =>
  Object.entries(scopes).flatMap(([object, scope]) => ACTIONS.map((action) => ({ object, action, scope })));

/**
 * The values that a role may see unmasked: its scope reaches the record, and neither the role nor the field's class
 * withholds the field.
 */
function model({ scopes, fields = [] }: Given): Viewer['sees'] {
  return ({ object, field, whose }) => {
    const scope = scopes[object];
    if (!scope || scope === 'none' || (scope === 'own' && whose !== 'mine')) return false;
    const said = (key: string) => fields.find((f) => f.object === object && f.field === key)?.access;
    const level = said(field) ?? said('*');
    if (level) return level === 'view' || level === 'edit';
    const pii = classOf({ object, field });
    return pii !== 'sensitive' && pii !== 'secret';
  };
}

/** The PII class of a masked field, if it has one. */
const classOf = ({ object, field }: Pick<Canary, 'object' | 'field'>) =>
  MASKING.find((rule) => rule.object === object && rule.field === field)?.pii;

const CUSTOM_PREFIX = 'custom.';

/** Values by key as requests send them: those of the company's fields in `custom`. */
export function nested(values: Record<string, unknown>): Record<string, unknown> {
  const [own, custom]: Record<string, unknown>[] = [{}, {}];
  for (const [key, value] of Object.entries(values))
    if (key.startsWith(CUSTOM_PREFIX)) custom![key.slice(CUSTOM_PREFIX.length)] = value;
    else own![key] = value;
  return Object.keys(custom!).length ? { ...own, custom } : own!;
}

/** Values for every field a person may write. Canaries where the type can hold one. */
function filled(
  descriptor: RecordDescriptor,
  ids: SampleWorld,
  whose: Ownership,
  canaries: Canary[],
): Record<string, unknown> {
  const values: Record<string, unknown> = minimalRecord(descriptor, ids);
  for (const f of descriptor.fields) {
    if (f.readOnly || f.key === 'rate' || f.key === 'rateDate') continue;
    const canary = canaryValue(f);
    if (canary) {
      values[f.key] = canary.value;
      for (const field of [f.key]) canaries.push({ text: canary.text, object: descriptor.key, field, whose });
    } else if (f.references && ids[f.references] && !f.tree && f.references !== 'member') {
      values[f.key] = sampleValue(f, ids);
    }
  }
  const { startsOn, endsOn } = values;
  // An end is not before its start.
  if (typeof startsOn === 'string' && typeof endsOn === 'string' && endsOn < startsOn) {
    Object.assign(values, { startsOn: endsOn, endsOn: startsOn });
    const of = (key: string) => canaries.find((c) => c.text === key)!;
    const [start, end] = [of(startsOn), of(endsOn)];
    [start.field, end.field] = [end.field, start.field];
  }
  return values;
}
