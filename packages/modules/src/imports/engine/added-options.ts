import { requireTenant } from '@pellucid/platform/context';
import type { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import type { RecordDescriptor } from '@pellucid/platform/records';
import type { BatchOutcome } from './batch-world.js';
import type { ReadRow } from './row-reader.js';

/** An option of a select field that an import added. */
export interface NewOption {
  field: string;
  value: string;
}

/** Adds options that a file contains to select fields, and takes back those that no record came to use. */
export class AddedOptions {
  constructor(
    private readonly units: UnitOfWorkFactory,
    private readonly directory: AccessDirectory,
  ) {}

  /**
   * Adds options to select fields, in a separate transaction, because the engine checks values against committed
   * options. If a crash leaves an option without records, that does no harm.
   * @param importId the import, which remembers them in case that it is rolled back
   * @returns the options that were added
   */
  async add(importId: string, object: string, unknown: Map<string, Set<string>>): Promise<NewOption[]> {
    if (unknown.size === 0) return [];
    const rows = [...unknown].flatMap(([field, values]) => [...values].map((value) => ({ field, value })));
    const added = await this.units.run(async (uow) => {
      await uow.bumpAccessVersion();
      const done = await uow.run<NewOption>({
        text: `insert into field_option (tenant_id, object, field, value, label, position)
               select $1, $2, r.field, r.value, r.value, 1000 from unnest($3::text[], $4::text[]) as r(field, value)
               on conflict do nothing returning field, value`,
        values: [uow.tenantId, object, rows.map((r) => r.field), rows.map((r) => r.value)],
      });
      await uow.run({
        text: 'update import_run set added_options = added_options || $3::jsonb where tenant_id = $1 and id = $2',
        values: [uow.tenantId, importId, JSON.stringify(done)],
      });
      return done;
    });
    this.directory.forget(requireTenant());
    return added;
  }

  /** Removes options that were added for rows which then failed, unless a record uses them by now. */
  async dropUnused(
    uow: UnitOfWork,
    descriptor: RecordDescriptor,
    added: NewOption[],
    rows: ReadRow[],
    { results }: BatchOutcome,
  ): Promise<void> {
    const failed = new Set(results.filter((r) => r.status === 'failed').map((r) => r.row));
    const written = rows.filter((r) => !failed.has(r.row));
    const unused = added.filter(
      ({ field, value }) => !written.some((r) => [r.values[field] ?? []].flat().includes(value)),
    );
    if (unused.length === 0) return;
    await dropUnusedOptions(uow, descriptor, unused, 'any');
    await uow.bumpAccessVersion();
    uow.afterCommit(() => this.directory.forget(uow.tenantId));
  }
}

/**
 * Removes options of select fields that no record uses.
 * @param which whether options of deleted records count as used, which come back with the record
 */
export async function dropUnusedOptions(
  uow: UnitOfWork,
  descriptor: RecordDescriptor,
  options: NewOption[],
  which: 'any' | 'living',
): Promise<void> {
  for (const field of new Set(options.map((o) => o.field))) {
    const f = descriptor.byKey.get(field);
    if (!f) continue;
    const held = f.storage.value('t');
    const holds = f.traits.isList ? `o.value = any(${held})` : `${held} = o.value`;
    await uow.run({
      text: `delete from field_option o
              where o.object = $1 and o.field = $2 and o.value = any($3::text[])
                and not exists (select from ${descriptor.source} t where ${holds}${which === 'living' ? ' and t.deleted_at is null' : ''})`,
      values: [descriptor.key, field, options.filter((o) => o.field === field).map((o) => o.value)],
    });
  }
}
