import { randomUUID } from 'node:crypto';
import { type LogIn, writtenExport } from '@pellucid/modules/exports/testing';
import { appCode, confirmAddress } from '@pellucid/modules/identity/testing';
import { PlatformPool } from '@pellucid/platform/db';
import { EndpointRegistry, type SampleWorld } from '@pellucid/platform/http';
import { randomLetters, registerCompany, type TestApi, type TestCompany } from './api-process.js';
import { type FieldDescriptor, type RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import { foundPair } from './found-duplicates.js';
import { failedJob } from './failed-job.js';
import { ownNotification, ownStopLink } from './own-notification.js';
import { undeliveredMessage } from './undelivered-message.js';
import { uploadsOf } from './uploads.js';

/** A company with one record of everything. */
export interface World extends TestCompany {
  /** IDs by object key and by name (session, role, apiKey, import, export, bulkJob, deadLetter, tenant). */
  ids: SampleWorld;
}

/** Registers a company and creates one of everything in it. */
export async function seededWorld(api: TestApi): Promise<World> {
  const company = await registerCompany(api);
  return { ...company, ids: await seed(api, company) };
}

/** Creates one of everything in an existing company. Each call creates new ones. */
export async function seed(api: TestApi, company: TestCompany): Promise<SampleWorld> {
  const ids: SampleWorld = { tenant: company.tenantId };
  const must = async (method: string, path: string, status: number, call: object = {}) => {
    const answer = await api.call(method, path, { token: company.token, ...call });
    if (answer.status !== status)
      throw new Error(
        `the world could not be seeded: ${method} ${path} gave ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    return answer.body;
  };
  for (const descriptor of inOrderOfNeed(api.app.get(RecordRegistry).product())) {
    if (!descriptor.operations.create) continue;
    const made = await must('POST', `/${descriptor.plural}`, 201, { body: minimalRecord(descriptor, ids) });
    ids[descriptor.key] = made.id;
  }
  for (const name of ['deletedCustomObject', 'customObject']) {
    const object = `gadget${randomLetters()}`;
    ids['customObjectPath'] = `${object}s`;
    const body = { name: object, plural: `${object}s`, label: 'Gadget', pluralLabel: 'Gadgets' };
    ids[name] = (await must('POST', '/custom-objects', 201, { body })).id;
    if (name === 'deletedCustomObject') await must('DELETE', `/custom-objects/${ids[name]}`, 204);
    else ids['customRecord'] = (await must('POST', `/${object}s`, 201, { body: { name: 'Seed' } })).id;
  }
  const invited = { email: `guest-${randomUUID()}@example.com`, name: 'Gus Guest', roleIds: [] as string[] };
  const { data: roles } = await must('GET', '/roles', 200);
  ids['role'] = (await must('POST', '/roles', 201, { body: { name: `Seed ${randomUUID()}` } })).id;
  for (const name of ['customField', 'deletedCustomField']) {
    const field = { object: 'contact', name: `${name}${randomLetters()}`, type: 'text' };
    ids[name] = (await must('POST', '/custom-fields', 201, { body: { ...field, label: field.name } })).id;
  }
  await must('DELETE', `/custom-fields/${ids['deletedCustomField']}`, 204);
  const formula = { object: 'account', name: `formula${randomLetters()}`, type: 'formula', formula: 'name' };
  ids['formulaField'] = (
    await must('POST', '/custom-fields', 201, { body: { ...formula, label: formula.name } })
  ).key;
  const choice = { object: 'contact', name: `choice${randomLetters()}`, type: 'select' };
  const options = ['one', 'two'].map((value) => ({ value, label: value }));
  const chosen = { body: { ...choice, label: choice.name, options } };
  ids['customChoice'] = (await must('POST', '/custom-fields', 201, chosen)).id;
  ids['builtInRole'] = roles.find((role: any) => role.key === 'salesRep').id;
  invited.roleIds = [roles[0].id];
  const invitation = await must('POST', '/members/invite', 201, { body: invited });
  ids['member'] = invitation.memberId;
  const share = {
    object: 'account',
    record: ids['account'],
    grantee: { kind: 'team', id: ids['team'] },
    access: 'read',
  };
  ids['share'] = (await must('POST', '/shares', 201, { body: share })).id;
  await must('PUT', `/accounts/${ids['account']}/contacts/${ids['contact']}`, 200, { body: {} });
  const layout = {
    kind: 'detail',
    roles: [ids['role']],
    content: { sections: [{ title: null, pieces: [{ field: 'name' }] }] },
  };
  ids['layout'] = (await must('POST', '/objects/account/layouts', 201, { body: layout })).id;
  const twin = { lastName: 'Twin', email: `twin-${randomUUID()}@example.com` };
  await must('POST', '/contacts', 201, { body: twin });
  const other = (await must('POST', '/contacts?allowDuplicates=true', 201, { body: twin })).id;
  ids['duplicatePair'] = await foundPair(api, company, other);
  const compared = { objects: ['product'], conditions: [{ method: 'exact', fields: { product: ['name'] } }] };
  const rule = { ...compared, onCreate: 'off', onUpdate: 'off', onImport: 'off' };
  ids['duplicateRule'] = (
    await must('POST', '/duplicate-rules', 201, { body: { name: 'Seed', ...rule } })
  ).id;
  const settlers = (await must('POST', '/teams', 201, { body: { name: `Settlers ${randomUUID()}` } })).id;
  const territory = { name: 'Seed', condition: { field: 'country', op: 'exists' }, team: settlers };
  ids['territory'] = (await must('POST', '/territories', 201, { body: territory })).id;
  const turns = { kind: 'team', team: settlers, method: 'roundRobin' };
  const assigning = { name: 'Seed', isActive: false, target: turns };
  ids['assignmentRule'] = (await must('POST', '/assignment-rules', 201, { body: assigning })).id;
  ids['password'] = company.password;
  ids['secondFactor'] = await secondFactor(api, company);
  const { data: sessions } = await must('GET', '/auth/sessions', 200);
  ids['session'] = sessions[0].id;
  const rows = Array.from({ length: 501 }, (_, i) => ({ name: `Seed ${i}` }));
  ids['bulkJob'] = (await must('POST', '/accounts/bulk', 202, { body: { action: 'create', rows } })).id;
  ids['deadLetter'] = await failedJob(api, company.tenantId);
  ids['notification'] = await ownNotification(api, company, ids['account']!);
  ids['stopLink'] = ownStopLink(api, company);
  ids['undeliveredMessage'] = await undeliveredMessage(api, company.tenantId);
  const kept = { object: 'account', name: 'Seed', values: { name: 'Seed' } };
  ids['recordTemplate'] = (await must('POST', '/record-templates', 201, { body: kept })).id;
  const view = { object: 'account', name: 'Seed', content: { sort: 'name' } };
  ids['view'] = (await must('POST', '/views', 201, { body: view })).id;
  const key = { name: 'Seed', roleId: ids['role'] };
  ids['apiKey'] = (await must('POST', '/api-keys', 201, { body: key })).id;
  if (
    api.app
      .get(EndpointRegistry)
      .all()
      .some(({ path }) => path === '/imports')
  ) {
    const upload = multipart(
      { options: JSON.stringify({ object: 'account', mode: 'create', mapping: { Name: 'name' } }) },
      'accounts.csv',
      'Name\nImported\n',
    );
    ids['import'] = (await must('POST', '/imports', 202, upload)).id;
    const template = {
      name: 'Seed',
      options: { object: 'account', mode: 'create', mapping: { Name: 'name' } },
    };
    ids['importTemplate'] = (await must('POST', '/import-templates', 201, { body: template })).id;
    const moved = multipart({}, 'Organizations.csv', 'Organization - ID,Organization - Name\n1,Moved\n');
    ids['move'] = (await must('POST', '/moves', 201, moved)).id;
    const exported = await must('POST', '/exports', 202, { body: { object: 'account', format: 'csv' } });
    ids['export'] = exported.id;
    const own = uploadsOf(api, company.token);
    const about = [{ object: 'account', id: ids['account']! }];
    ids['file'] = await own.uploaded({ name: 'Seed.txt', content: 'Seed', about });
    ids['upload'] = (await own.start({ content: 'Seed' })).body.id;
    const { url } = await must('GET', `/files/${ids['file']}/link`, 200);
    ids['fileLink'] = new URL(url, 'http://host').searchParams.get('link')!;
    ids['exportLink'] = await writtenExport(api.app, claimsOf(company.token), exported);
  }
  return ids;
}

/** What an access token says. */
function claimsOf(token: string): LogIn {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'));
}

/** ID of a second factor of the company's administrator. Creates one if there is none. */
async function secondFactor(api: TestApi, { token }: TestCompany): Promise<string> {
  const { data } = (await api.call('GET', '/auth/second-factors', { token })).body;
  if (data.length > 0) return data[0].id;
  const { user } = (await api.call('GET', '/auth/me', { token })).body;
  await confirmAddress(api.app.get(PlatformPool), user.email);
  const begun = await api.call('POST', '/auth/second-factors/totp', { token, body: {} });
  const { enrolment, secret } = begun.body;
  const body = { enrolment, code: appCode(secret) };
  const added = await api.call('POST', '/auth/second-factors/totp/confirm', { token, body });
  if (added.status !== 201) throw new Error(`no second factor: ${JSON.stringify(added.body)}`);
  return added.body.factor.id;
}

/** What records need besides their required fields: a sequence without steps isn't started, nor one for no record. */
const FURTHER: Record<string, (ids: SampleWorld) => Record<string, unknown>> = {
  sequence: () => ({ steps: [{ name: 'Sample' }] }),
  sequenceRun: (ids) => ({ about: [{ object: 'account', id: ids['account'] }] }),
};

/** Values for the fields that a record must have, and for its name if no single field is required. */
export function minimalRecord(descriptor: RecordDescriptor, ids: SampleWorld): Record<string, unknown> {
  const names = (f: FieldDescriptor) => f.searchable && !f.references && f.traits.isLookupKey;
  const needed = descriptor.fields.filter((f) => !f.readOnly && ((f.required && !f.default) || names(f)));
  return {
    ...Object.fromEntries(needed.map((f) => [f.key, sampleValue(f, ids)])),
    ...FURTHER[descriptor.key]?.(ids),
  };
}

/** A value that the field accepts. */
export function sampleValue(f: FieldDescriptor, ids: SampleWorld): unknown {
  if (f.references) return f.traits.isList ? [ids[f.references]] : ids[f.references];
  if (f.options?.length) return f.traits.isList ? [f.options[0]!.value] : f.options[0]!.value;
  switch (f.type) {
    case 'number':
      return f.min ?? 1;
    case 'money':
      return '1';
    case 'boolean':
      return false;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T10:00:00.000Z';
    case 'email':
      return `${randomUUID()}@example.com`;
    case 'phone':
      return '+41 44 000 00 00';
    case 'url':
      return 'https://example.com';
    case 'multiSelect':
      return [];
    default:
      return `Sample ${randomUUID().slice(0, Math.max(4, Math.min(12, f.maxLength - 8)))}`.slice(
        0,
        f.maxLength,
      );
  }
}

/** Sorts objects so that each comes after those that it requires. */
export function inOrderOfNeed(descriptors: RecordDescriptor[]): RecordDescriptor[] {
  const left = new Map(descriptors.map((d) => [d.key, d]));
  const ordered: RecordDescriptor[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(
      (d) =>
        !d.fields.some(
          (f) => f.required && !f.default && f.references && f.references !== d.key && left.has(f.references),
        ),
    );
    if (ready.length === 0) throw new Error(`these objects need each other: ${[...left.keys()].join(', ')}`);
    for (const d of ready) {
      ordered.push(d);
      left.delete(d.key);
    }
  }
  return ordered;
}

/** A multipart body with one file after the fields. */
export function multipart(fields: Record<string, string>, fileName: string, content: string) {
  const boundary = `----sweep${randomUUID()}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n`;
  return {
    body: `${parts.join('')}${file}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}
