import { eventually } from '@pellucid/platform/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/* Changing the type of fields that have values, and merging options. */

let api: WorkingApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown): Promise<any> =>
  api.call(method, path, { token: company.token, ...(body === undefined ? {} : { body }) });
let count = 0;
const define = async (more: object = {}) => {
  const name = `turned${++count}`;
  const body = { object: 'lead', name, label: `Label of ${name}`, type: 'text', ...more };
  const made = await call('POST', '/custom-fields', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const lead = async (custom: object) =>
  (await call('POST', '/leads', { lastName: 'Any', custom })).body.id as string;
const heldBy = async (id: string, name: string) => (await call('GET', `/leads/${id}`)).body.custom[name];
const finished = (id: string) =>
  eventually(async () => {
    const { body } = await call('GET', `/bulk-jobs/${id}`);
    return ['completed', 'failed', 'cancelled'].includes(body.status) && body;
  });

describe('changing the type of a field', () => {
  test('is previewed, converts what fits, empties the rest with events, and says which', async () => {
    const { id, name, key } = await define({ indexed: true });
    const [fits, other, empty] = [
      await lead({ [name]: '12.50' }),
      await lead({ [name]: 'many' }),
      await lead({}),
    ];
    const wish = { type: 'number', scale: 2 };
    const preview = await call('POST', `/custom-fields/${id}/type/preview`, wish);
    expect(preview.body).toMatchObject({ complete: true, fits: 1, misfits: 1 });
    expect(preview.body.samples).toMatchObject([{ record: other, value: 'many' }]);

    const started = await call('POST', `/custom-fields/${id}/type`, wish);
    expect(started.status).toBe(202);
    const blocked = await call('PATCH', `/leads/${fits}`, { custom: { [name]: 'x' } });
    expect(blocked.body.errors).toMatchObject([{ pointer: `/custom/${name}`, code: 'readOnlyField' }]);
    const second = await call('PATCH', `/custom-fields/${id}`, { help: 'x' });
    expect([second.status, second.body.code]).toEqual([409, 'converting']);
    expect(await heldBy(fits, name)).toBe('12.50');

    const job = await finished(started.body.id);
    expect(job).toMatchObject({ status: 'completed', counts: { updated: 1, failed: 1 } });
    const failures = await call('GET', `/bulk-jobs/${started.body.id}/results`);
    expect(failures.body.data).toMatchObject([{ id: other, errors: [{ code: 'doesNotFit' }] }]);
    // Whoever may follow all jobs needn't see the field.
    expect(JSON.stringify(failures.body)).not.toContain('many');
    await eventually(async () => (await heldBy(fits, name)) === '12.5');
    expect(await heldBy(other, name)).toBeNull();
    expect(await heldBy(empty, name)).toBeNull();
    const [event] = (await call('GET', `/leads/${other}/history`)).body.data;
    expect(event.changes[key]).toMatchObject({ before: 'many', after: null });
    await call('PATCH', `/leads/${other}`, { custom: { [name]: '7.25' } });
    await eventually(async () => (await call('GET', `/custom-fields/${id}`)).body.indexState === 'complete');
    const found = await call('POST', '/leads/query', {
      filter: { field: key, op: 'gt', value: 7 },
      sort: key,
    });
    expect(found.body.data.map((r: any) => r.id)).toEqual([other, fits]);
  });

  test('is refused for references, for a definition that makes no sense, and while something uses the field', async () => {
    const reference = await define({ type: 'reference', references: 'account' });
    const toText = await call('POST', `/custom-fields/${reference.id}/type`, { type: 'text' });
    expect(toText.body.errors).toMatchObject([{ code: 'typeNotConvertible' }]);
    const text = await define();
    const wrong = await call('POST', `/custom-fields/${text.id}/type`, { type: 'select' });
    expect(wrong.body.errors).toMatchObject([{ pointer: '/options', code: 'optionsMissing' }]);
    await define({ requiredIf: { field: text.key, op: 'eq', value: 'x' } });
    const used = await call('POST', `/custom-fields/${text.id}/type`, { type: 'longText' });
    expect([used.status, used.body.code]).toEqual([409, 'fieldInUse']);
  });

  test('is neither previewed nor done for somebody from whom values are hidden', async () => {
    const { id, name, key } = await define();
    await lead({ [name]: 'secret' });
    const people = await TestPeople.of(api.database, api, company);
    try {
      const role = await people.role({
        permissions: [{ object: '*', action: '*', scope: 'all' }],
        system: ['manageFields'],
        fields: [{ object: 'lead', field: key, access: 'mask' }],
      });
      const { token } = await people.colleague([role]);
      await people.settle();
      for (const path of ['/type/preview', '/type']) {
        const answer = await api.call('POST', `/custom-fields/${id}${path}`, {
          token,
          body: { type: 'number' },
        });
        expect([answer.status, answer.body.code]).toEqual([403, 'valuesNotSeen']);
      }
    } finally {
      await people.end();
    }
  });

  test('is not done for somebody who reads only some records: its counts would tell the others', async () => {
    const options = ['one', 'two'].map((value) => ({ value, label: value }));
    const [text, choice] = [await define(), await define({ type: 'select', options })];
    const people = await TestPeople.of(api.database, api, company);
    try {
      const role = await people.role({
        permissions: [{ object: '*', action: '*', scope: 'own' }],
        system: ['manageFields'],
      });
      const { token } = await people.colleague([role]);
      await people.settle();
      const ask = (path: string, body: object) => api.call('POST', path, { token, body });
      const [retyped, merged] = [
        await ask(`/custom-fields/${text.id}/type`, { type: 'longText' }),
        await ask(`/custom-fields/${choice.id}/options/merge`, { from: ['one'], into: 'two' }),
      ];
      for (const { status, body } of [retyped, merged])
        expect([status, body.code]).toEqual([403, 'valuesNotSeen']);
      const formula = {
        object: 'lead',
        name: 'shout',
        label: 'Shout',
        type: 'formula',
        formula: 'upper(lastName)',
      };
      expect((await ask('/custom-fields', formula)).status).toBe(201);
      const jobs = (await api.call('GET', '/bulk-jobs', { token })).body.data;
      expect(jobs).toEqual([]);
      await eventually(async () => {
        const { data } = (await call('GET', '/bulk-jobs?everyone=true&kind=computedField')).body;
        return data.some((job: any) => job.startedBy === null && job.status === 'completed');
      });
    } finally {
      await people.end();
    }
  });

  test('can be stopped: the field keeps its type and values', async () => {
    const { id, name } = await define();
    const kept = await lead({ [name]: 'kept' });
    const started = await call('POST', `/custom-fields/${id}/type`, { type: 'number' });
    expect((await call('POST', `/bulk-jobs/${started.body.id}/cancel`)).status).toBe(200);
    await eventually(async () => !('convertingTo' in (await call('GET', `/custom-fields/${id}`)).body));
    expect((await call('GET', `/custom-fields/${id}`)).body.type).toBe('text');
    expect(await heldBy(kept, name)).toBe('kept');
    expect((await call('PATCH', `/leads/${kept}`, { custom: { [name]: 'new' } })).status).toBe(200);
  });
});

describe('merging options', () => {
  test('gives their records another option, as changes, and no record gets them any more', async () => {
    const options = ['red', 'crimson', 'blue'].map((value) => ({ value, label: value }));
    const { id, name, key } = await define({ type: 'multiSelect', options });
    const record = await lead({ [name]: ['crimson', 'blue'] });
    const wrong = await call('POST', `/custom-fields/${id}/options/merge`, { from: ['pink'], into: 'red' });
    expect(wrong.body.errors).toMatchObject([{ pointer: '/from/0', code: 'notMergeable' }]);
    const started = await call('POST', `/custom-fields/${id}/options/merge`, {
      from: ['crimson'],
      into: 'red',
    });
    expect(started.status).toBe(202);
    expect(await finished(started.body.id)).toMatchObject({ status: 'completed', counts: { updated: 1 } });
    expect(await heldBy(record, name)).toEqual(['blue', 'red']);
    const [event] = (await call('GET', `/leads/${record}/history`)).body.data;
    expect(event.changes[key]).toMatchObject({ before: ['blue', 'crimson'], after: ['blue', 'red'] });
    const again = await call('PATCH', `/leads/${record}`, { custom: { [name]: ['crimson'] } });
    expect(again.body.errors).toMatchObject([{ code: 'optionRetired' }]);
  });
});
