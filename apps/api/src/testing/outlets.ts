import { inflateRawSync } from 'node:zlib';
import { type EndpointSpec, EndpointRegistry, type SampleWorld } from '@pellucid/platform/http';
import { eventually } from '@pellucid/platform/testing';
import type { ApiAnswer, TestApi } from './api-process.js';
import { type Canary, type CanaryWorld, nested, OWNERSHIPS, type Viewer } from './canaries.js';
import { LiveTab } from './live-tab.js';

/** Something that the product put out. */
export interface Output {
  /** Its source, so that a finding can be reproduced. */
  from: string;
  text: string;
}

/** What an outlet gets when it is visited. */
export interface Visit {
  api: TestApi;
  world: CanaryWorld;
  viewer: Viewer;
  specs: EndpointSpec[];
  /** Sends a request as the viewer and collects the output. */
  ask(
    method: string,
    path: string,
    call?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<ApiAnswer>;
  /** Collects output that is no answer to a request. */
  collect(output: Output): void;
}

/**
 * A way by which content leaves the product. Every route of the OpenAPI document belongs to one. Later ones (exports,
 * search, webhooks) must too.
 */
export interface Outlet {
  name: string;
  /** Whether it visits the endpoint. */
  covers(spec: EndpointSpec): boolean;
  visit(visit: Visit): Promise<void>;
  /** Why an administrator finds no canary here. Without it the sweep requires one, to prove that it looks. */
  silent?: string;
  /** Whether the viewer may be told more here than they otherwise see: masked values, on demand. */
  tells?(viewer: Viewer, canary: Canary): boolean;
}

/** Endpoints that no outlet visits, and why they can't put out content of records. */
export const EXEMPT: Record<string, string> = {
  register: 'makes a new company',
  createCustomObject: 'answers with the definition of an object, as GET /custom-objects does',
  changeCustomObject: 'answers with the definition of an object, as GET /custom-objects does',
  deleteCustomObject: 'answers nothing',
  restoreCustomObject: 'answers with the definition of an object, as GET /custom-objects does',
  orderCustomFields: 'answers with definitions of fields, as GET /custom-fields does',
  createCustomRecord: 'the handler of POST /accounts, which is visited',
  updateCustomRecord: 'the handler of PATCH /accounts/{id}, which is visited',
  deleteCustomRecord: 'the handler of DELETE /accounts/{id}, which is visited',
  logIn: 'answers with tokens and the person’s own name',
  refresh: 'answers with tokens and the person’s own name',
  logOut: 'answers nothing',
  forgotPassword: 'answers nothing',
  resetPassword: 'answers nothing',
  lookUpInvitation: 'answers the invited person’s own name and the company’s',
  confirmEmail: 'answers nothing',
  resendConfirmation: 'answers nothing',
  acceptInvitation: 'answers with tokens and the person’s own name',
  changePassword: 'answers nothing',
  changeMe: 'answers what GET /auth/me does',
  switchCompany: 'answers with tokens and the person’s own name',
  endSession: 'answers nothing',
  endOtherSessions: 'answers nothing',
  finishLogIn: 'answers with tokens and the person’s own name',
  challengeSecondFactor: 'speaks of one’s own factors',
  beginPasskey: 'speaks of one’s own factors',
  confirmPasskey: 'speaks of one’s own factors',
  beginAuthenticator: 'speaks of one’s own factors',
  confirmAuthenticator: 'speaks of one’s own factors',
  renewRecoveryCodes: 'speaks of one’s own factors',
  renameSecondFactor: 'speaks of one’s own factors',
  removeSecondFactor: 'speaks of one’s own factors',
  resetSecondFactors: 'answers nothing',
  pauseBulkJob: 'answers with counts',
  resumeBulkJob: 'answers with counts',
  cancelBulkJob: 'answers with counts',
  erasePersonalData: 'destroys what the sweep looks for; answers with counts',
  createLayout: 'answers with keys of fields and panels',
  replaceLayout: 'answers with keys of fields and panels',
  deleteLayout: 'answers nothing',
  rotateFieldKeys: 'answers with counts',
  changeBaseCurrency: 'answers with currencies and counts',
  rebuildSearch: 'answers with the id of a job',
  rollBackImport: 'answers what GET /imports/{id} does; its preview is tried',
  findDuplicates: 'answers with the id of a job',
  createDuplicateRule: 'answers with keys of fields',
  changeDuplicateRule: 'answers with keys of fields',
  deleteDuplicateRule: 'answers nothing',
  replayDeadLetter: 'answers nothing',
  discardDeadLetter: 'answers nothing',
};

const parameters = (spec: EndpointSpec) => [...spec.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!);

/** Path and query of an endpoint with the IDs of a world. */
function addressOf(spec: EndpointSpec, ids: SampleWorld, more: Record<string, string> = {}): string {
  const sample = spec.sample?.(ids) ?? {};
  const path = spec.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(sample.params?.[name] ?? 'none'),
  );
  const query = new URLSearchParams({ ...sample.query, ...more }).toString();
  return `${spec.operational ? '' : '/api/v1'}${path}${query ? `?${query}` : ''}`;
}

