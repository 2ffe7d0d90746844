import { Inject, Injectable } from '@nestjs/common';
import { normalizeText } from '@pellucid/conditions';
import { PlatformPool, type UnitOfWork } from '@pellucid/platform/db';
import {
  type LoadedRecord,
  type ReadPlan,
  type RecordDescriptor,
  restateTextsStatement,
} from '@pellucid/platform/records';

/** A text beside which its normal form is stored, outside of the tables of records. */
export interface ComparedText {
  table: string;
  column: string;
}

const isTaken = (error: unknown) => (error as { code?: unknown }).code === '23505';

/** Stored forms of texts: which are out of date, and the statements that make them anew. */
@Injectable()
export class TextFormsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /**
   * Companies without a job of that name that waits, runs or died within the last hour, with the form their texts are in.
   * One that died earlier is tried again: what stood in its way may be mended.
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

  /** The locale of the company. It stays until the unit of work ends. */
  async locale(uow: UnitOfWork): Promise<string> {
    const [row] = await uow.run<{ locale: string }>({ text: 'select locale from tenant_setting for share' });
    return row!.locale;
  }

  /** Notes the form that all texts of the company are in. @returns false when its locale is another one by now */
  async note(uow: UnitOfWork, textForm: string, locale: string): Promise<boolean> {
    const noted = await uow.run({
      text: 'update tenant_setting set text_form = $1 where locale = $2 returning 1',
      values: [textForm, locale],
    });
    return noted.length > 0;
  }

  /** The next records, deleted ones too, held until the unit of work ends. */
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
      ...parts.statement(`select ${plan.select} from ${plan.from} ${plan.joins} where ${where.join(' and ')}
              order by t.id limit ${limit} for no key update of t`),
      rowMode: 'array',
    });
    return rows.map((row) => plan.load(row));
  }

  /**
   * Brings the records into the present form. @returns ids of those whose name is another's in it: they keep the form they
   * have until somebody renames one
   */
  async restate(uow: UnitOfWork, descriptor: RecordDescriptor, records: LoadedRecord[]): Promise<string[]> {
    return this.withoutTaken(records, async (some) => {
      await uow.savepoint(() => uow.run(restateTextsStatement(descriptor, uow.tenantId, some)));
    }).then((left) => left.map(({ id }) => id));
  }

  /** Every text with a normal form that is no field of a record, as the database knows them. */
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

  /** The next distinct texts of a column, in the order of their bytes. */
  async textsAfter(uow: UnitOfWork, at: ComparedText, after: string, limit: number): Promise<string[]> {
    const rows = await uow.run<{ text: string }>({
      text: `select distinct ${at.column} collate "C" as text from ${at.table}
              where ${at.column} collate "C" > $1 order by 1 limit ${limit}`,
      values: [after],
    });
    return rows.map(({ text }) => text);
  }

  /** Brings the texts of a column into normal form. @returns how many could not, since the form is taken */
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

  /** Does something for all together and, where a unique index refuses that, one by one. @returns those that were refused */
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
