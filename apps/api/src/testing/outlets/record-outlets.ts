import { eventually } from '@pellucid/platform/testing';
import { nested, OWNERSHIPS } from '../canaries.js';
import type { Outlet } from './outlet.types.js';
import { addressOf, EVER, isRecordRoute, objectOf, operations } from './requests.js';

/** Outlets of reading and writing records. */
export const RECORD_OUTLETS: Outlet[] = [
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
];
