import { Inject, Injectable } from '@nestjs/common';
import { TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';

/** What one unit of a currency is worth in the base currency, from a day on. */
export interface ExchangeRate {
  currency: string;
  date: string;
  rate: string;
}

/** Reads and writes exchange_rate. */
@Injectable()
export class ExchangeRatesRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Returns rates, newest first. @param currency only those of one currency */
  async list(currency: string | undefined, limit: number): Promise<ExchangeRate[]> {
    const { rows } = await this.pool.query(
      `select currency, date, rate::text from exchange_rate where $1::text is null or currency = $1
        order by date desc, currency limit ${limit}`,
      [currency ?? null],
    );
    return rows;
  }

  /**
   * Sets rates; an existing one for the same currency and day is replaced.
   * @returns the base currency if it differs from the one that the rates convert to; then nothing is set
   */
  async put(rates: ExchangeRate[], baseCurrency: string): Promise<string | undefined> {
    return this.units.run(async (uow) => {
      const [settings] = await uow.run<{ base: string }>({
        text: 'select base_currency as base from tenant_setting for share',
      });
      if (settings!.base !== baseCurrency) return settings!.base;
      await uow.run({
        text: `insert into exchange_rate (tenant_id, currency, date, rate)
               select $1, v.currency, v.date, v.rate from unnest($2::text[], $3::date[], $4::numeric[]) as v(currency, date, rate)
               order by v.currency, v.date
               on conflict (tenant_id, currency, date) do update set rate = excluded.rate`,
        values: [
          uow.tenantId,
          rates.map((r) => r.currency),
          rates.map((r) => r.date),
          rates.map((r) => r.rate),
        ],
      });
      return undefined;
    });
  }
}
