import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { ExchangeRate } from '../exchange-rates.repository.js';

/** A change of the base currency and its progress. */
export interface BaseCurrencyChange {
  from: string;
  to: string;
  state: 'running' | 'done';
  /** Number of records to recalculate. */
  total: number;
  done: number;
  startedAt: string;
  finishedAt: string | null;
}

/** The amounts that a company stores in its base currency. */
export interface KeptAmounts {
  opportunities: number;
  accounts: number;
  exchangeRates: number;
  /** The first day for which a rate of the new base currency is needed; null if none is. */
  firstDay: string | null;
}

/** Objects with amounts in the base currency, and the rows that have one. */
const KEPT = {
  opportunity: '(t.rate is not null or t.base_amount is not null)',
  account: 't.annual_revenue is not null',
} as const;

/** Key of an object with amounts in the base currency. */
export type KeptObject = keyof typeof KEPT;
export const KEPT_OBJECTS = Object.keys(KEPT) as KeptObject[];

/** Jobs that write earlier input: an amount without a currency means the base currency at the time it was submitted. */
const MASS_WORK = ['imports.run', 'bulk.run'];

const CHANGE = `select from_currency as "from", to_currency as "to", state, total, done,
    to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
    to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "finishedAt"
  from base_currency_change`;

/** The day whose rate converts a deal's amount if the deal specifies none. */
const DAY = 'coalesce(t.rate_date, least(t.close_date, $1::date))';

/** SQL for changing the base currency. */
@Injectable()
export class BaseCurrencyRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** Returns the company's last change; undefined if there was none. */
  async change(): Promise<BaseCurrencyChange | undefined> {
    return (await this.pool.query({ text: CHANGE })).rows[0];
  }

  /** The same, locked until the unit of work ends. */
  async changeForUpdate(uow: UnitOfWork): Promise<BaseCurrencyChange | undefined> {
    return (await uow.run<BaseCurrencyChange>({ text: `${CHANGE} for update` }))[0];
  }

  /** Returns what is stored in the base currency, including deleted records. @param today in the company's time zone */
  async kept(uow: UnitOfWork, to: string, today: string): Promise<KeptAmounts> {
    const [row] = await uow.run<KeptAmounts>({
      text: `select (select count(*) from opportunity t where ${KEPT.opportunity})::int as opportunities,
               (select count(*) from account t where ${KEPT.account})::int as accounts,
               (select count(*) from exchange_rate)::int as "exchangeRates",
               least((select min(${DAY}) from opportunity t where ${KEPT.opportunity}),
                     (select min(date) from exchange_rate where currency <> $2),
                     (select $1::date where exists (select 1 from account t where ${KEPT.account})))::text as "firstDay"`,
      values: [today, to],
    });
    return row!;
  }

  /** Whether an import or bulk job is running whose amounts were given in the current base currency. */
  async hasWorkUnderWay(uow: UnitOfWork): Promise<boolean> {
    const found = await uow.run({
      text: `select 1 from job where name = any($1) and state in ('pending', 'running') limit 1`,
      values: [MASS_WORK],
    });
    return found.length > 0;
  }

  /** Returns all exchange rates. The lock on the settings keeps other writers away. */
  async rates(uow: UnitOfWork): Promise<ExchangeRate[]> {
    return uow.run<ExchangeRate>({
      text: 'select currency, date::text as date, rate::text from exchange_rate order by currency, date',
    });
  }

  /** Replaces all existing rates with these. */
  async replaceRates(uow: UnitOfWork, rates: ExchangeRate[]): Promise<void> {
    await uow.together([
      { text: 'delete from exchange_rate' },
      {
        text: `insert into exchange_rate (tenant_id, currency, date, rate)
               select $1, v.currency, v.date, v.rate from unnest($2::text[], $3::date[], $4::numeric[]) as v(currency, date, rate)`,
        values: [
          uow.tenantId,
          rates.map((r) => r.currency),
          rates.map((r) => r.date),
          rates.map((r) => r.rate),
        ],
      },
    ]);
  }

  /** Records that the company's amounts are to be recalculated. */
  async begin(uow: UnitOfWork, from: string, to: string, total: number): Promise<void> {
    await uow.run({
      text: `insert into base_currency_change (tenant_id, from_currency, to_currency, state, total)
             values ($1, $2, $3, 'running', $4)
             on conflict (tenant_id) do update set from_currency = $2, to_currency = $3, state = 'running', total = $4,
               done = 0, started_at = now(), finished_at = null`,
      values: [uow.tenantId, from, to, total],
    });
  }

  /** Returns the next records whose amounts are not in the current base currency, including deleted ones. */
  async pending(
    uow: UnitOfWork,
    object: KeptObject,
    base: string,
    after: string | null,
    limit: number,
  ): Promise<string[]> {
    const rows = await uow.run<{ id: string }>({
      text: `select t.id from ${object} t
              where ${KEPT[object]} and t.base_currency is distinct from $1 and ($2::uuid is null or t.id > $2)
              order by t.id limit ${limit}`,
      values: [base, after],
    });
    return rows.map(({ id }) => id);
  }

  /** Records the number of records recalculated. */
  async advance(uow: UnitOfWork, records: number): Promise<void> {
    await uow.run({
      text: 'update base_currency_change set done = least(total, done + $1)',
      values: [records],
    });
  }

  /** Records that everything is in the new base currency. */
  async finish(uow: UnitOfWork): Promise<void> {
    await uow.run({
      text: `update base_currency_change set state = 'done', done = total, finished_at = now()`,
    });
    // Lists no longer say that they compare two currencies.
    await uow.bumpAccessVersion();
  }

  /**
   * Returns companies that are being recalculated and have no job of this name that is waiting, running or has died
   * within the last hour.
   */
  async tenantsWithoutJob(name: string): Promise<string[]> {
    const { rows } = await this.platform.query<{ id: string }>(
      `select c.tenant_id as id from base_currency_change c
        where c.state = 'running' and not exists (select 1 from job j
                where j.tenant_id = c.tenant_id and j.name = $1 and (j.state in ('pending', 'running')
                   or j.state = 'dead' and j.finished_at > now() - interval '1 hour'))
        order by 1`,
      [name],
    );
    return rows.map(({ id }) => id);
  }
}
