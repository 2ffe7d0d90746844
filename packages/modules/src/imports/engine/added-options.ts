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
   * @returns the options that were added
   */
  async add(object: string, unknown: Map<string, Set<string>>): Promise<NewOption[]> {
    if (unknown.size === 0) return [];
    const rows = [...unknown].flatMap(([field, values]) => [...values].map((value) => ({ field, value })));
    const added = await this.units.run(async (uow) => {
      await uow.bumpAccessVersion();
      return uow.run<NewOption>({
        text: `insert into field_option (tenant_id, object, field, value, label, position)
               select $1, $2, r.field, r.value, r.value, 1000 from unnest($3::text[], $4::text[]) as r(field, value)
               on conflict do nothing returning field, value`,
        values: [uow.tenantId, object, rows.map((r) => r.field), rows.map((r) => r.value)],
      });
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
    for (const field of new Set(unused.map((o) => o.field))) {
      const { storage, traits } = descriptor.byKey.get(field)!;
      const held = storage.value('t');
      const holds = traits.isList ? `o.value = any(${held})` : `${held} = o.value`;
      await uow.run({
        text: `delete from field_option o
                where o.object = $1 and o.field = $2 and o.value = any($3::text[])
                  and not exists (select from ${descriptor.source} t where ${holds})`,
        values: [descriptor.key, field, unused.filter((o) => o.field === field).map((o) => o.value)],
      });
    }
    await uow.bumpAccessVersion();
    uow.afterCommit(() => this.directory.forget(uow.tenantId));
  }
}
