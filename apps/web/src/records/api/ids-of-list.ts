import * as api from '@pellucid/api-client';
import type { SelectionActionProps } from '@/app/feature.types';

/** Most rows that the API creates with one request. */
export const MOST_ROWS = 10_000;

const PAGE = 200;

type ListOf = NonNullable<SelectionActionProps['matching']>['request'];

/** A list has more records than one request can create records for. */
export class TooManyRecords extends Error {
  override name = 'TooManyRecords';
}

/** The IDs of all records that a list finds. @throws TooManyRecords if they are more than {@link MOST_ROWS} */
export async function idsOf(path: string, request: ListOf): Promise<string[]> {
  return (await rowsOf(path, request)).map(({ id }) => id);
}

/**
 * Who owns records, by their IDs, as far as the user sees it.
 * @param request the list that contains them
 * @param ids all of the list if left out
 * @throws TooManyRecords if the list goes on for too long
 */
export async function ownersOf(
  path: string,
  request: ListOf,
  ids?: string[],
): Promise<Map<string, string | undefined>> {
  const wanted = ids && new Set(ids);
  const rows = await rowsOf(path, { ...request, fields: ['owner'] }, (id) => {
    wanted?.delete(id);
    return wanted?.size === 0;
  });
  const all = new Map(rows.map(({ id, owner }) => [id, owner?.id]));
  return ids ? new Map(ids.map((id) => [id, all.get(id)])) : all;
}

/** A record of a list, of which only this is asked for. */
interface Row {
  id: string;
  owner?: { id: string } | null;
}

async function rowsOf(
  path: string,
  request: ListOf & { fields?: string[] },
  isLast: (id: string) => boolean = () => false,
): Promise<Row[]> {
  const { all: _, ...asked } = request;
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const body = { ...asked, limit: PAGE, ...(cursor && { cursor }) };
    const { data, page } = (await api.queryRecords(path, body)) as {
      data: Row[];
      page: { nextCursor: string | null };
    };
    rows.push(...data);
    if (data.map(({ id }) => isLast(id)).includes(true)) break;
    if (rows.length > MOST_ROWS) throw new TooManyRecords();
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return rows;
}
