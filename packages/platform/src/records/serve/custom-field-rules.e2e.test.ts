import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

/* What companies say about the values of their fields: conditions, dependent options, patterns, links. */

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
});
beforeEach(async () => {
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

const call = (method: string, url: string, body?: unknown, who = tenant) =>
  engine.call(who, method, url, body);
const define = (name: string, type: any, settings: object = {}, object = 'account') =>
  engine.defineField(tenant, { object, name, type, settings });
const codesOf = ({ body }: { body: any }) =>
  Object.fromEntries((body.errors ?? []).map((e: any) => [e.pointer, e.code]));
const create = (custom: object = {}, more: object = {}, who = tenant) =>
  call('POST', '/accounts', { name: 'Any', custom, ...more }, who);
const change = (id: string, custom: object, more: object = {}, who = tenant) =>
  call('PATCH', `/accounts/${id}`, { custom, ...more }, who);
const option = (value: string, more: object = {}) => ({ value, label: value, ...more });
const is = (field: string, value: unknown) => ({ field, op: 'eq', value });
const everything = [{ object: '*', action: '*', scope: 'all' as const }];
const hiding = (field: string) =>
  engine.person(tenant, {
    permissions: everything,
    fields: [{ object: 'account', field, access: 'hidden' }],
  });

describe('a field that is required by a condition', () => {
  beforeEach(async () => {
    await define('kind', 'select', { options: [option('firm'), option('person')] });
    await define('vat', 'text', { requiredIf: is('custom.kind', 'firm') });
  });

  it('is required where the condition holds, also when another change makes it hold', async () => {
    expect(codesOf(await create({ kind: 'firm' }))).toEqual({ '/custom/vat': 'required' });
    const { id } = (await create({ kind: 'person' })).body;
    expect(codesOf(await change(id, { kind: 'firm' }))).toEqual({ '/custom/vat': 'required' });
    expect((await change(id, { kind: 'firm', vat: 'DE1' })).status).toBe(200);
    expect(codesOf(await change(id, { vat: null }))).toEqual({ '/custom/vat': 'required' });
    expect((await change(id, { vat: null, kind: 'person' })).status).toBe(200);
  });

  it('tells nothing to somebody who does not see what the condition asks', async () => {
    const [firm, person] = [
      (await create({ kind: 'firm', vat: 'DE1' })).body.id,
      (await create({ kind: 'person', vat: 'DE2' })).body.id,
    ];
    const blind = await hiding('custom.kind');
    const answers = await Promise.all([firm, person].map((id) => change(id, { vat: null }, {}, blind)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

it('does not require a field that forms leave out, and keeps a value that is given for it', async () => {
  await define('isExport', 'boolean');
  await define('incoterm', 'text', { required: true, visibleIf: is('custom.isExport', true) });
  expect(codesOf(await create({ isExport: true }))).toEqual({ '/custom/incoterm': 'required' });
  const { status, body } = await create({ isExport: false });
  expect(status).toBe(201);
  expect((await change(body.id, { incoterm: 'FOB' })).body.custom.incoterm).toBe('FOB');
  const described = (await call('GET', '/objects/account')).body.fields;
  expect(described.find((f: any) => f.key === 'custom.incoterm').visibleIf).toEqual(
    is('custom.isExport', true),
  );
  const blind = await hiding('custom.isExport');
  const toBlind = (await call('GET', '/objects/account', undefined, blind)).body.fields;
  expect(toBlind.find((f: any) => f.key === 'custom.incoterm')).not.toHaveProperty('visibleIf');
});

describe('options that depend on another choice', () => {
  beforeEach(async () => {
    await define('country', 'select', { options: [option('DE'), option('AT')] });
    await define('region', 'select', {
      dependsOn: 'custom.country',
      options: [option('Bavaria', { for: ['DE'] }), option('Tyrol', { for: ['AT'] }), option('Other')],
    });
  });

  it('can only be chosen with it, and it cannot be changed from under them', async () => {
    const wrong = { '/custom/region': 'optionNotOpen' };
    expect(codesOf(await create({ country: 'AT', region: 'Bavaria' }))).toEqual(wrong);
    expect(codesOf(await create({ region: 'Bavaria' }))).toEqual(wrong);
    const { id } = (await create({ country: 'DE', region: 'Bavaria' })).body;
    expect(codesOf(await change(id, { country: 'AT' }))).toEqual(wrong);
    expect((await change(id, { country: 'AT', region: 'Tyrol' })).status).toBe(200);
    expect((await create({ region: 'Other' })).status).toBe(201);
  });

  it('tell nothing of a choice that somebody does not see', async () => {
    const ids = [];
    for (const custom of [
      { country: 'DE', region: 'Bavaria' },
      { country: 'AT', region: 'Tyrol' },
    ])
      ids.push((await create(custom)).body.id);
    const noCountry = await hiding('custom.country');
    for (const id of ids)
      expect(codesOf(await change(id, { region: 'Bavaria' }, {}, noCountry))).toEqual(
        id === ids[0] ? {} : { '/custom/region': 'optionNotOpen' },
      );
    const noRegion = await hiding('custom.region');
    for (const id of ids) expect((await change(id, { country: 'AT' }, {}, noRegion)).status).toBe(200);
    const option = (await call('GET', '/objects/account', undefined, noCountry)).body.fields.find(
      (f: any) => f.key === 'custom.region',
    ).options[0];
    expect(option).toEqual({ value: 'Bavaria', label: 'Bavaria' });
  });
});

it('differs for the legal entity of the record: required, options', async () => {
  const entity = (await call('POST', '/legal-entities', { name: 'GmbH' })).body.id;
  await define('form', 'select', {
    options: [option('a'), option('b')],
    entityOverrides: { [entity]: { required: true, options: ['a'], label: 'Form of it' } },
  });
  expect((await create()).status).toBe(201);
  expect((await create({ form: 'b' })).status).toBe(201);
  expect(codesOf(await create({}, { legalEntity: entity }))).toEqual({ '/custom/form': 'required' });
  expect(codesOf(await create({ form: 'b' }, { legalEntity: entity }))).toEqual({
    '/custom/form': 'optionNotOpen',
  });
  const { id } = (await create({ form: 'b' })).body;
  expect(codesOf(await change(id, {}, { legalEntity: entity }))).toEqual({ '/custom/form': 'optionNotOpen' });
  expect((await change(id, { form: 'a' }, { legalEntity: entity })).status).toBe(200);
  const described = (await call('GET', '/objects/account')).body.fields;
  expect(described.find((f: any) => f.key === 'custom.form').entityOverrides[entity].label).toBe(
    'Form of it',
  );
  const blind = await hiding('legalEntity');
  const toBlind = (await call('GET', '/objects/account', undefined, blind)).body.fields;
  expect(toBlind.find((f: any) => f.key === 'custom.form')).not.toHaveProperty('entityOverrides');
});

describe('a value that the field no longer accepts', () => {
  it('is kept and can be sent back, but no other record is given it', async () => {
    await define('tier', 'select', { options: [option('old'), option('new')] });
    await define('marks', 'multiSelect', { options: [option('x'), option('y')] });
    await define('rank', 'number', { scale: 1 });
    await define('rent', 'money', { currency: 'EUR' });
    await define('code', 'text');
    const held = { tier: 'old', marks: ['x'], rank: '9.5', rent: '100.00', code: 'long text' };
    const { id } = (await create(held)).body;
    await define('tier', 'select', { options: [option('old', { retired: true }), option('new')] });
    await define('marks', 'multiSelect', { options: [option('y')] });
    await define('rank', 'number', { scale: 1, max: 5 });
    await define('rent', 'money', { currency: 'EUR', max: 50 });
    await define('code', 'text', { pattern: '[a-z]+', maxLength: 4 });
    const read = (await call('GET', `/accounts/${id}`)).body;
    expect(read.custom).toEqual(held);
    const back = await change(id, read.custom);
    expect([back.status, back.body.version]).toEqual([200, 1]);
    expect((await change(id, { marks: ['x', 'y'] })).body.custom.marks).toEqual(['x', 'y']);

    expect(codesOf(await create(held))).toEqual({
      '/custom/tier': 'optionRetired',
      '/custom/marks': 'notAnOption',
      '/custom/rank': 'aboveMaximum',
      '/custom/rent': 'aboveMaximum',
      '/custom/code': 'tooLong',
    });
    const other = (await create({ tier: 'new' })).body.id;
    expect(codesOf(await change(other, { tier: 'old' }))).toEqual({ '/custom/tier': 'optionRetired' });
    const blind = await hiding('custom.tier');
    for (const record of [id, other])
      expect(codesOf(await change(record, { tier: 'old' }, {}, blind))).toMatchObject({
        '/custom/tier': expect.stringMatching('optionRetired|fieldNotWritable'),
      });
  });
});

it('is put back by restoring a version, even if its field would not accept it any more', async () => {
  await define('tier', 'select', { options: [option('old'), option('new')] });
  const { id } = (await create({ tier: 'old' })).body;
  await change(id, { tier: 'new' });
  await define('tier', 'select', { options: [option('old', { retired: true }), option('new')] });
  const back = await call('POST', `/accounts/${id}/restore-version`, { version: 1 });
  expect([back.status, back.body.custom.tier]).toEqual([200, 'old']);
});

it('matches whole texts against a pattern, in time that grows with the text', async () => {
  await define('serial', 'text', { pattern: '(a+)+|[A-Z]{2}-\\d+' });
  expect((await create({ serial: 'AB-12' })).status).toBe(201);
  const refused = await create({ serial: 'xAB-12' });
  expect(codesOf(refused)).toEqual({ '/custom/serial': 'patternMismatch' });
  expect(codesOf(await create({ serial: `${'a'.repeat(200)}!` }))).toEqual({
    '/custom/serial': 'patternMismatch',
  });
});

describe('links to any number of records', () => {
  const link = (id: string) => ({ object: 'team', id });
  const team = async (name: string) => link((await call('POST', '/teams', { name })).body.id);
  const idsOf = (links: any[]) => links.map(({ id }) => id).sort();

  it('are written, filtered, named, and follow merges and deletions with events', async () => {
    await define('squads', 'links', { linksTo: ['team'] });
    const [one, two, gone] = [await team('One'), await team('Two'), await team('Gone')];
    const made = await create({ squads: [one, gone] });
    expect(made.body.custom.squads).toEqual(
      expect.arrayContaining([
        { ...one, name: 'One' },
        { ...gone, name: 'Gone' },
      ]),
    );
    const { id } = made.body;
    const found = async (target: object) =>
      (
        await call('POST', '/accounts/query', {
          filter: { field: 'custom.squads', op: 'contains', value: target },
        })
      ).body.data.map((r: any) => r.id);
    expect([await found(one), await found(two)]).toEqual([[id], []]);

    await engine.as(tenant, () => engine.records.merge('team', gone.id, two.id));
    const merged = (await call('GET', `/accounts/${id}`)).body;
    expect(idsOf(merged.custom.squads)).toEqual(idsOf([one, two]));
    expect((await call('DELETE', `/teams/${one.id}?referrers=unlink`)).status).toBe(204);
    const left = (await call('GET', `/accounts/${id}`)).body;
    expect(idsOf(left.custom.squads)).toEqual([two.id]);
    const [event] = (await call('GET', `/accounts/${id}/history`)).body.data;
    expect(idsOf(event.changes['custom.squads'].before)).toEqual(idsOf([one, two]));
    const wrong = await create({ squads: [{ object: 'account', id }] });
    expect(codesOf(wrong)).toEqual({ '/custom/squads': 'wrongObject' });
  });
});
