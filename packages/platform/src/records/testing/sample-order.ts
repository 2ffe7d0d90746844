import type pg from 'pg';
import { field, optionsOf } from '../describe/descriptor.js';
import { defineLines } from '../describe/owned-lines.js';
import { defineRecord } from '../describe/shared-fields.js';
import type { WriteParticipant } from '../write/participants.js';

/** A description whose records own lines: amounts and a total are derived from quantities and prices. */
export const sampleOrder = defineRecord({
  key: 'order',
  plural: 'orders',
  label: 'Order',
  pluralLabel: 'Orders',
  table: 'sample_order',
  frozen: {
    when: { field: 'status', op: 'eq', value: 'sent' },
    code: 'orderSent',
    message: 'This order was sent and can no longer be changed.',
  },
  lines: [
    defineLines({
      key: 'lines',
      label: 'Order lines',
      table: 'sample_order_line',
      ownerColumn: 'order_id',
      max: 20,
      fields: [
        field.reference('item', 'Item', 'account', { required: true }),
        field.number('quantity', 'Quantity', { scale: 2, min: 0, default: () => 1 }),
        field.money('price', 'Price', { currency: { field: 'currency' } }),
        field.money('amount', 'Amount', {
          currency: { field: 'currency' },
          readOnly: true,
          derivedFrom: ['lines.quantity', 'lines.price'],
        }),
        field.text('note', 'Note', { pii: 'personal' }),
      ],
    }),
  ],
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.select('status', 'Status', optionsOf('open', 'sent'), { default: () => 'open' }),
    field.select('currency', 'Currency', optionsOf('EUR', 'JPY'), { default: () => 'EUR' }),
    field.money('total', 'Total', {
      currency: { field: 'currency' },
      readOnly: true,
      derivedFrom: { from: [], lines: ['lines.amount'] },
    }),
  ],
});

/** Derives the amounts of lines, and their total. */
export const orderTotals: WriteParticipant = {
  name: 'orders.totals',
  objects: ['order'],
  phase: 'derivations',
  order: 1,
  run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      let total = 0;
      for (const line of row.lines('lines')) {
        const [quantity, price] = [line.get('quantity'), line.get('price')];
        const amount = quantity === null || price === null ? null : Number(quantity) * Number(price);
        line.set('amount', amount === null ? null : amount.toFixed(2), 'derived:orders');
        total += amount ?? 0;
      }
      row.set('total', row.lines('lines').length ? total.toFixed(2) : null, 'derived:orders');
    }
  },
};

/** Creates the tables of {@link sampleOrder}. */
export async function createOrderTables(admin: pg.Pool): Promise<void> {
  await admin.query(`
    create table sample_order (
      tenant_id uuid not null, id uuid not null, display_name text not null, display_norm text collate "C" not null,
      search_norm text collate "C" not null, version integer not null, created_at timestamptz(3) not null,
      created_by_kind text not null, created_by_id uuid, updated_at timestamptz(3) not null, updated_by_kind text not null,
      updated_by_id uuid, deleted_at timestamptz(3), owner_id uuid, legal_entity_id uuid, custom jsonb not null default '{}',
      name text not null, name_norm text collate "C" not null, status text, currency text, total bigint,
      primary key (tenant_id, id));
    create table sample_order_line (
      tenant_id uuid not null, id uuid not null, order_id uuid not null, position integer not null, item_id uuid not null,
      quantity bigint, price bigint, amount bigint, note text,
      primary key (tenant_id, id),
      foreign key (tenant_id, order_id) references sample_order, foreign key (tenant_id, item_id) references account,
      check (quantity is null or quantity < 100000000));
    create index on sample_order_line (tenant_id, order_id, position, id);
    select protect_record_table('sample_order');
    select protect_tenant_table('sample_order_line');`);
}
