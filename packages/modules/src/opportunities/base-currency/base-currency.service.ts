import { Inject, Injectable } from '@nestjs/common';
import { dayAt, fieldsOf, formatDay } from '@pellucid/conditions';
import { TenantSettingsService } from '@pellucid/modules/tenancy';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, type FieldProblem, forbidden, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import { RecordService } from '@pellucid/platform/records';
import type { ExchangeRate } from '../exchange-rates.repository.js';
import {
  type BaseCurrencyChange,
  BaseCurrencyRepository,
  KEPT_OBJECTS,
  type KeptAmounts,
} from './base-currency.repository.js';
import { recalculateJob } from './jobs/recalculate.job.js';
import { BASE_CURRENCY_CHECK } from './base-currency.check.js';
import { isStorableRate, turnedRates } from './turned-rates.rules.js';

/** The effects of a change of the base currency. */
export interface BaseCurrencyPreview extends Omit<KeptAmounts, 'firstDay'> {
  from: string;
  to: string;
  /** Rates to add first: what a unit of the currency is worth in the current base currency from that day. */
  missingRates: { currency: string; date: string }[];
  /** Names of roles with conditions that compare such amounts; their numbers do not change. */
  roles: string[];
}

/** Fields whose values are compared in the base currency. */
const COMPARED = new Set(['amount', 'baseAmount', 'rate', 'annualRevenue']);

/** Changes the base currency of a company that has converted amounts. */
@Injectable()
export class BaseCurrencyService {
  constructor(
    @Inject(BaseCurrencyRepository) private readonly repository: BaseCurrencyRepository,
    @Inject(TenantSettingsService) private readonly settings: TenantSettingsService,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  /** Returns the base currency, and the progress of its last change. */
  async state(): Promise<{ baseCurrency: string; change: BaseCurrencyChange | null }> {
    const [{ baseCurrency }, change] = await Promise.all([this.settings.get(), this.repository.change()]);
    return { baseCurrency, change: change ?? null };
  }

  /** Returns what would be recalculated, and which rates that needs. @throws ProblemError 403 */
  async preview(to: string): Promise<BaseCurrencyPreview> {
    const snapshot = await this.assertSeesAmounts();
    return this.units.run(async (uow) => {
      const { preview } = await this.look(uow, snapshot, snapshot.settings.baseCurrency, to);
      return preview;
    });
  }

  /**
   * Converts the exchange rates to the new base currency and enqueues the recalculation of amounts. From then on,
   * everything new is stored in the new base currency; a record that is not recalculated yet says which currency its
   * amounts are in.
   * @throws ProblemError 403, 409 while an earlier change is being recalculated or an import runs, 422 for missing
   *   rates
   */
  async change(to: string) {
    const snapshot = await this.assertSeesAmounts();
    await this.settings.change({ baseCurrency: to }, null, {
      settles: BASE_CURRENCY_CHECK,
      apply: async (uow, before, after) => {
        const from = before.baseCurrency;
        if (from === after.baseCurrency) return;
        const running = await this.repository.changeForUpdate(uow);
        if (running?.state === 'running')
          throw conflict(
            'recalculationRunning',
            `Amounts are still being recalculated to ${running.to}. Wait until that is done.`,
            { change: running },
          );
        if (await this.repository.hasWorkUnderWay(uow))
          throw conflict(
            'massWorkRunning',
            'An import or a bulk change is still running. Its amounts were given in the present base currency: wait until it is done.',
          );
        const { preview, turned } = await this.look(uow, snapshot, from, to);
        const problems = [...missingProblems(preview), ...rangeProblems(turned, to)];
        if (problems.length) throw unprocessable(problems);
        await this.repository.replaceRates(uow, turned);
        await this.repository.begin(uow, from, to, preview.opportunities + preview.accounts);
        await this.jobs.enqueue(
          uow,
          recalculateJob,
          {},
          { actor: { kind: 'system', id: null }, memberId: null },
        );
      },
    });
    return this.state();
  }

  private async look(uow: UnitOfWork, snapshot: TenantSnapshot, from: string, to: string) {
    const today = formatDay(dayAt(Date.now(), snapshot.settings.zone));
    const { firstDay, ...kept } = await this.repository.kept(uow, to, today);
    const rates = await this.repository.rates(uow);
    const isThere =
      firstDay === null ||
      from === to ||
      rates.some(({ currency, date }) => currency === to && date <= firstDay);
    const preview: BaseCurrencyPreview = {
      from,
      to,
      ...kept,
      missingRates: isThere ? [] : [{ currency: to, date: firstDay }],
      roles: from === to ? [] : this.rolesThatCompare(snapshot),
    };
    return { preview, turned: turnedRates(rates, from, to) };
  }

  /** Shown only to people who may see the content of roles. */
  private rolesThatCompare(snapshot: TenantSnapshot): string[] {
    if (!this.access.may(snapshot, { system: 'manageRoles' })) return [];
    return [...snapshot.roles.values()]
      .filter(({ permissions }) =>
        permissions.some(
          ({ condition }) => condition && fieldsOf(condition).some((path) => COMPARED.has(path.at(-1)!)),
        ),
      )
      .map(({ name }) => name)
      .sort();
  }

  /** Counts and days of amounts are shown only to people who see every amount. */
  private async assertSeesAmounts(): Promise<TenantSnapshot> {
    const { reader } = this.records;
    const context = await reader.contextFor('opportunity');
    const seesAll = KEPT_OBJECTS.every((object) => {
      const { allowed, scope } = context.access.decide(object, 'read', context.snapshot);
      const rules = context.access.rules(object, context.snapshot);
      const keys = object === 'opportunity' ? ['amount', 'rate', 'closeDate'] : ['annualRevenue'];
      return allowed && !scope && keys.every((key) => rules.canFilter(key));
    });
    if (!seesAll)
      throw forbidden(
        'amountsWithheld',
        "Your roles don't show you the amounts of all opportunities and accounts, so you can't have them recalculated. Ask an administrator who sees them.",
      );
    return context.snapshot;
  }
}

function missingProblems({ missingRates, from }: BaseCurrencyPreview): FieldProblem[] {
  return missingRates.map(({ currency, date }) => ({
    pointer: '/baseCurrency',
    code: 'rateMissing',
    message: `There is no exchange rate of ${currency} to ${from} for ${date}. Add one that holds from ${date} or earlier.`,
    params: { currency, baseCurrency: from, date },
  }));
}

function rangeProblems(turned: ExchangeRate[], to: string): FieldProblem[] {
  const bad = turned.find(({ rate }) => !isStorableRate(rate));
  if (!bad) return [];
  return [
    {
      pointer: '/baseCurrency',
      code: 'rateOutOfRange',
      message: `The exchange rate of ${bad.currency} to ${to} on ${bad.date} can't be stored. It is too small or too large.`,
      params: { currency: bad.currency, baseCurrency: to, date: bad.date },
    },
  ];
}
