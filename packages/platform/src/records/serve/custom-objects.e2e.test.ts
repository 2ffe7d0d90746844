import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let tenant: EngineTenant;

/** Texts of all statements about records of custom objects that the test file has run. */
const statements = new Set<string>();

beforeAll(async () => {
  const { parse } = pg.Connection.prototype;
  vi.spyOn(pg.Connection.prototype, 'parse').mockImplementation(function (this: pg.Connection, query, more) {
    if (query.text.includes('custom_record')) statements.add(query.text);
    parse.call(this, query, more);
  });
  engine = await startEngine();
  tenant = await engine.tenant();
  await engine.defineObject(tenant, { name: 'vehicle', plural: 'vehicles', label: 'Vehicle' });
  await engine.defineObject(tenant, { name: 'garage', plural: 'garages', label: 'Garage' });
  const define = (object: string, name: string, type: any, settings: object = {}) =>
    engine.defineField(tenant, { object, name, type, settings });
  await define('vehicle', 'plate', 'text', { isUnique: true, searchable: true });
  await define('vehicle', 'doors', 'number', { isIndexed: true });
  await define('vehicle', 'garage', 'reference', { references: 'garage' });
  await define('vehicle', 'state', 'select', {
    options: ['new', 'used'].map((value) => ({ value, label: value })),
  });
  await define('account', 'vehicle', 'reference', { references: 'vehicle' });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await engine?.close();
});

const call = (method: string, url: string, body?: unknown, as = tenant) => engine.call(as, method, url, body);
const make = async (path: string, values: object, as = tenant) => {
  const { status, body } = await call('POST', path, values, as);
  expect(body.errors ?? body.detail).toBeUndefined();
  expect(status).toBe(201);
  return body;
};
const listed = async (url: string, as = tenant): Promise<string[]> => {
  const { status, body } = await call('GET', url, undefined, as);
  expect([status, body.detail]).toEqual([200, undefined]);
  return body.data.map((row: any) => row.name);
};
const filter = (condition: object) => `filter=${encodeURIComponent(JSON.stringify(condition))}`;

