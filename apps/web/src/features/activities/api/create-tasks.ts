import * as api from '@pellucid/api-client';
import type { SelectionActionProps } from '@/app/feature.types';
import { type Cause, causedBy, refreshRecords } from '@/records/api/undo';

/** Most rows that the API creates with one request. */
export const MOST_TASKS = 10_000;

const PAGE = 200;

/** A list has more records than tasks can be created for at once. */
export class TooManyRecords extends Error {
  override name = 'TooManyRecords';
}

/** The IDs of all records that a list finds. @throws TooManyRecords if they are more than {@link MOST_TASKS} */
export async function idsOf(
  path: string,
  request: NonNullable<SelectionActionProps['matching']>['request'],
): Promise<string[]> {
  const { all: _, ...asked } = request;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const body = { ...asked, limit: PAGE, ...(cursor && { cursor }) };
    const { data, page } = (await api.queryRecords(path, body)) as {
      data: { id: string }[];
      page: { nextCursor: string | null };
    };
    ids.push(...data.map(({ id }) => id));
    if (ids.length > MOST_TASKS) throw new TooManyRecords();
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

/** Creates tasks, each by itself: a refused one keeps none of the others from being created. Many are created by a job. */
export async function createTasks(path: string, rows: Record<string, unknown>[], cause: Cause) {
  const answer = await api.bulkRecords(path, { action: 'create', rows }, { headers: causedBy(cause) });
  refreshRecords();
  return answer;
}
