import { linkKey, linkOf, targetKey } from '@pellucid/conditions';
import type { RecordRegistry, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';

const NAME = 'comments.threads';

interface Parent {
  id: string;
  parent_id: string | null;
  /** Keys of the records that it is about. */
  about: string[];
}

const parentOf = (row: WriteRow) => row.given['parent'] as string | null | undefined;
const isNew = ({ operation, mode }: Pick<WriteBatch, 'operation' | 'mode'>) =>
  operation === 'create' && mode !== 'undo';

/**
 * Puts replies into threads: a reply to a reply answers the first comment, and a reply is about what that comment is about. So
 * whoever sees one comment of a thread sees all of it.
 */
export function threadsParticipant(registry: RecordRegistry): WriteParticipant {
  return {
    name: NAME,
    objects: ['comment'],
    phase: 'derivations',
    order: 90,
    prefetch(batch) {
      const ids = isNew(batch) ? batch.rows.flatMap((row) => parentOf(row) ?? []) : [];
      return ids.length
        ? [
            {
              text: `select c.id, c.parent_id, ${batch.descriptor.byKey.get('about')!.storage.value('c')} as about
                       from comment c where c.id = any($1::uuid[])`,
              values: [ids],
            },
          ]
        : [];
    },
    async run(batch) {
      const rows = batch.rows.filter((row) => row.ok && parentOf(row));
      if (!isNew(batch) || !rows.length) return;
      const [found = []] = batch.prefetched.get(NAME) ?? [];
      const parents = new Map((found as Parent[]).map((parent) => [parent.id, parent]));
      const there = await livingOf(batch, registry, [...parents.values()]);
      for (const row of rows) {
        const parent = parents.get(parentOf(row)!);
        if (!parent) continue;
        row.set('parent', parent.parent_id ?? parent.id, 'derived:comments');
        const about = parent.about.filter((key) => there.has(targetKey(key)));
        row.set('about', about, 'derived:comments');
      }
    },
  };
}

/** Returns the keys of those records that the comments are about which are not deleted: what is derived has to exist. */
async function livingOf(
  { uow, snapshot }: WriteBatch,
  registry: RecordRegistry,
  parents: Parent[],
): Promise<Set<string>> {
  const byObject = Map.groupBy(
    parents.flatMap(({ about }) => about.map((key) => linkOf(targetKey(key)))),
    ({ object }) => object,
  );
  const objects = [...byObject].filter(([object]) => registry.has(object, snapshot));
  if (!objects.length) return new Set();
  const answers = await uow.together(
    objects.map(([object, links]) => ({
      text: `select t.id from ${registry.forTenant(object, snapshot).source} t
              where t.id = any($1::uuid[]) and t.deleted_at is null`,
      values: [links.map(({ id }) => id)],
    })),
  );
  return new Set(
    answers.flatMap((rows, n) => rows.map(({ id }) => linkKey({ object: objects[n]![0], id: id as string }))),
  );
}
