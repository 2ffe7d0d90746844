import { describe, expect, test } from 'vitest';
import { may, pointersOf, rolesStage } from './testing/roles-stage.js';

const stage = rolesStage();
const { as, call, eventsOf, join, made } = stage;

const section = (fields: string[], more = {}) => ({
  title: null,
  pieces: fields.map((field) => ({ field })),
  ...more,
});
const content = (...fields: string[]) => ({ sections: [section(fields)] });
const path = '/objects/account/layouts';

/** Creates a layout. Returns it. */
async function laid(body: object): Promise<any> {
  const answer = await call('POST', path, { kind: 'form', content: content('name'), ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

/** The layouts of accounts that a person gets, of a kind. */
async function own(who: { token: string }, kind = 'form'): Promise<any[]> {
  const { status, body } = await as(who, 'GET', '/objects/account/layout');
  expect(status).toBe(200);
  return body.data.filter((layout: { kind: string }) => layout.kind === kind);
}
const fieldsOf = (layout: any): string[] =>
  layout.sections.flatMap((s: any) => s.pieces.map((piece: any) => piece.field));

describe('administrators', () => {
  test('create, change and delete a layout, each with an event', async () => {
    const layout = await laid({ content: content('name', 'industry') });
    expect(layout).toMatchObject({ kind: 'form', roles: [], recordType: null, version: 1 });
    const wish = { content: content('industry', 'name') };
    const changed = await call('PUT', `${path}/${layout.id}`, wish, { 'if-match': '"1"' });
    expect([changed.status, changed.headers['etag'], fieldsOf(changed.body.content)]).toEqual([
      200,
      '"2"',
      ['industry', 'name'],
    ]);
    const same = await call('PUT', `${path}/${layout.id}`, wish);
    expect(same.body.version).toBe(2);
    expect((await call('DELETE', `${path}/${layout.id}`)).status).toBe(204);
    expect((await call('GET', path)).body.data).toEqual([]);
    for (const verb of ['layoutCreated', 'layoutChanged', 'layoutDeleted'])
      expect(await eventsOf(verb), verb).toMatchObject([{ object: 'security.layout', record_id: layout.id }]);
  });

  test('are refused a change that is based on an older version', async () => {
    const layout = await laid({});
    await call('PUT', `${path}/${layout.id}`, { content: content('name', 'industry') });
    const stale = { 'if-match': '"1"' };
    const change = await call('PUT', `${path}/${layout.id}`, { content: content('name', 'phone') }, stale);
    expect([change.status, change.body.code, change.body.current.version]).toEqual([
      412,
      'versionConflict',
      2,
    ]);
    expect((await call('DELETE', `${path}/${layout.id}`, undefined, stale)).status).toBe(412);
  });

  test('are told each part that is wrong', async () => {
    const body = {
      kind: 'form',
      roles: ['00000000-0000-4000-8000-000000000000'],
      recordType: { field: 'industry', value: 'No such' },
      content: {
        sections: [
          section(['name', 'nothing', 'name'], { when: { field: 'industry', op: 'gt', value: 1 } }),
          { title: null, pieces: [{ panel: 'history' }] },
        ],
        tabs: [{ key: 'more', title: 'More', sections: [] }],
      },
    };
    expect(pointersOf(await call('POST', path, body))).toEqual([
      ['/roles/0', 'unknownRole'],
      ['/recordType/value', 'unknownOption'],
      ['/content/tabs', 'noTabs'],
      ['/content/sections/0/when/op', 'operator_not_allowed'],
      ['/content/sections/0/pieces/1', 'unknownField'],
      ['/content/sections/0/pieces/2', 'givenTwice'],
      ['/content/sections/1/pieces/0', 'noPanels'],
    ]);
    const notSelect = await call('POST', path, {
      kind: 'form',
      recordType: { field: 'name', value: 'X' },
      content: content('name'),
    });
    expect(pointersOf(notSelect)).toEqual([['/recordType/field', 'noRecordType']]);
    const card = { kind: 'card', content: { sections: [section(['name']), section(['phone'])] } };
    expect(pointersOf(await call('POST', path, card))).toEqual([['/content/sections', 'oneSection']]);
  });

  test('cannot make a second layout for the same roles and record type', async () => {
    const [one, other] = [await made({}), await made({})];
    await laid({ roles: [one.id, other.id] });
    const again = { kind: 'form', roles: [other.id, one.id], content: content('name') };
    expect(pointersOf(await call('POST', path, again))).toEqual([['/roles', 'audienceTaken']]);
    await laid({ kind: 'peek', roles: [other.id, one.id] });
  });

  test('need the right to manage fields', async () => {
    const rep = await join([(await made({ permissions: [may('account', 'read')] })).id]);
    expect((await as(rep, 'GET', path)).status).toBe(403);
    expect((await as(rep, 'POST', path, { kind: 'form', content: content('name') })).status).toBe(403);
  });
});

test('a field that a layout places or asks for is not deleted', async () => {
  const field = async (name: string) =>
    (await call('POST', '/custom-fields', { object: 'account', name, label: name, type: 'text' })).body;
  const [placed, asked] = [await field('placed'), await field('asked')];
  const when = { field: 'custom.asked', op: 'eq', value: 'x' };
  const layout = await laid({ content: { sections: [section(['name', 'custom.placed'], { when })] } });
  for (const { id } of [placed, asked]) {
    const refused = await call('DELETE', `/custom-fields/${id}`);
    expect([refused.status, refused.body.uses]).toMatchObject([409, [{ kind: 'layout', id: layout.id }]]);
  }
  await call('DELETE', `${path}/${layout.id}`);
  expect((await call('DELETE', `/custom-fields/${placed.id}`)).status).toBe(204);
});

describe('readers', () => {
  test('get the narrowest layout of their roles first, and none beyond one for all records', async () => {
    const role = await made({ permissions: [may('account', 'read')] });
    const [rep, other] = [
      await join([role.id]),
      await join([(await made({ permissions: [may('account', 'read')] })).id]),
    ];
    await laid({ content: content('name') });
    await laid({ recordType: { field: 'industry', value: 'Finance' }, content: content('phone') });
    await laid({ roles: [role.id], content: content('website') });
    await laid({
      roles: [role.id],
      recordType: { field: 'industry', value: 'Finance' },
      content: content('city'),
    });
    expect((await own(rep)).map(fieldsOf)).toEqual([['city'], ['website']]);
    expect((await own(other)).map(fieldsOf)).toEqual([['phone'], ['name']]);
    expect(await own(rep, 'peek')).toEqual([]);
  });

  test('get no field that is hidden from them, no empty section, and no condition by it', async () => {
    const fields = [
      { object: 'account', field: 'phone', access: 'hidden' },
      { object: 'account', field: 'industry', access: 'hidden' },
      { object: 'account', field: 'annualRevenue', access: 'hidden' },
    ];
    const rep = await join([(await made({ permissions: [may('account', 'read')], fields })).id]);
    await laid({ recordType: { field: 'industry', value: 'Finance' }, content: content('city') });
    await laid({
      kind: 'form',
      content: {
        sections: [
          section(['name', 'annualRevenue', 'createdAt']),
          section(['phone'], { title: 'Calls' }),
          section(['website'], { when: { field: 'industry', op: 'eq', value: 'Finance' } }),
        ],
      },
    });
    const [layout, ...more] = await own(rep);
    expect(more).toEqual([]);
    expect(JSON.stringify(layout)).not.toMatch(/phone|industry|annualRevenue|Calls|Finance/);
    expect(layout.sections.map((s: any) => s.pieces)).toEqual([
      [{ field: 'name' }, { field: 'createdAt' }],
      [{ field: 'website' }],
    ]);
    expect(await own(stage.company)).toHaveLength(2);
  });

  test('get titles in their language, and panels as they were given', async () => {
    await laid({
      kind: 'detail',
      content: {
        sections: [section(['name'], { title: 'Basics', titles: { de: 'Grunddaten' } })],
        tabs: [
          { key: 'log', title: null, sections: [{ title: null, pieces: [{ panel: 'history' }] }] },
          { key: 'none', title: 'None', sections: [] },
        ],
      },
    });
    const german = await call('GET', '/objects/account/layout', undefined, { 'accept-language': 'de' });
    expect(german.body.data[0].sections[0].title).toBe('Grunddaten');
    const [english] = await own(stage.company, 'detail');
    expect(english.sections[0].title).toBe('Basics');
    expect(english.tabs).toEqual([
      {
        key: 'log',
        title: null,
        sections: [{ title: null, columns: 1, collapsed: false, pieces: [{ panel: 'history' }] }],
      },
    ]);
  });

  test('of other objects are not told that there are any', async () => {
    const stranger = await join([(await made({ permissions: [may('contact', 'read')] })).id]);
    await laid({});
    expect((await as(stranger, 'GET', '/objects/account/layout')).status).toBe(404);
  });
});
