import type { EndpointSpec, SampleWorld } from '@pellucid/platform/http';
import type { FieldDescriptor, RecordDescriptor } from '@pellucid/platform/records';
import type { TestApi } from './api-process.js';
import { endpointsOf, EXEMPT } from './outlets/index.js';
import { requestOf } from './route-rules.js';
import { multipart } from './seeded-world.js';
import type { Probe } from './transcripts.js';
import type { BuiltWorld, Case } from './two-worlds.js';
import { ACTIVITIES } from './two-worlds-activities.js';

/** Operations that are not tried, and why nothing hidden could make them differ. {@link EXEMPT} lists the others. */
export const NOT_TRIED: Record<string, string> = {
  listSessions: 'speaks of one’s own log-ins',
  listSecondFactors: 'speaks of one’s own factors',
  getOpenApi: 'the same for everybody',
  getCatalogue: 'the same for everybody',
  rotateApiKey: 'answers with a new secret, and takes no value of a record',
  changeBaseCurrency:
    'a job recalculates at a time of its own, under the answers that follow; the preview is tried',
  describeStoppedMails: 'names the kinds that a signed link turns off, and reads no record',
  getAuditSeal: 'answers with digests of the whole log, which nobody can take apart',
};

/** Writes that would take from the viewer what the rest of the sweep needs. They run last. */
const LAST = new Set([
  'erasePersonalData',
  'deactivateMember',
  'deleteRole',
  'replaceMaskingRules',
  'putMaskingRule',
]);

/** A value that the field accepts, the same in every world. */
function valueFor(f: FieldDescriptor, ids: SampleWorld, n: number): unknown {
  if (f.references) {
    const id = ids[f.references] ?? null;
    return f.traits.isList ? [id] : id;
  }
  if (f.linksTo) {
    const link = { object: 'account', id: ids['account'] };
    return f.traits.isList ? [link] : link;
  }
  if (f.options?.length) {
    const value = f.options[n % f.options.length]!.value;
    return f.traits.isList ? [value] : value;
  }
  switch (f.type) {
    case 'number':
      return Math.max(f.min ?? 0, Math.min(f.max ?? 99, 7 + n));
    case 'money':
      return String(11 + n);
    case 'boolean':
      return n % 2 === 0;
    case 'date':
      return `2026-02-${10 + (n % 10)}`;
    case 'datetime':
      return '2026-01-31T10:00:00.000Z';
    case 'email':
      return `probe-${n}@example.com`;
    case 'phone':
      return `+41 44 000 00 0${n % 10}`;
    case 'url':
      return `https://example.com/${n}`;
    case 'multiSelect':
      return [];
    default:
      return `Probe ${n}`;
  }
}

function minimal(descriptor: RecordDescriptor, ids: SampleWorld, n: number): Record<string, unknown> {
  const names = (f: FieldDescriptor) => f.searchable && !f.references && f.traits.isLookupKey;
  return Object.fromEntries(
    descriptor.fields
      .filter((f) => !f.readOnly && ((f.required && !f.default) || names(f)))
      .map((f) => [f.key, valueFor(f, ids, n)]),
  );
}

/** All endpoints whose answers are compared. */
export function triedSpecs(api: TestApi): EndpointSpec[] {
  return endpointsOf(api).filter(
    (spec) => !spec.operational && !(spec.operationId in EXEMPT) && !(spec.operationId in NOT_TRIED),
  );
}

