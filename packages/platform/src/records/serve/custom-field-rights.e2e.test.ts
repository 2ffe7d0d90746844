import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { eventually } from '../../testing/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const codesOf = (body: any) => Object.fromEntries((body.errors ?? []).map((e: any) => [e.pointer, e.code]));

describe('rights to fields that a company added', () => {
  /** Runs the function as somebody whose only role has these field rules. */
  async function withRules<T>(company: EngineTenant, fields: object[], fn: () => Promise<T>): Promise<T> {
    const wear = async (permissions: unknown, system: string[], rules: unknown) => {
      await engine.admin.query(
        'update role set permissions = $2, system = $3, fields = $4 where tenant_id = $1',
        [company.id, JSON.stringify(permissions), system, JSON.stringify(rules)],
      );
      engine.app.get(AccessDirectory).forget(company.id);
    };
    await wear([{ object: '*', action: '*', scope: 'all' }], [], fields);
    try {
      return await fn();
    } finally {
      await wear([{ object: '*', action: '*', scope: 'all' }], ['*'], []);
    }
  }

  it('hide and mask fields that a company added, in every answer', async () => {
    const company = await engine.tenant('Rights');
    const ask = (method: string, url: string, body?: unknown) => engine.call(company, method, url, body);
    const add = (name: string, type: any, settings: object = {}) =>
      engine.defineField(company, { object: 'account', name, type, settings });
    await add('secretCode', 'text', { searchable: true, isIndexed: true });
    await add('contact', 'email', { searchable: true });
    await add('size', 'number');
    const custom = { secretCode: 'Zauberwort', contact: 'anna@example.com', size: 7 };
    const { id } = (await ask('POST', '/accounts', { name: 'One', custom })).body;
    expect((await ask('GET', '/accounts?q=zauber')).body.data).toHaveLength(1);

    const rules = [
      { object: 'account', field: 'custom.secretCode', access: 'hidden' },
      { object: 'account', field: 'custom.contact', access: 'mask' },
      { object: 'account', field: 'custom.size', access: 'view' },
    ];
    await withRules(company, rules, async () => {
      const shown = (await ask('GET', `/accounts/${id}`)).body;
      expect(shown.custom).toEqual({ contact: expect.stringContaining('•'), size: 7 });
      expect(shown.meta.access).toEqual({ 'custom.secretCode': 'hidden', 'custom.contact': 'mask' });
      const list = (await ask('GET', '/accounts')).body;
      expect(list.data[0].custom).toEqual(shown.custom);
      expect(list.meta.access).toEqual(shown.meta.access);
      expect(JSON.stringify((await ask('GET', `/accounts/${id}/history`)).body)).not.toMatch(
        /Zauberwort|anna/,
      );
      for (const q of ['zauber', 'anna', 'example'])
        expect((await ask('GET', `/accounts?q=${q}`)).body.data).toEqual([]);
      expect((await ask('GET', '/accounts?q=one')).body.data).toHaveLength(1);
      for (const field of ['custom.secretCode', 'custom.contact']) {
        const filter = encodeURIComponent(JSON.stringify({ field, op: 'contains', value: 'a' }));
        expect((await ask('GET', `/accounts?filter=${filter}`)).status).toBe(422);
        expect((await ask('GET', `/accounts?sort=${field}`)).status).toBe(422);
      }
      const refused = await ask('PATCH', `/accounts/${id}`, { custom: { secretCode: 'x', size: 8 } });
      expect(codesOf(refused.body)).toEqual({
        '/custom/secretCode': 'fieldNotWritable',
        '/custom/size': 'fieldNotWritable',
      });
      // What was read may be sent back.
      expect((await ask('PATCH', `/accounts/${id}`, { custom: shown.custom })).status).toBe(200);
      expect((await ask('GET', '/objects/account')).body.fields.map((f: any) => f.key)).not.toContain(
        'custom.secretCode',
      );
    });
    // A role that sees only some searchable texts finds by those.
    await withRules(company, [rules[1]!], async () => {
      expect((await ask('GET', '/accounts?q=zauber')).body.data).toHaveLength(1);
      expect((await ask('GET', '/accounts?q=anna')).body.data).toEqual([]);
    });
  });

  it('hide and mask values in histories after the definition is deleted', async () => {
    const company = await engine.tenant('Former');
    const ask = (method: string, url: string, body?: unknown) => engine.call(company, method, url, body);
    const define = (name: string, isDeleted: boolean) =>
      engine.defineField(company, { object: 'account', name, type: 'text', isDeleted });
    for (const name of ['secret', 'partly', 'shown']) await define(name, false);
    const custom = { secret: 'Zauberwort', partly: 'Nachtigall', shown: 'Offen' };
    const { id } = (await ask('POST', '/accounts', { name: 'One', custom })).body;
    for (const name of ['secret', 'partly', 'shown']) await define(name, true);
    const rules = [
      { object: 'account', field: 'custom.secret', access: 'hidden' },
      { object: 'account', field: 'custom.partly', access: 'mask' },
    ];
    const changes = await withRules(
      company,
      rules,
      async () => (await ask('GET', `/accounts/${id}/history`)).body.data.at(-1).changes,
    );
    expect(changes).toMatchObject({ name: { after: 'One' }, 'custom.shown': { after: 'Offen' } });
    expect(JSON.stringify(changes)).not.toMatch(/Zauberwort|Nachtigall|custom\.secret/);
  });

  it('keep the values of an encrypted field out of the table and its index, and still find them', async () => {
    const company = await engine.tenant('Encrypted');
    const ask = (method: string, url: string, body?: unknown) => engine.call(company, method, url, body);
    const id = await engine.defineField(company, {
      object: 'account',
      name: 'iban',
      type: 'text',
      settings: { isUnique: true },
    });
    await engine.admin.query(
      `insert into field_protection (tenant_id, object, field, kind, state, key_ids, started_at)
       values ($1, 'account', 'custom.iban', 'encryption', 'encrypted', '{k1}', now() - interval '1 hour')`,
      [company.id],
    );
    engine.app.get(AccessDirectory).forget(company.id);
    const custom = { iban: 'DE89 3704 0044' };
    const made = await ask('POST', '/accounts', { name: 'Bank', custom });
    expect(made.body.custom).toEqual(custom);
    const stored = await engine.admin.query(
      `select a.custom::text || i.text_value || a.search_norm as text from account a
         join custom_index i on i.record_id = a.id and i.field_id = $2 where a.tenant_id = $1`,
      [company.id, id],
    );
    expect(stored.rows).toHaveLength(1);
    expect(stored.rows[0].text).not.toMatch(/3704|de89/i);
    const filter = (op: string, value: string) =>
      encodeURIComponent(JSON.stringify({ field: 'custom.iban', op, value }));
    expect((await ask('GET', `/accounts?filter=${filter('eq', 'de89 3704 0044')}`)).body.data).toHaveLength(
      1,
    );
    expect((await ask('GET', `/accounts?filter=${filter('contains', '3704')}`)).status).toBe(400);
    expect(codesOf((await ask('POST', '/accounts', { name: 'Copy', custom })).body)).toEqual({
      '/custom/iban': 'notUnique',
    });
  });

  it('keep values unique that are written at once while their field is being encrypted', async () => {
    const company = await engine.tenant('Encrypting');
    const settings = { isUnique: true };
    await engine.defineField(company, { object: 'account', name: 'iban', type: 'text', settings });
    const enter = async (state: string) => {
      await engine.admin.query(
        `insert into field_protection (tenant_id, object, field, kind, state, key_ids, started_at)
         values ($1, 'account', 'custom.iban', 'encryption', $2, '{k1}', now() - interval '1 hour')
         on conflict (tenant_id, object, field, kind) do update set state = excluded.state`,
        [company.id, state],
      );
      engine.app.get(AccessDirectory).forget(company.id);
    };
    const write = (name: string) =>
      engine.call(company, 'POST', '/accounts', { name, custom: { iban: 'DE89 3704' } });
    const waiting = (writers: number) =>
      eventually(async () => {
        const { rows } = await engine.admin.query(
          `select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid)
            where not l.granted and a.datname = current_database()`,
        );
        return rows[0].n === writers;
      });
    const holder = await engine.admin.connect();
    try {
      // Writes wait after they have checked their values.
      await holder.query('begin');
      await holder.query('lock table custom_index in share mode');
      await enter('encrypting');
      const first = write('First');
      await waiting(1);
      await enter('encrypted');
      const second = write('Second');
      await waiting(2);
      await holder.query('commit');
      expect([(await first).status, (await second).status]).toEqual([201, 422]);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
});
