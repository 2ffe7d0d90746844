import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldProblem, notFound, ProblemError, pointer, unprocessable } from '@pellucid/platform/errors';
import { currencyDigits, formatAmount, fromScaled, sum, toScaled } from '@pellucid/platform/money';
import { type AccessNotes, newId, RecordService, UNSEEN } from '@pellucid/platform/records';
import { LINES_OF_DEAL, OpportunitiesRepository } from './opportunities.repository.js';
import { lineAmount } from './opportunities.rules.js';
import type { VerbRequest } from './opportunities.service.js';

/** A line in a request: decimals as text, the discount in percent. */
export interface LineInput {
  product: string;
  quantity: string;
  unitPrice?: string | null | undefined;
  discount: string;
}

/** A line in responses. */
export interface OpportunityLine {
  id: string;
  product: { id: string; name: string };
  quantity: string;
  unitPrice: string | null;
  discount: string;
  amount: string | null;
}

/** The lines of a deal; `meta.access` names the fields of the deal because of which something is left out. */
export interface OpportunityLineList {
  data: OpportunityLine[];
  total: string | null;
  currency: string | null;
  meta?: { access: AccessNotes };
}

/** Decimals of stored lines (ten-thousandths). */
const SCALE = 4;
const decimal = (scaled: unknown) => fromScaled(String(scaled), SCALE);

/** The product lines of deals. */
@Injectable()
export class OpportunityLinesService {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(OpportunitiesRepository) private readonly repository: OpportunitiesRepository,
  ) {}

  /**
   * Returns the lines of a deal in order, and their sum (null if one has no price). Empty if the caller does not see
   * the deal's product; without prices if they do not see its amount, since prices would reveal it.
   * @throws ProblemError 404
   */
  async list(id: string): Promise<OpportunityLineList> {
    const { reader } = this.records;
    const deal = await reader.get('opportunity', id, { fields: ['currency', 'product', 'amount'] });
    const access = (deal['meta'] as { access?: AccessNotes } | undefined)?.access;
    const currency = (deal['currency'] ?? null) as string | null;
    const meta = access ? { meta: { access } } : {};
    // For a product that the caller sees but whose name they may not see, only the id is known.
    if (access?.['product'] && !deal['product']?.id) return { data: [], total: null, currency, ...meta };
    const rows = await this.repository.lines(id);
    const names = await reader.visibleNames(
      'product',
      rows.map((l) => l.product_id),
    );
    const clear = !access?.['amount'] && currency !== null;
    const money = (scaled: unknown) =>
      scaled === null || !clear ? null : formatAmount(decimal(scaled), currency);
    const amounts = rows.map((l) => money(l.amount));
    return {
      data: rows.map((l, i) => ({
        id: l.id,
        product: { id: l.product_id, name: names.get(l.product_id) ?? '' },
        quantity: decimal(l.quantity),
        unitPrice: money(l.unit_price),
        discount: decimal(l.discount),
        amount: amounts[i]!,
      })),
      total:
        !clear || amounts.includes(null) || !rows.length
          ? null
          : formatAmount(sum(amounts as string[]), currency),
      currency,
      ...meta,
    };
  }

  /**
   * Replaces the lines of a deal. If every line has a price, their sum becomes the deal's amount, unless somebody has
   * set an amount other than the sum of the previous lines, or the caller does not see the amount.
   * @throws ProblemError 404, 412, 422 naming line and field
   */
  async replace(id: string, lines: LineInput[], request: VerbRequest = {}) {
    await this.records.unit(request.idempotency, async (uow) => {
      const { reader } = this.records;
      const context = await reader.contextFor('opportunity');
      const plan = reader.plan(context.descriptor, undefined, {
        context,
        action: 'update',
        names: false,
        seen: true,
      });
      const catalogue = await reader.contextFor('product');
      const products = reader.plan(catalogue.descriptor, ['price', 'currency'], {
        context: catalogue,
        action: 'read',
        names: false,
      });
      const own = reader.locked(plan, [id], context, 'update', 'living', 'change');
      const [locked, read, before, priced] = await uow.together([
        own.lock,
        own.read,
        { text: LINES_OF_DEAL, values: [id] },
        reader.byIds(products, [...new Set(lines.map((l) => l.product))], catalogue, 'read', 'living'),
      ]);
      const [found] = own.rows(locked!, read!);
      if (!found) throw notFound('This opportunity');
      const deal = plan.load(found);
      if (request.ifMatch !== undefined && request.ifMatch !== deal.version)
        throw new ProblemError(
          412,
          'versionStale',
          'Changed in the meantime',
          'Someone else changed this opportunity. Check the current values and try again.',
          {
            current: { version: deal.version },
            yours: { version: request.ifMatch },
            original: null,
          },
        );
      const currency = deal.state['currency'] as string;
      const access = catalogue.access.decide('product', 'read', catalogue.snapshot);
      const known = priced!.map((row): [string, ListPrice] => {
        const { id: product, state, bits } = products.load(row);
        const rules = access.rulesFor(bits);
        const isShown =
          rules.allClear || (rules.read('price') === 'clear' && rules.read('currency') === 'clear');
        return [
          product,
          isShown
            ? { price: state['price'] as string | null, currency: state['currency'] as string }
            : { price: null, currency },
        ];
      });
      const shown = deal.seen
        ? context.access.decide('opportunity', 'read', context.snapshot).rulesFor(deal.readBits)
        : UNSEEN.rules;
      const stated = price(lines, new Map(known), shown.read('currency') === 'clear' ? currency : undefined);
      const amount = deal.state['amount'] as string | null;
      const sumBefore =
        before!.length && before!.every((l) => l.amount !== null)
          ? sum(before!.map((l) => decimal(l.amount)))
          : null;
      const complete = stated.length > 0 && stated.every((l) => l.amount !== null);
      // If the caller does not see the amount, they must not learn whether it follows the lines either.
      const follows = shown.read('amount') === 'clear' && (amount === null || amount === sumBefore);
      const values = { product: lines[0]?.product ?? null };
      const amounts = complete && follows ? { amount: sum(stated.map((l) => l.amount!)) } : {};
      const derived = { by: 'opportunities', values: amounts };
      await this.records.writer.write(
        'opportunity',
        'update',
        [{ id, values, derived, touch: true, verb: 'linesChanged' }],
        { uow, atomic: true, action: 'update' },
      );
      await this.store(uow, id, stated);
      return { status: 200, body: { id } };
    });
    return this.list(id);
  }

  private async store(uow: UnitOfWork, id: string, lines: PricedLine[]): Promise<void> {
    const rows = lines.map((l, position) => ({
      tenant_id: uow.tenantId,
      id: newId(),
      opportunity_id: id,
      product_id: l.product,
      position,
      quantity: toScaled(l.quantity, SCALE),
      unit_price: l.unitPrice === null ? null : toScaled(l.unitPrice, SCALE),
      discount: toScaled(l.discount, SCALE),
      amount: l.amount === null ? null : toScaled(l.amount, SCALE),
    }));
    await uow.together([
      { text: 'delete from opportunity_line where opportunity_id = $1', values: [id] },
      {
        text: `insert into opportunity_line (tenant_id, id, opportunity_id, product_id, position, quantity, unit_price, discount, amount)
               select tenant_id, id, opportunity_id, product_id, position, quantity, unit_price, discount, amount
                 from json_populate_recordset(null::opportunity_line, $1::json)`,
        values: [JSON.stringify(rows)],
      },
    ]);
  }
}

