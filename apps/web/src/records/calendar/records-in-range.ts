import { listRecords, type ListRequest } from '../api/list-records';
import type { RecordData } from '../object-description';

const PAGE = 200;

/** All records that a calendar asks for, page by page, up to a number that it states. */
export async function recordsInRange(path: string, request: ListRequest, most: number, signal: AbortSignal) {
  const data: RecordData[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecords(path, { ...request, limit: PAGE }, cursor, signal);
    data.push(...page.data);
    cursor = page.page.nextCursor ?? undefined;
  } while (cursor && data.length < most);
  return { data, hasMore: cursor !== undefined };
}
