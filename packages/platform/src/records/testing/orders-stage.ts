import { afterAll, beforeAll, expect } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { newId } from '../describe/index.js';
import type { RuleOrigin } from '../write/value-origin.js';
import { type EngineApp, type EngineTenant, startEngine } from './engine-app.js';
import { sampleDescriptors } from './sample-objects.js';
import { createOrderTables, orderTotals, sampleOrder } from './sample-order.js';

/** A line as answers show it. */
export type Line = Record<string, any> & { id: string };

/** Sets up the tests of a file: the engine with orders that own lines, a company, and three accounts to order. */
export function ordersStage() {
  let engine: EngineApp;
  let tenant: EngineTenant;
  let items: string[];
  let noted: { text: string; origin: RuleOrigin } | undefined;

  beforeAll(async () => {
    engine = await startEngine([...sampleDescriptors, sampleOrder]);
    await createOrderTables(engine.admin);
    engine.records.participate(orderTotals);
    engine.records.participate({
      name: 'test.notes',
      objects: ['order'],
      phase: 'rules',
      order: 1,
      run(batch) {
        if (!noted) return;
        for (const row of batch.rows)
          if (row.ok) for (const line of row.lines('lines')) line.set('note', noted.text, noted.origin);
      },
    });
    tenant = await engine.tenant();
    items = [];
    for (const name of ['Anvil', 'Bolt', 'Chain'])
      items.push((await call('POST', '/accounts', { name })).body.id);
  });
  afterAll(() => engine.close());

  const call = (
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
    who: EngineTenant = tenant,
  ) => engine.call(who, method, url, body, headers);

  const order = async (lines: object[], more: object = {}) => {
    const answer = await call('POST', '/orders', { name: 'Order', lines, ...more });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body as { id: string; version: number; lines: Line[]; total: string };
  };
  const read = async (id: string) => (await call('GET', `/orders/${id}`)).body;
  const three = () => order(items.map((item, i) => ({ item, quantity: i + 1, price: '10' })));
  const patch = (id: string, body: object, version?: number) =>
    call('PATCH', `/orders/${id}`, body, version === undefined ? {} : { 'if-match': `"${version}"` });
  const short = (lines: Line[]) => lines.map((l) => `${l['item'].name} ${l['quantity']}`);
  const history = async (id: string, who = tenant) =>
    (await call('GET', `/orders/${id}/history`, undefined, {}, who)).body.data;

  async function person(
    rules: Record<string, string>,
    objects = ['order', 'account'],
  ): Promise<EngineTenant> {
    const [memberId, roleId] = [newId(), newId()];
    const permissions = objects.flatMap((object) =>
      ['read', 'create', 'update', 'delete'].map((action) => ({ object, action, scope: 'all' })),
    );
    permissions.push({ object: 'member', action: 'read', scope: 'all' });
    const fields = Object.entries({ '*': 'edit', ...rules }).map(([field, access]) => ({
      object: 'order',
      field,
      access,
    }));
    await engine.admin.query(
      `insert into role (tenant_id, id, key, name, name_norm, permissions, system, fields)
       values ($1, $2, $3, $3, $3, $4, '{}', $5)`,
      [
        tenant.id,
        roleId,
        `r-${roleId}`,
        JSON.stringify(permissions),
        JSON.stringify([...fields, { object: 'account', field: '*', access: 'edit' }]),
      ],
    );
    await engine.admin.query(
      `insert into member (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, status, identity_id, created_at, created_by_kind, updated_at, updated_by_kind)
       values ($1, $2, 'Rep', 'rep', 'rep', 'Rep', 'rep', 'active', $3, now(), 'system', now(), 'system')`,
      [tenant.id, memberId, newId()],
    );
    await engine.admin.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
      tenant.id,
      memberId,
      roleId,
    ]);
    engine.app.get(AccessDirectory).forget(tenant.id);
    return { id: tenant.id, memberId, authorization: `${tenant.id} ${memberId}` };
  }

  return {
    get engine() {
      return engine;
    },
    get tenant() {
      return tenant;
    },
    /** IDs of the accounts. */
    get items() {
      return items;
    },
    /** What a rule of the company writes into the notes of lines; nothing by default. */
    set noted(note: typeof noted) {
      noted = note;
    },
    /** Sends a request, by default as the administrator. */
    call,
    /** Creates an order. */
    order,
    /** Returns an order. */
    read,
    /** Creates an order with a line for each item: 1, 2 and 3 pieces, at 10 each. */
    three,
    /** Changes an order, by default on its present version. */
    patch,
    /** Returns items and quantities of lines. */
    short,
    history,
    /** Adds a person who may do everything with orders, within field rules. */
    person,
  };
}
