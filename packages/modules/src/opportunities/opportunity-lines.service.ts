import { Inject, Injectable } from '@nestjs/common';
import { formatAmount, sum } from '@pellucid/platform/money';
import { type AccessNotes, RecordService } from '@pellucid/platform/records';
import type { VerbRequest } from './opportunities.service.js';

/** A line in a request; the discount is in percent. What is left out stays as it is, or has its default in a new line. */
export interface LineInput {
  /** Of a line that is there already; without one, the line is new. */
  id?: string | undefined;
  product?: string | undefined;
  quantity?: string | number | undefined;
  unitPrice?: string | number | null | undefined;
  discount?: string | number | undefined;
}

/** A line in responses. */
export interface OpportunityLine {
  id: string;
  product: { id: string; name: string } | null;
  quantity: string | null;
  unitPrice: string | null;
  discount: string | null;
  amount: string | null;
}

/** The lines of a deal; `meta.access` names the fields because of which something is left out. */
export interface OpportunityLineList {
  data: OpportunityLine[];
  total: string | null;
  currency: string | null;
  /** Version of the deal, for changes that are to be merged with those of others. */
  version: number;
  meta?: { access: AccessNotes };
}

/** The product lines of deals, by themselves and with their sum. */
@Injectable()
export class OpportunityLinesService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /**
   * Returns the lines of a deal in order, and their sum (null if one has no price). Empty if the caller does not see
   * the deal's product; without prices if they do not see its amount, since prices would reveal it.
   * @throws ProblemError 404
   */
  async list(id: string): Promise<OpportunityLineList> {
    const deal = await this.records.reader.get('opportunity', id, {
      fields: ['currency', 'product', 'amount', 'lines'],
    });
    const access = (deal['meta'] as { access?: AccessNotes } | undefined)?.access;
    const currency = (deal['currency'] ?? null) as string | null;
    const data = ((deal['lines'] ?? []) as Partial<OpportunityLine>[]).map(
      ({ id: line, product, quantity, unitPrice, discount, amount }): OpportunityLine => ({
        id: line!,
        product: product ?? null,
        quantity: quantity ?? null,
        unitPrice: unitPrice ?? null,
        discount: discount ?? null,
        amount: amount ?? null,
      }),
    );
    const amounts = data.map((line) => line.amount);
    const isWhole =
      data.length > 0 && !amounts.includes(null) && !access?.['lines.amount'] && currency !== null;
    return {
      data,
      total: isWhole ? formatAmount(sum(amounts as string[]), currency) : null,
      currency,
      version: deal.version,
      ...(access ? { meta: { access } } : {}),
    };
  }

  /**
   * Replaces the lines of a deal. If every line has a price, their sum becomes the deal's amount, unless somebody has
   * set an amount other than the sum of the previous lines, or the caller does not see the amount.
   * @throws ProblemError 404, 412, 422 naming line and field
   */
  async replace(id: string, lines: LineInput[], request: VerbRequest = {}) {
    const { ifMatch, idempotency } = request;
    const seesPrices = await this.seesPrices();
    const changes = {
      lines: lines.map(({ unitPrice, ...line }) => ({
        ...Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined)),
        // No price is no attempt to set one.
        ...(unitPrice === undefined || (unitPrice === null && !seesPrices) ? {} : { unitPrice }),
      })),
    };
    await this.records.one(
      this.records.update('opportunity', [{ id, changes, ...(ifMatch === undefined ? {} : { ifMatch }) }], {
        verb: 'linesChanged',
        // Without ids, nobody can tell the caller's changes from those of others.
        strictVersion: !lines.some((line) => line.id),
        ...(idempotency ? { idempotency } : {}),
      }),
      'opportunity',
    );
    return this.list(id);
  }

  private async seesPrices(): Promise<boolean> {
    const { access, snapshot } = await this.records.reader.contextFor('opportunity');
    return access.decide('opportunity', 'update', snapshot).rulesFor(-1).canWrite('lines.unitPrice');
  }
}
