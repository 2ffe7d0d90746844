import { eventually } from '@pellucid/platform/testing';
import { nested, OWNERSHIPS } from '../canaries.js';
import { LiveTab } from '../live-tab.js';
import type { Outlet } from './outlet.types.js';
import { addressOf, objectOf, operations, textsIn } from './requests.js';

const TEMPLATE_WRITES = [
  'createImportTemplate',
  'changeImportTemplate',
  'createRecordTemplate',
  'changeRecordTemplate',
];

/** Outlets of features: what they preview, list, explain, bring in and send out. */
export const FEATURE_OUTLETS: Outlet[] = [
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
    name: 'assignment of leads',
    covers: operations('tryAssignmentRules', 'assignLead'),
    silent: 'no rule of the company is active; what rules tell is tried in lead-assignment.e2e.test.ts',
    async visit({ world, ask }) {
      for (const whose of OWNERSHIPS) {
        const { lead } = world.ids[whose];
        await ask('POST', '/assignment-rules/try', { body: { lead } });
        await ask('POST', `/leads/${lead}/assign`);
      }
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
      'completeTask',
      'reopenTask',
      'completeCall',
      'reopenCall',
      'completeMeeting',
      'reopenMeeting',
      'resolveComment',
      'reopenComment',
      'reactComment',
      'linkAccountContact',
      'unlinkAccountContact',
      'replaceOpportunityLines',
    ),
    async visit({ specs, world, ask }) {
      const verbs = specs.filter((s) => FEATURE_OUTLETS.find((o) => o.name === 'verbs')!.covers(s));
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
      const covered = FEATURE_OUTLETS.find((o) => o.name === 'rights and people')!;
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
      const own = FEATURE_OUTLETS.find(({ name }) => name === 'views')!;
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
    name: 'templates',
    covers: operations(...TEMPLATE_WRITES, 'deleteImportTemplate', 'deleteRecordTemplate'),
    silent:
      'answers with what somebody gave; import-templates.e2e.test.ts and record-templates.e2e.test.ts withhold fields',
    async visit({ specs, world, ask }) {
      for (const spec of specs.filter(({ operationId }) => TEMPLATE_WRITES.includes(operationId)))
        for (const whose of OWNERSHIPS)
          await ask(spec.method, addressOf(spec, world.ids[whose]), {
            body: spec.sample?.(world.ids[whose])?.body,
          });
      // Deleting one would change the world that the sweep reads.
      for (const kind of ['import', 'record'])
        await ask('DELETE', `/api/v1/${kind}-templates/${world.viewer.memberId}`);
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
    name: 'files',
    covers: operations('getFileLink', 'downloadFile', 'getThumbnail'),
    silent: 'the content of a file is shown with its record, or not at all',
    async visit({ api, ask, collect, world }) {
      for (const whose of OWNERSHIPS) {
        const { status, body } = await ask('GET', `/files/${world.ids[whose]['file']}/link`);
        if (status !== 200) continue;
        const { headers } = await api.app.inject({ method: 'GET', url: body.url });
        collect({ from: `headers of the file that is ${whose}`, text: JSON.stringify(headers) });
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