describe('an object that a company made', () => {
  it('has what objects of the product have: writes, reads, filters, sorts, search, history', async () => {
    const garage = await make('/garages', { name: 'North' });
    const made = await make('/vehicles', {
      name: 'Blue van',
      custom: { plate: 'B-AB 1', doors: '5', garage: garage.id, state: 'new' },
    });
    expect(made).toMatchObject({
      name: 'Blue van',
      custom: { plate: 'B-AB 1', garage: { id: garage.id, name: 'North' } },
      owner: { id: tenant.memberId },
    });
    await make('/vehicles', { name: 'Red car', custom: { plate: 'B-AB 2', doors: '3' } });
    expect(await listed('/vehicles?sort=name')).toEqual(['Blue van', 'Red car']);
    expect(await listed('/vehicles?sort=custom.doors')).toEqual(['Red car', 'Blue van']);
    expect(await listed(`/vehicles?${filter({ field: 'custom.doors', op: 'gt', value: '4' })}`)).toEqual([
      'Blue van',
    ]);
    expect(
      await listed(`/vehicles?${filter({ field: 'custom.garage.name', op: 'eq', value: 'north' })}`),
    ).toEqual(['Blue van']);
    expect(await listed('/vehicles?q=ab 2')).toEqual(['Red car']);
    expect(await listed('/vehicles?q=blue')).toEqual(['Blue van']);
    expect(await listed(`/vehicles?${filter({ field: 'name', op: 'contains', value: 'ue v' })}`)).toEqual([
      'Blue van',
    ]);
    const changed = await call('PATCH', `/vehicles/${made.id}`, { custom: { doors: '4' } });
    expect(changed.body).toMatchObject({ version: 2, custom: { doors: 4, plate: 'B-AB 1' } });
    const history = await call('GET', `/vehicles/${made.id}/history`);
    expect(history.body.data.map((entry: any) => entry.verb)).toEqual(['updated', 'created']);
    expect((await call('GET', `/vehicles/${made.id}/as-of?version=1`)).body.custom.doors).toBe(5);
    const back = await call('POST', `/vehicles/${made.id}/restore-version`, { version: 1 });
    expect(back.body.custom.doors).toBe(5);
    const sums = await call('POST', '/vehicles/aggregate', {
      groupBy: [{ field: 'custom.state' }],
      measures: [{ fn: 'count' }],
    });
    expect([sums.status, sums.body.detail]).toEqual([200, undefined]);
  });

  it('refuses a second record with a unique value, and an option that does not exist', async () => {
    const twice = await call('POST', '/vehicles', { name: 'Copy', custom: { plate: 'b-ab 1' } });
    expect([twice.status, twice.body.errors[0].pointer]).toEqual([422, '/custom/plate']);
    const wrong = await call('POST', '/vehicles', { name: 'Odd', custom: { state: 'stolen' } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/custom/state']);
  });

  it('is described, with its path, colour and fields', async () => {
    await engine.defineObject(tenant, {
      name: 'bike',
      plural: 'bikes',
      label: 'Bike',
      settings: { icon: 'cube', color: 'teal', labels: { de: 'Fahrrad' }, pluralLabels: { de: 'Fahrräder' } },
    });
    const { body } = await engine.call(tenant, 'GET', '/objects/bikes', undefined, {
      'accept-language': 'de',
    });
    expect(body).toMatchObject({
      key: 'bike',
      path: '/bikes',
      label: 'Fahrrad',
      pluralLabel: 'Fahrräder',
      custom: true,
      presentation: { icon: 'cube', color: 'teal' },
    });
    expect(body.fields.map((f: any) => f.key)).toEqual([
      'name',
      'owner',
      'legalEntity',
      'tags',
      'externalId',
    ]);
  });

  it('offers only the operations that its company wants', async () => {
    await engine.defineObject(tenant, {
      name: 'entry',
      plural: 'entries',
      settings: { operations: { update: false, delete: false } },
    });
    const made = await make('/entries', { name: 'First' });
    expect((await call('PATCH', `/entries/${made.id}`, { name: 'Other' })).status).toBe(404);
    expect((await call('DELETE', `/entries/${made.id}`)).status).toBe(404);
    const bulk = await call('POST', '/entries/bulk', { action: 'delete', ids: [made.id] });
    expect([bulk.status, bulk.body.code]).toEqual([409, 'operationNotOffered']);
  });

  it('composes names by its template, without gaps for empty values', async () => {
    await engine.defineObject(tenant, {
      name: 'trip',
      plural: 'trips',
      label: 'Trip',
      settings: { nameTemplate: '{custom.from} – {custom.to}' },
    });
    for (const name of ['from', 'to'])
      await engine.defineField(tenant, { object: 'trip', name, type: 'text' });
    await engine.defineField(tenant, {
      object: 'vehicle',
      name: 'trip',
      type: 'reference',
      settings: { references: 'trip' },
    });
    const trip = await make('/trips', { custom: { from: 'Bern', to: 'Rome' } });
    const nowhere = await make('/trips', { custom: { from: 'Bern' } });
    const nameless = await make('/trips', {});
    for (const [id, name] of [
      [trip.id, 'Bern – Rome'],
      [nowhere.id, 'Bern'],
      [nameless.id, 'Trip'],
    ]) {
      const van = await make('/vehicles', { name: 'Van', custom: { trip: id } });
      expect(van.custom.trip).toEqual({ id, name });
    }
    expect((await call('POST', '/trips', { name: 'Own name' })).status).toBe(422);
  });
});

describe('references between objects of both kinds', () => {
  it('keep what they refer to from being deleted, or follow the deletion', async () => {
    const garage = await make('/garages', { name: 'South' });
    const van = await make('/vehicles', { name: 'Held van', custom: { garage: garage.id } });
    const account = await make('/accounts', { name: 'Carrier', custom: { vehicle: van.id } });
    expect(account.custom.vehicle).toEqual({ id: van.id, name: 'Held van' });
    expect((await call('DELETE', `/garages/${garage.id}`)).status).toBe(409);
    const preview = await call('POST', '/vehicles/deletion-preview', { ids: [van.id] });
    expect(JSON.stringify(preview.body)).toContain('account');
    expect((await call('DELETE', `/vehicles/${van.id}?referrers=unlink`)).status).toBe(204);
    expect((await call('GET', `/accounts/${account.id}`)).body.custom.vehicle).toBeNull();
    expect((await call('POST', `/vehicles/${van.id}/restore`)).status).toBe(200);
    expect((await call('GET', `/accounts/${account.id}`)).body.custom.vehicle).toMatchObject({ id: van.id });
  });

  it('do not take a record of another object that shares the table', async () => {
    const van = await make('/vehicles', { name: 'No garage' });
    const wrong = await call('POST', '/vehicles', { name: 'Parked', custom: { garage: van.id } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/custom/garage']);
    expect((await call('GET', `/garages/${van.id}`)).status).toBe(404);
    expect((await call('PATCH', `/garages/${van.id}`, { name: 'Stolen' })).status).toBe(404);
    expect((await call('DELETE', `/garages/${van.id}`)).status).toBe(404);
    const bulk = await call('POST', '/garages/bulk', {
      action: 'update',
      ids: [van.id],
      changes: { name: 'Stolen' },
    });
    expect(JSON.stringify(bulk.body)).not.toContain('"updated"');
    expect((await call('GET', `/vehicles/${van.id}`)).body.name).toBe('No garage');
  });
});

describe('rights', () => {
  it('scope, mask and hide as for objects of the product', async () => {
    const rep = await engine.person(tenant, {
      permissions: [
        { object: 'vehicle', action: 'read', scope: 'own' },
        { object: 'vehicle', action: 'create', scope: 'own' },
        { object: 'vehicle', action: 'update', scope: 'own' },
        { object: 'vehicle', action: 'bulk', scope: 'own' },
      ],
      fields: [{ object: 'vehicle', field: 'custom.plate', access: 'hidden' }],
    });
    const own = await make('/vehicles', { name: 'Own bus', custom: { doors: '2' } }, rep);
    expect(own.custom).not.toHaveProperty('plate');
    expect(await listed('/vehicles?sort=-createdAt', rep)).toEqual(['Own bus']);
    expect(await listed('/vehicles?sort=name&q=bus', rep)).toEqual(['Own bus']);
    const byHidden = await call(
      'GET',
      `/vehicles?${filter({ field: 'custom.plate', op: 'eq', value: 'B-AB 1' })}`,
      undefined,
      rep,
    );
    expect(byHidden.status).toBe(422);
    expect((await call('GET', '/garages', undefined, rep)).status).toBe(403);
    const many = await call(
      'POST',
      '/vehicles/bulk',
      { action: 'update', all: true, changes: { name: 'Bus' } },
      rep,
    );
    expect(many.body.counts).toEqual({ total: 1, updated: 1 });
  });
});

describe('another company', () => {
  it('does not have the object', async () => {
    const other = await engine.tenant('Other');
    for (const [method, url] of [
      ['GET', '/vehicles'],
      ['POST', '/vehicles'],
      ['GET', '/objects/vehicle'],
    ] as const)
      expect([
        url,
        (await call(method, url, method === 'POST' ? { name: 'x' } : undefined, other)).status,
      ]).toEqual([url, 404]);
  });

  it('has the same number for its own object, and sees only its own records', async () => {
    const other = await engine.tenant('Namesake');
    await engine.defineObject(other, { name: 'vehicle', plural: 'vehicles' });
    const van = await make('/vehicles', { name: 'Theirs' }, other);
    expect(await listed('/vehicles', other)).toEqual(['Theirs']);
    expect((await call('GET', `/vehicles/${van.id}`)).status).toBe(404);
  });
});

describe('a deleted object', () => {
  it('answers 404, keeps its records, and has them again once it is restored', async () => {
    await engine.defineObject(tenant, { name: 'boat', plural: 'boats' });
    await make('/boats', { name: 'Dinghy' });
    await engine.defineObject(tenant, { name: 'boat', plural: 'boats', isDeleted: true });
    expect((await call('GET', '/boats')).status).toBe(404);
    expect((await call('GET', '/objects/boat')).status).toBe(404);
    await engine.defineObject(tenant, { name: 'boat', plural: 'boats' });
    expect(await listed('/boats')).toEqual(['Dinghy']);
  });

  it('takes the fields with it that refer to it', async () => {
    await engine.defineObject(tenant, { name: 'pier', plural: 'piers' });
    await engine.defineField(tenant, {
      object: 'account',
      name: 'pier',
      type: 'reference',
      settings: { references: 'pier' },
    });
    const pier = await make('/piers', { name: 'Pier 1' });
    const account = await make('/accounts', { name: 'Shipper', custom: { pier: pier.id } });
    await engine.defineObject(tenant, { name: 'pier', plural: 'piers', isDeleted: true });
    expect((await call('GET', `/accounts/${account.id}`)).body.custom).not.toHaveProperty('pier');
    expect((await call('GET', `/accounts/${account.id}/history`)).status).toBe(200);
    await engine.defineObject(tenant, { name: 'pier', plural: 'piers' });
    expect((await call('GET', `/accounts/${account.id}`)).body.custom.pier).toMatchObject({ id: pier.id });
  });
});

/** Ways in which a statement may name the table: each says which object's rows it means. */
const IN_PART = [
  /\(select \* from custom_record where object_number = \d+\)/g,
  /insert into custom_record \([^)]*\bobject_number\b[^)]*\)/g,
  /record_text_(match|page)\('custom_record'[^;]*?p_part => 'object_number', p_part_value => \d+\)/g,
  /update custom_record t set .*? from json_populate_recordset\(null::custom_record, \$\d::json\) (as )?r\s+where t\.tenant_id = \S+ and t\.id = r\.id and t\.object_number = \d+/gs,
  /null::custom_record/g,
];

it('no statement about records of such objects reads or writes those of another one', () => {
  const rest = (text: string) => IN_PART.reduce((left, allowed) => left.replace(allowed, ''), text);
  expect(statements.size).toBeGreaterThan(50);
  expect([...statements].filter((text) => rest(text).includes('custom_record'))).toEqual([]);
});
