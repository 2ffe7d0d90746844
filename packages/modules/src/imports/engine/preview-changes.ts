import type { UnitOfWork } from '@pellucid/platform/db';
import { type PresentedRecord, presentedValue, shownChanges } from '@pellucid/platform/records';
import type { StoredChange } from '../row-texts.js';
import type { BatchWorld, Pending } from './batch-world.js';

/** What the rows of a preview would change, as the person who asked for it is shown records. */
export class PreviewChanges {
  private constructor(
    private readonly world: BatchWorld,
    private readonly before: ReadonlyMap<string, PresentedRecord>,
  ) {}

  /** Reads the records as they are. @param ids of those that rows are about to change */
  static async of(uow: UnitOfWork, world: BatchWorld, ids: string[]): Promise<PreviewChanges> {
    const { records, context } = world;
    if (!ids.length) return new PreviewChanges(world, new Map());
    const { reader } = records;
    const plan = reader.readPlan(context);
    const rows = await uow.run<any>(reader.byIds(plan, ids, context, 'read', 'living'));
    const loaded = rows.map((row) => plan.load(row));
    await reader.nameLinks(loaded, context, context.descriptor.fields);
    return new PreviewChanges(
      world,
      new Map(loaded.map((record) => [record.id, reader.presentOne(record, context)])),
    );
  }

  /**
   * Returns what a row changes.
   * @param after its record as it is shown once the row is written
   */
  of({ deferred }: Pending, id: string, after: PresentedRecord | undefined): StoredChange[] {
    const { context, made } = this.world;
    const before = this.before.get(id);
    const changes = shownChanges(context.descriptor, before, after)
      .filter(({ field }) => !Object.hasOwn(deferred, field))
      .map(({ field, before: was, after: is }): StoredChange => [field, was, withoutNewIds(is, made)]);
    // The second pass would set these. Whoever may write a field without seeing it is told nothing of it.
    for (const [key, name] of Object.entries(deferred)) {
      const field = context.descriptor.byKey.get(key);
      if (!field || !after || presentedValue(after, field) === undefined) continue;
      changes.push([key, (before && presentedValue(before, field)) ?? null, { name }]);
    }
    return changes;
  }
}

/** Records that the preview itself makes for references have no IDs that anybody could use. */
function withoutNewIds(value: unknown, made: ReadonlySet<string>): unknown {
  if (!made.size || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withoutNewIds(each, made));
  const { id, ...rest } = value as { id?: string };
  return id !== undefined && made.has(id) ? rest : value;
}
