import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, type UnitOfWork } from '@pellucid/platform/db';
import type { Statement } from '@pellucid/platform/db';
import type { SearchClass } from './search-class.js';

/** Statement that selects all visibility classes of a tenant, for {@link toClass}. */
export const CLASSES: Statement = {
  text: 'select object, class, fields, told, form, is_ready from search_class order by object, class',
};

/** Statement that selects the access version that the classes were last compared with. */
export const STATE: Statement = { text: 'select access_version from search_state' };

/** Converts a row of {@link CLASSES}. */
export const toClass = (row: any): SearchClass => ({
  object: row.object,
  class: row.class,
  fields: row.fields,
  told: row.told,
  form: row.form,
  isReady: row.is_ready,
});

/** Visibility classes, and which rights they were made for. */
@Injectable()
export class SearchClassesRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Lets one writer of a tenant's index at a time in: each reads the records after the one before has committed. */
  async lock(uow: UnitOfWork): Promise<void> {
    await uow.run({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`search ${uow.tenantId}`],
    });
  }

  /** Returns the classes, and the access version that they were last compared with; null for never. */
  async classes(uow: UnitOfWork): Promise<{ classes: SearchClass[]; accessVersion: string | null }> {
    const [rows, state] = await uow.together([CLASSES, STATE]);
    return {
      classes: rows!.map(toClass),
      accessVersion: state![0] ? String(state![0].access_version) : null,
    };
  }

  /** Notes that the classes are those of an access version. */
  async note(uow: UnitOfWork, accessVersion: string): Promise<void> {
    await uow.run({
      text: `insert into search_state (tenant_id, access_version) values ($1, $2)
             on conflict (tenant_id) do update set access_version = excluded.access_version`,
      values: [uow.tenantId, accessVersion],
    });
  }

  async add(uow: UnitOfWork, classes: SearchClass[]): Promise<void> {
    if (!classes.length) return;
    await uow.run({
      text: `insert into search_class (tenant_id, object, class, fields, told, form, is_ready)
             select $1, c.object, c.class, array(select json_array_elements_text(c.fields)), c.told, c.form, c.ready
               from json_to_recordset($2::json) c (object text, class smallint, fields json, told boolean, form text, ready boolean)`,
      values: [
        uow.tenantId,
        JSON.stringify(classes.map(({ isReady, ...rest }) => ({ ...rest, ready: isReady }))),
      ],
    });
  }

  async markReady(uow: UnitOfWork, classes: Pick<SearchClass, 'object' | 'class'>[]): Promise<void> {
    await uow.run({
      text: `update search_class c set is_ready = true from unnest($1::text[], $2::smallint[]) v (object, class)
              where c.object = v.object and c.class = v.class`,
      values: [classes.map(({ object }) => object), classes.map((c) => c.class)],
    });
  }

  async remove(uow: UnitOfWork, { object, class: of }: SearchClass): Promise<void> {
    await uow.run({
      text: 'delete from search_class where object = $1 and class = $2',
      values: [object, of],
    });
  }

  /** Returns which of the objects have no record that is not deleted. @param sources by object */
  async emptyObjects(uow: UnitOfWork, sources: Map<string, string>): Promise<Set<string>> {
    if (!sources.size) return new Set();
    const selects = [...sources.values()].map(
      (source, n) =>
        `select $${n + 1}::text as object where not exists (select from ${source} t where t.deleted_at is null)`,
    );
    const rows = await uow.run({ text: selects.join(' union all '), values: [...sources.keys()] });
    return new Set(rows.map((row) => row['object'] as string));
  }

  /**
   * Returns the tenants whose rights or definitions have changed since their classes were compared with them, and those with
   * classes that wait for documents, for which no job is waiting or running.
   * @param job name of the job that makes documents
   */
  async tenantsToCompare(job: string): Promise<string[]> {
    const { rows } = await this.platform.query<{ id: string }>(
      `select t.id from tenant t left join search_state s on s.tenant_id = t.id
        where s.access_version is distinct from t.access_version
           or exists (select from search_class c where c.tenant_id = t.id and not c.is_ready)
              and not exists (select from job j where j.tenant_id = t.id and j.name = $1 and j.state in ('pending', 'running'))
        order by t.id`,
      [job],
    );
    return rows.map(({ id }) => id);
  }
}
