import { compare, sum } from '@pellucid/platform/money';
import {
  linesIn,
  type OwnedLine,
  type RecordService,
  type RowLine,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';
import { isTooLarge, lineAmount } from './opportunities.rules.js';

const BY = 'derived:opportunities';
const LINES = { key: 'lines' };

/**
 * What follows from the lines of deals: prices of products, amounts of lines, the deal's product, and its amount as long as
 * it is the sum of the lines. Setting the deal's product changes its first line.
 */
export function linesParticipant(records: RecordService): WriteParticipant {
  return {
    name: 'opportunities.lines',
    objects: ['opportunity'],
    phase: 'derivations',
    order: 105,
    async run(batch) {
      if (batch.operation !== 'create' && batch.operation !== 'update') return;
      const rows = batch.rows.filter((r) => r.ok);
      for (const row of rows) if (!haveChanged(row) && row.changed('product')) followProduct(row);
      const changed = rows.filter((r) => haveChanged(r) || (r.changed('currency') && lines(r).length));
      if (changed.length && !batch.cascaded) await takeListPrices(records, batch, changed);
      for (const row of changed) {
        for (const line of lines(row)) setAmount(row, line);
        row.set('product', lines(row)[0]?.get('product') ?? null, BY);
      }
      if (!batch.cascaded && batch.mode !== 'undo') for (const row of rows) followLines(row);
    },
  };
}

const lines = (row: WriteRow) => row.lines(LINES.key);

/** Whether lines were added, changed, moved or removed. */
const haveChanged = (row: WriteRow) => (row.before ? row.changed(LINES.key) : lines(row).length > 0);

/** Makes the first line one of the product that was set. Its price was another product's. */
function followProduct(row: WriteRow): void {
  const product = row.after['product'] as string | null;
  const [first, ...rest] = lines(row).map(({ id }) => ({ id }));
  if (product === null) row.setLines(LINES.key, rest, BY);
  else if (first) row.setLines(LINES.key, [{ ...first, values: { product, unitPrice: null } }, ...rest], BY);
  else row.setLines(LINES.key, [{ values: { product, quantity: '1', discount: '0' } }], BY);
}

/** Gives lines without a price the one of their product, as far as the author of the write may know it. */
async function takeListPrices(records: RecordService, batch: WriteBatch, rows: WriteRow[]): Promise<void> {
  const wanting = rows.flatMap((row) =>
    row.sees('currency')
      ? lines(row)
          .filter((l) => l.isAsked('product') && l.changed('product') && !l.isAsked('unitPrice'))
          .map((line) => ({ row, line }))
      : [],
  );
  const ids = [...new Set(wanting.map(({ line }) => line.get('product') as string | null))].filter(Boolean);
  if (!ids.length) return;
  const { reader } = records;
  const context = await reader.contextFor('product');
  const plan = reader.plan(context.descriptor, ['price', 'currency'], {
    context,
    action: 'read',
    names: false,
  });
  const [found] = await batch.uow.together([reader.byIds(plan, ids as string[], context, 'read', 'living')]);
  const access = context.access.decide('product', 'read', context.snapshot);
  const known = new Map(
    found!.flatMap((given) => {
      const { id, state, bits } = plan.load(given);
      const rules = access.rulesFor(bits);
      const isShown = rules.read('price') === 'clear' && rules.read('currency') === 'clear';
      const price = state['price'] as string | null;
      return isShown && price !== null
        ? [[id, { price, currency: state['currency'] as string }] as const]
        : [];
    }),
  );
  for (const { row, line } of wanting) {
    const product = known.get(line.get('product') as string);
    const currency = row.after['currency'] as string;
    if (!product) line.set('unitPrice', null, BY);
    else if (product.currency === currency) line.set('unitPrice', product.price, BY);
    else
      line.refuse(
        'unitPrice',
        'priceMissing',
        `The product's price is in ${product.currency}, but the opportunity is in ${currency}. Enter the unit price.`,
      );
  }
}

/** Sets the amount of a line: none without a price. */
function setAmount(row: WriteRow, line: RowLine): void {
  const currency = row.after['currency'] as string | null;
  const [quantity, price, discount] = ['quantity', 'unitPrice', 'discount'].map(
    (name) => line.get(name) as string | null,
  );
  if (quantity !== null && compare(quantity!, '0') === 0)
    line.refuse('quantity', 'belowMinimum', '"Quantity" must be more than 0.');
  const isPriced = quantity !== null && price !== null && discount !== null && currency !== null;
  const amount = isPriced ? lineAmount(quantity!, price!, discount!, currency) : null;
  const isRefused = amount !== null && isTooLarge(amount);
  // A refusal would tell a price that they do not see.
  if (isRefused && row.sees('lines.unitPrice') && row.sees('lines.quantity'))
    line.refuse('quantity', 'outOfRange', 'The amount of this line is too large.');
  line.set('amount', isRefused ? null : amount, BY);
}

/** Fields of lines that the amount of a deal is made of. */
const PARTS = ['lines.quantity', 'lines.unitPrice', 'lines.discount'];

/**
 * The amount of a deal is the sum of its lines until somebody enters another one, and again once it is emptied. It is made
 * only of what its author sees, so for others it stays as it is. It is marked as made of the lines even while one of them has
 * no price: whether it has one must not be told either.
 */
function followLines(row: WriteRow): void {
  const isGiven = row.asked.has('amount') && (row.before !== null || row.after['amount'] !== null);
  if (isGiven && row.given['amount'] !== null) {
    // Who does not see the amount must not learn that they guessed it.
    if (row.mayChange('amount')) row.set('amountFromLines', false, BY);
    return;
  }
  const isOpen = row.before === null || row.before.state['amount'] === null;
  const follows = isOpen || row.before!.state['amountFromLines'] === true;
  if (!isGiven && !(follows && haveChanged(row))) return;
  const isMade = lines(row).length > 0 && ['amount', ...PARTS].every(row.sees);
  const total = isMade ? totalOf(linesIn(row.after, LINES)) : null;
  if (total !== null) row.set('amount', total, BY);
  // The sum of lines that were all removed stays, and so does one that is restored.
  if (isMade) row.set('amountFromLines', true, BY);
  else if (isGiven && row.after['amount'] === null) row.set('amountFromLines', false, BY);
}

/** Returns the sum of lines; null if there are none, or one has no amount. */
function totalOf(some: OwnedLine[]): string | null {
  const amounts = some.map((line) => (line['amount'] ?? null) as string | null);
  return amounts.length && !amounts.includes(null) ? sum(amounts as string[]) : null;
}