interface PricedLine {
  product: string;
  quantity: string;
  unitPrice: string | null;
  discount: string;
  amount: string | null;
}

/** A product's price, as far as the caller may know it. */
interface ListPrice {
  price: string | null;
  currency: string;
}

/**
 * Returns lines with prices: the given one, else the product's price if it is in the deal's currency.
 * @param currency of the deal; undefined if the caller does not see it, in which case they cannot set prices
 */
function price(
  lines: LineInput[],
  products: Map<string, ListPrice>,
  currency: string | undefined,
): PricedLine[] {
  const errors: FieldProblem[] = [];
  const refuse = (i: number, key: string, code: string, message: string) =>
    errors.push({ pointer: pointer('lines', i, key), code, message });
  const digits = currency === undefined ? 0 : currencyDigits(currency);
  const priced = lines.map((line, i): PricedLine => {
    const product = products.get(line.product);
    if (!product)
      refuse(i, 'product', 'referenceMissing', "This product doesn't exist. It may have been deleted.");
    let unitPrice = line.unitPrice ?? null;
    if (currency === undefined && unitPrice !== null) {
      refuse(
        i,
        'unitPrice',
        'currencyWithheld',
        "Your roles don't show you the opportunity's currency, so you can't set prices. Leave the unit price out.",
      );
      unitPrice = null;
    }
    if (currency !== undefined && line.unitPrice === undefined && product && product.price !== null) {
      if (product.currency === currency) unitPrice = product.price;
      else
        refuse(
          i,
          'unitPrice',
          'priceMissing',
          `The product's price is in ${product.currency}, but the opportunity is in ${currency}. Enter the unit price.`,
        );
    }
    if (unitPrice !== null && (unitPrice.split('.')[1]?.replace(/0+$/, '').length ?? 0) > digits)
      refuse(
        i,
        'unitPrice',
        'tooPrecise',
        `Unit prices in ${currency} have at most ${digits} decimal places.`,
      );
    const amount =
      unitPrice === null || currency === undefined
        ? null
        : lineAmount(line.quantity, unitPrice, line.discount, currency);
    if (amount !== null && amount.split('.')[0]!.length > 14)
      refuse(i, 'quantity', 'outOfRange', 'The amount of this line is too large.');
    return { product: line.product, quantity: line.quantity, unitPrice, discount: line.discount, amount };
  });
  if (errors.length) throw unprocessable(errors);
  return priced;
}