const isRecordRoute = (end: string) => (spec: EndpointSpec) => spec.path.endsWith(end);
const operations = (...names: string[]) => {
  const set = new Set(names);
  return (spec: EndpointSpec) => set.has(spec.operationId);
};
/** An object of the company. */
const objectOf = (world: CanaryWorld, key: string) => world.objects.find((object) => object.key === key)!;
/** A period that holds everything that a test does. */
const EVER = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'] as const;

/** The text of the sheet in a workbook that we made: its last entry, which is deflated. */
function textsIn(workbook: Buffer): string {
  const at = workbook.lastIndexOf('xl/worksheets/sheet1.xml', workbook.indexOf('PK\u0001\u0002'));
  return inflateRawSync(workbook.subarray(at + 'xl/worksheets/sheet1.xml'.length)).toString('utf8');
}

/** All outlets. */
export const OUTLETS: Outlet[] = [
  {
    name: 'reads',
    covers: (spec) => spec.method === 'get',
    // A list price that somebody who sees it takes over into a line is from then on a price of the deal.
    tells: (viewer, { object, field, whose }) =>
      object === 'product' &&
      field === 'price' &&
      ['amount', 'currency', 'product'].every((key) =>
        viewer.sees({ object: 'opportunity', field: key, whose, text: '' }),
      ),
    async visit({ specs, world, ask }) {
      for (const spec of specs.filter((s) => s.method === 'get' && !s.operational)) {
        const seen = new Set<string>();
        for (const whose of OWNERSHIPS) {
          const address = addressOf(spec, world.ids[whose]);
          if (!seen.has(address)) await ask('GET', address);
          seen.add(address);
        }
      }
    },
  },
  {
    name: 'pages and cursors',
    covers: () => false,
    async visit({ ask, world }) {
      for (const { plural, byKey } of world.objects)
        for (const sort of [
          '',
          'createdAt',
          ...(byKey.has('name') ? ['name', '-name'] : ['email', '-lastName']),
        ]) {
          const first = await ask('GET', `/${plural}?limit=1${sort ? `&sort=${sort}` : ''}`);
          const cursor = first.body?.page?.nextCursor;
          if (cursor) await ask('GET', `/${plural}?limit=1${sort ? `&sort=${sort}` : ''}&cursor=${cursor}`);
        }
    },
  },
  {
    name: 'search',
    covers: operations('search'),
    async visit({ world, ask }) {
      await eventually(async () => !(await ask('GET', '/search?q=indexed')).body?.meta || undefined);
      // Beginnings only, since explanations repeat what was searched for.
      const beginnings = new Set(world.canaries.map(({ text }) => text.slice(0, 5)));
      for (const q of [...beginnings].slice(0, 40)) await ask('GET', `/search?q=${q}&explain=true&limit=100`);
      for (const { key } of world.objects.filter(({ listed }) => listed))
        for (const whose of OWNERSHIPS)
          await ask('GET', `/search?q=none&record=${key}/${world.ids[whose][key]}`);
    },
  },
  {
    name: 'deleted records, counts and chosen fields',
    covers: isRecordRoute('/query'),
    async visit({ ask, world }) {
      for (const { plural, fields } of world.objects) {
        await ask('POST', `/${plural}/query`, { body: { limit: 200, count: 'exact' } });
        await ask('POST', `/${plural}/query`, { body: { limit: 200, deleted: true } });
        await ask('POST', `/${plural}/query`, { body: { limit: 200, fields: fields.map((f) => f.key) } });
        for (const f of fields.filter((each) => each.sortable || !each.storage.columns.length))
          await ask('GET', `/${plural}?limit=200&fields=${f.key}${f.sortable ? `&sort=${f.key}` : ''}`);
      }
    },
  },
  {
    name: 'groups and figures',
    covers: isRecordRoute('/aggregate'),
    async visit({ ask, world }) {
      for (const { plural, fields } of world.objects) {
        const aggregate = (body: object) => ask('POST', `/${plural}/aggregate`, { body });
        for (const f of fields) {
          await aggregate({ groupBy: [{ field: f.key }], limit: 2000 });
          // Several figures would be refused together for one that the type of the field has not.
          for (const fn of ['sum', 'min', 'max']) await aggregate({ measures: [{ fn, field: f.key }] });
          const far = f.type === 'reference' ? objectOf(world, f.references!).fields : [];
          for (const { key } of far) await aggregate({ groupBy: [{ field: `${f.key}.${key}` }] });
        }
      }
    },
  },
  {
    name: 'answers to writes',
    covers: (spec) => spec.method === 'patch' && /^\/[a-z-]+\/\{id\}$/.test(spec.path),
    async visit({ world, ask }) {
      for (const { key, plural, operations: may } of world.objects) {
        if (!may.update) continue;
        for (const whose of OWNERSHIPS)
          await ask('PATCH', `/${plural}/${world.ids[whose][key]}`, { body: {} });
      }
    },
  },
  {
    name: 'values that cannot be',
    covers: (spec) => spec.method === 'post' && /^\/[a-z-]+$/.test(spec.path),
    silent: 'messages name fields and rules, never stored values',
    async visit({ world, ask }) {
      for (const { key, plural, fields, operations: may } of world.objects) {
        const wrong = nested(Object.fromEntries(fields.map((f) => [f.key, { no: 'value' }])));
        if (may.create) await ask('POST', `/${plural}`, { body: wrong });
        if (may.create) await ask('POST', `/${plural}`, { body: {} });
        if (may.update)
          for (const whose of OWNERSHIPS) {
            await ask('PATCH', `/${plural}/${world.ids[whose][key]}`, { body: wrong });
            await ask('PATCH', `/${plural}/${world.ids[whose][key]}`, {
              body: nested(Object.fromEntries(fields.map((f) => [f.key, null]))),
              // A version that doesn't match, so that no field is emptied.
              headers: { 'if-match': '"999"' },
            });
          }
      }
    },
  },
  {
    name: 'conflicts of versions',
    covers: () => false,
    async visit({ world, ask }) {
      for (const { key, plural, byKey } of world.objects)
        for (const field of ['description', 'nextStep', 'city'].filter((f) => byKey.has(f)))
          for (const whose of ['mine', 'theirs'] as const)
            await ask('PATCH', `/${plural}/${world.ids[whose][key]}`, {
              body: { [field]: 'something else' },
              headers: { 'if-match': '"1"' },
            });
    },
  },
  {
    name: 'values that others have already',
    covers: () => false,
    silent: 'messages name fields and rules, never stored values',
    async visit({ api, world, ask }) {
      for (const { key, plural, uniques, byKey } of world.objects) {
        const theirs = (
          await api.call('GET', `/${plural}/${world.ids.theirs[key]}`, { token: world.admin.token })
        ).body;
        // A guessed value is reported as taken, without naming the record that has it.
        if (key === 'stage') continue; // unique within a pipeline, and theirs is in another pipeline
        for (const { field } of uniques.filter((u) => byKey.get(u.field)!.traits.isLookupKey))
          await ask('PATCH', `/${plural}/${world.ids.mine[key]}`, { body: { [field]: theirs[field] } });
        await ask('PATCH', `/${plural}/${world.ids.mine[key]}`, { body: { externalId: 'taken' } });
        await ask('PATCH', `/${plural}/${world.ids.theirs[key]}`, { body: { externalId: 'taken' } });
      }
    },
  },
  {
    name: 'refusals to delete',
    covers: (spec) => spec.method === 'delete' && /^\/[a-z-]+\/\{id\}$/.test(spec.path),
    async visit({ world, viewer, ask }) {
      for (const { key, plural, operations: may } of world.objects) {
        if (!may.delete || viewer.headers['x-view-as-role']) continue;
        for (const whose of OWNERSHIPS) {
          const path = `/${plural}/${world.ids[whose][key]}`;
          const answer = await ask('DELETE', path);
          if (answer.status === 204) await ask('POST', `${path}/restore`);
        }
      }
    },
  },
  {
    name: 'previews of deletions',
    covers: isRecordRoute('/deletion-preview'),
    async visit({ world, ask }) {
      for (const { key, plural, operations: may } of world.objects) {
        if (!may.delete) continue;
        for (const whose of OWNERSHIPS)
          await ask('POST', `/${plural}/deletion-preview`, { body: { ids: [world.ids[whose][key]] } });
      }
    },
  },
  {
    name: 'merges and their previews',
    covers: (spec) => /^\/(\{object\}|[a-z-]+)\/merge(\/preview)?$/.test(spec.path),
    async visit({ world, ask }) {
      for (const { key, plural, operations: may, fields } of world.objects) {
        if (!may.update || !may.delete) continue;
        const ids = [...new Set((['mine', 'theirs'] as const).map((whose) => world.ids[whose][key]!))];
        const body = { records: ids.map((id) => ({ id })), into: ids[0] };
        await ask('POST', `/${plural}/merge/preview`, { body });
        const values = Object.fromEntries(fields.map((f) => [f.key, { from: ids.at(-1) }]));
        await ask('POST', `/${plural}/merge/preview`, { body: { ...body, values } });
        // A merge answers ids only, so it is refused here, to see what a refusal says.
        await ask('POST', `/${plural}/merge`, { body: { ...body, values: { nothing: { value: 1 } } } });
      }
    },
  },
  {
    name: 'records brought back',
    covers: (spec) => spec.path.endsWith('/restore') || spec.path.endsWith('/restore-version'),
    async visit({ api, world, ask }) {
      for (const { key, plural } of world.objects)
        for (const whose of OWNERSHIPS) {
          await ask('POST', `/${plural}/${world.ids[whose][key]}/restore-version`, { body: { version: 1 } });
          const path = `/${plural}/${world.ids[whose][key]}`;
          const answer = await ask('POST', `${path}/restore`);
          if (answer.status === 200) await api.call('DELETE', path, { token: world.admin.token });
        }
    },
  },
  {
    name: 'undo',
    covers: operations('previewUndo', 'undo', 'previewImportRollback'),
    async visit({ world, viewer, ask }) {
      // Everything that the administrator did: whoever may see the audit log may undo it, as far as they see it.
      const actor = { kind: 'member', id: world.admin.memberId, from: EVER[0], to: EVER[1] };
      await ask('POST', '/undo/preview', { body: { actor } });
      for (const id of new Set(OWNERSHIPS.map((whose) => world.ids[whose]['import'])))
        await ask('POST', `/imports/${id}/rollback/preview`);
      if (viewer.headers['x-view-as-role']) return;
      for (const { key, plural, operations: may } of world.objects) {
        if (!may.update) continue;
        const correlationId = crypto.randomUUID();
        const headers = { 'x-correlation-id': correlationId };
        for (const whose of OWNERSHIPS)
          await ask('PATCH', `/${plural}/${world.ids[whose][key]}`, {
            body: { externalId: correlationId },
            headers,
          });
        await ask('POST', '/undo/preview', { body: { correlationId } });
        await ask('POST', '/undo', { body: { correlationId } });
      }
    },
  },
  {
    name: 'previews of formulas',
    covers: operations('previewFormula'),
    async visit({ ask, world }) {
      for (const { key, fields } of world.objects)
        for (const f of fields)
          await ask('POST', '/custom-fields/formula/preview', { body: { object: key, formula: f.key } });
    },
  },
  {
    name: 'duplicates',
    covers: operations('tryDuplicateRule', 'dismissDuplicate', 'reopenDuplicate'),
    async visit({ world, ask }) {
      for (const { key, fields } of world.objects.filter(({ listed }) => listed))
        for (const f of fields) {
          const conditions = [{ method: 'normalised', fields: { [key]: [f.key] } }];
          await ask('POST', '/duplicate-rules/try', { body: { objects: [key], conditions } });
        }
      for (const verb of ['dismiss', 'reopen'])
        for (const whose of OWNERSHIPS)
          await ask('POST', `/duplicates/${world.ids[whose]['duplicatePair']}/${verb}`);
    },
  },
  {
    name: 'previews of bulk changes',
    covers: (spec) => spec.path.endsWith('/bulk/preview'),
    async visit({ world, ask }) {
      for (const { key, plural, fields } of world.objects) {
        const ids = OWNERSHIPS.map((whose) => world.ids[whose][key]);
        const change = (changes: object) => ({ action: 'update', ids, changes });
        const emptied = nested(Object.fromEntries(fields.map((f) => [f.key, null])));
        for (const body of [change({}), change(emptied), { action: 'delete', ids }])
          await ask('POST', `/${plural}/bulk/preview`, { body });
        for (const f of fields)
          await ask('POST', `/${plural}/bulk/preview`, { body: change({ [f.key]: { no: 'value' } }) });
      }
    },
  },
  {
    name: 'bulk answers',
    covers: (spec) => spec.path.endsWith('/bulk'),
    silent: 'answers with ids, states and what is wrong',
    async visit({ world, ask }) {
      for (const { key, plural, fields } of world.objects) {
        const ids = OWNERSHIPS.map((whose) => world.ids[whose][key]);
        await ask('POST', `/${plural}/bulk`, { body: { action: 'update', ids, changes: {} } });
        const changes = nested(Object.fromEntries(fields.map((f) => [f.key, { no: 'value' }])));
        await ask('POST', `/${plural}/bulk`, { body: { action: 'update', ids, changes } });
        await ask('POST', `/${plural}/bulk`, { body: { action: 'create', rows: [changes] } });
      }
    },
  },
  {
    name: 'verbs',
    covers: operations(
      'moveOpportunity',
      'winOpportunity',
      'loseOpportunity',
      'reopenOpportunity',
      'convertLead',
      'disqualifyLead',
      'reopenLead',
      'linkAccountContact',
      'unlinkAccountContact',
      'replaceOpportunityLines',
    ),
    async visit({ specs, world, ask }) {
      const verbs = specs.filter((s) => OUTLETS.find((o) => o.name === 'verbs')!.covers(s));
      for (const spec of verbs)
        for (const whose of ['mine', 'theirs'] as const) {
          const ids = world.ids[whose];
          const { body } = spec.sample?.(ids) ?? {};
          // With a version that doesn't match nothing is written, and the answer says what stands in the way.
          await ask(spec.method, addressOf(spec, ids), { body, headers: { 'if-match': '"998"' } });
        }
      // Endpoints that change nothing but answer as if they did.
      for (const whose of ['mine', 'theirs'] as const) {
        const { account, contact, opportunity, lead } = world.ids[whose];
        await ask('PUT', `/accounts/${account}/contacts/${contact}`, { body: {} });
        await ask('POST', `/opportunities/${opportunity}/reopen`, { body: {} });
        await ask('POST', `/leads/${lead}/reopen`);
      }
    },
  },
  {
    name: 'reveals',
    covers: (spec) => spec.path.endsWith('/{id}/reveal'),
    tells: (viewer, canary) => viewer.reveals(canary),
    async visit({ world, ask }) {
      const asked = new Set<string>();
      for (const { object, field, whose } of world.canaries.filter((c) => c.whose !== 'deleted')) {
        const path = `/${objectOf(world, object).plural}/${world.ids[whose][object]}/reveal`;
        if (asked.has(`${path} ${field}`)) continue;
        asked.add(`${path} ${field}`);
        await ask('POST', path, { body: { field, reason: 'The sweep looks for it' } });
      }
    },
  },
  {
    name: 'tokens',
    covers: operations('detokenise'),
    tells: (viewer, canary) => viewer.reveals(canary),
    async visit({ world, ask }) {
      // Anyone who gets hold of a token may ask for its value.
      const { rows } = await world.people.sql(
        'select token from masking_token where tenant_id = $1 limit 20',
        [world.admin.tenantId],
      );
      for (const { token } of rows)
        await ask('POST', '/masking/detokenise', { body: { token, reason: 'The sweep asks' } });
    },
  },
  {
    name: 'masking rules',
    covers: operations('replaceMaskingRules', 'putMaskingRule', 'deleteMaskingRule', 'previewMaskingRules'),
    async visit({ ask, world }) {
      for (const { key, fields } of world.objects)
        for (const strategy of ['partial', 'tokenize'])
          await ask('POST', '/masking-rules/preview', {
            body: {
              object: key,
              rules: fields
                .filter((f) => f.traits.family === 'text' && f.storage.columns.length)
                .map((f) => ({ field: f.key, strategy })),
              fields: fields.map((f) => f.key),
            },
          });
      // Saving would change the world that the sweep reads, so these send bodies and fields that can't be saved.
      await ask('PUT', '/masking-rules', {
        body: { rules: [{ object: 'none', field: 'none', strategy: 'redact' }] },
      });
      await ask('PUT', '/masking-rules/contact/email', { body: { strategy: 'none' } });
      await ask('DELETE', '/masking-rules/contact/none');
    },
  },
  {
    name: 'values of custom fields',
    covers: operations('previewCustomFieldType', 'changeCustomFieldType', 'mergeCustomFieldOptions'),
    silent:
      'the preview is refused to whom values are hidden; the others answer with the job that they start',
    async visit({ world, ask }) {
      const field = `/custom-fields/${world.ids.mine['customField']}`;
      await ask('POST', `${field}/type/preview`, { body: { type: 'longText' } });
      // These would change the world that the sweep reads, so they get bodies that can't be saved.
      await ask('POST', `${field}/type`, { body: { type: 'nothing' } });
      await ask('POST', `${field}/options/merge`, { body: { from: ['nothing'], into: 'nothing' } });
    },
  },
  {
    name: 'rights and people',
    covers: operations(
      'createRole',
      'copyRole',
      'changeRole',
      'resetRole',
      'deleteRole',
      'previewRole',
      'shareRecord',
      'unshareRecord',
      'assignRoles',
      'inviteMember',
      'resendInvitation',
      'revokeInvitation',
      'activateMember',
      'deactivateMember',
      'createApiKey',
      'changeApiKey',
      'rotateApiKey',
      'revokeApiKey',
      'changeSettings',
      'putExchangeRates',
    ),
    silent: 'answers with the rights themselves',
    async visit({ specs, world, viewer, ask }) {
      const covered = OUTLETS.find((o) => o.name === 'rights and people')!;
      const dangerous = new Set([
        'deleteRole',
        'revokeApiKey',
        'rotateApiKey',
        'changeSettings',
        'assignRoles',
      ]);
      for (const spec of specs.filter((s) => covered.covers(s) && !dangerous.has(s.operationId)))
        for (const whose of ['mine', 'theirs'] as const)
          await ask(spec.method, addressOf(spec, world.ids[whose]), {
            body: spec.sample?.(world.ids[whose])?.body ?? {},
          });
      // These would change the world that the sweep reads, so they get bodies that can't be saved.
      for (const spec of specs.filter((s) => dangerous.has(s.operationId)))
        await ask(
          spec.method,
          addressOf(spec, { ...world.ids.mine, role: world.viewer.memberId, apiKey: world.viewer.memberId }),
          {
            body: { no: viewer.name },
          },
        );
    },
  },
  {
    name: 'views',
    covers: operations('createView', 'changeView', 'deleteView', 'pinView', 'unpinView'),
    silent: 'answers with fields and values that somebody gave for a view; views.e2e.test.ts withholds them',
    async visit({ specs, world, ask }) {
      const own = OUTLETS.find(({ name }) => name === 'views')!;
      // Deleting would change the world that the sweep reads.
      for (const spec of specs.filter((s) => own.covers(s) && s.operationId !== 'deleteView'))
        for (const whose of OWNERSHIPS)
          await ask(spec.method, addressOf(spec, world.ids[whose]), {
            body: spec.sample?.(world.ids[whose])?.body,
          });
      await ask('DELETE', `/api/v1/views/${world.viewer.memberId}`);
    },
  },
  {
    name: 'moves',
    silent: 'people see their own moves only, which tell what their own files hold',
    covers: operations('createMove', 'changeMove', 'startMove', 'cancelMove', 'rollBackMove'),
    async visit({ ask, world }) {
      const path = `/moves/${world.ids.mine['move']}`;
      await ask('PATCH', path, { body: { people: [] } });
      for (const verb of ['start', 'cancel', 'rollback']) await ask('POST', `${path}/${verb}`);
      await ask('POST', '/moves', { body: {} });
    },
  },
  {
    name: 'imports',
    covers: operations('createImport', 'previewImport', 'inspectImport', 'cancelImport', 'retryImportRows'),
    silent: 'answers with what the asker sends; the reports of others are reads',
    async visit({ world, ask }) {
      await ask('POST', `/imports/${world.ids.mine['import']}/cancel`);
      await ask('POST', `/imports/${world.ids.mine['import']}/retry`, {
        body: { rows: [{ row: 3, cells: ['a', 'b', 'c', 'd'] }] },
      });
      await ask('POST', '/imports', { body: {} });
      await ask('POST', '/imports/preview', { body: {} });
      await ask('POST', '/imports/inspect', { body: {} });
    },
  },
  {
    name: 'templates of imports',
    covers: operations('createImportTemplate', 'changeImportTemplate', 'deleteImportTemplate'),
    silent: 'answers with the options that somebody gave; import-templates.e2e.test.ts withholds fields',
    async visit({ specs, world, ask }) {
      // Deleting would change the world that the sweep reads.
      for (const spec of specs.filter(({ operationId }) => operationId.endsWith('ImportTemplate')))
        if (['createImportTemplate', 'changeImportTemplate'].includes(spec.operationId))
          for (const whose of OWNERSHIPS)
            await ask(spec.method, addressOf(spec, world.ids[whose]), {
              body: spec.sample?.(world.ids[whose])?.body,
            });
      await ask('DELETE', `/api/v1/import-templates/${world.viewer.memberId}`);
    },
  },
  {
    name: 'exports',
    covers: operations('createExport', 'deleteExport'),
    async visit({ api, ask, collect, world }) {
      // The formats show the same values, so one object in each of them is enough.
      for (const { key } of world.objects)
        for (const format of key === 'contact' ? ['csv', 'jsonl', 'xlsx'] : ['csv']) {
          const started = await ask('POST', '/exports', { body: { object: key, format } });
          if (started.status !== 202) continue;
          const { downloadUrl } = await eventually(async () => {
            const { body } = await ask('GET', `/exports/${started.body.id}`);
            return ['completed', 'failed'].includes(body.status) ? body : undefined;
          });
          const { rawPayload } = await api.app.inject({ method: 'GET', url: downloadUrl });
          const text = format === 'xlsx' ? textsIn(rawPayload) : rawPayload.toString('utf8');
          collect({ from: `${format} of ${key}`, text });
          await ask('DELETE', `/exports/${started.body.id}`);
        }
    },
  },
  {
    name: 'live messages',
    covers: () => false,
    silent: 'messages name records and versions',
    async visit({ api, world, viewer, collect }) {
      // Only people have live messages, and only as themselves.
      const tab = await LiveTab.open(api, viewer.token).catch(() => null);
      if (!tab || viewer.headers['x-view-as-role']) return tab?.close();
      const { token } = world.admin;
      const { body } = await api.call('POST', '/accounts', {
        token,
        body: { name: 'Changes while one looks' },
      });
      await api.call('DELETE', `/accounts/${body.id}`, { token });
      const isPlaced = async () => !(await world.people.sql('select 1 from event_outbox limit 1')).rowCount;
      await eventually(isPlaced);
      // With everything that has changed in the last minutes.
      await tab.watch(
        world.objects.map(({ key }) => ({ object: key, records: 'all' })),
        280_000,
      );
      collect({ from: 'live messages', text: JSON.stringify(tab.messages) });
      tab.close();
    },
  },
];

