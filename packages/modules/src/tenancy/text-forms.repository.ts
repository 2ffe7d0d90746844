import { Inject, Injectable } from '@nestjs/common';
import { normalizeText } from '@pellucid/conditions';
import { PlatformPool, type UnitOfWork } from '@pellucid/platform/db';
import {
  type LoadedRecord,
  type ReadPlan,
  type RecordDescriptor,
  restateTextsStatements,
} from '@pellucid/platform/records';

/** A text whose normal form is stored next to it, outside of the tables of records. */
export interface ComparedText {
  table: string;
  column: string;
}

const isTaken = (error: unknown) => (error as { code?: unknown }).code === '23505';

/** Stored forms of texts: finds outdated ones and recomputes them. */
@Injectable()
export class TextFormsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /**
   * Returns companies that have no job of this name that is waiting, running or has died within the last hour, with the
   * form of their texts. After an earlier death the job is tried again, because the cause may have been fixed.
   */
  async tenantsWithoutJob(name: string): Promise<{ tenantId: string; locale: string; textForm: string }[]> {
    const { rows } = await this.platform.query<{ tenantId: string; locale: string; textForm: string }>(
      `select s.tenant_id as "tenantId", s.locale, s.text_form as "textForm" from tenant_setting s
        where not exists (select 1 from job j
                           where j.tenant_id = s.tenant_id and j.name = $1 and (j.state in ('pending', 'running')
                              or j.state = 'dead' and j.finished_at > now() - interval '1 hour'))
        order by s.tenant_id`,
      [name],
    );
    return rows;
  }

  /** Returns the company's locale, locked until the unit of work ends. */
  async locale(uow: UnitOfWork): Promise<string> {
    const [row] = await uow.run<{ locale: string }>({ text: 'select locale from tenant_setting for share' });
    return row!.locale;
  }

  /** Records the form of all texts of the company. @returns false when its locale has changed meanwhile */
  async note(uow: UnitOfWork, textForm: string, locale: string): Promise<boolean> {
    const noted = await uow.run({
      text: 'update tenant_setting set text_form = $1 where locale = $2 returning 1',
      values: [textForm, locale],
    });
    return noted.length > 0;
  }

  /** Returns the next records, including deleted ones, locked until the unit of work ends. */
  async records(
    uow: UnitOfWork,
    plan: ReadPlan,
    after: string | null,
    limit: number,
  ): Promise<LoadedRecord[]> {
    const parts = plan.parts();
    const where = [`t.tenant_id = ${parts.param(uow.tenantId)}::uuid`];
    if (after !== null) where.push(`t.id > ${parts.param(after)}::uuid`);
    const rows = await uow.run<any>({
      ...parts.statement(`select ${plan.select} from ${plan.from} where ${where.join(' and ')}
              order by t.id limit ${limit} for no key update of t`),
      rowMode: 'array',
    });
    return rows.map((row) => plan.load(row));
  }

  /**
   * Brings the records into the current form.
   * @returns ids of those whose name would equal another's: they keep their form until somebody renames one of them
   */
  async restate(uow: UnitOfWork, descriptor: RecordDescriptor, records: LoadedRecord[]): Promise<string[]> {
    return this.withoutTaken(records, async (some) => {
      await uow.savepoint(() => uow.together(restateTextsStatements(descriptor, uow.tenantId, some)));
    }).then((left) => left.map(({ id }) => id));
  }

  /** Returns every text with a normal form that is not a field of a record, according to the database. */
  async comparedTexts(uow: UnitOfWork, recordTables: string[]): Promise<ComparedText[]> {
    return uow.run<ComparedText>({
      text: `select c.relname as "table", a.attname as "column" from pg_class c
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               join pg_attribute n on n.attrelid = c.oid and n.attname = a.attname || '_norm' and not n.attisdropped
               join pg_attribute o on o.attrelid = c.oid and o.attname = 'tenant_id' and not o.attisdropped
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all($1::text[])
              order by 1, 2`,
      values: [recordTables],
    });
  }

  /** Returns the next distinct texts of a column, in byte order. */
  async textsAfter(uow: UnitOfWork, at: ComparedText, after: string, limit: number): Promise<string[]> {
    const rows = await uow.run<{ text: string }>({
      text: `select distinct ${at.column} collate "C" as text from ${at.table}
              where ${at.column} collate "C" > $1 order by 1 limit ${limit}`,
      values: [after],
    });
    return rows.map(({ text }) => text);
  }

  /**
   * Brings the texts of a column into normal form.
   * @returns how many could not be changed, because the form is taken
   */
  async restateTexts(uow: UnitOfWork, at: ComparedText, texts: string[]): Promise<number> {
    const left = await this.withoutTaken(texts, async (some) => {
      await uow.savepoint(() =>
        uow.run({
          text: `update ${at.table} t set ${at.column}_norm = v.norm from unnest($1::text[], $2::text[]) as v(text, norm)
                  where t.${at.column} = v.text and t.${at.column}_norm is distinct from v.norm`,
          values: [some, some.map(normalizeText)],
        }),
      );
    });
    return left.length;
  }

  /**
   * Does something for all together or, if a unique index refuses that, one by one.
   * @returns those that were refused
   */
  private async withoutTaken<T>(all: T[], act: (some: T[]) => Promise<void>): Promise<T[]> {
    try {
      await act(all);
      return [];
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (all.length === 1) return all;
    }
    const left: T[] = [];
    for (const one of all) left.push(...(await this.withoutTaken([one], act)));
    return left;
  }
}
