import { notFound } from '@pellucid/platform/errors';
import type { RecordReader } from '@pellucid/platform/records';
import { recordNotChangeable } from './files.errors.js';

/** A record that a file is about. */
export interface RecordLink {
  object: string;
  id: string;
}

/**
 * Returns which of the records the caller may not change; files are part of a record, as lines are.
 * @param links to records that they see
 */
export async function unchangeable(reader: RecordReader, links: RecordLink[]): Promise<RecordLink[]> {
  const found: RecordLink[] = [];
  for (const [object, some] of Map.groupBy(links, (link) => link.object)) {
    const ids = some.map(({ id }) => id);
    const open = await reader.visibleIds(object, ids, 'update');
    found.push(...some.filter(({ id }) => !open.has(id)));
  }
  return found;
}

/** Refuses links to records that the caller does not see, or may not change. @throws ProblemError 404, 403 */
export async function assertChangeable(reader: RecordReader, links: RecordLink[]): Promise<void> {
  for (const { object, id } of links)
    if (!(await reader.visibleIds(object, [id])).has(id)) throw notFound('The record');
  if ((await unchangeable(reader, links)).length) throw recordNotChangeable();
}