/** Routes of the document that no outlet visits and no reason excuses, and excuses that no route needs any more. */
export function unvisited(specs: EndpointSpec[]): string[] {
  const visited = (spec: EndpointSpec) => OUTLETS.some((outlet) => outlet.covers(spec));
  const names = new Set(specs.map((s) => s.operationId));
  return [
    ...specs
      .filter((spec) => !visited(spec) && !(spec.operationId in EXEMPT))
      .map(
        (s) =>
          `${s.method.toUpperCase()} ${s.path} (${s.operationId}) is visited by no outlet. Mend: register it in outlets.ts, or write down under EXEMPT why nothing can come out of it.`,
      ),
    ...specs
      .filter(
        (spec) =>
          spec.method === 'get' &&
          parameters(spec).some(
            (p) => !spec.sample?.({})?.params || !(p in (spec.sample?.({})?.params ?? {})),
          ),
      )
      .map((s) => `GET ${s.path} has no sample parameters, so that the sweep cannot visit it`),
    ...Object.keys(EXEMPT)
      .filter((name) => !names.has(name))
      .map((name) => `${name} is excused from the sweep, but there is no such endpoint`),
  ];
}

/** All endpoints of the OpenAPI document. */
export const endpointsOf = (api: TestApi): EndpointSpec[] => api.app.get(EndpointRegistry).all();