/** All requests to a world, in the same order in each. */
export function probesOf(api: TestApi, given: Case, world: BuiltWorld): Probe[] {
  const specs = triedSpecs(api);
  const probes: Probe[] = [];
  const title = (text: string) => text[0]!.toUpperCase() + text.slice(1);
  // Those of objects that the company made too, which are not tried by themselves.
  const known = new Set(endpointsOf(api).map((spec) => spec.operationId));
  const of = (operation: string) => {
    if (!known.has(operation)) throw new Error(`there is no operation ${operation}`);
    return operation;
  };
  const add = (
    operation: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => probes.push({ operation: of(operation), method, path, body, ...(headers ? { headers } : {}) });
  const sampled = (spec: EndpointSpec, ids: SampleWorld) => {
    const { path, body } = requestOf(spec, ids);
    if (path.includes('undefined')) return;
    probes.push({ operation: spec.operationId, method: spec.method.toUpperCase(), path, body });
  };
  const isRead = (spec: EndpointSpec) => spec.method === 'get' || spec.reads === true;
  const focus = given.focus.map((key) => world.descriptors.get(key)!);
  const values = world.values;

  // Every read, on each record.
  if (given.everyRoute)
    for (const spec of specs.filter(isRead)) {
      const seen = new Set<string>();
      for (const ids of world.ids.slice(0, 2)) {
        const key = JSON.stringify(requestOf(spec, ids));
        if (!seen.has(key)) sampled(spec, ids);
        seen.add(key);
      }
    }
  for (const d of focus) readProbes(d);
  for (const d of focus) explainProbes(d);
  roleProbes();
  importProbes();
  exportProbes();
  for (const d of focus) definitionProbes(d);
  for (const d of focus) writeProbes(d);
  verbProbes();
  // Every other write once, on the third record. Those that end something run last.
  const rest = given.everyRoute ? specs.filter((spec) => !isRead(spec)) : [];
  for (const spec of [
    ...rest.filter((s) => !LAST.has(s.operationId)),
    ...rest.filter((s) => LAST.has(s.operationId)),
  ])
    sampled(spec, world.ids[2]);
  for (const d of focus) {
    for (const part of ['history', 'timeline'])
      for (const ids of world.ids) add(`${part}${titleOf(d)}`, 'GET', `/${d.plural}/${ids[d.key]}/${part}`);
    add(`query${titleOfPlural(d)}`, 'POST', `/${d.plural}/query`, { limit: 200, count: 'exact' });
  }
  return probes;

  /**
   * Reads unmasked fields in few requests, and withheld fields one by one, because a request is refused for any single
   * part.
   */
  function readProbes(d: RecordDescriptor): void {
    const query = (body: object) =>
      add(`query${titleOfPlural(d)}`, 'POST', `/${d.plural}/query`, { limit: 50, count: 'exact', ...body });
    const secret = values.filter((v) => v.object === d.key);
    const told = (f: FieldDescriptor) => !f.derivedFrom && !secret.some((v) => v.field === f.key);
    const clear = d.fields.filter(told);
    const sortable = clear.filter((f) => f.sortable).map((f) => f.key);
    for (let from = 0; from < sortable.length; from += 3)
      query({ sort: sortable.slice(from, from + 3).join() });
    const filterable = clear.filter((f) => f.filterable && !f.readOnly);
    query({ filter: { any: filterable.map((f) => ({ field: f.key, op: 'exists' })) } });
    query({
      filter: {
        any: filterable.map((f) => ({ field: f.key, op: listed(f) ? 'in' : 'eq', value: filterValue(f) })),
      },
    });
    for (const f of d.fields.filter((each) => !told(each))) {
      if (f.sortable) for (const sort of [f.key, `name,-${f.key}`]) query({ sort });
      if (f.filterable) query({ filter: { field: f.key, op: 'exists' } });
      query({ fields: [f.key], limit: 3 });
    }
    for (const { field, value } of secret) query({ filter: { not: { field, op: isList(value), value } } });
    for (const { key: lines, fields, byName } of d.lines) {
      for (const f of fields.filter((each) => each.filterable))
        for (const match of ['any', 'none', 'every'])
          query({ filter: { lines, match, where: { field: f.key, op: 'exists' } } });
      for (const { field, value } of secret)
        if (byName.has(field.replace(`${lines}.`, '')))
          query({ filter: { lines, match: 'any', where: { field, op: isList(value), value } } });
    }
    for (const f of d.fields.filter((each) => each.filterable && each.traits.family === 'reference'))
      for (const field of new Set(values.filter((v) => v.object === f.references).map((v) => v.field)))
        query({ filter: { field: `${f.key}.${field}`, op: 'exists' }, sort: `${f.key}.${field}` });
    const aggregate = (body: object) =>
      add(`aggregate${titleOfPlural(d)}`, 'POST', `/${d.plural}/aggregate`, body);
    // Fields are asked for one by one, since a request is refused for any of them.
    for (const f of d.fields) {
      const measures = ['count', 'distinct', 'sum', 'min'].map((fn) => ({ fn, field: f.key }));
      for (const m of told(f) ? measures.slice(0, 1) : measures)
        aggregate({ groupBy: [{ field: f.key }], measures: [{ fn: 'count' }, m] });
    }
    for (const f of d.fields.filter((each) => each.traits.family === 'reference'))
      for (const field of new Set(values.filter((v) => v.object === f.references).map((v) => v.field)))
        aggregate({ groupBy: [{ field: `${f.key}.${field}` }, { field: f.key }] });
    for (const { field, value } of secret) aggregate({ filter: { field, op: isList(value), value } });
    for (const { field, value } of secret)
      add('createRecordTemplate', 'POST', '/record-templates', {
        object: d.key,
        name: 'Probe',
        values: { [field]: value },
      });
    for (const { id: view } of world.views.filter(({ object }) => object === d.key)) {
      add('getView', 'GET', `/views/${view}`);
      query({ view });
      aggregate({ view });
    }
    for (const q of ['contact', 'unseen', ...secret.map((v) => String(v.value))]) query({ q });
    for (const q of ['contact', 'unseen', ...secret.map((v) => String(v.value))])
      for (const more of ['', ...world.ids.slice(0, 2).map((ids) => `&record=${d.key}/${ids[d.key]}`)])
        add('search', 'GET', `/search?q=${encodeURIComponent(q)}&explain=true&limit=100${more}`);
    query({ deleted: true });
    for (const ids of world.ids) {
      const at = `/${d.plural}/${ids[d.key]}`;
      add(`asOf${titleOf(d)}`, 'GET', `${at}/as-of?version=1`);
      add(`get${titleOf(d)}`, 'GET', at);
    }
  }

  function listed(f: FieldDescriptor): boolean {
    return f.traits.isList;
  }

  function isList(value: unknown): string {
    return Array.isArray(value) ? 'in' : 'eq';
  }

  function filterValue(f: FieldDescriptor): unknown {
    const value = valueFor(f, world.ids[0], 0);
    return value ?? null;
  }

  /** How operations name an object. One set of them serves all objects that the company made. */
  function titleOf(d: RecordDescriptor): string {
    return d.part ? 'CustomRecord' : title(d.key);
  }

  function titleOfPlural(d: RecordDescriptor): string {
    if (d.part) return 'CustomRecords';
    return title(d.plural.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  }

  function explainProbes(d: RecordDescriptor): void {
    const hidden = new Set(values.filter((v) => v.object === d.key).map((v) => v.field));
    for (const ids of world.ids.slice(0, 2)) {
      const question = `object=${d.key}&record=${ids[d.key]}`;
      add('recordRights', 'GET', `/access/rights?${question}`);
      add('whoCanSee', 'GET', `/access/who?${question}`);
      for (const f of [d.fields[0]!, ...d.fields.filter((f) => f.computed)])
        add('explainValue', 'GET', `/access/value-source?${question}&field=${f.key}`);
      for (const action of ['read', 'delete', ...d.verbs.map((v) => v.key)])
        add('explainAccess', 'GET', `/access/explain?${question}&action=${action}`);
      for (const f of [
        ...d.fields.filter((f) => hidden.has(f.key)),
        ...d.fields.filter((f) => f.derivedFrom).slice(0, 2),
      ])
        add(
          'explainAccess',
          'GET',
          `/access/explain?${question}&action=update&field=${f.key}&subject=${ids['member']}`,
        );
      for (const field of hidden)
        add(`reveal${titleOf(d)}`, 'POST', `/${d.plural}/${ids[d.key]}/reveal`, {
          field,
          reason: 'The sweep asks',
        });
    }
  }

  function roleProbes(): void {
    const { role } = world.ids[0];
    for (const { object, field, value } of values) {
      const condition = { field, op: isList(value), value };
      const permissions = [{ object, action: 'read', scope: 'all', condition }];
      add('previewRole', 'POST', `/roles/${role}/preview`, { permissions });
    }
    for (const object of given.focus)
      add('previewRole', 'POST', `/roles/${role}/preview`, {
        permissions: [{ object, action: 'read', scope: 'all' }],
      });
  }

  /** What whoever manages fields can do with hidden ones. */
  function definitionProbes(d: RecordDescriptor): void {
    const hidden = [...new Set(values.filter((v) => v.object === d.key).map((v) => v.field))];
    for (const key of hidden.filter((each) => d.byKey.get(each)?.custom)) {
      const f = d.byKey.get(key)!;
      const at = `/custom-fields/${f.custom!.id}`;
      const ids = world.ids.map((each) => each[d.key]);
      for (const formula of [`has(${key})`, `${key} == null ? 1 : 2`])
        add('previewFormula', 'POST', '/custom-fields/formula/preview', { object: d.key, formula, ids });
      add('previewCustomFieldType', 'POST', `${at}/type/preview`, { type: 'longText' });
      add('changeCustomFieldType', 'POST', `${at}/type`, { type: 'date' });
      add('changeCustomField', 'PATCH', at, { unique: true });
      const [from, into] = f.options?.map(({ value }) => value) ?? ['A', 'B'];
      add('mergeCustomFieldOptions', 'POST', `${at}/options/merge`, { from: [from], into });
      add('deleteCustomField', 'DELETE', at);
    }
    for (const f of d.fields.filter(({ computed }) => computed?.kind === 'formula')) {
      const { formula } = f.computed as { formula: string };
      const ids = world.ids.map((each) => each[d.key]);
      add('previewFormula', 'POST', '/custom-fields/formula/preview', { object: d.key, formula, ids });
      add('previewFormula', 'POST', '/custom-fields/formula/preview', { object: d.key, formula: f.key });
    }
  }

  function importProbes(): void {
    for (const d of focus.filter(
      (each) => each.part || ['account', 'contact', 'lead', 'opportunity', 'product'].includes(each.key),
    )) {
      const hidden = [...new Set(values.filter((v) => v.object === d.key).map((v) => v.field))];
      const name = d.byKey.has('name') ? 'name' : 'lastName';
      const called = ['X', 'Y'].map((letter) => `${title(d.key)} ${letter}`);
      const send = (options: object, content: string) => {
        const { body, headers } = multipart({ options: JSON.stringify(options) }, 'file.csv', content);
        add('previewImport', 'POST', '/imports/preview', body, headers);
      };
      const base = { object: d.key, mode: 'upsert', matchBy: [name] };
      const nobody = { options: JSON.stringify({ ...base, mode: 'update', mapping: { Name: name } }) };
      const { body, headers } = multipart(nobody, 'file.csv', 'Name\nNobody\n');
      add('createImport', 'POST', '/imports', body, headers);
      send({ ...base, mapping: { Name: name } }, `Name\n${called.join('\n')}\nNew one\n`);
      for (const field of hidden) {
        const value = String(values.find((v) => v.object === d.key && v.field === field)!.value);
        const content = `Name,Value\n${called.map((text) => `${text},"${value}"`).join('\n')}\n`;
        send({ ...base, mapping: { Name: name, Value: field } }, content);
        send({ ...base, matchBy: [field], mapping: { Name: name, Value: field } }, content);
      }
    }
  }

  function exportProbes(): void {
    for (const { key } of focus) {
      add('createExport', 'POST', '/exports', { object: key, format: 'csv', sort: 'id' });
      add('createExport', 'POST', '/exports', { object: key, format: 'jsonl', sort: 'id' });
    }
    for (const { object, field, value } of values) {
      const filter = { field, op: isList(value), value };
      add('createExport', 'POST', '/exports', { object, format: 'csv', sort: 'id', filter });
      add('createExport', 'POST', '/exports', { object, format: 'csv', fields: ['id', field] });
    }
  }

  function writeProbes(d: RecordDescriptor): void {
    const { operations: may } = d;
    const one = titleOf(d);
    const many = titleOfPlural(d);
    const secret = values.filter((v) => v.object === d.key);
    const [first, second, third] = world.ids;
    const update = (ids: SampleWorld, body: object, headers?: Record<string, string>) =>
      add(`update${one}`, 'PATCH', `/${d.plural}/${ids[d.key]}`, body, headers);
    const bulk = (body: object) => {
      add(`previewBulk${many}`, 'POST', `/${d.plural}/bulk/preview`, body);
      add(`bulk${many}`, 'POST', `/${d.plural}/bulk`, body);
    };
    const writable = d.fields.filter((f) => !f.readOnly);
    if (d.listed)
      for (const f of writable) {
        const conditions = [{ method: 'normalised', fields: { [d.key]: [f.key] } }];
        add('tryDuplicateRule', 'POST', '/duplicate-rules/try', { objects: [d.key], conditions });
      }
    if (d.key === 'lead')
      for (const { lead } of world.ids) {
        add('tryAssignmentRules', 'POST', '/assignment-rules/try', { lead });
        add('getLeadAssignment', 'GET', `/leads/${lead}/assignment`);
        add('assignLead', 'POST', `/leads/${lead}/assign`);
      }
    for (const ids of world.ids) add('listDuplicates', 'GET', `/duplicates?record=${ids[d.key]}`);
    const hidden = [...new Set(secret.map((v) => v.field))].flatMap((key) => d.byKey.get(key) ?? []);
    if (may.create) {
      const create = (n: number, fields: FieldDescriptor[]) =>
        add(`create${one}`, 'POST', `/${d.plural}`, {
          ...minimal(d, first, 100 + n),
          ...Object.fromEntries(fields.map((f) => [f.key, valueFor(f, first, 300 + n)])),
        });
      create(0, []);
      create(1, writable);
      create(
        2,
        writable.filter((f) => !hidden.includes(f)),
      );
      for (const [n, f] of hidden.entries()) create(10 + n, [f]);
      // Values that a record of one of the worlds has: a rule about duplicates must not tell.
      for (const [n, { field, value }] of secret.entries())
        if (d.byKey.get(field)?.custom === undefined)
          add(`create${one}`, 'POST', `/${d.plural}`, { ...minimal(d, first, 200 + n), [field]: value });
    }
    if (may.update) {
      // If records differ in something hidden, tries two of them. Otherwise one stands for all.
      const tried = secret.length ? [first, second] : [first];
      for (const [n, f] of writable.entries())
        for (const ids of tried) update(ids, { [f.key]: valueFor(f, first, ids === first ? n : 50 + n) });
      for (const f of hidden) for (const ids of tried) update(ids, { [f.key]: null });
      for (const ids of tried) update(ids, Object.fromEntries(writable.map((f) => [f.key, null])));
      const cause = { 'x-correlation-id': `probe ${d.key}`.replaceAll(' ', '-') };
      const undoing = { correlationId: cause['x-correlation-id'] };
      for (const ids of tried)
        update(ids, Object.fromEntries(writable.map((f) => [f.key, valueFor(f, first, 60)])), cause);
      for (const f of hidden)
        for (const ids of tried) update(ids, { [f.key]: valueFor(f, first, 61) }, cause);
      add('previewUndo', 'POST', '/undo/preview', undoing);
      add('undo', 'POST', '/undo', undoing);
      add('undo', 'POST', '/undo', undoing);
      // A write with a stale version is merged or refused, depending on what changed since.
      for (const fields of [writable.filter((f) => !hidden.includes(f)), ...hidden.map((f) => [f])])
        update(third, Object.fromEntries(fields.map((f) => [f.key, valueFor(f, first, 80)])), {
          'if-match': '"1"',
        });
      for (const { field, value } of secret) {
        for (const ids of tried) update(ids, { [field]: value });
        bulk({ action: 'update', ids: tried.map((ids) => ids[d.key]), changes: { [field]: value } });
        const text = writable.find((f) => f.traits.isFreeText && !hidden.includes(f))!.key;
        bulk({ action: 'update', filter: { field, op: isList(value), value }, changes: { [text]: 'bulk' } });
        bulk({ action: 'update', q: String(value), changes: { [text]: 'bulk' } });
      }
      for (const ids of [first, third])
        add(`restoreVersion${one}`, 'POST', `/${d.plural}/${ids[d.key]}/restore-version`, { version: 1 });
    }
    if (may.delete) {
      for (const ids of world.ids)
        add(`previewDeletionOf${many}`, 'POST', `/${d.plural}/deletion-preview`, { ids: [ids[d.key]] });
      if (may.update) {
        // Only the preview: by ADR 31, hidden references follow a merge as changes of the records that hold them.
        const merge = (values: object) => ({
          records: [first, second].map((ids) => ({ id: ids[d.key] })),
          into: first[d.key],
          values,
        });
        for (const f of [undefined, ...writable])
          add(
            `previewMergeOf${many}`,
            'POST',
            `/${d.plural}/merge/preview`,
            merge(f ? { [f.key]: { from: second[d.key] } } : {}),
          );
      }
      for (const policy of ['', '?referrers=unlink', '?referrers=delete']) {
        add(`delete${one}`, 'DELETE', `/${d.plural}/${third[d.key]}${policy}`);
        add(`restore${one}`, 'POST', `/${d.plural}/${third[d.key]}/restore`);
      }
      bulk({ action: 'delete', ids: [second[d.key]], referrers: 'unlink' });
      bulk({ action: 'restore', ids: [second[d.key]] });
    }
  }

  function verbProbes(): void {
    // The account and contact that it would become already exist.
    if (given.focus.includes('lead')) {
      const { lead, account, contact } = world.ids[2];
      add('convertLead', 'POST', `/leads/${lead}/convert`, { accountId: account, contactId: contact });
      add('convertLead', 'POST', `/leads/${lead}/convert`, {});
      add('convertLead', 'POST', `/leads/${lead}/convert`, { accountId: account, newContact: true });
      add('getAccount', 'GET', `/accounts/${account}`);
    }
    for (const ids of world.ids.slice(0, 2)) {
      const { account, contact, opportunity: deal, lead } = ids;
      if (given.focus.includes('opportunity')) {
        const at = `/opportunities/${deal}`;
        add('moveOpportunity', 'POST', `${at}/move`, { stage: ids['stage'] });
        add('winOpportunity', 'POST', `${at}/win`, {});
        add('reopenOpportunity', 'POST', `${at}/reopen`, {});
        add('loseOpportunity', 'POST', `${at}/lose`, { reason: 'Price' });
        add('moveOpportunity', 'POST', `${at}/move`, { stage: ids['firstStage'] });
        for (const currency of ['JPY', 'CHF', 'USD']) add('updateOpportunity', 'PATCH', at, { currency });
        for (const body of [
          { rate: 1.23456789 },
          { closeDate: '2026-04-01' },
          { probability: 55 },
          { amount: '0.5' },
        ])
          add('updateOpportunity', 'PATCH', at, body);
        for (const amount of [null, '20', '60.5'])
          for (const lines of [undefined, [{ id: ids['line'], product: ids['product'], discount: '5' }]])
            add('updateOpportunity', 'PATCH', at, { amount, lines });
        add('getOpportunity', 'GET', at);
        for (const line of [
          { quantity: '1.5', unitPrice: '0.3333' },
          { quantity: '999999999', unitPrice: '99999999' },
          {},
        ])
          add('replaceOpportunityLines', 'PUT', `${at}/lines`, {
            lines: [{ product: ids['product'], ...line }],
          });
        add('replaceOpportunityLines', 'PUT', `${at}/lines`, { lines: [] });
        add('stageHistoryOpportunity', 'GET', `${at}/stage-history`);
        add('totalsOfPipeline', 'GET', `/pipelines/${ids['pipeline']}/totals`);
      }
      if (given.focus.includes('contact')) {
        const link = `/accounts/${world.ids[1]['account']}/contacts/${contact}`;
        for (const body of [{}, { role: 'Buyer' }, { isPrimary: true }, { isPrimary: false }])
          add('linkAccountContact', 'PUT', link, body);
        add('listAccountContacts', 'GET', `/accounts/${account}/contacts`);
        add('unlinkAccountContact', 'DELETE', link);
      }
      for (const [kind, plural, label] of ACTIVITIES)
        if (label && given.focus.includes(kind))
          for (const verb of ['complete', 'reopen'])
            add(`${verb}${label}`, 'POST', `/${plural}/${ids[kind]}/${verb}`);
      if (given.focus.includes('lead')) {
        add('disqualifyLead', 'POST', `/leads/${lead}/disqualify`, { reason: 'No budget' });
        add('reopenLead', 'POST', `/leads/${lead}/reopen`);
        add('convertLead', 'POST', `/leads/${lead}/convert`, { createOpportunity: true });
        add('getLead', 'GET', `/leads/${lead}`);
        add('updateLead', 'PATCH', `/leads/${lead}`, { source: 'Web' });
      }
    }
  }
}
